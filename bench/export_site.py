"""What an organiser waits for on the web, at a real server, and how much memory that takes."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench import running, sites
from bench.figures import Figure
from campaign.accounts import sessions
from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.campaigns.models import CampaignMember
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.vault import vault
from campaign.petitions import queries as petitions

_PAGE = f"/staff/campaigns/{sites.SLUG}/export"
_FIELD = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAMED = re.compile(r'(name|value)="([^"]*)"')
_BLOCK = 1 << 16


def on_the_web(site: sites.Site, log: Path, rows: int) -> Iterator[Figure]:
    """The first byte, the whole file, and how much more memory the server holds at most."""
    with (
        site.served(log) as pid,
        closing(_Organiser(site)) as organiser,
    ):
        try:
            organiser.take("country=AQ")  # whatever a first file loads is loaded
            before = _memory(pid, "VmRSS")
            first, whole, lines = organiser.take("")
            growth = _memory(pid, "VmHWM") - before
        except (sites.WrongAnswer, OSError, HTTPException) as wrong:
            raise sites.WrongAnswer(f"{wrong!r}\n{running.tail(log)}") from wrong
        if lines != rows + 1:
            raise sites.WrongAnswer(f"the file has {lines} lines")
    name = f"web, CSV of {rows:,}"
    yield Figure(f"{name}: first byte", first, "s", target=0.5)
    yield Figure(f"{name}: whole", whole, "s")
    yield Figure(f"{name}: memory that it adds, at most", growth, "MB", target=32)


def _memory(pid: int, which: str) -> float:
    """Of the process, in MB: VmRSS what it holds, VmHWM the most it ever held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(which))
    return int(line.split()[1]) / 1024


class _Organiser:
    """Olive, signed in by a row of her own."""

    def __init__(self, site: sites.Site) -> None:
        self._connection = HTTPConnection(urlsplit(site.base_url).netloc, timeout=60)
        with site.app.app_context(), transaction():
            now = utc_now()
            olive = Account(
                name="Olive",
                role=Role.ORGANISER,
                email_key="olive",
                envelope=vault().seal({"email": "olive@example.org"}),
                password="not used",
                invited_at=now,
                joined_at=now,
            )
            db.session.add(olive)
            db.session.flush()
            petition = petitions.by_slug(sites.SLUG)
            assert petition
            db.session.add(CampaignMember(campaign_id=petition.campaign_id, account_id=olive.id))
            key = sessions.begin(olive, now=now)
        self._cookie = self._sealed(site, {"key": key})

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    @staticmethod
    def _sealed(site: sites.Site, session: dict[str, str]) -> str:
        serializer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
        return f"{site.app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}"

    def take(self, choice: str) -> tuple[float, float, int]:
        """Count, then make the file: seconds to its first byte and its last, and its lines."""
        page = self._count(choice)
        fields = [dict(_NAMED.findall(field)) for field in _FIELD.findall(page)]
        body = urlencode([(field["name"], unescape(field["value"])) for field in fields])
        headers = {
            "Cookie": self._cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        start = time.perf_counter()
        self._connection.request("POST", _PAGE, body=body, headers=headers)
        answer = self._connection.getresponse()
        if answer.status != 200 or "attachment" not in (
            answer.getheader("Content-Disposition") or ""
        ):
            raise sites.WrongAnswer(f"{answer.status} {answer.read(2000)!r}")
        block = answer.read(1)
        first, lines = time.perf_counter() - start, 0
        while block:
            lines += block.count(b"\n")
            block = answer.read(_BLOCK)
        return first, time.perf_counter() - start, lines

    def _count(self, choice: str) -> str:
        query = f"scope=confirmed&kind=csv&{choice}"
        columns = (
            "ref name country public comment language state signed_at_utc confirmed_at_utc source"
        )
        query += "".join(f"&columns={column}" for column in columns.split())
        self._connection.request("GET", f"{_PAGE}/count?{query}", headers={"Cookie": self._cookie})
        answer = self._connection.getresponse()
        page = answer.read().decode()
        if answer.status != 200:
            raise sites.WrongAnswer(f"{answer.status} {page[:2000]}")
        # The token of the form is good in the session that came with it.
        cookie = answer.getheader("Set-Cookie")
        self._cookie = cookie.partition(";")[0] if cookie else self._cookie
        return page
