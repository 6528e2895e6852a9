"""The tally: letters that volunteers say they have posted, and what came back.

Counted by number alone, never mixed with signatures. An unlikely number is held, not dropped.
"""

from datetime import date, datetime

from sqlalchemy import update

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


def release(told: Posted) -> bool:
    """Staff believe it: held letters count. False when they were settled already."""
    return _settle(told, PostedState.COUNTED)


def refuse(told: Posted) -> bool:
    """Staff do not believe it: held letters never count. False when they were settled already."""
    return _settle(told, PostedState.REFUSED)


def note_answer(
    action: LetterAction, *, target: str, kind: AnswerKind, letters: int, came_on: date, note: str
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
    return answer


def _settle(told: Posted, state: PostedState) -> bool:
    """One conditional update, so that two of the staff never count the same letters twice."""
    moved = db.session.scalars(
        update(Posted)
        .where(Posted.id == told.id, Posted.state == PostedState.HELD)
        .values(state=state)
        .returning(Posted.letters)
    ).one_or_none()
    if moved is not None and state is PostedState.COUNTED:
        action = db.session.get_one(LetterAction, told.letter_action_id)
        _count(action, moved)
    return moved is not None


def _count(action: LetterAction, letters: int) -> None:
    db.session.execute(
        update(LetterAction)
        .where(LetterAction.id == action.id)
        .values(posted_count=LetterAction.posted_count + letters)
    )
