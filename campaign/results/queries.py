"""What is asked of the tallies: one statement for a campaign, one for all of them.

The statements about all are kept: to put them together takes as long as to ask them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
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

from campaign.lib.db import db, dialect
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
    rows = db.session.connection().execute(_totals()).all()
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


@dataclass(frozen=True)
class Recent:
    """What was confirmed of late, in all campaigns."""

    #: How many count of every petition that were confirmed on each of some days or later; only
    #: petitions where anything was.
    by_petition: Mapping[int, tuple[int, ...]]
    #: How many count of all petitions together, by the day they were confirmed.
    by_day: ByDay


def recent(days: Sequence[date]) -> Recent:
    """What was confirmed since each of these days, of which the last is the earliest."""
    *later, earliest = (day.isoformat() for day in days)
    values = {"earliest": earliest, **{f"day_{place}": day for place, day in enumerate(later)}}
    rows = db.session.connection().execute(_recent(dialect(), len(later)), values).all()
    by_petition: dict[int, tuple[int, ...]] = {}
    by_day: Counter[str] = Counter()
    for petition_id, day, *numbers in rows:
        if day:
            by_day[day] += numbers[-1]
        else:
            other_half = by_petition.get(petition_id)
            both = map(add, numbers, other_half) if other_half else numbers
            by_petition[petition_id] = tuple(both)
    return Recent(by_petition, _by_day({day: number for day, number in by_day.items() if number}))


@cache
def _recent(database: str, later: int) -> CompoundSelect[Any]:
    """The sums of each petition and those of each day: of the tally, and of the ledger.

    Both are sums of the same thousands of rows; PostgreSQL goes through them once.
    """
    asked: list[Select[Any]] = []
    for half in tally_queries.tally_and_ledger(Tallied.CONFIRMED):
        petition, day, number = half.c.petition_id, half.c.key, func.sum(half.c.number)
        firsts = [bindparam(f"day_{place}", type_=String) for place in range(later)]
        since = [_sum_where(half, day >= first) for first in firsts]
        rows = day >= bindparam("earliest", type_=String)
        if database == "postgresql":
            both = func.grouping_sets(petition, day)
            asked.append(select(petition, day, *since, number).where(rows).group_by(both))
        else:
            # Not the bare column: SQLite would go by its index through all days there are.
            by = petition + 0
            asked.append(select(by, null(), *since, number).where(rows).group_by(by))
            no_sums = [null() for _ in since]
            asked.append(select(null(), day, *no_sums, number).where(rows).group_by(day))
    return union_all(*asked)


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


def _by_day(numbers: Mapping[str, int], since: date | None = None) -> dict[date, int]:
    days = {date.fromisoformat(key): number for key, number in sorted(numbers.items())}
    return {day: number for day, number in days.items() if since is None or day >= since}


def _largest_first(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
