"""Limits that all processes share.

One row a key and window, one atomic upsert a question, never a COUNT.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model, db, upserting


class Limit(NamedTuple):
    """At most `most` in each window of `per`."""

    most: int
    per: timedelta


class LimitWindow(Model):
    """How often something was taken in one window of time."""

    __tablename__ = "limit_window"

    #: What is limited, with a pseudonym for whom; never an address.
    key: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    taken: Mapped[int]


def take(key: str, limits: Sequence[Limit], *, now: datetime) -> bool:
    """Count one more against each limit; False when any of them was used up already.

    Windows are fixed (each hour, each day): the most that can pass in any span is twice the limit.
    """
    taken = [_count(f"{key}/{limit.per.total_seconds():.0f}", limit.per, now) for limit in limits]
    return all(number <= limit.most for number, limit in zip(taken, limits, strict=True))


def forget(*, before: datetime) -> None:
    """Delete the windows that began before that moment."""
    db.session.execute(delete(LimitWindow).where(LimitWindow.starts_at < before))


def _count(key: str, per: timedelta, now: datetime) -> int:
    start = datetime.fromtimestamp(
        now.timestamp() // per.total_seconds() * per.total_seconds(), now.tzinfo
    )
    upsert = (
        upserting(LimitWindow)
        .values(key=key, starts_at=start, taken=1)
        .on_conflict_do_update(
            index_elements=["key", "starts_at"], set_={"taken": LimitWindow.taken + 1}
        )
        .returning(LimitWindow.taken)
    )
    return db.session.execute(upsert).scalar_one()
