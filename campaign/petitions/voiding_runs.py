"""Voiding by rule: count, void, cancel, restore; the worker goes on with it batch by batch.

A batch and the mark of how far it came are one transaction, which holds the run's row: another
worker passes it over, and when a worker dies, the next goes on from the mark.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import delete, func, insert, select

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.lib.db import db, transaction
from campaign.lib.refusals import Busy
from campaign.lib.vault import Unreadable
from campaign.petitions import choosing, queries, setting_aside, sieve, voiding_rules
from campaign.petitions.choosing import Conditions
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import Deed, State
from campaign.petitions.voiding_models import TotalCorrection, VoidingMatch, VoidingPart, VoidingRun
from campaign.petitions.voiding_rules import RunState

#: So many envelopes are opened in one transaction.
OPENED_AT_ONCE = 1000
#: So many batches of one run, then the worker looks after its mail again.
TURNS = 10

log = structlog.get_logger()


def begin(conditions: Conditions, *, by: Account, now: datetime) -> VoidingRun:
    """A new rule. It is counted at once, or by the worker if envelopes have to be opened for it.

    Raises NoCondition.
    """
    if not conditions.are_set:
        raise voiding_rules.NoCondition
    run = VoidingRun(
        state=RunState.COUNTING if conditions.are_sealed else RunState.READY,
        conditions=conditions.as_json(),
        asked_at=now,
        by=by,
    )
    db.session.add(run)
    db.session.flush()
    if conditions.are_sealed:
        run.to_open = _how_many(run)
    else:
        _count(run)
    trail.note("voiding.counted", by=by, about=_about(run), now=now)
    return run


def count_again(run: VoidingRun) -> None:
    """Bring the number that a moderator reads up to date. Raises MovedMeanwhile."""
    _hold_still(run, RunState.READY)
    _count(run)


def start(run: VoidingRun, *, seen: int, reason: str, by: Account, now: datetime) -> None:
    """Let the worker void what the rule chose, if it is still as many as the moderator has read.

    Raises MovedMeanwhile, NothingFound, OtherNumber.
    """
    _hold_still(run, RunState.READY)
    found = sum(found for _, found, _ in choosing.numbers(choosing.chosen(run)))
    if found != seen:
        raise voiding_rules.OtherNumber
    if not found:
        raise voiding_rules.NothingFound
    run.state, run.reason, run.started_by, run.started_at = RunState.RUNNING, reason, by, now
    run.cursor = 0
    trail.note("voiding.started", by=by, about=_about(run), reason=reason, now=now)


def cancel(run: VoidingRun, *, by: Account, now: datetime) -> None:
    """Stop it where it is; what it has voided stays so for now. Raises MovedMeanwhile."""
    _hold_still(run, *voiding_rules.MAY_BE_CANCELLED)
    trail.note("voiding.cancelled", by=by, about=_about(run), now=now)
    end(run, RunState.CANCELLED, now)


def restore(run: VoidingRun, *, reason: str, by: Account, now: datetime) -> None:
    """Let the worker bring back exactly those that this run has voided. Raises MovedMeanwhile."""
    _hold_still(run, *voiding_rules.ENDED)
    if not run.may_be_restored:
        raise voiding_rules.MovedMeanwhile
    run.state, run.restore_reason = RunState.RESTORING, reason
    run.restored_by, run.restored_at = by, now
    trail.note("voiding.restored", by=by, about=_about(run), reason=reason, now=now)


def publish(correction: TotalCorrection, words: str, *, by: Account, now: datetime) -> None:
    """Tell the public, in these words. Raises PublishedAlready."""
    db.session.refresh(correction, with_for_update={"of": TotalCorrection})
    if correction.words is not None:
        raise voiding_rules.PublishedAlready
    correction.words, correction.published_at, correction.published_by = words, now, by
    slug = correction.petition.campaign.slug
    trail.note("correction.published", by=by, about=moves.about_slug(slug), reason=words, now=now)


def work_due(now: datetime) -> int:
    """Some batches of each run under way. Returns how many signatures were dealt with."""
    return sum(_work(number, now) for number in _under_way())


def _under_way() -> Sequence[int]:
    runs = select(VoidingRun.id).where(VoidingRun.state.in_(voiding_rules.UNDER_WAY))
    return db.session.scalars(runs.order_by(VoidingRun.id)).all()


def _work(number: int, now: datetime) -> int:
    total = 0
    try:
        for _ in range(TURNS):
            with transaction():
                done = go_on(number, now)
            total += done
            if not done:
                break
    except Unreadable:  # the administrator can bring the key file back: it waits for that
        log.exception("voiding waits for a key file", run=number)
    except Busy:  # what was done is kept; the rest is done at the next time
        log.info("voiding waits for the database", run=number)
    return total


def go_on(number: int, now: datetime) -> int:
    """One batch of the run, if nobody else has it in hand.

    Returns how many signatures were dealt with; 0 means done, or not now.
    """
    run = db.session.scalar(
        select(VoidingRun)
        .where(VoidingRun.id == number, VoidingRun.state.in_(voiding_rules.UNDER_WAY))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if run is None:
        return 0
    match run.state:
        case RunState.COUNTING:
            return _open_some(run)
        case RunState.RUNNING:
            return _void_some(run, now)
        case _:
            return _restore_some(run, now)


def _open_some(run: VoidingRun) -> int:
    conditions = Conditions.of(run)
    batch = db.session.execute(
        choosing.next_of(
            choosing.to_open(run)
            .add_columns(Signature.envelope)
            .where(Signature.envelope.is_not(None)),
            run,
            OPENED_AT_ONCE,
        )
    ).all()
    matches = [
        {"run_id": run.id, "signature_id": number}
        for number, envelope in batch
        if envelope and conditions.are_met_by(queries.opened(envelope))
    ]
    if matches:
        db.session.execute(insert(VoidingMatch), matches)
    run.opened += len(batch)
    if batch:
        run.cursor = batch[-1][0]
    if len(batch) < OPENED_AT_ONCE:
        run.state = RunState.READY
        _count(run)
    return len(batch)


def _count(run: VoidingRun) -> None:
    """How many signatures it would void just now, in which petitions."""
    run.parts = [
        VoidingPart(petition_id=petition_id, found=found, found_confirmed=confirmed)
        for petition_id, found, confirmed in choosing.numbers(choosing.chosen(run))
    ]
    db.session.flush()


def _void_some(run: VoidingRun, now: datetime) -> int:
    ids = db.session.scalars(
        choosing.next_of(choosing.chosen(run), run, setting_aside.BATCH).with_for_update(
            of=Signature
        )
    ).all()
    moved = setting_aside.set_aside_many(
        ids, Deed.VOID, reason=f"run {run.id}", now=now, voided_in=run.id
    )
    confirmed = Counter(one.petition_id for one in moved if one.left is State.CONFIRMED)
    for petition_id, voided in Counter(one.petition_id for one in moved).items():
        part = _part(run, petition_id)
        part.voided += voided
        part.voided_confirmed += confirmed[petition_id]
    if ids:
        run.cursor = ids[-1]
    if len(ids) < setting_aside.BATCH:
        trail.note("voiding.done", by=run.started_by, about=_about(run), now=now)
        end(run, RunState.DONE, now)
    return len(ids)


def _restore_some(run: VoidingRun, now: datetime) -> int:
    ids = db.session.scalars(
        select(Signature.id)
        .where(Signature.voided_in == run.id, Signature.state == State.VOIDED)
        .order_by(Signature.id)
        .limit(setting_aside.BATCH)
        .with_for_update()
    ).all()
    moved = setting_aside.set_aside_many(ids, Deed.RESTORE, reason=f"run {run.id}", now=now)
    confirmed = Counter(one.petition_id for one in moved if one.reached.state is State.CONFIRMED)
    for petition_id, restored in Counter(one.petition_id for one in moved).items():
        part = _part(run, petition_id)
        part.restored += restored
        part.restored_confirmed += confirmed[petition_id]
    if len(ids) < setting_aside.BATCH:
        run.state = RunState.RESTORED
        _draft_corrections(run, now)
    return len(ids)


def _part(run: VoidingRun, petition_id: int) -> VoidingPart:
    """The run's part in that petition; a new one where nothing was found before, but now."""
    for part in run.parts:
        if part.petition_id == petition_id:
            return part
    part = VoidingPart(petition_id=petition_id, voided=0, voided_confirmed=0)
    run.parts.append(part)
    return part


def _hold_still(run: VoidingRun, *states: RunState) -> None:
    """Keep the worker and colleagues off the run; it has to stand in one of these states."""
    db.session.refresh(run, with_for_update={"of": VoidingRun})
    if run.state not in states:
        raise voiding_rules.MovedMeanwhile


def _how_many(run: VoidingRun) -> int:
    return (
        db.session.scalar(
            choosing.to_open(run)
            .with_only_columns(func.count())
            .where(Signature.envelope.is_not(None))
        )
        or 0
    )


def end(run: VoidingRun, state: RunState, now: datetime) -> None:
    """Nothing more is done for it; what it has done stays."""
    run.state, run.ended_at = state, now
    db.session.execute(delete(VoidingMatch).where(VoidingMatch.run_id == run.id))
    _draft_corrections(run, now)


def _draft_corrections(run: VoidingRun, now: datetime) -> None:
    """For each petition whose total the run has moved far, what a moderator puts into words.

    A draft about a removal that was never published says nothing true once it was undone.
    """
    db.session.flush()
    db.session.execute(
        delete(TotalCorrection).where(
            TotalCorrection.run_id == run.id, TotalCorrection.words.is_(None)
        )
    )
    per_cent = sieve.thresholds().correction_per_cent
    totals = select(VoidingPart, Petition.confirmed_count).join(VoidingPart.petition)
    for part, total in db.session.execute(totals.where(VoidingPart.run_id == run.id)):
        is_back = run.state is RunState.RESTORED
        moved = part.restored_confirmed if is_back else -part.voided_confirmed
        if voiding_rules.needs_correction(
            moved=moved, total_before=total - moved, per_cent=per_cent
        ):
            db.session.add(
                TotalCorrection(
                    petition_id=part.petition_id,
                    run_id=run.id,
                    moved=moved,
                    total_before=total - moved,
                    moved_at=now,
                )
            )


def _about(run: VoidingRun) -> str:
    return f"voiding:{run.id}"
