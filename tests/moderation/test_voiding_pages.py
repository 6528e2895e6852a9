"""A moderator writes a rule, reads the number, removes, restores, and tells the public."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import queries, services, voiding_runs
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State
from campaign.petitions.voiding_models import TotalCorrection, VoidingRun
from campaign.petitions.voiding_rules import RunState
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

DOOR = "/staff/voiding"
SURE = {"reason": "A wave from one place.", "current_password": factories.PASSWORD}


@pytest.fixture
def crowd(app: Flask) -> Petition:
    """Twelve from a wave, three honest ones."""
    petition = factories.petition(factories.campaign("archive"))
    for number in range(12):
        factories.confirmed(petition, f"s{number}@gmx.net", source="x")
    for who in ("sam", "lena", "nora"):
        factories.confirmed(petition, f"{who}@example.org")
    return petition


def write(reads: StaffReader, *, status: int = 200, **answers: Any) -> Page:
    """Mo writes a rule and has it counted."""
    return reads.press(reads.get(f"{DOOR}/new"), "Count them", status=status, **answers)


def work() -> None:
    """The worker does what is due."""
    while voiding_runs.work_due(utc_now()):
        pass


def test_the_whole_trip(
    mo_reads: StaffReader, mo: Account, reader: PageReader, crowd: Petition
) -> None:
    page = write(mo_reads, source="x")
    assert "Remove 12 signatures?" in page.text
    page = mo_reads.press(page, "Remove 12 signatures", **SURE)
    assert "0 of 12 are removed." in page.text
    assert page.response.headers["Refresh"]
    work()
    page = mo_reads.get(page.address)
    assert page.one("dt:-soup-contains('Started by') + dd").get_text(strip=True).startswith("Mo, ")
    assert "Refresh" not in page.response.headers
    assert queries.drift() == []

    page = mo_reads.get("/staff/queue/?kind=corrections&campaign=archive")
    page = mo_reads.get(page.link("12 signatures removed"))
    day = f"{utc_now():%-d %B %Y}"
    draft = f"On {day}, 12 signatures were removed because they did not come from people"
    assert page.value("words").startswith(draft)
    assert page.value("words").endswith("the total was 15 before.")
    assert "corrections" not in reader.get("/campaigns/archive").response.get_data(as_text=True)
    words = "Twelve came from one machine; the total was 15 before."
    page = mo_reads.press(page, "Publish the correction", words=words)
    assert "Nothing waits." in mo_reads.get("/staff/queue/").text
    assert words in page.text
    assert page.one("p[role=status]").get_text().endswith(" by Mo:")

    public = reader.get("/campaigns/archive")
    assert words in public.text
    assert public.link("This number was corrected") == "#corrections"
    (told,) = (reader.get("/campaigns/archive.json").response.json or {})["corrections"]
    assert (told["moved"], told["count_before"], told["words"]) == (-12, 15, words)

    run = db.session.scalars(select(VoidingRun)).one()
    page = mo_reads.press(
        mo_reads.get(f"{DOOR}/{run.id}"), "Restore 12 signatures", reason="They were real."
    )
    work()
    page = mo_reads.get(page.address)
    assert page.one("dt:-soup-contains('Restored by') + dd").get_text(strip=True).startswith("Mo, ")
    page = mo_reads.get(f"{DOOR}/")
    page = mo_reads.get(page.link("Publish a correction for “Open the archive”"))
    assert "12 signatures that had been removed were brought back" in page.value("words")
    assert page.value("words").endswith("the total was 3 before.")
    mo_reads.press(page, "Publish the correction")
    assert reader.get("/campaigns/archive").text.count("the total was") == 2


def test_sealed_conditions_are_counted_by_the_worker(
    mo_reads: StaffReader, crowd: Petition
) -> None:
    page = write(mo_reads, domains="@GMX.net\n\nelsewhere.example", names="signer")
    assert "0 of 15 envelopes are opened." in page.text
    work()

    page = mo_reads.get(page.address)

    assert "Remove 12 signatures?" in page.text
    assert "GMX.net, elsewhere.example" in page.text


def test_all_conditions_are_kept_and_shown(mo_reads: StaffReader, crowd: Petition) -> None:
    page = write(
        mo_reads,
        campaign=str(crowd.id),
        signed_from="2026-03-01T11:00",
        signed_before="2026-03-01 13:00",
        state="confirmed",
        country="CA",
        language="en",
        source="x",
    )

    assert "Remove 12 signatures?" in page.text
    for words in ("Open the archive", "1 March 2026, 11:00 UTC", "Confirmed", "Canada", "English"):
        assert words in page.text


@on_one_database
@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({}, "Set at least one condition besides the campaign."),
        ({"signed_from": "yesterday"}, "There is no such time."),
        ({"signed_from": "0001-01-01T00:00+14:00"}, "There is no such time."),
        ({"signed_from": "2026-02-30"}, "There is no such time."),
        (
            {"signed_from": "2026-03-02", "signed_before": "2026-03-01"},
            "This is not after the time above.",
        ),
        ({"state": "voided"}, "Not a valid choice"),
        ({"campaign": "999999"}, "Not a valid choice"),
        ({"source": "x" * 41}, "At most 40 characters"),
        ({"names": "a\n" * 201}, "At most 200 lines"),
        ({"names": "\x00\u202e"}, "Set at least one condition"),
        ({"domains": "@"}, "“@” is no mail domain."),
        ({"domains": "example.org, example.com"}, "is no mail domain."),
        ({"names": "!!"}, "“!!” has no word in it."),
    ],
)
def test_what_is_no_rule_is_said_and_nothing_typed_is_lost(
    mo_reads: StaffReader, crowd: Petition, answers: dict[str, str], says: str
) -> None:
    page = write(mo_reads, status=422, **answers)

    assert says in page.text
    if "signed_from" in answers:
        assert page.value("signed_from")[:7] == answers["signed_from"][:7]
    assert db.session.scalars(select(VoidingRun)).all() == []


def test_nothing_is_removed_without_reason_and_proof(
    mo_reads: StaffReader, crowd: Petition
) -> None:
    page = write(mo_reads, source="x")

    wrong = {**SURE, "current_password": "something else entirely"}
    refused = mo_reads.press(page, "Remove 12 signatures", status=422, **wrong)
    assert "That did not match." in refused.text
    assert refused.value("reason") == SURE["reason"]
    refused = mo_reads.press(page, "Remove 12 signatures", status=422, **{**SURE, "reason": ""})
    assert "Say why" in refused.text

    assert db.session.scalars(select(VoidingRun.state)).one() is RunState.READY
    assert db.session.scalars(select(Signature.voided_in)).unique().all() == [None]


def test_a_number_that_moved_has_to_be_read_again(mo_reads: StaffReader, crowd: Petition) -> None:
    page = write(mo_reads, source="x")
    quick = db.session.scalars(select(Signature).where(Signature.source == "x").limit(1)).one()
    with transaction():
        services.withdraw(quick, now=utc_now())

    page = mo_reads.press(page, "Remove 12 signatures", status=409, **SURE)
    assert "Meanwhile it is another number" in page.text
    mo_reads.press(page, "Remove 11 signatures", **SURE)
    work()

    assert crowd_states(crowd).count(State.VOIDED) == 11


def crowd_states(crowd: Petition) -> list[State]:
    return list(db.session.scalars(select(Signature.state)))


def test_whoever_is_second_is_told_so(app: Flask, mo_reads: StaffReader, crowd: Petition) -> None:
    ada_reads = StaffReader(app, factories.account("administrator", "Ada"))
    page = write(mo_reads, source="x")
    mo_reads.press(page, "Remove 12 signatures", **SURE)
    hers = ada_reads.get(page.address.split("?")[0])
    work()

    refused = ada_reads.press(hers, "Cancel; what is removed stays removed", status=409)
    assert "Somebody else was quicker" in refused.text

    told = db.session.scalars(select(TotalCorrection)).one()
    theirs = ada_reads.get(f"{DOOR}/corrections/{told.id}")
    mo_reads.press(mo_reads.get(theirs.address), "Publish the correction", words="First.")
    refused = ada_reads.press(theirs, "Publish the correction", status=409, words="Second.")
    assert "has been published meanwhile" in refused.text
    assert "First." in refused.text
    assert "Second." not in refused.text


def test_a_count_can_be_cancelled(mo_reads: StaffReader, crowd: Petition) -> None:
    page = mo_reads.press(write(mo_reads, names="Sam"), "Cancel")
    work()

    assert "Cancelled" in page.text
    assert crowd_states(crowd).count(State.VOIDED) == 0


def test_corrections_of_hidden_words_are_escaped(
    mo_reads: StaffReader, reader: PageReader, crowd: Petition
) -> None:
    mo_reads.press(write(mo_reads, source="x"), "Remove 12 signatures", **SURE)
    work()
    told = db.session.scalars(select(TotalCorrection)).one()
    page = mo_reads.get(f"{DOOR}/corrections/{told.id}")

    mo_reads.press(page, "Publish the correction", words="<script>alert(1)</script>")

    assert "<script>alert(1)</script>" in reader.get("/campaigns/archive").text


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "9" * 5000])
def test_a_number_that_nobody_read_is_refused(
    mo_reads: StaffReader, crowd: Petition, seen: str
) -> None:
    page = write(mo_reads, source="x")

    mo_reads.press(page, "Remove 12 signatures", status=409, seen=seen, **SURE)


def test_organisers_and_readers_stay_outside(
    app: Flask, mo_reads: StaffReader, crowd: Petition
) -> None:
    address = write(mo_reads, source="x").address
    olive = StaffReader(app, factories.account("organiser", "Olive", team_of=[crowd.campaign]))

    for path in (f"{DOOR}/", f"{DOOR}/new", address):
        olive.get(path, status=403)
    for path in (f"{DOOR}/999", f"{DOOR}/corrections/999"):
        mo_reads.get(path, status=404)
