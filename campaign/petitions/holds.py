"""Holds, as the diary tells: of one signature, and of all that screening has held.

How much of that moderators have released says how well screening is set.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, exists, func, literal, select
from sqlalchemy.orm import aliased

from campaign.lib.db import db
from campaign.petitions.models import Signature, SignatureEvent
from campaign.petitions.rules import Deed, HeldFor

_LAST_HOLD: ColumnElement[str | None] = (
    select(SignatureEvent.reason)
    .where(SignatureEvent.signature_id == Signature.id, SignatureEvent.deed == Deed.HOLD)
    .order_by(SignatureEvent.id.desc())
    .limit(1)
    .correlate(Signature)
    .scalar_subquery()
)
#: Why it was held the last time, as the diary tells; NULL where a moderator held it.
HELD_FOR_BEFORE: ColumnElement[HeldFor | None] = case(
    {why.value: literal(why, Signature.held_for.type) for why in HeldFor}, value=_LAST_HOLD
)


class Holds(NamedTuple):
    """What was held for one reason since some moment."""

    held_for: HeldFor
    held: int
    #: Of these, a moderator has released so many: false alarms.
    released: int


def since(moment: datetime) -> Sequence[Holds]:
    """By reason, all reasons in their order."""
    later = aliased(SignatureEvent)
    was_released = exists().where(
        later.signature_id == SignatureEvent.signature_id,
        later.id > SignatureEvent.id,
        later.deed == Deed.RELEASE,
    )
    rows = db.session.execute(
        select(
            SignatureEvent.reason,
            func.count(),
            func.count().filter(was_released),
        )
        .where(
            SignatureEvent.deed == Deed.HOLD,
            SignatureEvent.deed.in_((Deed.HOLD, Deed.RELEASE)),  # as the index says
            SignatureEvent.at > moment,
            SignatureEvent.reason.in_(tuple(HeldFor)),
        )
        .group_by(SignatureEvent.reason)
    )
    found = {reason: Holds(HeldFor(reason or ""), *numbers) for reason, *numbers in rows}
    return [found.get(reason, Holds(reason, 0, 0)) for reason in HeldFor]


def unreleased(signature: Signature) -> SignatureEvent | None:
    """Its last hold, if nobody has released it since, whatever else was done to it."""
    last = db.session.scalar(
        select(SignatureEvent)
        .where(
            SignatureEvent.signature_id == signature.id,
            SignatureEvent.deed.in_((Deed.HOLD, Deed.RELEASE)),
        )
        .order_by(SignatureEvent.id.desc())
        .limit(1)
    )
    return last if last and last.deed is Deed.HOLD else None
