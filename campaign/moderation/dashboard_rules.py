"""What the dashboard tells of each campaign and of all, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from campaign.campaigns.rules import Stage
from campaign.results.rules import Totals

#: The last so many days, today among them.
RECENT = (1, 7, 30)
#: So many days has the chart.
DAYS = RECENT[-1]
#: So many campaigns on a page, decisions of colleagues in a list.
PAGE_SIZE = 50
DECISIONS = 10


class Sort(StrEnum):
    """Which campaign stands first."""

    WAITING = "waiting"
    TODAY = "today"
    CONFIRMED = "confirmed"
    TITLE = "title"


@dataclass(frozen=True)
class Numbers:
    """What is counted of a campaign, or of all together."""

    totals: Totals = field(default_factory=Totals)
    #: Of the confirmed ones, those of today, of 7 days and of 30.
    today: int = 0
    days_7: int = 0
    days_30: int = 0
    #: Confirmed signers who want updates.
    subscribers: int = 0
    letters_drafted: int = 0
    letters_posted: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )

    def named(self) -> dict[str, int]:
        """Every number by its name, the totals first."""
        told: dict[str, int] = {**vars(self.totals), "all": self.totals.all, **vars(self)}
        del told["totals"]
        return told


@dataclass(frozen=True)
class Row:
    """One campaign on the dashboard."""

    id: int
    petition_id: int | None
    slug: str
    title: str
    language: str
    stage: Stage
    goal: int | None
    numbers: Numbers
    #: How many of its things wait, and since when the first of them does.
    waiting: int
    oldest: datetime | None

    def place(self, sort: Sort) -> tuple[Any, ...]:
        """What it is sorted by; the title decides where that is equal."""
        title = self.title.casefold()
        by: Mapping[Sort, tuple[Any, ...]] = {
            Sort.WAITING: (self.oldest is None, self.oldest),
            Sort.TODAY: (-self.numbers.today,),
            Sort.CONFIRMED: (-self.numbers.totals.confirmed,),
            Sort.TITLE: (),
        }
        return (*by[sort], title, self.id)
