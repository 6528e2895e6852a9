"""No more updates: by the link in one, or by the mail program's button."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.petitions import services as petitions
from campaign.petitions.models import Petition, Signature
from campaign.petitions.owner_links import Purpose, path
from campaign.petitions.rules import State
from campaign.updates.models import Update
from tests import factories
from tests.mail.smtp_server import SmtpServer
from tests.page_reader import PageReader
from tests.updates.updating import deliver, queued, send_all, signature_of

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def sam(petition: Petition) -> Signature:
    """Sam, who asked for updates."""
    return factories.confirmed(petition, wants_updates=True)


@pytest.fixture
def link(sam: Signature) -> str:
    """What stands in an update to Sam."""
    return path(Purpose.UNSUBSCRIBE, sam.ref)


def test_opening_the_link_changes_nothing(reader: PageReader, link: str, sam: Signature) -> None:
    page = reader.get(link)

    assert page.h1 == "No more news of this campaign?"
    assert "Open the archive" in page.text
    assert sam.wants_updates
    assert "Sam" not in page.text
    assert "sam@" not in page.text


def test_the_button_stops_the_news_and_nothing_else(
    reader: PageReader, link: str, sam: Signature
) -> None:
    page = reader.press(reader.get(link), "Send me no more news")

    assert page.h1 == "You get no news of this campaign"
    assert not page.soup.select("main button")
    assert not sam.wants_updates
    assert sam.state is State.CONFIRMED


def test_a_second_press_is_a_friendly_success(
    reader: PageReader, link: str, sam: Signature
) -> None:
    page = reader.get(link)
    reader.press(page, "Send me no more news")

    again = reader.press(page, "Send me no more news")

    assert again.h1 == "You get no news of this campaign"
    assert not sam.wants_updates


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_mail_provider_posts_to_the_address_in_the_header(
    app: Flask, approved: Update, smtp: SmtpServer, kind: str
) -> None:
    """As RFC 8058 tells it to: no cookie, no token of a form, no redirect followed; twice."""
    send_all()
    deliver()
    (arrival,) = [a for a in smtp.accepted if a.to == ["sam@example.org"]]
    address = arrival.message["List-Unsubscribe"].strip("<>")
    name, _, value = arrival.message["List-Unsubscribe-Post"].partition("=")
    kinds = {"urlencoded": "application/x-www-form-urlencoded", "multipart": "multipart/form-data"}

    for _ in range(2):
        answer = app.test_client(use_cookies=False).post(
            address, data={name: value}, content_type=kinds[kind]
        )
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers

    assert not signature_of("sam@example.org").wants_updates
    assert signature_of("lena@example.org").wants_updates


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_mail_program_in_a_browser_may_post_too(
    reader: PageReader, link: str, sam: Signature, headers: dict[str, str]
) -> None:
    reader.post(link, status=200, data={"List-Unsubscribe": "One-Click"}, headers=headers)

    assert not sam.wants_updates


def test_what_is_on_its_way_is_taken_back(reader: PageReader, approved: Update) -> None:
    send_all()

    reader.post(path(Purpose.UNSUBSCRIBE, signature_of("sam@example.org").ref), status=200)

    assert len(queued()) == 2


def test_the_switch_on_ones_own_page_takes_it_back_as_well(
    reader: PageReader, approved: Update
) -> None:
    send_all()

    page = reader.get(path(Purpose.OWN, signature_of("sam@example.org").ref))
    reader.press(page, "No more news")

    assert len(queued()) == 2


def test_whoever_withdrew_or_erased_is_told_that_no_news_comes(
    reader: PageReader, link: str, sam: Signature
) -> None:
    with transaction():
        petitions.erase(sam, now=factories.NOW)

    assert reader.get(link).h1 == "You get no news of this campaign"
    reader.post(link, status=200)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "x" * 500, "-"])
def test_a_link_that_is_none_has_a_kind_page(reader: PageReader, token: str, method: str) -> None:
    page = getattr(reader, method)(f"/unsubscribe/{token}", status=404)

    assert page.h1 == "This link does not work"


def test_the_link_of_a_test_says_that_nothing_comes_from_it(reader: PageReader) -> None:
    page = reader.get(path(Purpose.UNSUBSCRIBE, "nobody"), status=404)

    assert "the mail was a test" in page.text


@pytest.mark.parametrize("purpose", [Purpose.OWN, Purpose.CONFIRM])
def test_a_link_for_something_else_stops_nothing(
    reader: PageReader, sam: Signature, purpose: Purpose
) -> None:
    token = path(purpose, sam.ref).rpartition("/")[2]

    reader.post(f"/unsubscribe/{token}", status=404)

    assert sam.wants_updates


def test_an_old_link_brings_a_fresh_one_to_the_same_address(
    reader: PageReader, link: str, sam: Signature, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=366))

    reader.post(link, status=410, data={"List-Unsubscribe": "One-Click"})
    page = reader.get(link, status=410)
    done = reader.press(page, "Send me a fresh link")

    assert page.h1 == "This link is too old"
    assert done.h1 == "A fresh link is on its way"
    assert sam.wants_updates
    mails = db.session.scalars(select(Mail.kind).order_by(Mail.id)).all()
    assert mails == ["please_confirm", "here_is_your_link"]


def test_the_page_for_a_fresh_link_asks_for_the_forms_token(
    reader: PageReader, link: str, sam: Signature
) -> None:
    reader.post(f"{link}/again", status=410)
    reader.post("/unsubscribe/nonsense/again", status=404)

    assert sam.mails == 1
