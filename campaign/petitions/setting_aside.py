"""What moderators and the calendar do to signatures.

Hold, release, void, restore, expire, anonymise.
"""

from datetime import datetime

from sqlalchemy import delete, select

from campaign.lib.db import db
from campaign.mail import outbox
from campaign.petitions import counting, mails, queries, rules
from campaign.petitions.counting import STANDING, Change, Standing
from campaign.petitions.models import Signature
from campaign.petitions.moves import move
from campaign.petitions.rules import Deed, HeldFor, State

#: How many signatures one transaction deals with, so that nobody waits for long.
BATCH = 500


def hold(
    signature: Signature, *, reason: str, held_for: HeldFor | None = None, now: datetime
) -> bool:
    """Set it aside for a moderator: not counted, not lost, and the signer sees no difference."""
    return move(signature, Deed.HOLD, now=now, reason=reason, held_for=held_for) is not None


def release(signature: Signature, *, reason: str | None = None, now: datetime) -> bool:
    """Give a held one back what it has earned meanwhile."""
    return move(signature, Deed.RELEASE, now=now, reason=reason) is not None


def void(signature: Signature, *, reason: str, now: datetime) -> bool:
    """A moderator removes it; `restore` brings it back."""
    return move(signature, Deed.VOID, now=now, reason=reason) is not None


def restore(signature: Signature, *, reason: str | None = None, now: datetime) -> bool:
    """Bring a voided one back to where it stood."""
    return move(signature, Deed.RESTORE, now=now, reason=reason) is not None


def anonymise(signature: Signature, *, now: datetime) -> None:
    """Destroy what could tell who signed; state and count stay."""
    move(signature, Deed.ANONYMISE, now=now)
    outbox.take_back(mails.about(signature.ref))


def expire(now: datetime) -> int:
    """Delete a batch of those that nobody confirmed in time. Returns how many; 0 means done."""
    due = (
        select(Signature.id)
        .where(
            Signature.state == State.PENDING,
            Signature.signed_at < now - rules.PENDING_LIFETIME,
        )
        .limit(BATCH)
    )
    gone = db.session.execute(
        delete(Signature)
        .where(Signature.id.in_(due), Signature.state == State.PENDING)
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
