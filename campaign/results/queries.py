"""What is asked of the tallies: one statement for a campaign, one for all of them.

The statements about all are kept: to put them together takes as long as to ask them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from campaign.lib.db import db
from campaign.petitions import tally_queries
from campaign.petitions.models import Petition
from campaign.petitions.rules import BY_DAY, Tallied
from campaign.results.rules import Totals

ByDay = Mapping[date, int]


@dataclass(frozen=True)
class Results:
    """What came of a petition: totals of all time, days of a period."""

    totals: Totals = field(default_factory=Totals)
    #: Deleted because nobody confirmed them in time; in no total.
    expired: int = 0
    #: People who signed, by day; also those whose signature was deleted since.
    signed: ByDay = field(default_factory=dict)
    #: Those of them who have pressed the button, by the day they signed.
    proved: ByDay = field(default_factory=dict)
    #: Signatures that count, by the day they were confirmed.
    confirmed: ByDay = field(default_factory=dict)
    #: Confirmed ones by country, language and source, the largest first; "" for none.
    countries: Sequence[tuple[str, int]] = ()
    languages: Sequence[tuple[str, int]] = ()
    sources: Sequence[tuple[str, int]] = ()
    want_updates: int = 0
    with_comment: int = 0

    def confirmed_since(self, day: date) -> int:
        """How many count that were confirmed on that day or later."""
        return sum(number for on, number in self.confirmed.items() if on >= day)


def of_petition(petition: Petition, *, since: date | None = None) -> Results:
    """The results of one petition, with the days from that one on, or all of them."""
    told = tally_queries.tallies()
    numbers: dict[Tallied, dict[str, int]] = defaultdict(dict)
    rows = _sums(
        told,
        [told.c.kind, told.c.key],
        told.c.petition_id == petition.id,
        told.c.kind.in_(list(Tallied)),
        or_(told.c.kind.not_in(_DAYS), told.c.key >= since.isoformat()) if since else None,
    )
    for kind, key, number in rows:
        numbers[kind][key] = number
    gone = numbers[Tallied.EXPIRED]
    return Results(
        totals=Totals.of(numbers[Tallied.STATE], paper=petition.paper_count),
        expired=sum(gone.values()),
        signed=_by_day(_together(numbers[Tallied.SIGNED], gone), since),
        proved=_by_day(numbers[Tallied.PROVED], since),
        confirmed=_by_day(numbers[Tallied.CONFIRMED], since),
        countries=_largest_first(numbers[Tallied.COUNTRY]),
        languages=_largest_first(numbers[Tallied.LANGUAGE]),
        sources=_largest_first(numbers[Tallied.SOURCE]),
        want_updates=numbers[Tallied.WANTS_UPDATES].get("", 0),
        with_comment=numbers[Tallied.HAS_COMMENT].get("", 0),
    )


def totals_by_petition() -> dict[int, tuple[Totals, int]]:
    """The totals of every petition that has signatures, and how many want updates, by its id.

    The sum of them is that of all.
    """
    rows = db.session.execute(_totals()).all()
    return {petition_id: (Totals(*numbers), wanting) for petition_id, wanting, *numbers in rows}


@cache
def _totals() -> Select[Any]:
    told = tally_queries.tallies(Tallied.STATE, Tallied.WANTS_UPDATES)
    on_paper = select(Petition.id, null(), literal("paper"), Petition.paper_count).where(
        Petition.paper_count > 0
    )
    both = union_all(select(told), on_paper).subquery()
    updates = _sum_where(both, both.c.kind == Tallied.WANTS_UPDATES)
    totals = [_sum_where(both, both.c.key == total.name) for total in fields(Totals)]
    return select(both.c.petition_id, updates, *totals).group_by(both.c.petition_id)


def confirmed_by_petition(
    *, since: date, among: Collection[int] | None = None
) -> dict[int, dict[date, int]]:
    """Confirmed signatures of every petition by day, from that day on: for many small charts.

    `among` are the ids of petitions; without it, all.
    """
    told = tally_queries.tallies(Tallied.CONFIRMED)
    numbers: dict[int, dict[date, int]] = defaultdict(dict)
    rows = _sums(
        told,
        [told.c.petition_id, told.c.key],
        told.c.key >= since.isoformat(),
        None if among is None else told.c.petition_id.in_(among),
    )
    for petition_id, day, number in rows:
        numbers[petition_id][date.fromisoformat(day)] = number
    return dict(numbers)


def confirmed_of_all(*, since: date) -> ByDay:
    """Confirmed signatures of all petitions together by day, from that day on."""
    rows = db.session.execute(_days_of_all(), {"since": since.isoformat()})
    return _by_day({day: int(number) for day, number in rows}, since)


@cache
def _days_of_all() -> Select[Any]:
    halves = [
        select(half.c.key, func.sum(half.c.number))
        .where(half.c.key >= bindparam("since", type_=String))
        .group_by(half.c.key)
        for half in tally_queries.tally_and_ledger(Tallied.CONFIRMED)
    ]
    day, half_of_it = union_all(*halves).subquery().c
    number = func.sum(half_of_it)
    return select(day, number).group_by(day).having(number != 0)


def confirmed_since(days: Sequence[date]) -> dict[int, tuple[int, ...]]:
    """How many count of every petition that were confirmed on each of these days or later.

    Only petitions where anything was confirmed since the earliest of the days.
    """
    firsts = {f"day_{number}": day.isoformat() for number, day in enumerate(days)}
    rows = db.session.execute(_since_days(len(days)), {"since": min(days).isoformat(), **firsts})
    return {petition_id: tuple(map(int, numbers)) for petition_id, *numbers in rows}


@cache
def _since_days(most: int) -> Select[Any]:
    firsts = [bindparam(f"day_{number}", type_=String) for number in range(most)]
    halves = []
    for half in tally_queries.tally_and_ledger(Tallied.CONFIRMED):
        # Not the bare column: SQLite would go by its index through all days there are.
        petition_id = half.c.petition_id + 0
        sums = (
            _sum_where(half, half.c.key >= first).label(f"sum_{number}")
            for number, first in enumerate(firsts)
        )
        since = half.c.key >= bindparam("since", type_=String)
        halves.append(select(petition_id, *sums).where(since).group_by(petition_id))
    petition_id, *numbers = union_all(*halves).subquery().c
    return select(petition_id, *map(func.sum, numbers)).group_by(petition_id)


#: Kinds of which a period takes only some keys. Expired ones are also told in all.
_DAYS = [kind for kind in BY_DAY if kind is not Tallied.EXPIRED]


def _sums(
    told: Subquery,
    by: list[SQLColumnExpression[Any]],
    *which: SQLColumnExpression[bool] | None,
) -> Iterator[tuple[Any, ...]]:
    number = func.sum(told.c.number)
    query = (
        select(*by, number)
        .where(*(one for one in which if one is not None))
        .group_by(*by)
        .having(number != 0)
    )
    for *keys, total in db.session.execute(query):
        yield *keys, int(total)


def _sum_where(told: FromClause, which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(told.c.number).filter(which), 0)


def _together(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}


def _by_day(numbers: Mapping[str, int], since: date | None) -> dict[date, int]:
    days = {date.fromisoformat(key): number for key, number in sorted(numbers.items())}
    return {day: number for day, number in days.items() if since is None or day >= since}


def _largest_first(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
