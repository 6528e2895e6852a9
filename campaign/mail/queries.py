"""What is asked of the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from campaign.lib.db import db
from campaign.mail.models import Mail, MailFailure
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


def heaps(*, in_trouble: bool = False) -> Sequence[Heap]:
    """The whole outbox in a few lines: by kind, state and trouble.

    Or only what is `in_trouble`: mails that were given up lately, or whose last try failed.
    """
    query = (
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
    if in_trouble:
        query = query.where(Mail.state.in_([State.QUEUED, State.FAILED]), Mail.trouble.is_not(None))
    return [Heap(*row) for row in db.session.execute(query)]


def about(thing: str) -> Sequence[Mail]:
    """The mails about that thing there are traces of, the earliest first."""
    return db.session.scalars(select(Mail).where(Mail.about == thing).order_by(Mail.id)).all()


def is_free(now: datetime) -> ColumnElement[bool]:
    """A condition: no worker has it in hand."""
    return or_(Mail.leased_until.is_(None), Mail.leased_until <= now)


class Progress(NamedTuple):
    """How far a sending is: how many of its mails wait, are delivered, or failed for good."""

    waiting: int
    delivered: int
    failed: int


def progress(sending: str) -> Progress:
    """Of the mails that were queued for that sending and not taken back."""
    rows = db.session.execute(
        select(Mail.state, func.count()).where(Mail.sending == sending).group_by(Mail.state)
    )
    numbers = {row[0]: row[1] for row in rows}
    return Progress(*(numbers.get(state, 0) for state in State))


def waiting(sending: str) -> int:
    """How many mails of that sending wait."""
    return (
        db.session.scalar(
            select(func.count()).where(Mail.sending == sending, Mail.state == State.QUEUED)
        )
        or 0
    )


def failures(counted_under: str) -> Sequence[tuple[str, int]]:
    """Mails that were given up, by mail domain, most first; "" for all that few people have."""
    rows = db.session.execute(
        select(MailFailure.domain, MailFailure.number)
        .where(MailFailure.counted_under == counted_under)
        .order_by(MailFailure.number.desc(), MailFailure.domain)
    )
    return [(domain, number) for domain, number in rows]
