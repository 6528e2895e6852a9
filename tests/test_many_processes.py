"""Two web processes and two workers on one PostgreSQL: as exact as one of each."""

import json
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from campaign import create_app
from campaign.lib.db import db
from campaign.mail.models import Mail
from campaign.petitions import queries as petitions
from campaign.petitions.models import Signature
from campaign.petitions.sent_form_models import SentForm
from tests import factories
from tests.conftest import settings
from tests.mail.smtp_server import SmtpServer
from tests.test_serving import free_port, process, until

SIGNERS = 30
#: More campaigns than one address gets mails for in an hour.
HOT, LIMIT = 6, 3
SECRET = "a secret for the tests, long enough to pass"


class StaysHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer."""

    def redirect_request(self, *_: object) -> None:
        """None: do not follow."""


browser = urllib.request.build_opener(StaysHere)


@dataclass
class Site:
    """What is running."""

    app: Flask
    #: Where the two web processes answer.
    webs: list[str]
    smtp: SmtpServer


def ask(url: str, **answers: str) -> tuple[int, str]:
    """Status and text; with answers it is a form that is sent."""
    data = urlencode(answers).encode() if answers else None
    try:
        with browser.open(urllib.request.Request(url, data), timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def form_token(url: str) -> str:
    found = re.search(r'name="form_token"[^>]*value="([^"]+)"', ask(url)[1])
    assert found
    return unescape(found[1])


@pytest.fixture
def site(tmp_path: Path, other_postgresql: str) -> Iterator[Site]:
    app = create_app(settings(tmp_path, other_postgresql, secret=SECRET))
    with app.app_context():
        upgrade()
        for number in range(1 + HOT):
            factories.petition(
                factories.campaign(f"petition-{number}"),
                asks_country=False,
                asks_postcode=False,
                asks_comment=False,
            )
        db.session.remove()
        db.engine.dispose()
    ports = [free_port(), free_port()]
    with SmtpServer() as smtp, ExitStack() as running:
        environment = {
            "CAMPAIGN_SECRET": SECRET,
            "CAMPAIGN_BASE_URL": "http://127.0.0.1",
            "CAMPAIGN_DATA": str(tmp_path),
            "CAMPAIGN_DATABASE_URL": other_postgresql,
            "CAMPAIGN_MAIL_URL": smtp.url,
            "CAMPAIGN_MAIL_FROM": "campaign@example.org",
        }
        for port in ports:
            words = ("serve", "--no-worker", "--port", str(port))
            running.enter_context(process(*words, **environment))
            running.enter_context(process("worker", **environment))
        webs = [f"http://127.0.0.1:{port}" for port in ports]
        for web in webs:
            until(web, lambda web=web: ask(f"{web}/health/ready")[0] == 200)
        yield Site(app, webs, smtp)
    with app.app_context():
        db.engine.dispose()


def all_at_once(deeds: list[Callable[[], int]]) -> Counter[int]:
    """Eight at a time; how often which status came."""
    with ThreadPoolExecutor(8) as threads:
        return Counter(threads.map(lambda deed: deed(), deeds))


def signing(web: str, slug: str, email: str, token: str) -> Callable[[], int]:
    url = f"{web}/campaigns/{slug}/sign"
    return lambda: ask(url, name="Sam", email=email, form_token=token, address_is=email)[0]


def pressing(web: str, path: str, token: str) -> Callable[[], int]:
    return lambda: ask(web + path, form_token=token)[0]


def test_nothing_is_counted_or_mailed_twice_and_limits_are_shared(site: Site) -> None:
    token = form_token(f"{site.webs[0]}/campaigns/petition-0")
    signers = [f"sam-{number}@example.org" for number in range(SIGNERS)]
    # Everybody presses twice, once at each process; Xan tries how many mails one address gets.
    signings = [
        signing(web, "petition-0", email, token) for email in signers for web in site.webs
    ] + [
        signing(site.webs[number % 2], f"petition-{number}", "xan@example.org", token)
        for number in range(1, 1 + HOT)
    ]

    assert all_at_once(signings) == {303: 2 * SIGNERS + HOT}
    until("every mail", lambda: len(site.smtp.accepted) >= SIGNERS + LIMIT)

    links = {
        arrival.to[0]: urlsplit(found[0]).path
        for arrival in site.smtp.accepted
        if (text := arrival.message.get_body(("plain",)))
        and (found := re.findall(r"http://127\.0\.0\.1/confirm/\S+", text.get_content()))
    }
    press = form_token(site.webs[1] + links[signers[0]])
    presses = [pressing(web, links[email], press) for email in signers for web in site.webs]

    assert all_at_once(presses) == {303: 2 * SIGNERS}
    for web in site.webs:
        status, answer = ask(f"{web}/campaigns/petition-0/count.json")
        assert (status, json.loads(answer)["count"]) == (200, SIGNERS)
    with site.app.app_context():
        until("nothing that waits", lambda: not _waiting())
        assert petitions.drift() == []
        assert db.session.scalar(select(func.count()).select_from(Signature)) == SIGNERS + HOT
        db.session.remove()
    mailed = Counter(arrival.to[0] for arrival in site.smtp.arrivals)
    assert mailed == {**dict.fromkeys(signers, 1), "xan@example.org": LIMIT}
    assert len({arrival.message["Message-ID"] for arrival in site.smtp.arrivals}) == (
        SIGNERS + LIMIT
    )


def _waiting() -> int:
    """Forms to be taken up, and mails to go."""
    number = select(func.count())
    return sum(
        db.session.scalars(number.select_from(model).where(*which)).one()
        for model, which in ((SentForm, []), (Mail, [Mail.state == "queued"]))
    )
