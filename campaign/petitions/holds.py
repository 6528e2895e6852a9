"""What screening has held, and how much of it moderators have released: how well it is set."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from campaign.lib.db import db
from campaign.petitions.models import SignatureEvent
from campaign.petitions.rules import Deed, HeldFor


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
