"""Voiding by rule: what was counted is what is voided, and all of it comes back."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.accounts.models import Account, TrailEntry
from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.petitions import (
    queries,
    services,
    setting_aside,
    signing,
    tally_queries,
    voiding_rules,
    voiding_runs,
)
from campaign.petitions.choosing import Conditions
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import Deed, HeldFor, State
from campaign.petitions.voiding_models import TotalCorrection, VoidingMatch, VoidingRun
from campaign.petitions.voiding_rules import MovedMeanwhile, NoCondition, OtherNumber, RunState
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def mo(app: Flask) -> Account:
    """A moderator."""
    return factories.account("moderator", "Mo")


@pytest.fixture
def crowd(petition: Petition) -> Petition:
    """Three honest signers, and five from a wave: two confirmed, two pending, one held."""
    for who in ("sam", "lena", "nora"):
        factories.confirmed(petition, f"{who}@example.org", source="poster")
    for number in range(2):
        factories.confirmed(petition, f"a{number}@wave.example", name="Sir Spam A Lot", source="x")
    for number in range(2):
        factories.sign(petition, f"b{number}@mail.wave.example", name="Spämer", source="x")
    held = factories.sign(petition, "c@wave.example", source="x")
    with transaction():
        setting_aside.hold(held, reason="burst", held_for=HeldFor.BURST, now=NOW)
    return petition


def begin(mo: Account, **conditions: Any) -> VoidingRun:
    with transaction():
        return voiding_runs.begin(Conditions(**conditions), by=mo, now=LATER)


def start(run: VoidingRun, *, seen: int | None = None, by: Account | None = None) -> None:
    with transaction():
        voiding_runs.start(
            run,
            seen=run.found if seen is None else seen,
            reason="A wave.",
            by=by or run.by or factories.account("moderator"),
            now=LATER,
        )


def work(run: VoidingRun) -> VoidingRun:
    """The worker goes on until there is nothing left to do."""
    while voiding_runs.work_due(LATER):
        pass
    db.session.refresh(run)
    return run


def die_in_the_middle(run: VoidingRun) -> None:
    """The worker does a batch, and dies before it is kept."""
    with transaction():
        assert voiding_runs.go_on(run.id, LATER) == 2
        raise ZeroDivisionError


def restore(run: VoidingRun, mo: Account) -> VoidingRun:
    with transaction():
        voiding_runs.restore(run, reason="They were real.", by=mo, now=LATER)
    return work(run)


def states(petition: Petition) -> Counter[State]:
    """How many signatures stand where; and the count and the tallies are right."""
    assert queries.drift() == []
    assert tally_queries.tally_drift() == []
    return Counter(
        db.session.scalars(select(Signature.state).where(Signature.petition_id == petition.id))
    )


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"source": "x"}, 5),
        ({"source": "x", "state": State.PENDING}, 2),
        ({"held_for": HeldFor.BURST}, 1),
        ({"held_for": HeldFor.TREND}, 0),
        ({"domains": ("wave.example",)}, 5),
        ({"domains": ("mail.wave.example", "example.org")}, 5),
        ({"domains": ("ave.example",)}, 0),
        ({"names": ("spam a LOT",)}, 2),
        ({"names": ("spa", "spamer")}, 2),
        ({"domains": ("wave.example",), "state": State.CONFIRMED}, 2),
        ({"country": "CA"}, 8),
        ({"country": "FR"}, 0),
        ({"language": "en"}, 8),
        ({"signed_from": NOW, "signed_before": NOW + timedelta(seconds=1)}, 8),
        ({"signed_from": NOW + timedelta(seconds=1)}, 0),
        ({"signed_before": NOW}, 0),
    ],
)
def test_what_was_counted_is_what_is_voided(
    crowd: Petition, mo: Account, conditions: dict[str, Any], found: int
) -> None:
    before = states(crowd)
    run = work(begin(mo, **conditions))
    assert (run.state, run.found) == (RunState.READY, found)
    assert states(crowd) == before
    if not found:
        return

    start(run)
    work(run)

    assert (run.state, run.voided) == (RunState.DONE, found)
    assert states(crowd)[State.VOIDED] == found
    assert db.session.scalars(select(VoidingMatch)).all() == []


def test_the_database_alone_tells_nobody_for_whom_was_looked(crowd: Petition, mo: Account) -> None:
    run = begin(mo, source="x", domains=("wave.example",), names=("Sir Spam",))

    kept = json.dumps(run.conditions)
    assert run.conditions["source"] == "x"
    assert "wave" not in kept
    assert "Spam" not in kept
    assert Conditions.of(run).names == ("Sir Spam",)


def test_rules_of_before_their_conditions_were_sealed_are_read(
    crowd: Petition, mo: Account
) -> None:
    run = begin(mo, names=("Sir Spam",))
    with transaction():
        run.conditions = {"names": ["Sir Spam"]}

    voiding_runs.work_due(LATER)

    assert run.found == 2


def test_restoring_brings_back_exactly_what_the_run_voided(crowd: Petition, mo: Account) -> None:
    alone = factories.confirmed(crowd, "alone@example.org", source="x")
    with transaction():
        setting_aside.void(alone, reason="a bot", now=NOW)
    before = states(crowd)
    run = begin(mo, source="x")
    start(run)
    work(run)
    again = db.session.scalars(select(Signature).where(Signature.voided_in == run.id)).first()
    assert again
    with transaction():
        setting_aside.restore(again, now=LATER)
    with transaction():
        setting_aside.void(again, reason="by hand", now=LATER)
    stood = Counter([again.voided_from])

    restore(run, mo)

    assert (run.state, run.restored) == (RunState.RESTORED, 4)
    assert states(crowd) == before - stood + Counter({State.VOIDED: 1})
    assert again.voided_from is not None
    with pytest.raises(MovedMeanwhile):
        restore(run, mo)


def test_a_crash_in_the_middle_keeps_whole_batches_and_the_rest_follows(
    crowd: Petition, mo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_aside, "BATCH", 2)
    run = begin(mo, source="x")
    start(run)
    with transaction():
        assert voiding_runs.go_on(run.id, LATER) == 2
    with pytest.raises(ZeroDivisionError):
        die_in_the_middle(run)
    assert states(crowd)[State.VOIDED] == 2
    db.session.expire_all()

    work(run)

    assert run.voided == 5
    assert states(crowd)[State.VOIDED] == 5
    events = select(func.count()).where(SignatureEvent.deed == Deed.VOID)
    assert db.session.scalar(events) == 5


def test_a_cancelled_run_keeps_what_it_did_and_can_be_restored(
    crowd: Petition, mo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_aside, "BATCH", 2)
    before = states(crowd)
    run = begin(mo, domains=("wave.example",))
    work(run)
    start(run)
    with transaction():
        voiding_runs.go_on(run.id, LATER)

    with transaction():
        voiding_runs.cancel(run, by=mo, now=LATER)
    work(run)

    assert (run.state, run.voided) == (RunState.CANCELLED, 2)
    assert states(crowd)[State.VOIDED] == 2
    restore(run, mo)
    assert states(crowd) == before


def test_whoever_withdraws_meanwhile_has_withdrawn(crowd: Petition, mo: Account) -> None:
    run = begin(mo, source="x", state=State.CONFIRMED)
    start(run)
    quick = db.session.scalars(
        select(Signature).where(Signature.source == "x", Signature.state == State.CONFIRMED)
    ).first()
    assert quick
    with transaction():
        services.withdraw(quick, now=LATER)
    work(run)
    assert (run.found, run.voided) == (2, 1)

    erased = db.session.scalars(select(Signature).where(Signature.voided_in == run.id)).one()
    with transaction():
        services.erase(erased, now=LATER)
    restore(run, mo)

    assert run.restored == 0
    assert states(crowd)[State.WITHDRAWN] == 2


def test_whoever_signs_after_the_count_is_not_meant(crowd: Petition, mo: Account) -> None:
    run = work(begin(mo, names=("Sir Spam",)))
    factories.confirmed(
        crowd, "late@example.org", name="Sir Spam", source="x", now=LATER + timedelta(seconds=1)
    )
    start(run)

    assert work(run).voided == 2


def test_another_number_than_the_moderator_read_is_refused(crowd: Petition, mo: Account) -> None:
    run = begin(mo, source="x")
    quick = db.session.scalars(select(Signature).where(Signature.source == "x")).first()
    assert quick
    with transaction():
        services.withdraw(quick, now=LATER)

    with pytest.raises(OtherNumber):
        start(run)
    with transaction():
        voiding_runs.count_again(run)
    start(run)

    assert work(run).voided == 4


def test_a_rule_needs_a_condition(crowd: Petition, mo: Account) -> None:
    with pytest.raises(NoCondition):
        begin(mo, petition_id=crowd.id)


def test_two_moderators_at_once_start_one_run(app: Flask, crowd: Petition, mo: Account) -> None:
    number = begin(mo, source="x").id
    db.session.rollback()

    def press(_: int) -> bool:
        with app.app_context():
            run = db.session.get_one(VoidingRun, number)
            try:
                start(run, seen=5)
            except MovedMeanwhile:
                return False
            return True

    with ThreadPoolExecutor(8) as moderators:
        pressed = list(moderators.map(press, range(20)))

    assert pressed.count(True) == 1


def test_many_workers_and_overlapping_runs_void_everything_once(
    app: Flask, crowd: Petition, mo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting_aside, "BATCH", 2)
    runs = [begin(mo, source="x"), begin(mo, country="CA")]
    for run in runs:
        start(run)
    db.session.rollback()

    def do(_: int) -> None:
        with app.app_context():
            while voiding_runs.work_due(LATER):
                pass

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(do, range(4)))

    assert sum(work(run).voided for run in runs) == 8
    assert states(crowd) == Counter({State.VOIDED: 8})
    events = select(func.count()).where(SignatureEvent.deed == Deed.VOID)
    assert db.session.scalar(events) == 8


def test_mails_on_their_way_are_destroyed_and_asked_for_again_when_restored(
    crowd: Petition, mo: Account
) -> None:
    mails = select(Mail.about).where(Mail.kind == "please_confirm")
    before = set(db.session.scalars(mails))
    run = begin(mo, source="x", state=State.PENDING)
    start(run)
    work(run)
    taken = before - set(db.session.scalars(mails))
    assert len(taken) == 2

    restore(run, mo)

    assert set(db.session.scalars(mails)) == before


def test_a_single_one_gets_its_mail_again_too(petition: Petition) -> None:
    signature = factories.sign(petition)
    with transaction():
        setting_aside.void(signature, reason="a bot", now=NOW)
    assert db.session.scalars(select(Mail)).all() == []

    with transaction():
        setting_aside.restore(signature, now=LATER)

    assert len(db.session.scalars(select(Mail)).all()) == 1
    with transaction():
        assert signing.confirm(signature, now=LATER) == 1


def test_the_trail_says_who_did_what(crowd: Petition, mo: Account) -> None:
    run = work(begin(mo, names=("Sir Spam",)))
    start(run, by=factories.account("administrator", "Ada"))
    restore(work(run), mo)

    entries = db.session.scalars(select(TrailEntry).order_by(TrailEntry.id))
    assert [(one.who, one.deed, one.about, one.reason) for one in entries] == [
        ("Mo", "voiding.counted", f"voiding:{run.id}", None),
        ("Ada", "voiding.started", f"voiding:{run.id}", "A wave."),
        ("Ada", "voiding.done", f"voiding:{run.id}", None),
        ("Mo", "voiding.restored", f"voiding:{run.id}", "They were real."),
    ]


@pytest.mark.parametrize(
    ("moved", "before", "per_cent", "is_due"),
    [
        (-10, 999, 1, True),
        (-10, 1000, 1, False),
        (10, 0, 100, True),
        (-9, 9, 1, False),
        (-500, 1000, 50, False),
        (-501, 1000, 50, True),
        (-1000, 1000, 0, False),
    ],
)
def test_how_far_a_total_moves_before_the_public_is_told_is_set(
    moved: int, before: int, per_cent: int, is_due: bool
) -> None:
    told = voiding_rules.needs_correction(moved=moved, total_before=before, per_cent=per_cent)

    assert told is is_due


@pytest.mark.parametrize(("wave", "is_due"), [(9, False), (10, True)])
def test_the_public_is_told_when_the_total_moves_far(
    petition: Petition, mo: Account, wave: int, is_due: bool
) -> None:
    for number in range(wave):
        factories.confirmed(petition, f"sam-{number}@example.org", source="x")
    factories.confirmed(petition)
    factories.sign(petition, "pending@example.org", source="x")
    run = begin(mo, source="x")
    start(run)
    work(run)

    drafts = db.session.scalars(select(TotalCorrection)).all()
    assert [(one.moved, one.total_before) for one in drafts] == ([(-10, 11)] if is_due else [])

    restore(run, mo)
    drafts = db.session.scalars(select(TotalCorrection)).all()
    assert [(one.moved, one.total_before) for one in drafts] == ([(10, 1)] if is_due else [])
