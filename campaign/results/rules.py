"""Periods, the steps of a chart, and totals that add up."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from campaign.petitions.rules import State

#: More days than these are drawn by weeks.
MOST_DAYS = 100


class Period(StrEnum):
    """How far back the days go."""

    MONTH = "30"
    QUARTER = "90"
    ALL = "all"

    def begins(self, today: date) -> date | None:
        """Its first day; None when there is no end to it."""
        return None if self is Period.ALL else today - timedelta(days=int(self.value) - 1)


@dataclass(frozen=True)
class Totals:
    """All signatures by state, and those on paper that count; they add up."""

    confirmed: int = 0
    pending: int = 0
    held: int = 0
    withdrawn: int = 0
    voided: int = 0
    paper: int = 0

    @classmethod
    def of(cls, numbers: Mapping[str, int], *, paper: int) -> "Totals":
        """From the number in each state, and that on paper."""
        return cls(paper=paper, **{state.value: numbers.get(state, 0) for state in State})

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )

    @property
    def all(self) -> int:
        """Every signature there is."""
        return sum(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class Day:
    """One day, or the week that begins with it."""

    begins: date
    signed: int
    confirmed: int


def days(
    signed: Mapping[date, int], confirmed: Mapping[date, int], *, first: date, last: date
) -> list[Day]:
    """Every day from first to last, or every week, with what there was of each."""
    step = 1 if (last - first).days < MOST_DAYS else 7
    begins = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    return [Day(begin, _sum(signed, begin, step), _sum(confirmed, begin, step)) for begin in begins]


def _sum(numbers: Mapping[date, int], begin: date, step: int) -> int:
    return sum(numbers.get(begin + timedelta(days=n), 0) for n in range(step))
