"""One decision about many signatures: counted first, done once, in batches, taken back exactly."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaign.accounts.models import Account
from campaign.chores import CHORES
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.vault import Vault
from campaign.moderation import bulking, finding
from campaign.moderation.finding import Choice
from campaign.moderation.models import Bulk
from campaign.petitions import services, setting_aside
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import Deed, State
from tests import factories
from tests.factories import NOW
from tests.moderation.deciding import all_adds_up, deeds, diary, held, in_state
from tests.staff import StaffReader

HELD = "/staff/signatures/held"


def work() -> int:
    """A worker does its chore once."""
    return bulking.go_on(utc_now())


def begin(deed: Deed, choice: Choice, mo: Account, *, key: str = "key") -> Bulk:
    """Mo has looked at the number, and decides."""
    upto = finding.latest()
    with transaction():
        return bulking.begin(
            deed,
            choice,
            key=key,
            upto=upto,
            seen=finding.number_for(deed, choice, upto=upto),
            reason="Real people",
            by=mo,
            now=utc_now(),
        )


def test_the_whole_trip(petition: Petition, mo_reads: StaffReader) -> None:
    held(petition, 3)
    factories.confirmed(petition, "lena@example.org")
    page = mo_reads.get(HELD)
    row = page.one("tbody tr")
    assert row.select_one("time")["title"] == "1 March 2026, 12:00 UTC"  # type: ignore[index]
    assert "Many from one network" in row.get_text()
    said = row.get_text(" ", strip=True)
    assert said.startswith("Open the archive 3 ")
    assert said.endswith("Release all Open the archive")

    page = mo_reads.get(page.link("Release all Open the archive"))
    assert page.h1 == "Release 3 held signatures?"
    page = mo_reads.press(page, "Release 3 held signatures", reason="A school class")

    assert "Done: 3 signatures." in page.text
    assert in_state(State.HELD) == 0
    assert in_state(State.CONFIRMED) == 4
    all_adds_up()
    assert deeds("signatures.release") == [
        (
            db.session.scalars(select(Bulk)).one().batch,
            "3: campaign=archive, state=held, held_for=burst. A school class",
        )
    ]

    page = mo_reads.press(page, "Undo")
    assert "Done: 3 signatures." in page.text
    assert in_state(State.HELD) == 3
    assert in_state(State.CONFIRMED) == 1
    assert "Many from one network" in mo_reads.get(HELD).text
    all_adds_up()


def test_one_reason_is_decided_about_apart_from_the_others(
    petition: Petition, mo_reads: StaffReader
) -> None:
    held(petition, 2)
    own = factories.confirmed(petition, "lena@example.org")
    with transaction():
        setting_aside.hold(own, reason="Looks made up", now=NOW)

    page = mo_reads.get("/staff/signatures/bulk?deed=release&state=held&held_for=burst")
    mo_reads.press(page, "Release 2 held signatures")

    assert own.state is State.HELD
    assert in_state(State.HELD) == 1
    assert "a moderator holds it" in mo_reads.get(HELD).text
    assert mo_reads.get("/staff/signatures/?held_for=nothing").soup.select("td") == []


def test_only_the_ticked_ones(petition: Petition, mo_reads: StaffReader) -> None:
    first, second, third = held(petition, 3)
    page = mo_reads.get("/staff/signatures/?state=held")

    picks = [first.ref, third.ref]
    page = mo_reads.press(page, "Void the ticked ones", pick=picks)
    page = mo_reads.press(page, "Void 2 signatures", pick=picks, status=422)
    assert "Say why." in page.text
    mo_reads.press(page, "Void 2 signatures", pick=picks, reason="Machines")

    assert [s.state for s in (first, second, third)] == [State.VOIDED, State.HELD, State.VOIDED]
    assert diary(first)[-1] == Deed.VOID
    all_adds_up()


def test_another_number_is_shown_before_anything_is_done(
    petition: Petition, mo_reads: StaffReader
) -> None:
    signatures = held(petition, 2)
    page = mo_reads.get("/staff/signatures/bulk?deed=release&state=held")
    with transaction():
        setting_aside.release(db.session.get_one(Signature, signatures[0].id), now=NOW)

    page = mo_reads.press(page, "Release 2 held signatures", status=409)

    assert page.h1 == "Release 1 held signature?"
    assert in_state(State.HELD) == 1
    mo_reads.press(page, "Release 1 held signature")
    assert in_state(State.HELD) == 0


def test_a_large_one_is_done_in_batches(
    petition: Petition, mo: Account, mo_reads: StaffReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_aside, "BATCH", 2)
    held(petition, 5)
    begin(Deed.RELEASE, Choice(state="held"), mo)

    assert work() == 2
    assert in_state(State.HELD) == 3
    all_adds_up()
    bulk = db.session.scalars(select(Bulk)).one()
    assert "2 of 5 are done" in mo_reads.get(f"/staff/signatures/bulk/{bulk.id}").text
    assert [work(), work(), work()] == [2, 1, 0]
    assert in_state(State.HELD) == 0
    all_adds_up()


def test_whoever_is_held_after_the_decision_stays_held(
    petition: Petition, mo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(petition, 1)
    begin(Deed.RELEASE, Choice(state="held"), mo)
    late = factories.confirmed(petition, "late@example.org")
    with transaction():
        setting_aside.hold(late, reason="?", now=NOW)

    work()

    assert late.state is State.HELD


def test_undoing_leaves_alone_what_moved_on(petition: Petition, mo: Account) -> None:
    first, second = held(petition, 2)
    bulk = begin(Deed.RELEASE, Choice(state="held"), mo)
    work()
    with transaction():
        services.withdraw(db.session.get_one(Signature, first.id), now=NOW)
    other = factories.confirmed(petition, "other@example.org")

    with transaction():
        bulking.take_back(bulk, by=mo, now=utc_now())
    work()

    states = [
        db.session.scalars(select(Signature.state).where(Signature.id == s.id)).one()
        for s in (first, second, other)
    ]
    assert states == [State.WITHDRAWN, State.HELD, State.CONFIRMED]
    all_adds_up()


def test_holding_leaves_the_total_of_those_who_had_not_confirmed(
    petition: Petition, mo: Account
) -> None:
    factories.confirmed(petition, "lena@example.org")
    waits = factories.sign(petition, "xan@example.org")

    begin(Deed.HOLD, Choice(campaign="archive"), mo)
    work()

    assert in_state(State.HELD) == 2
    left = select(SignatureEvent.from_state).where(
        SignatureEvent.signature_id == waits.id, SignatureEvent.deed == Deed.HOLD
    )
    assert db.session.scalars(left).all() == [State.PENDING]
    all_adds_up()


def test_restoring_brings_each_back_to_where_it_stood(petition: Petition, mo: Account) -> None:
    held(petition, 2)
    factories.confirmed(petition, "lena@example.org")
    factories.sign(petition, "xan@example.org")
    bulk = begin(Deed.VOID, Choice(campaign="archive"), mo)
    work()
    assert in_state(State.VOIDED) == 4

    with transaction():
        bulking.take_back(bulk, by=mo, now=utc_now())
    work()

    assert [in_state(s) for s in (State.HELD, State.CONFIRMED, State.PENDING)] == [2, 1, 1]
    all_adds_up()


def test_one_that_waits_for_a_key_file_does_not_keep_the_next(
    petition: Petition, mo: Account, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    factories.sign(petition, "xan@example.org")
    bulk = begin(Deed.VOID, Choice(campaign="archive"), mo)
    work()
    with transaction():
        waits = bulking.take_back(bulk, by=mo, now=utc_now())
    other = factories.petition(factories.campaign("other"))
    held(other, 2)
    next_one = begin(Deed.VOID, Choice(campaign="other"), mo, key="another key")

    with monkeypatch.context() as other_key:
        other_key.setitem(app.extensions, "campaign.vault", Vault(tmp_path))
        work()

    assert (waits.ended_at, next_one.done) == (None, 2)
    work()
    assert waits.done == 1
    all_adds_up()


def test_it_is_taken_back_for_ten_minutes_and_once(
    petition: Petition, mo: Account, mo_reads: StaffReader
) -> None:
    held(petition, 1)
    bulk = begin(Deed.RELEASE, Choice(state="held"), mo)
    work()
    page = mo_reads.get(f"/staff/signatures/bulk/{bulk.id}")
    with time_machine.travel(utc_now() + timedelta(minutes=11)):
        mo_reads.press(page, "Undo", status=409)
    assert in_state(State.HELD) == 0

    mo_reads.press(page, "Undo")
    mo_reads.press(page, "Undo")

    assert in_state(State.HELD) == 1
    assert db.session.scalars(select(func.count()).select_from(Bulk)).one() == 2
    assert "It was taken back." in mo_reads.get(f"/staff/signatures/bulk/{bulk.id}").text


def test_a_hundred_presses_at_once_do_it_once(petition: Petition, mo: Account, app: Flask) -> None:
    held(petition, 3)
    number, upto = mo.id, finding.latest()

    def press(_: int) -> int:
        with app.app_context():
            with transaction():
                bulk = bulking.begin(
                    Deed.RELEASE,
                    Choice(state="held"),
                    key="one page",
                    upto=upto,
                    seen=3,
                    reason=None,
                    by=db.session.get_one(Account, number),
                    now=utc_now(),
                )
            bulking.do_batch(bulk.id, utc_now())
            return bulk.id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(press, range(100)))) == 1

    events = select(func.count()).where(SignatureEvent.deed == Deed.RELEASE)
    assert db.session.scalars(events.select_from(SignatureEvent)).one() == 3
    assert len(deeds("signatures.release")) == 1
    all_adds_up()


@pytest.mark.parametrize(
    "changes",
    [
        {"deed": "erase"},
        {"state": ""},
        {"key": ""},
        {"seen": "9" * 30, "upto": "9" * 30},
        {"seen": "x", "upto": "-1"},
        {"upto": "-" + "9" * 30},
        {"seen": "-" + "9" * 30},
        {"reason": "x" * 501},
    ],
)
def test_nonsense_changes_nothing(
    petition: Petition, mo_reads: StaffReader, changes: dict[str, str]
) -> None:
    held(petition, 1)
    page = mo_reads.get("/staff/signatures/bulk?deed=release&state=held")
    form = {i["name"]: i["value"] for i in page.soup.select("main form input[type=hidden]")}

    response = mo_reads._open("POST", "/staff/signatures/bulk", data=form | changes)

    assert 400 <= response.status_code < 500
    assert in_state(State.HELD) == 1


def test_the_worker_has_it_among_its_chores() -> None:
    assert bulking.go_on in [chore.do for chore in CHORES]
