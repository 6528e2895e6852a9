"""Deeds to many signatures: decided once, done in small transactions by whoever comes first.

Any number of workers may go on with the same one: each takes the next batch under a lock on its
row, and a batch with the mark of how far it came is one transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.lib.db import db, transaction, upserting
from campaign.lib.refusals import Busy
from campaign.lib.vault import Unreadable
from campaign.moderation import finding
from campaign.moderation.finding import Choice
from campaign.moderation.models import Bulk
from campaign.moderation.rules import OPPOSITE, UNDO, OtherNumber, TooLateToUndo
from campaign.petitions import holds, setting_aside
from campaign.petitions.models import Signature, SignatureEvent
from campaign.petitions.rules import MAY_START_FROM, Deed

log = structlog.get_logger()


def begin(
    deed: Deed,
    choice: Choice,
    *,
    key: str,
    upto: int,
    seen: int,
    reason: str | None,
    by: Account,
    now: datetime,
) -> Bulk:
    """Write the decision down; the worker does it. The same key again gives the same decision.

    `seen` is the number that the moderator was shown. Raises OtherNumber where it is another.
    """
    bulk = _add(
        key=key,
        deed=deed,
        choice=choice.written(),
        upto=upto,
        expected=seen,
        reason=reason,
        began_at=now,
    )
    if bulk is None:
        return db.session.scalars(select(Bulk).where(Bulk.key == key)).one()
    if seen < 1 or finding.number_for(deed, choice, upto=upto) != seen:
        raise OtherNumber
    trail.note(f"signatures.{deed}", by=by, about=bulk.batch, reason=_in_words(bulk), now=now)
    return bulk


def take_back(bulk: Bulk, *, by: Account, now: datetime) -> Bulk:
    """Undo it for exactly those it was done to, within ten minutes. Raises TooLateToUndo."""
    if not may_take_back(bulk, now):
        raise TooLateToUndo
    undoing = _add(
        key=f"undo:{bulk.id}",
        deed=OPPOSITE[bulk.deed],
        choice=bulk.choice,
        upto=bulk.upto,
        expected=bulk.done,
        reason=f"undo {bulk.batch}",
        undoes_id=bulk.id,
        began_at=now,
    )
    if undoing is None:
        return db.session.scalars(select(Bulk).where(Bulk.undoes_id == bulk.id)).one()
    trail.note(
        f"signatures.{undoing.deed}", by=by, about=undoing.batch, reason=undoing.reason, now=now
    )
    return undoing


def may_take_back(bulk: Bulk, now: datetime) -> bool:
    """Whether it is done, lately, and no undoing itself."""
    return bulk.undoes_id is None and bulk.ended_at is not None and now < bulk.ended_at + UNDO


def by_id(number: int) -> Bulk | None:
    """The decision with that number."""
    return db.session.get(Bulk, number)


def undoing(bulk: Bulk) -> Bulk | None:
    """The decision that takes this one back."""
    return db.session.scalar(select(Bulk).where(Bulk.undoes_id == bulk.id))


def go_on(now: datetime) -> int:
    """Do one batch of every decision that is not done yet, as a chore. Returns to how many."""
    unfinished = db.session.scalars(
        select(Bulk.id).where(Bulk.ended_at.is_(None)).order_by(Bulk.id)
    ).all()
    done = 0
    for number in unfinished:
        try:
            done += do_batch(number, now)
        except Unreadable:  # the administrator can bring the key file back: it waits for that
            log.exception("deeds to many wait for a key file", bulk=number)
        except Busy:
            log.info("deeds to many wait for the database", bulk=number)
    return done


def do_batch(number: int, now: datetime) -> int:
    """Do one batch of that decision in a transaction. Returns to how many."""
    with transaction():
        bulk = db.session.scalar(
            select(Bulk)
            .where(Bulk.id == number, Bulk.ended_at.is_(None))
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        if bulk is None:
            return 0
        ids = _next(bulk)
        words = _words_of(bulk)
        done = len(
            setting_aside.set_aside_many(
                ids, bulk.deed, reason=bulk.reason, batch=bulk.batch, now=now, **words
            )
        )
        bulk.done += done
        bulk.reached = ids[-1] if ids else bulk.reached
        bulk.ended_at = now if len(ids) < setting_aside.BATCH else None
        return done


def _words_of(bulk: Bulk) -> dict[str, Any]:
    """What a batch writes besides: who takes a release back, holds them for the same again."""
    is_release_undone = bulk.undoes_id is not None and bulk.deed is Deed.HOLD
    return {"held_for": holds.HELD_FOR_BEFORE} if is_release_undone else {}


def _next(bulk: Bulk) -> Sequence[int]:
    found = select(Signature.id).where(
        Signature.id > bulk.reached,
        Signature.id <= bulk.upto,
        Signature.state.in_(MAY_START_FROM[bulk.deed]),
    )
    if bulk.undoes_id:
        done = SignatureEvent.batch == f"bulk:{bulk.undoes_id}"
        found = found.where(Signature.id.in_(select(SignatureEvent.signature_id).where(done)))
    else:
        found = found.where(*Choice.read(bulk.choice).conditions())
    locked = found.order_by(Signature.id).limit(setting_aside.BATCH).with_for_update(of=Signature)
    return db.session.scalars(locked).all()


def _add(**values: object) -> Bulk | None:
    """A new decision; None when there is one with this key, or one that takes the same back."""
    return db.session.scalars(
        upserting(Bulk)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Bulk)
    ).one_or_none()


def _in_words(bulk: Bulk) -> str:
    chosen = Choice.read(bulk.choice)
    which = [f"{name}={value}" for name, value in chosen.filters.items()]
    if chosen.picks:
        which.append(f"{len(chosen.picks)} ticked")
    return f"{bulk.expected}: {', '.join(which)}" + (f". {bulk.reason}" if bulk.reason else "")
