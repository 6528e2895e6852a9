"""What moderators and the calendar do to signatures.

Hold, release, void, restore, expire, anonymise.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update

from campaign.lib.db import db
from campaign.mail import outbox
from campaign.petitions import counting, mailing, mails, queries, rules
from campaign.petitions.counting import STANDING, Change, Standing
from campaign.petitions.models import Signature
from campaign.petitions.moves import Moved, move, move_many
from campaign.petitions.rules import Deed, HeldFor, State

#: How many signatures one transaction deals with, so that nobody waits for long.
BATCH = 500


def hold(
    signature: Signature,
    *,
    reason: str,
    held_for: HeldFor | ColumnElement[HeldFor | None] | None = None,
    now: datetime,
) -> bool:
    """Set it aside for a moderator: not counted, not lost, and the signer sees no difference.

    Who takes a release back holds it for what it was held for: `holds.HELD_FOR_BEFORE`.
    """
    if move(signature, Deed.HOLD, now=now, reason=reason, held_for=held_for) is None:
        return False
    outbox.take_back_news(mails.about(signature.ref))
    return True


def release(signature: Signature, *, reason: str | None = None, now: datetime) -> bool:
    """Give a held one back what it has earned meanwhile."""
    return move(signature, Deed.RELEASE, now=now, reason=reason) is not None


def void(signature: Signature, *, reason: str, now: datetime) -> bool:
    """A moderator removes it; `restore` brings it back. Mails on their way are destroyed."""
    if move(signature, Deed.VOID, now=now, reason=reason) is None:
        return False
    _take_back(signature.ref)
    db.session.refresh(signature, ["mailed_at"])
    return True


def restore(signature: Signature, *, reason: str | None = None, now: datetime) -> bool:
    """Bring a voided one back to where it stood."""
    if move(signature, Deed.RESTORE, now=now, reason=reason) is None:
        return False
    _mail_again([signature.id], now=now)
    return True


def set_aside_many(
    ids: Sequence[int],
    deed: Deed,
    *,
    reason: str | None,
    batch: str | None = None,
    now: datetime,
    **words: Any,
) -> list[Moved]:
    """Hold, release, void or restore all of these that it may start from; how each stands now.

    Their mails follow, as when it is done to one. Rows that others may be moving are locked first,
    in the order of ids. `batch` names the whole in the diary, so that it can be taken back.
    """
    moved = move_many(ids, deed, now=now, reason=reason, batch=batch, **words)
    if deed is Deed.HOLD:
        outbox.take_back_news(*(mails.about(one.ref) for one in moved))
    elif deed is Deed.VOID:
        _take_back(*(one.ref for one in moved))
    elif deed is Deed.RESTORE:
        _mail_again([one.id for one in moved], now=now)
    return moved


def _take_back(*refs: str) -> None:
    """Destroy the mails that are on their way to them.

    A signature whose mail is destroyed has no `mailed_at` any more; `_mail_again` goes by that.
    """
    lost = outbox.take_back(*(mails.about(ref) for ref in refs))
    if lost:
        db.session.execute(
            update(Signature)
            .where(Signature.ref.in_([ref for ref in refs if mails.about(ref) in lost]))
            .values(mailed_at=None)
            .execution_options(synchronize_session=False)
        )


def _mail_again(ids: Sequence[int], *, now: datetime) -> None:
    """Whoever waited for the mail that asks to confirm when it was voided gets it now."""
    without_mail = select(Signature).where(
        Signature.id.in_(ids), Signature.state == State.PENDING, Signature.mailed_at.is_(None)
    )
    for signature in db.session.scalars(without_mail.execution_options(populate_existing=True)):
        mailing.mail_again(signature, now=now)


def anonymise(signature: Signature, *, now: datetime) -> None:
    """Destroy what could tell who signed; state and count stay."""
    move(signature, Deed.ANONYMISE, now=now)
    outbox.take_back(mails.about(signature.ref))


def expire(now: datetime) -> int:
    """Delete a batch of those that nobody confirmed in time. Returns how many; 0 means done.

    Also such as were held, removed or taken back meanwhile: perhaps somebody else typed that
    address. The days count from the last mail, too: a form may have waited long for a worker.
    What was erased has nobody's data, and stays. One that somebody has in hand is looked at the
    next time.
    """
    last = now - rules.PENDING_LIFETIME
    due = (
        select(Signature.id)
        .where(
            Signature.state.in_([state for state in State if state is not State.CONFIRMED]),
            Signature.signed_at < last,  # the index goes by this
            or_(Signature.mailed_at.is_(None), Signature.mailed_at < last),
            Signature.confirmed_at.is_(None),
            or_(Signature.state == State.PENDING, Signature.envelope.is_not(None)),
        )
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    gone = db.session.execute(
        delete(Signature)
        .where(Signature.id.in_(select(due.c.id)))
        .returning(Signature.ref, Signature.petition_id, *STANDING)
        .execution_options(synchronize_session=False)
    ).all()
    counting.note(*(Change(petition, Standing(*last), None) for _ref, petition, *last in gone))
    outbox.take_back(*(mails.about(row.ref) for row in gone))
    return len(gone)


def anonymise_due(now: datetime) -> int:
    """Anonymise a batch of those whose campaign closed long enough ago. Returns how many.

    0 means done.
    """
    due = queries.to_anonymise(closed_before=now - rules.KEPT_AFTER_CLOSING, most=BATCH)
    for signature in due:
        anonymise(signature, now=now)
    return len(due)
