"""Moderators find signatures, look at one, and decide about it; whoever looks leaves a trace."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.moderation import finding
from campaign.petitions import services, setting_aside
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import Deed, HeldFor, State
from tests import factories
from tests.factories import NOW
from tests.moderation.deciding import all_adds_up, deeds, diary, held
from tests.page_reader import PageReader
from tests.staff import StaffReader

DOOR = "/staff/signatures/"


@pytest.fixture
def signature(petition: Petition) -> Signature:
    """Sam has signed and confirmed."""
    return factories.confirmed(petition, source="poster", comment="Mine.")


def names(mo_reads: StaffReader, query: str) -> list[str]:
    """Who stands in the list."""
    return [cell.text for cell in mo_reads.get(DOOR + query).soup.select("label.check bdi")]


@pytest.mark.usefixtures("signature")
def test_each_value_filters(petition: Petition, mo_reads: StaffReader) -> None:
    later = NOW + timedelta(days=1)
    factories.sign(petition, "lena@example.org", name="Lena", country="FR", now=later)
    other = factories.petition(factories.campaign("other", title="Another one"))
    factories.confirmed(other, "xan@example.org", name="Xan")

    assert names(mo_reads, "") == ["Xan", "Lena", "Sam Signer"]
    page = mo_reads.get(DOOR)
    assert names(mo_reads, page.link("Another one").removeprefix(DOOR)) == ["Xan"]
    assert names(mo_reads, page.link("Not confirmed yet").removeprefix(DOOR)) == ["Lena"]
    assert names(mo_reads, page.link("France").removeprefix(DOOR)) == ["Lena"]
    assert names(mo_reads, page.link("poster").removeprefix(DOOR)) == ["Sam Signer"]
    assert names(mo_reads, "?day=2026-03-02") == ["Lena"]
    assert names(mo_reads, "?campaign=archive&state=confirmed") == ["Sam Signer"]


@pytest.mark.parametrize(
    "query",
    [
        "?state=nothing",
        "?day=2026-02-30",
        "?day=9999-12-31",
        "?campaign=none",
        "?country=%00",
        "?after=%00",
    ],
)
@pytest.mark.usefixtures("signature")
def test_nonsense_matches_nothing(mo_reads: StaffReader, query: str) -> None:
    assert mo_reads.get(DOOR + query).status == 200


def test_the_list_goes_on_after_a_page(
    petition: Petition, mo_reads: StaffReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    for n in range(3):
        factories.sign(petition, f"sam-{n}@example.org", name=f"Sam {n}")

    page = mo_reads.get(DOOR)

    assert names(mo_reads, "") == ["Sam 2", "Sam 1"]
    assert names(mo_reads, page.link("Earlier ones").removeprefix(DOOR)) == ["Sam 0"]


def test_looking_stands_in_the_trail(mo_reads: StaffReader, signature: Signature) -> None:
    mo_reads.get(f"{DOOR}?state=confirmed")
    mo_reads.get(DOOR + signature.ref)

    assert deeds("signatures.listed") == [("signatures", "1: state=confirmed")]
    assert deeds("signature.read") == [(f"signature:{signature.ref}", None)]


def test_a_mailbox_is_found_in_all_campaigns(petition: Petition, mo_reads: StaffReader) -> None:
    factories.confirmed(petition, "s.am@gmail.com")
    factories.sign(factories.petition(), "sam@gmail.com", name="Sam Again")
    factories.sign(petition, "lena@example.org", name="Lena")

    page = mo_reads.press(mo_reads.get(DOOR), "Search", q="Sam+x@googlemail.com")

    assert [cell.text for cell in page.soup.select("label.check bdi")] == [
        "Sam Again",
        "Sam Signer",
    ]
    assert deeds("signatures.searched") == [("signatures", "2 of one address")]
    assert "gmail" not in str(deeds("signatures.searched"))


def test_names_and_domains_are_found_in_one_campaign(
    petition: Petition, mo_reads: StaffReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.sign(petition, "a@spam.example", name="Émile Zola")
    factories.sign(petition, "b@spam.example", name="Berthe")
    factories.sign(petition, "lena@example.org", name="Lena")
    monkeypatch.setattr(finding, "LOOK", 2)

    page = mo_reads.press(mo_reads.get(DOOR), "Search", q="émile", status=422)
    assert "Choose the campaign" in page.text

    page = mo_reads.press(page, "Search", q="émile", campaign="archive")
    assert "Looked into 2 signatures." in page.text
    assert "Émile" not in page.text
    page = mo_reads.press(page, "Look on")
    assert "Émile Zola" in page.text
    assert not page.soup.find("button", string="Look on")

    page = mo_reads.press(page, "Search", q="@spam.example", campaign="archive")
    assert "Berthe" in page.text
    assert "Lena" not in page.text


def test_one_signature_with_all_there_is_to_know(
    petition: Petition, mo_reads: StaffReader, signature: Signature
) -> None:
    factories.sign(factories.petition(factories.campaign(title="Another one")))

    page = mo_reads.get(DOOR + signature.ref)

    for words in ("Sam Signer", "sam@example.org", "Mine.", "Canada", "poster", "please_confirm"):
        assert words in page.text
    assert "Confirmed by its owner" in page.text
    assert page.link("Another one").startswith(DOOR)


def test_holding_asks_why_and_can_be_taken_back(
    mo_reads: StaffReader, petition: Petition, signature: Signature, reader: PageReader
) -> None:
    page = mo_reads.press(mo_reads.get(DOOR + signature.ref), "Hold", status=422)
    assert "Say why." in page.text

    page = mo_reads.press(page, "Hold", reason="Looks made up")
    assert "It stands now as: Held" in page.text
    assert signature.state is State.HELD
    assert reader.get("/campaigns/archive/count.json").response.json["count"] == 0

    page = mo_reads.press(page, "Undo")
    assert signature.state is State.CONFIRMED
    assert diary(signature) == [Deed.SIGN, Deed.CONFIRM, Deed.HOLD, Deed.RELEASE]
    about = f"signature:{signature.ref}"
    assert deeds("signature.hold") == [(about, "Looks made up")]
    assert deeds("signature.release") == [(about, "Undone")]
    all_adds_up()


def test_a_release_taken_back_holds_it_for_what_it_was_held_for(
    mo_reads: StaffReader, petition: Petition
) -> None:
    by_screening, by_mo = held(petition, 2)
    with transaction():
        setting_aside.release(by_mo, now=NOW)
        setting_aside.hold(by_mo, reason="Looks made up", now=NOW)

    for signature in (by_screening, by_mo):
        page = mo_reads.press(mo_reads.get(DOOR + signature.ref), "Release")
        mo_reads.press(page, "Undo")

    assert [one.state for one in (by_screening, by_mo)] == [State.HELD, State.HELD]
    assert [one.held_for for one in (by_screening, by_mo)] == [HeldFor.BURST, None]


def test_the_list_of_one_day_is_of_those_that_count_since_then(
    mo_reads: StaffReader, petition: Petition, signature: Signature
) -> None:
    held(petition, 1)
    factories.confirmed(petition, "lena@example.org", name="Lena", now=NOW + timedelta(days=1))

    assert names(mo_reads, "?confirmed_on=2026-03-01") == ["Sam Signer"]
    assert "Confirmed on 2026-03-01" in mo_reads.get(f"{DOOR}?confirmed_on=2026-03-01").text
    assert names(mo_reads, "?confirmed_on=nonsense") == []


def test_voiding_and_restoring(mo_reads: StaffReader, petition: Petition) -> None:
    (signature,) = held(petition, 1)
    page = mo_reads.press(mo_reads.get(DOOR + signature.ref), "Void", reason="A machine")
    assert signature.state is State.VOIDED

    mo_reads.press(page, "Restore")

    assert signature.state is State.HELD
    all_adds_up()


def test_after_ten_minutes_there_is_no_undo(mo_reads: StaffReader, signature: Signature) -> None:
    mo_reads.press(mo_reads.get(DOOR + signature.ref), "Hold", reason="Looks made up")

    with time_machine.travel(utc_now() + timedelta(minutes=11)):
        page = mo_reads.get(f"{DOOR}{signature.ref}?done=hold")

    assert not page.soup.find("button", string="Undo")


def test_what_the_signer_took_back_is_left_alone(
    mo_reads: StaffReader, signature: Signature
) -> None:
    page = mo_reads.get(DOOR + signature.ref)
    with transaction():
        services.withdraw(db.session.get_one(Signature, signature.id), now=NOW)

    page = mo_reads.press(page, "Void", reason="A machine", status=409)

    assert "Nothing was changed" in page.text
    assert signature.state is State.WITHDRAWN


def test_signers_see_no_difference(
    petition: Petition, reader: PageReader, mo_reads: StaffReader, signature: Signature
) -> None:
    before = reader.get("/campaigns/archive/check-your-mail").text
    mo_reads.press(mo_reads.get(DOOR + signature.ref), "Hold", reason="Looks made up")

    assert reader.get("/campaigns/archive/check-your-mail").text == before


def test_organisers_and_strangers_do_not_come_in(
    olive_reads: StaffReader, app: Flask, signature: Signature
) -> None:
    for address in (DOOR, f"{DOOR}held", DOOR + signature.ref, f"{DOOR}bulk?deed=void&state=held"):
        olive_reads.get(address, status=403)
        assert "Sign in" in StaffReader(app).get(address).h1
