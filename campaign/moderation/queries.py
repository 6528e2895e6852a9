"""What moderators ask of all that waits, and of what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from campaign.accounts.models import TrailEntry
from campaign.lib.db import db
from campaign.moderation.items import Decidable, Item
from campaign.moderation.kinds import KINDS
from campaign.moderation.queue_models import Decision, Reason
from campaign.moderation.queue_rules import Age, age

#: How much of its history a page shows.
HISTORY = 20


@dataclass(frozen=True)
class Filter:
    """Which of all that waits: what is not blank must be so."""

    kind: str = ""
    #: Slug.
    campaign: str = ""
    language: str = ""
    #: An `Age`.
    age: str = ""

    def takes(self, item: Item, now: datetime) -> bool:
        """Whether the item is among them."""
        return (
            self.kind in ("", item.kind)
            and self.language in ("", item.language)
            and self.campaign in ("", item.campaign.slug if item.campaign else None)
            and self.age in ("", age(item.since, now))
        )

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen, as addresses say it."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Waits:
    """How many wait, and since when the first of them does."""

    count: int
    oldest: datetime | None
    overdue: int


def waits_of(items: Sequence[Item], now: datetime) -> dict[str, Waits]:
    """Of each kind, what waits. Of what is decided about together, the whole group is overdue."""
    return {name: _waits([one for one in items if one.kind == name], now) for name in KINDS}


def in_all(waits: dict[str, Waits]) -> Waits:
    """All kinds together."""
    oldest = [one.oldest for one in waits.values() if one.oldest]
    return Waits(
        sum(one.count for one in waits.values()),
        min(oldest, default=None),
        sum(one.overdue for one in waits.values()),
    )


def _waits(items: Sequence[Item], now: datetime) -> Waits:
    late = [item.count for item in items if age(item.since, now) is Age.LATE]
    oldest = min((item.since for item in items), default=None)
    return Waits(sum(item.count for item in items), oldest, sum(late))


def everything(now: datetime, which: Filter | None = None) -> Sequence[Item]:
    """All that waits, in all rooms, the oldest first; or of it what the filter takes."""
    found = [item for kind in KINDS.values() for item in kind.waiting()]
    taken = [item for item in found if which is None or which.takes(item, now)]
    return sorted(taken, key=lambda item: (item.since, item.kind, item.number))


def decisions(kind: str, number: int) -> Sequence[Decision]:
    """What was decided about it, the latest first."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.kind == kind, Decision.number == number)
        .order_by(Decision.id.desc())
    ).all()


def decision(number: int) -> Decision | None:
    """The decision with that number."""
    return db.session.get(Decision, number)


def history(kind: Decidable[Any], thing: Any) -> Sequence[TrailEntry]:
    """What staff did about it, the latest first, as the trail has it."""
    return db.session.scalars(
        select(TrailEntry)
        .where(
            TrailEntry.about == kind.about(thing),
            TrailEntry.deed.startswith(f"{_room(kind)}.", autoescape=True),
        )
        .order_by(TrailEntry.id.desc())
        .limit(HISTORY)
    ).all()


def last_verdict(kind: Decidable[Any], thing: Any) -> TrailEntry | None:
    """The latest of what moderators decided about it, on whichever page.

    The trail speaks of some things by their campaign alone: what the queue decided about another
    of them is left out, by its moment.
    """
    about_another = exists().where(
        Decision.kind == kind.name, Decision.number != thing.id, Decision.at == TrailEntry.at
    )
    return db.session.scalar(
        select(TrailEntry)
        .where(
            TrailEntry.about == kind.about(thing),
            TrailEntry.deed.in_([*kind.deeds.values(), f"{_room(kind)}.taken-down"]),
            ~about_another,
        )
        .order_by(TrailEntry.id.desc())
        .limit(1)
    )


def _room(kind: Decidable[Any]) -> str:
    """How the trail begins all deeds about things of this kind."""
    return next(iter(kind.deeds.values())).partition(".")[0]


def reasons(kind: str | None = None) -> Sequence[Reason]:
    """Those to choose from for that kind; for None all, with the retired ones at the end."""
    found = select(Reason).order_by(Reason.retired_at.is_not(None), Reason.name, Reason.id)
    if kind is not None:
        found = found.where(Reason.kind.in_(["", kind]), Reason.retired_at.is_(None))
    return db.session.scalars(found).all()


def reason(number: int) -> Reason | None:
    """The reason with that number."""
    return db.session.get(Reason, number)
