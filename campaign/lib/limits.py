"""Limits that all processes share.

One row a key and window, one atomic upsert a question, never a COUNT.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from campaign.lib.db import Model, db, dialect, upserting


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
    return not any(used_up([Take(now, {key: limits})]))


class Take(NamedTuple):
    """One more of something, that counts against limits."""

    at: datetime
    #: By what is limited.
    limits: Mapping[str, Sequence[Limit]]


def used_up(takes: Sequence[Take]) -> list[set[str]]:
    """Count each of them; of each, the keys that had a limit used up.

    One statement counts all whose keys are different; those that share a key come one after the
    other.
    """
    full: list[set[str]] = [set() for _ in takes]
    waiting = dict(enumerate(takes))
    while waiting:
        turn: dict[int, Take] = {}
        keys: dict[str, int] = {}
        for number, take in waiting.items():
            if keys.keys().isdisjoint(take.limits):
                turn[number] = take
                keys.update(dict.fromkeys(take.limits, number))
        for key in _full(turn.values()):
            full[keys[key]].add(key)
        waiting = {number: take for number, take in waiting.items() if number not in turn}
    return full


def _full(takes: Iterable[Take]) -> set[str]:
    """Count these, whose keys are all different, in one statement.

    Sorted, so that two who count the same keys never wait for each other.
    """
    windows = {
        f"{key}/{limit.per.total_seconds():.0f}": (key, limit, take.at)
        for take in takes
        for key, limits in take.limits.items()
        for limit in limits
    }
    rows = [
        {"key": window, "starts_at": _start(limit.per, at), "taken": 1}
        for window, (_, limit, at) in sorted(windows.items())
    ]
    if not rows:
        return set()
    counted = db.session.connection().execute(_count_one(dialect()), rows)
    return {windows[window][0] for window, taken in counted if taken > windows[window][1].most}


@cache
def _count_one(_dialect: str) -> ReturningInsert[str, int]:
    """The statement, kept: to build it takes longer than to run it."""
    return (
        upserting(LimitWindow)
        .on_conflict_do_update(
            index_elements=["key", "starts_at"], set_={"taken": LimitWindow.taken + 1}
        )
        .returning(LimitWindow.key, LimitWindow.taken)
    )


def forget(*, before: datetime) -> None:
    """Delete the windows that began before that moment."""
    db.session.execute(delete(LimitWindow).where(LimitWindow.starts_at < before))


def _start(per: timedelta, now: datetime) -> datetime:
    seconds = per.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)
