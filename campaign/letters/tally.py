"""The tally: letters that volunteers say they have posted, and what came back.

Counted by number alone, never mixed with signatures. An unlikely number is held, not dropped.
"""

from datetime import date, datetime

from sqlalchemy import update

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.letters import rules
from campaign.letters.models import Answer, LetterAction, Posted
from campaign.letters.rules import AnswerKind, PostedState
from campaign.lib import limits
from campaign.lib.db import db


def tell(action: LetterAction, *, target: str, letters: int, now: datetime) -> Posted:
    """A volunteer has posted that many letters to a target. Held ones wait for staff to look."""
    within = limits.take(f"posted/{action.id}", rules.TOLD, now=now)
    counts = rules.counts_at_once(letters, within_limits=within)
    told = Posted(
        letter_action_id=action.id,
        target=target,
        letters=letters,
        state=PostedState.COUNTED if counts else PostedState.HELD,
        told_at=now,
    )
    db.session.add(told)
    db.session.flush()
    if counts:
        _count(action, letters)
    return told


def release(told: Posted, *, by: Account | None, now: datetime) -> bool:
    """Staff believe it: held letters count. False when they were settled already."""
    return _settle(told, PostedState.COUNTED, by=by, now=now)


def refuse(told: Posted, *, by: Account | None, now: datetime) -> bool:
    """Staff do not believe it: held letters never count. False when they were settled already."""
    return _settle(told, PostedState.REFUSED, by=by, now=now)


def hold_again(told: Posted, *, was: PostedState, by: Account, now: datetime) -> bool:
    """What staff settled so waits once more. False when it is not `was` any more."""
    moved = _move(told, was, PostedState.HELD)
    if moved and was is PostedState.COUNTED:
        _count(_action(told), -moved)
    if moved:
        _note("letters.settling-undone", _action(told), by, now)
    return bool(moved)


def note_answer(
    action: LetterAction,
    *,
    target: str,
    kind: AnswerKind,
    letters: int,
    came_on: date,
    note: str,
    by: Account | None,
    now: datetime,
) -> Answer:
    """Staff write down what came back: replies, or letters the post returned."""
    answer = Answer(
        letter_action_id=action.id,
        target=target,
        kind=kind,
        letters=letters,
        came_on=came_on,
        note=note,
    )
    db.session.add(answer)
    db.session.flush()
    _note(f"letters.{kind}-noted", action, by, now)
    return answer


def _move(told: Posted, start: PostedState, end: PostedState) -> int | None:
    """How many letters that moved; None when it stood otherwise."""
    return db.session.scalars(
        update(Posted)
        .where(Posted.id == told.id, Posted.state == start)
        .values(state=end)
        .returning(Posted.letters)
    ).one_or_none()


def _action(told: Posted) -> LetterAction:
    return db.session.get_one(LetterAction, told.letter_action_id)


def _settle(told: Posted, state: PostedState, *, by: Account | None, now: datetime) -> bool:
    """One conditional update, so that two of the staff never count the same letters twice."""
    moved = _move(told, PostedState.HELD, state)
    if moved is None:
        return False
    action = _action(told)
    if state is PostedState.COUNTED:
        _count(action, moved)
    _note(f"letters.{state}", action, by, now)
    return True


def _note(deed: str, action: LetterAction, by: Account | None, now: datetime) -> None:
    trail.note(deed, by=by, about=moves.about(action.campaign), now=now)


def _count(action: LetterAction, letters: int) -> None:
    db.session.execute(
        update(LetterAction)
        .where(LetterAction.id == action.id)
        .values(posted_count=LetterAction.posted_count + letters)
    )
