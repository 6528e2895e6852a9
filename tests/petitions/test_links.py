"""The links in the mails: what opening them shows, and what is said of those that do not work."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.petitions import services, setting_aside, tickets
from campaign.petitions.models import Petition
from campaign.petitions.owner_links import Purpose, path
from campaign.petitions.rules import State
from tests import factories
from tests.page_reader import PageReader


def test_opening_the_confirm_link_changes_nothing(petition: Petition, reader: PageReader) -> None:
    signature = factories.sign(petition, now=utc_now(), name="倪玉兰", comment="Because.")

    page = reader.get(path(Purpose.CONFIRM, signature.ref))

    assert "倪玉兰" in page.text
    assert "Because." in page.text
    assert signature.state is State.PENDING


def test_a_second_press_is_a_friendly_success(petition: Petition, reader: PageReader) -> None:
    signature = factories.sign(petition, now=utc_now())
    page = reader.get(path(Purpose.CONFIRM, signature.ref))
    reader.press(page, "Confirm and count my signature")

    again = reader.press(page, "Confirm and count my signature")

    assert again.h1 == "Thank you. Your signature counts."
    assert petition.confirmed_count == 1


def test_nobody_is_thanked_who_has_confirmed_nothing(
    petition: Petition, reader: PageReader
) -> None:
    campaign = f"/campaigns/{petition.campaign.slug}"
    signature = factories.sign(petition, now=utc_now())
    confirm = reader.get(path(Purpose.CONFIRM, signature.ref))
    thanks = reader.press(confirm, "Confirm and count my signature")

    with time_machine.travel(utc_now() + timedelta(days=2), tick=True):
        sent_on = reader.get(thanks.address)
    without = reader.get(f"{campaign}/signed")

    assert thanks.h1 == "Thank you. You are number 1."
    assert sent_on.address == without.address == campaign


def test_a_ticket_of_one_campaign_says_nothing_of_another(
    petition: Petition, reader: PageReader
) -> None:
    elsewhere = factories.petition(factories.campaign("elsewhere")).campaign.slug
    signature = factories.sign(petition, now=utc_now())
    confirm = reader.get(path(Purpose.CONFIRM, signature.ref))
    thanks = reader.press(confirm, "Confirm and count my signature").address
    sent = tickets.mail_was_sent(b"x", to="sam@example.org", of=petition.campaign_id)

    brought = reader.get(thanks.replace(petition.campaign.slug, elsewhere))

    assert brought.address == f"/campaigns/{elsewhere}"
    assert "•••" not in reader.get(f"/campaigns/{elsewhere}/check-your-mail?ticket={sent}").text


@pytest.mark.parametrize("held", [False, True])
def test_the_link_of_a_confirmed_signature_says_that_all_is_done(
    petition: Petition, reader: PageReader, held: bool
) -> None:
    signature = factories.sign(petition, now=utc_now())
    link = path(Purpose.CONFIRM, signature.ref)
    waiting = reader.get(link)
    factories.confirm(signature, now=utc_now())
    if held:
        with transaction():
            setting_aside.hold(signature, reason="a flood", now=utc_now())

    done = reader.get(link)

    assert "what is not confirmed is deleted" in waiting.text
    assert done.h1 == "Thank you. Your signature counts."
    assert "You have confirmed it already." in done.text
    assert "what is not confirmed is deleted" not in done.text
    assert not done.soup.select("form[method=post]")
    title = petition.campaign.title
    assert done.link(f"Back to “{title}”") == f"/campaigns/{petition.campaign.slug}"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_an_expired_link_offers_a_fresh_one(
    app: Flask, petition: Petition, reader: PageReader, purpose: Purpose
) -> None:
    signature = factories.sign(petition, now=utc_now())
    link = path(purpose, signature.ref)

    with time_machine.travel(utc_now() + timedelta(days=366), tick=True):
        page = reader.get(link, status=410)
        done = reader.press(page, "Send me a fresh link")

    assert page.h1 == "This link is too old"
    assert done.h1 == "A fresh link is on its way"
    assert len(db.session.scalars(select(Mail.key)).all()) == 2


@pytest.mark.parametrize(
    "link",
    [
        "/confirm/nonsense",
        "/my-signature/nonsense",
        "/confirm/Ijk5OTk5Ig.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "/confirm/..",
    ],
)
def test_a_broken_link_says_so(reader: PageReader, app: Flask, link: str) -> None:
    assert reader.get(link, status=404).h1 in ("This link does not work", "There is no such page")


def test_a_link_for_one_thing_is_good_for_nothing_else(
    petition: Petition, reader: PageReader
) -> None:
    signature = factories.sign(petition, now=utc_now())
    token = path(Purpose.OWN, signature.ref).rpartition("/")[2]

    reader.get(f"/confirm/{token}", status=404)


def test_a_tampered_link_is_refused(petition: Petition, reader: PageReader) -> None:
    link = path(Purpose.CONFIRM, factories.sign(petition, now=utc_now()).ref)

    for position in range(len("/confirm/"), len(link) - 1):
        changed = link[:position] + ("A" if link[position] != "A" else "B") + link[position + 1 :]
        page = reader.get(changed, status=404)
        assert page.h1 == "This link does not work"


def test_a_link_whose_signature_was_deleted_says_how_to_go_on(
    petition: Petition, reader: PageReader
) -> None:
    signature = factories.sign(petition, now=utc_now())
    link = path(Purpose.CONFIRM, signature.ref)
    with transaction():
        setting_aside.expire(utc_now() + timedelta(days=8))

    assert "you can simply sign again" in reader.get(link, status=404).text


def test_the_link_of_a_withdrawn_signature_answers_decently(
    petition: Petition, reader: PageReader
) -> None:
    signature = factories.sign(petition, now=utc_now())
    page = reader.get(path(Purpose.CONFIRM, signature.ref))
    with transaction():
        services.withdraw(signature, now=utc_now())

    refused = reader.press(page, "Confirm and count my signature", status=409)

    assert "This signature was taken back." in refused.one(".summary").get_text()


@pytest.mark.parametrize("deed", [services.withdraw, services.erase])
def test_the_link_of_a_signature_taken_back_leads_on_to_signing(
    petition: Petition, reader: PageReader, deed: Callable[..., None]
) -> None:
    signature = factories.sign(petition, now=utc_now())
    with transaction():
        deed(signature, now=utc_now())

    page = reader.get(path(Purpose.CONFIRM, signature.ref))

    assert "This signature was taken back." in page.text
    assert not page.soup.select("form")
    sign_page = f"/campaigns/{petition.campaign.slug}/sign"
    assert page.link("Sign the petition") == sign_page


def test_the_link_of_a_removed_signature_says_so(petition: Petition, reader: PageReader) -> None:
    signature = factories.sign(petition, now=utc_now())
    with transaction():
        setting_aside.void(signature, reason="Odd", now=utc_now())

    page = reader.get(path(Purpose.CONFIRM, signature.ref))

    assert "A moderator has removed this signature" in page.text
    assert not page.soup.select("form")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_fresh_link_is_not_promised_without_the_forms_token(
    petition: Petition, reader: PageReader, purpose: Purpose
) -> None:
    signature = factories.sign(petition, now=utc_now())

    page = reader.post(f"{path(purpose, signature.ref)}/again", status=410)

    assert page.h1 == "This link is too old"
    assert signature.mails == 1
