"""The supporter's pages: the form, check your mail, confirm, thank you."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import create_engine, event, text

from campaign.lib import db as database, languages, tokens
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.languages import LANGUAGES
from campaign.lib.vault import Vault
from campaign.mail import delivery
from campaign.petitions import rules, setting_aside
from campaign.petitions.forms import PressForm
from campaign.petitions.models import Petition
from campaign.petitions.rules import State
from campaign.retention import forget_due
from tests import factories
from tests.factories import signatures
from tests.page_reader import Page, PageReader

ANSWERS = {"name": "Sam Signer", "email": "sam@example.org", "country": "CA"}
BUTTON = "Sign the petition"


@pytest.fixture
def address(petition: Petition) -> str:
    """Of the campaign's page."""
    return f"/campaigns/{petition.campaign.slug}"


def links_of_mail(app: Flask) -> list[str]:
    """Deliver what is due, and find the links in the mail."""
    factories.take_up()
    delivery.deliver_due(utc_now())
    folder = Path(app.config["MAIL_URL"].removeprefix("folder://"))
    newest = max(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    text = newest.read_text().replace("=\n", "").replace("=3D", "=")
    return re.findall(r"http://campaign\.test(/\S+)", text)


def test_the_form_stands_in_the_campaigns_page_and_leads_to_check_your_mail(
    reader: PageReader, address: str
) -> None:
    page = reader.press(reader.get(address), BUTTON, **ANSWERS)

    assert page.h1 == "One more step: check your mail"
    assert "s•••@example.org" in page.text
    assert [signature.state for signature in signatures()] == [State.PENDING]


def test_nobody_signs_words_that_they_have_not_read(
    reader: PageReader, petition: Petition, address: str
) -> None:
    page = reader.get(address)
    factories.petition(petition.campaign, statement="We ask you to burn the archive.")

    again = reader.press(page, BUTTON, status=409, **ANSWERS)

    assert signatures() == []
    assert "words of this petition were changed" in again.text
    assert "burn the archive" in again.text
    assert again.value("email") == "sam@example.org"
    assert reader.press(again, BUTTON).h1 == "One more step: check your mail"


def test_nobody_agrees_to_words_of_ours_that_they_have_not_read(
    reader: PageReader, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reader.get(address)
    monkeypatch.setattr(rules, "CONSENT_VERSION", "2027-01-01")  # an upgrade, while it was open

    again = reader.press(page, BUTTON, status=409, wants_updates=True, **ANSWERS)

    assert signatures() == []
    assert reader.press(again, BUTTON).h1 == "One more step: check your mail"
    assert [signature.consent_version for signature in signatures()] == ["2027-01-01"]


def test_boxes_are_unticked_until_the_signer_ticks_them(reader: PageReader, address: str) -> None:
    reader.press(reader.get(address), BUTTON, **ANSWERS)

    (signature,) = signatures()
    assert (signature.shows_name, signature.wants_updates) == (False, False)


def test_the_whole_trip_moves_the_count_by_one_and_back(
    app: Flask, reader: PageReader, address: str
) -> None:
    reader.press(reader.get(address), BUTTON, **ANSWERS)
    confirm_link, own_link, _campaign = links_of_mail(app)[:3]

    thanks = reader.press(reader.get(confirm_link), "Confirm and count my signature")
    counted = reader.get(address)
    mine = reader.press(reader.get(own_link), "Take my signature back")

    assert thanks.h1 == "Thank you. You are number 1."
    assert "1 has signed" in counted.text
    assert "Your signature was taken back." in mine.text
    assert "Be the first to sign." in reader.get(address).text


def test_a_slip_is_told_twice_and_loses_nothing(reader: PageReader, address: str) -> None:
    answers = {
        "name": "Sam",
        "email": "sam at example",
        "country": "",
        "postcode": "K1N",
        "comment": "First line\nSecond line",
        "shows_name": "y",
    }

    page = reader.press(reader.get(address), BUTTON, status=422, **answers)

    assert page.one("title").get_text(strip=True).startswith("Error: ")
    summary = page.one(".summary")
    assert [link["href"] for link in summary.select("a")] == ["#email", "#country"]
    for field, words in (
        ("email", "Enter an email address, like name@example.org."),
        ("country", "Choose your country."),
    ):
        assert words in summary.get_text()
        assert words in page.one(f"#{field}-error").get_text()
        assert page.one(f"#{field}")["aria-invalid"] == "true"
    assert page.value("name") == "Sam"
    assert page.value("email") == "sam at example"
    assert page.value("postcode") == "K1N"
    assert page.one("#comment").get_text().split() == ["First", "line", "Second", "line"]
    assert page.one("#shows_name").has_attr("checked")
    assert signatures() == []


@pytest.mark.parametrize("name", ["\u200d", "\u0301", "\u3164", "\u2800 \u200c"])
def test_a_name_that_shows_nothing_is_none(reader: PageReader, address: str, name: str) -> None:
    page = reader.press(reader.get(address), BUTTON, status=422, **{**ANSWERS, "name": name})

    assert "Enter your name." in page.one(".summary").get_text()
    assert signatures() == []


def test_a_mistyped_domain_is_asked_about_before_a_stranger_gets_mail(
    reader: PageReader, address: str
) -> None:
    answers = {**ANSWERS, "email": "sam@gmial.com"}

    question = reader.press(reader.get(address), BUTTON, status=422, **answers)
    assert signatures() == []
    page = reader.press(question, "Use sam@gmail.com")

    assert "s•••@gmail.com" in page.text


@pytest.mark.parametrize("answer", ["Use sam@gmail.com", "Keep sam@gmial.com"])
def test_an_address_mistyped_anew_is_asked_about_anew(
    reader: PageReader, address: str, answer: str
) -> None:
    answers = {**ANSWERS, "email": "sam@gmial.com"}
    question = reader.press(reader.get(address), BUTTON, status=422, **answers)

    page = reader.press(question, answer, status=422, email="sam@hotmial.com")

    assert "Did you mean sam@hotmail.com ?" in page.text
    assert signatures() == []


def test_the_first_button_beside_the_question_answers_nothing(
    reader: PageReader, address: str
) -> None:
    """It is the one that Return in a field presses."""
    answers = {**ANSWERS, "email": "sam@gmial.com"}
    question = reader.press(reader.get(address), BUTTON, status=422, **answers)

    first = question.soup.select("form[action$='/sign'] button")[0]
    again = reader.press(question, first.get_text(strip=True), status=422)

    assert not first.has_attr("name")
    assert (first["tabindex"], first["aria-hidden"]) == ("-1", "true")
    assert "Did you mean sam@gmail.com ?" in again.text


def test_whoever_has_such_an_address_may_keep_it(reader: PageReader, address: str) -> None:
    answers = {**ANSWERS, "email": "sam@gmial.com"}

    question = reader.press(reader.get(address), BUTTON, status=422, **answers)
    page = reader.press(question, "Keep sam@gmial.com")

    assert "s•••@gmial.com" in page.text


def _without_secrets(page: Page) -> str:
    """The page's bytes but for tokens, which differ for everybody."""
    return re.sub(r"(ticket=|value=\")[^\"]+", r"\1", page.response.get_data(as_text=True))


def test_the_page_never_tells_who_has_signed(reader: PageReader, address: str) -> None:
    first = reader.press(reader.get(address), BUTTON, **ANSWERS)
    (signature,) = signatures()

    def again() -> Page:
        page = reader.press(reader.get(address), BUTTON, **ANSWERS)
        factories.take_up()
        return page

    pages = {"pending": again()}
    factories.confirm(signature, now=utc_now())
    pages["confirmed"] = again()
    with transaction():
        setting_aside.hold(signature, reason="?", now=utc_now())
    pages["held"] = again()
    with transaction():
        setting_aside.void(signature, reason="?", now=utc_now())
    pages["voided"] = again()

    for state, page in pages.items():
        assert _without_secrets(page) == _without_secrets(first), state


def test_the_mail_can_be_asked_for_again(reader: PageReader, address: str) -> None:
    page = reader.press(reader.get(address), BUTTON, **ANSWERS)
    factories.take_up()

    with time_machine.travel(utc_now() + timedelta(minutes=2)):
        page = reader.press(page, "Send the mail again")
        factories.take_up()

    assert "it is on its way now" in page.text
    assert signatures()[0].mails == 2


def test_whoever_asks_before_a_worker_came_gets_the_first_mail(
    app: Flask, reader: PageReader, address: str
) -> None:
    page = reader.press(reader.get(address), BUTTON, **ANSWERS)

    page = reader.press(page, "Send the mail again")

    assert "it is on its way now" in page.text
    assert signatures()[0].mails == 1
    assert links_of_mail(app)


def test_asking_again_and_again_keeps_an_address_for_one_more_day_at_most(
    reader: PageReader, address: str
) -> None:
    page = reader.press(reader.get(address), BUTTON, **ANSWERS)
    signed = utc_now()
    factories.take_up()

    for late in (timedelta(hours=23), timedelta(days=2), timedelta(days=6)):
        with time_machine.travel(signed + late):
            token = tokens.for_forms(PressForm.purpose, utc_now())
            reader.post(page.address, status=200, data={"form_token": token})
            factories.take_up()
    forget_due(signed + rules.PENDING_LIFETIME + timedelta(days=1))

    assert signatures() == []


def test_a_button_without_its_forms_token_does_not_claim_that_mail_is_on_its_way(
    reader: PageReader, address: str
) -> None:
    page = reader.press(reader.get(address), BUTTON, **ANSWERS)

    with time_machine.travel(utc_now() + timedelta(minutes=2)):
        refused = reader.post(page.address, status=422)

    assert "Please press the button once more." in refused.one(".summary").get_text()
    assert "on its way" not in refused.text
    assert signatures()[0].mails == 1


def test_a_forged_ticket_says_nothing_and_does_nothing(reader: PageReader, address: str) -> None:
    page = reader.get(f"{address}/check-your-mail?ticket=forged")

    assert "•••" not in page.text
    assert not page.soup.select("main button")


def test_a_form_of_yesterday_is_shown_again_with_all_that_was_typed(
    reader: PageReader, address: str
) -> None:
    page = reader.get(address)

    with time_machine.travel(utc_now() + timedelta(hours=25)):
        shown = reader.press(page, BUTTON, status=422, **ANSWERS)
        done = reader.press(shown, BUTTON)

    assert "Please press the button once more." in shown.one(".summary").get_text()
    assert shown.value("name") == "Sam Signer"
    assert done.h1 == "One more step: check your mail"


def test_a_form_that_closed_meanwhile_says_so_and_keeps_what_was_typed(
    petition: Petition, reader: PageReader, address: str
) -> None:
    page = reader.get(address)
    factories.close(petition.campaign)

    refused = reader.press(page, BUTTON, status=409, **ANSWERS)

    assert "takes no signatures just now" in refused.one(".summary").get_text()
    assert refused.value("name") == "Sam Signer"
    assert signatures() == []


def test_the_form_alone_of_a_closed_petition_leads_to_its_campaign(
    petition: Petition, reader: PageReader, address: str
) -> None:
    factories.close(petition.campaign)

    assert reader.get(f"{address}/sign").address == address


def test_fields_that_the_petition_does_not_ask_are_not_there(
    app: Flask, reader: PageReader
) -> None:
    petition = factories.petition(asks_country=False, asks_postcode=False, asks_comment=False)

    page = reader.get(f"/campaigns/{petition.campaign.slug}")

    assert not page.soup.select("#country, #postcode, #comment")
    reader.press(page, BUTTON, name="Sam", email="sam@example.org", country="CA", comment="Hi")
    assert signatures()[0].country is None


@pytest.fixture
def locked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another process holds the lock that signing needs, and nobody waits for long."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.1)

    def be_impatient(connection: Any, _record: Any) -> None:
        if not on_sqlite:
            connection.execute("SET lock_timeout = 100")
            connection.commit()

    event.listen(db.engine, "connect", be_impatient)
    db.session.remove()
    db.engine.dispose()
    other = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE" if on_sqlite else "BEGIN"))
        if not on_sqlite:
            connection.execute(text("LOCK TABLE sent_form IN EXCLUSIVE MODE"))
        yield
        connection.execute(text("ROLLBACK"))
    other.dispose()
    event.remove(db.engine, "connect", be_impatient)
    db.session.remove()
    db.engine.dispose()


def test_a_database_that_stays_locked_asks_to_try_again_and_keeps_what_was_typed(
    reader: PageReader, address: str, locked: None
) -> None:
    refused = reader.press(reader.get(address), BUTTON, status=503, **ANSWERS)

    assert refused.response.headers["Retry-After"]
    assert "nothing was saved" in refused.one(".summary").get_text()
    assert refused.value("email") == "sam@example.org"
    assert signatures() == []


def test_without_the_key_file_nothing_is_signed(
    app: Flask, reader: PageReader, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reader.get(address)
    monkeypatch.setitem(app.extensions, "campaign.vault", Vault(tmp_path))

    refused = reader.press(page, BUTTON, status=503, **ANSWERS)

    assert "Nothing was saved or lost." in refused.text
    assert signatures() == []


def test_the_words_on_the_pages_are_what_the_rules_say(reader: PageReader, address: str) -> None:
    privacy, form = reader.get("/privacy").text, reader.get(address).text

    assert timedelta(days=90) == rules.KEPT_AFTER_CLOSING
    assert "Ninety days after a campaign has closed" in privacy
    assert "destroyed ninety days after the campaign has closed" in form
    assert timedelta(days=7) == rules.PENDING_LIFETIME
    assert "What is not confirmed is deleted seven days after it was signed" in privacy
    assert timedelta(days=3) == rules.CONFIRM_LINK_LIFETIME
    done = reader.press(reader.get(address), BUTTON, **ANSWERS)
    assert "The link is good for three days." in done.text
    assert rules.MAILS_AN_ADDRESS[0] == (3, timedelta(hours=1))
    assert "One address gets at most three such mails an hour from us." in done.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_sign_in_every_language_of_the_site(
    reader: PageReader, address: str, language: str
) -> None:
    with languages.speaking(language):
        button = str(languages.gettext("Sign the petition"))
    prefix = "" if language == languages.DEFAULT else f"/{language}"
    page = reader.get(f"{prefix}{address}")

    slip = reader.press(page, button, status=422, **{**ANSWERS, "email": ""})
    reader.press(slip, button, **ANSWERS)

    assert [signature.language for signature in signatures()] == [language]
