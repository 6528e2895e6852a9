"""The chain of the trail: whoever has the database alone can hide nothing, and nobody waits."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from campaign import chores
from campaign.accounts import chain, trail
from campaign.accounts.chain import Damage, Fault
from campaign.accounts.models import Account, TrailEntry, TrailHead
from campaign.lib.db import db, transaction
from tests import factories
from tests.factories import NOW


@pytest.fixture
def olive(app: Flask) -> Account:
    return factories.account("organiser", "Olive")


def note(by: Account, number: int) -> None:
    with transaction():
        trail.note(
            "export.taken", by=by, about=f"campaign:c{number}", reason=f"No. {number}", now=NOW
        )


def chained(by: Account, entries: int = 6) -> None:
    for number in range(1, entries + 1):
        note(by, number)
    chores.chain_trail(NOW)


def run(statement: str, **values: object) -> None:
    """Somebody who has the database, and nothing else, at work."""
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text(statement), values)


def found() -> list[Fault]:
    db.session.remove()
    return chain.check().faults


def test_an_untouched_trail_is_whole(olive: Account) -> None:
    chained(olive)

    report = chain.check()

    assert (report.length, report.waiting, report.faults) == (6, 0, [])


def test_entries_are_sealed_before_they_are_linked(olive: Account) -> None:
    note(olive, 1)
    chores.chain_trail(NOW)
    note(olive, 2)

    assert chain.check().waiting == 1
    run("UPDATE trail_entry SET who = 'Xan' WHERE place IS NULL")

    (fault,) = found()
    assert fault.damage is Damage.FORGED
    chores.chain_trail(NOW)
    assert found() == [Fault(Damage.CHANGED, 2)]


@pytest.mark.parametrize("column", ["who", "deed", "about", "reason"])
def test_a_changed_word_shows(olive: Account, column: str) -> None:
    chained(olive)

    run(f"UPDATE trail_entry SET {column} = 'other' WHERE place = 3")  # noqa: S608  (ours)

    assert found() == [Fault(Damage.CHANGED, 3)]
    assert str(found()[0]) == "Entry 3 was changed, or was not written by this site."


def test_a_changed_time_shows(olive: Account) -> None:
    chained(olive)

    run("UPDATE trail_entry SET at = '2026-03-01 13:00:00' WHERE place = 3")

    assert found() == [Fault(Damage.CHANGED, 3)]


def test_a_removed_row_shows(olive: Account) -> None:
    chained(olive)

    run("DELETE FROM trail_entry WHERE place IN (2, 4)")

    assert found() == [Fault(Damage.MISSING, 2), Fault(Damage.MISSING, 4)]


def test_a_removed_row_shows_though_the_others_close_ranks(olive: Account) -> None:
    chained(olive)

    run("DELETE FROM trail_entry WHERE place = 2")
    for place in (3, 4, 5, 6):
        run("UPDATE trail_entry SET place = :place - 1 WHERE place = :place", place=place)

    assert Fault(Damage.MOVED, 2) in found()
    assert Fault(Damage.MISSING, 6) in found()


def test_a_cut_off_end_shows_also_when_the_trail_goes_on(olive: Account) -> None:
    chained(olive)

    run("DELETE FROM trail_entry WHERE place > 4")

    assert found() == [Fault(Damage.MISSING, 5), Fault(Damage.MISSING, 6)]
    note(olive, 7)
    chores.chain_trail(NOW)
    assert found() == [Fault(Damage.MISSING, 5), Fault(Damage.MISSING, 6)]


def test_a_head_that_is_turned_back_shows_and_nothing_is_linked_to_it(olive: Account) -> None:
    chained(olive)
    run("DELETE FROM trail_entry WHERE place > 4")
    run("UPDATE trail_head SET length = 4, link = (SELECT link FROM trail_entry WHERE place = 4)")

    assert found() == [Fault(Damage.HEAD, 4)]
    note(olive, 7)
    assert chores.chain_trail(NOW) == 0
    assert found() == [Fault(Damage.HEAD, 4)]


def test_a_removed_head_shows_and_no_other_chain_begins(olive: Account) -> None:
    chained(olive)
    run("DELETE FROM trail_head")

    note(olive, 7)
    chores.chain_trail(NOW)

    assert Fault(Damage.HEAD, 6) in found()
    assert db.session.scalar(select(func.count()).select_from(TrailHead)) == 0


def test_swapped_rows_show(olive: Account) -> None:
    chained(olive)

    run("UPDATE trail_entry SET place = 99 WHERE place = 2")
    run("UPDATE trail_entry SET place = 2 WHERE place = 3")
    run("UPDATE trail_entry SET place = 3 WHERE place = 99")

    assert Fault(Damage.MOVED, 2) in found()
    assert Fault(Damage.MOVED, 3) in found()


def test_a_row_added_by_hand_shows(olive: Account) -> None:
    chained(olive)

    run(
        "INSERT INTO trail_entry (at, who, deed, about) "
        "VALUES ('2026-03-01 12:00:00', 'Olive', 'export.taken', 'campaign:x')"
    )

    assert [fault.damage for fault in found()] == [Damage.FORGED]
    chores.chain_trail(NOW)
    assert found() == [Fault(Damage.CHANGED, 7)]


def test_a_forged_row_beyond_the_end_shows(olive: Account) -> None:
    chained(olive)

    run(
        "INSERT INTO trail_entry (at, who, deed, about, place, link, seal) "
        "VALUES ('2026-03-01 12:00:00', 'Olive', 'export.taken', 'campaign:x', 9, 'l', 's')"
    )

    assert [fault.damage for fault in found()] == [Damage.FORGED]


def test_what_bears_no_seal_gets_none_from_a_chain_that_begins_anew(olive: Account) -> None:
    chained(olive, 2)

    run("DELETE FROM trail_head")
    run("UPDATE trail_entry SET who = 'Xan', place = NULL, link = NULL, seal = NULL")

    assert [fault.damage for fault in found()] == [Damage.FORGED, Damage.FORGED]
    chores.chain_trail(NOW)
    assert found() == [Fault(Damage.CHANGED, 1), Fault(Damage.CHANGED, 2)]


def test_deleting_an_account_breaks_nothing(olive: Account) -> None:
    chained(olive)

    run("DELETE FROM account WHERE id = :id", id=olive.id)

    assert found() == []
    assert set(db.session.scalars(select(TrailEntry.who))) == {"Olive"}


def test_a_round_is_small_and_the_next_goes_on(
    olive: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "BATCH", 4)

    chained(olive, entries=10)
    rounds = [chores.chain_trail(NOW) for _ in range(3)]

    assert rounds == [4, 2, 0]
    assert found() == []
    assert chain.check().length == 10


def test_many_who_write_while_several_workers_link(app: Flask, olive: Account) -> None:
    """Threads of their own, as the staff's requests and two workers are."""
    number, troubles = olive.id, []

    def in_the_app(deed: Callable[[Account], object]) -> None:
        try:
            with app.app_context():
                for _ in range(10):
                    deed(db.session.get_one(Account, number))
        except Exception as trouble:
            troubles.append(trouble)

    deeds = [lambda by: note(by, 1)] * 6 + [lambda _: chores.chain_trail(NOW)] * 3
    threads = [threading.Thread(target=in_the_app, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while chores.chain_trail(NOW):
        pass

    report = chain.check()
    assert troubles == []
    assert (report.length, report.waiting, report.faults) == (60, 0, [])


@pytest.mark.parametrize("migrated", ["postgresql"], indirect=True)
def test_an_entry_that_commits_late_gets_a_later_place(app: Flask, olive: Account) -> None:
    """On PostgreSQL a lower number may become visible after a higher one was linked.

    SQLite has one writer at a time.
    """
    number, wrote, may_end = olive.id, threading.Event(), threading.Event()

    def slow_deed() -> None:
        with app.app_context(), transaction():
            by = db.session.get_one(Account, number)
            trail.note("slow", by=by, about="campaign:slow", now=NOW)
            db.session.flush()
            wrote.set()
            may_end.wait(10)

    slow = threading.Thread(target=slow_deed)
    slow.start()
    assert wrote.wait(10)
    note(olive, 2)
    assert chores.chain_trail(NOW) == 1
    may_end.set()
    slow.join()
    assert chores.chain_trail(NOW) == 1

    in_order = db.session.scalars(select(TrailEntry.deed).order_by(TrailEntry.place)).all()
    assert in_order == ["export.taken", "slow"]
    assert found() == []


def test_what_the_last_check_found_is_kept_and_cannot_be_wiped_out(olive: Account) -> None:
    chained(olive)
    chores.check_trail(NOW)
    assert chain.last_check()[1] == []
    run("DELETE FROM trail_entry WHERE place = 3")

    assert chores.check_trail(NOW + timedelta(hours=1)) == 1
    head, faults = chain.last_check()
    assert head
    assert (head.checked_at, faults) == (NOW + timedelta(hours=1), [Fault(Damage.MISSING, 3)])

    run("UPDATE trail_head SET faults = '[]'")
    assert chain.last_check()[1] == [Fault(Damage.HEAD, 6)]


def test_the_command_says_what_is_wrong(app: Flask, olive: Account) -> None:
    chained(olive)
    verify = app.test_cli_runner().invoke

    whole = verify(args=["trail", "verify"])
    assert whole.exit_code == 0
    assert "6 entries are chained, 0 wait for the worker.\nThe trail is whole." in whole.output
    noted = whole.output.splitlines()[-1]

    note(olive, 7)
    chores.chain_trail(NOW)
    assert verify(args=["trail", "verify", "--expect", noted]).exit_code == 0

    run("DELETE FROM trail_entry WHERE place = 5")
    broken = verify(args=["trail", "verify"])
    assert broken.exit_code == 1
    assert "Entry 5 is missing." in broken.output


def test_a_note_taken_elsewhere_shows_that_an_older_state_was_put_back(
    app: Flask, olive: Account
) -> None:
    verify = app.test_cli_runner().invoke
    chained(olive)
    noted = verify(args=["trail", "verify"]).output.splitlines()[-1]

    run("DELETE FROM trail_entry")
    run("DELETE FROM trail_head")
    chained(olive)

    assert verify(args=["trail", "verify"]).exit_code == 0
    betrayed = verify(args=["trail", "verify", "--expect", noted])
    assert betrayed.exit_code == 1
    assert "is not in the chain" in betrayed.output
    assert verify(args=["trail", "verify", "--expect", "nonsense"]).exit_code == 2


@pytest.mark.parametrize("place", ["7", "99999999999", "9" * 23, "9" * 5000])
def test_a_place_that_the_chain_does_not_have_is_not_in_it(
    app: Flask, olive: Account, place: str
) -> None:
    chained(olive)

    result = app.test_cli_runner().invoke(args=["trail", "verify", "--expect", f"{place}:abc"])

    assert result.exit_code == 1
    assert f"\n{place}:abc is not in the chain" in result.output
    assert "Error: the trail is broken." in result.output


def test_a_note_of_a_trail_without_entries_is_good_for_ever(app: Flask, olive: Account) -> None:
    verify = app.test_cli_runner().invoke
    noted = verify(args=["trail", "verify"]).output.splitlines()[-1]
    assert noted == "0:"

    assert verify(args=["trail", "verify", "--expect", noted]).exit_code == 0
    chained(olive)
    assert verify(args=["trail", "verify", "--expect", noted]).exit_code == 0
    assert verify(args=["trail", "verify", "--expect", "0:abc"]).exit_code == 1
    for nothing in ("", ":", "6:"):
        assert verify(args=["trail", "verify", "--expect", nothing]).exit_code == 2, nothing
