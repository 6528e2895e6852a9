"""What a volunteer waits for on the web, at a real server."""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import msgspec
from pikepdf import Pdf

from bench import running, sites
from bench.figures import Figure
from bench.letter_texts import SEED, SENDER, VERSION, Written
from campaign.campaigns import queries as campaigns
from campaign.letters import drafting, queries, services
from campaign.letters.case import Case
from campaign.letters.drafting import Brief
from campaign.letters.forms import WriteForm
from campaign.letters.rules import COMPARED
from campaign.lib import tokens
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction

TIMES_ON_THE_WEB = 10


def on_the_web(written: Written) -> Iterator[Figure]:
    """What a volunteer waits for: three drafts, and three letters with a copy as one PDF."""
    case = _with_three_targets(written.case)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database("sqlite", folder, "campaign"))
        site = stack.enter_context(closing(sites.Site(folder, database)))
        _open_letters(site, case)
        log = folder / "campaign.log"
        stack.enter_context(site.served(log))
        volunteer = stack.enter_context(closing(_Volunteer(site, case)))
        try:
            drafts = [volunteer.draft() for _ in range(TIMES_ON_THE_WEB)]
            files = [volunteer.take_away(f"web/{n}") for n in range(TIMES_ON_THE_WEB)]
        except (sites.WrongAnswer, OSError, HTTPException) as wrong:
            raise sites.WrongAnswer(f"{wrong!r}\n{running.tail(log)}") from wrong
    seconds = statistics.median(files)
    yield Figure("web: letter.pdf, three and a copy: median", seconds * 1000, "ms", target=1000)
    yield Figure("web: write, three drafts: median", statistics.median(drafts) * 1000, "ms")


def _with_three_targets(case: Case) -> Case:
    """The case with two more offices to write to; its missions stay."""
    first = case.main_targets[0]
    more = [
        msgspec.structs.replace(
            first,
            key=key,
            role={"en": role},
            salutation={"en": salutation},
            address=("1 Example Street", "Beijing Shi 100000"),
        )
        for key, role, salutation in (
            ("mayor", "Mayor of Beijing", "Dear Mayor"),
            ("ministry", "Minister of Justice", "Dear Minister"),
        )
    ]
    return msgspec.structs.replace(
        case, targets=(*case.targets, *more), passages={"en": case.passages["en"]}
    )


def _open_letters(site: sites.Site, case: Case) -> None:
    """Give the open campaign letters; as many were drafted before as a new one is compared with."""
    site.open_petition()
    with site.app.app_context():
        now = utc_now()
        with transaction():
            campaign = campaigns.public_by_slug(sites.SLUG)
            assert campaign
            services.give_to(campaign, case, now=now)
            action = queries.of_campaign(campaign)
            assert action
            for target in case.main_targets:
                services.draft_many(action, Brief("en", target), COMPARED, seed=SEED, now=now)
        db.engine.dispose()


class _Volunteer:
    """Somebody in Canada who writes to all targets."""

    def __init__(self, site: sites.Site, case: Case) -> None:
        self._page, self._case = site.page, case
        self._connection = HTTPConnection(urlsplit(site.base_url).netloc, timeout=20)
        with site.app.app_context():
            token = tokens.for_forms(WriteForm.purpose, utc_now())
        self._answers = [
            ("form_token", token),
            ("language", "en"),
            ("tone", "formal"),
            *(("targets", target.key) for target in case.main_targets),
            ("country", "CA"),
            ("layout", ""),
            ("name", SENDER[0]),
            ("address", "\n".join(SENDER[1:])),
            ("wants_copy", "y"),
        ]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def draft(self) -> float:
        """Ask for a draft to each target; the seconds it took."""
        seconds, page = self._post("write", [("do", "draft")])
        for target in self._case.main_targets:
            if f'name="letter-{target.key}-text"' not in page.decode():
                raise sites.WrongAnswer(f"no letter to {target.key} on the page")
        return seconds

    def take_away(self, seed: str) -> float:
        """Ask for letters nobody has asked for before, as PDF; the seconds it took."""
        written = []
        for target in self._case.main_targets:
            letter = drafting.draft(self._case, Brief("en", target), version=VERSION, seed=seed)
            written += [
                (f"letter-{target.key}-subject", letter.subject),
                (f"letter-{target.key}-text", letter.body),
            ]
        seconds, file = self._post("letter.pdf", written)
        if not file.startswith(b"%PDF-"):
            raise sites.WrongAnswer("letter.pdf is no PDF")
        if (pages := len(Pdf.open(BytesIO(file)).pages)) != len(self._case.main_targets) + 1:
            raise sites.WrongAnswer(f"letter.pdf has {pages} pages")
        return seconds

    def _post(self, name: str, answers: Sequence[tuple[str, str]]) -> tuple[float, bytes]:
        body = urlencode([*self._answers, *answers]).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        start = time.perf_counter()
        self._connection.request("POST", f"{self._page}/{name}", body=body, headers=kind)
        answer = self._connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - start
        if answer.status != 200:
            raise sites.WrongAnswer(f"{name}: status {answer.status}")
        return seconds, content
