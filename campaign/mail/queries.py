"""What an administrator asks of the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from campaign.lib.db import db
from campaign.mail.models import Mail
from campaign.mail.rules import State


class Heap(NamedTuple):
    """Mails of one kind in one state with the same trouble."""

    kind: str
    state: State
    trouble: str | None
    number: int
    most_tries: int
    oldest: datetime
    next_due: datetime


def heaps() -> Sequence[Heap]:
    """The whole outbox in a few lines: by kind, state and trouble."""
    rows = db.session.execute(
        select(
            Mail.kind,
            Mail.state,
            Mail.trouble,
            func.count(),
            func.max(Mail.tries),
            func.min(Mail.posted_at),
            func.min(Mail.due_at),
        )
        .group_by(Mail.kind, Mail.state, Mail.trouble)
        .order_by(Mail.state, Mail.kind)
    )
    return [Heap(*row) for row in rows]
