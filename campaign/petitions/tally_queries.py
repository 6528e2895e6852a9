"""What is asked of tally and ledger as one: exact at any moment, whatever was folded."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    Subquery,
    Table,
    func,
    literal,
    select,
    true,
    union_all,
)

from campaign.campaigns.models import Campaign
from campaign.lib.db import db, dialect
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State, Tallied
from campaign.petitions.tally_models import Tally, TallyEntry


@cache
def tallies(*kinds: Tallied) -> Subquery:
    """Tally and ledger as one: petition_id, kind, key, number. What is summed of it is exact.

    Of these kinds alone; without any, of all. In one statement: in two, the worker may fold between
    them. Kept, since to put it together takes longer than to ask it.
    """
    ledger = cast(Table, TallyEntry.__table__)
    expired = select(
        ledger.c.petition_id,
        literal(Tallied.EXPIRED, Tally.kind.type),
        ledger.c.signed_on,
        -ledger.c.number,
    ).where(ledger.c.expired)
    entries = {Tallied.EXPIRED: expired, **_by_kind(ledger)}
    wanted = kinds or tuple(Tallied)
    tally = select(Tally.petition_id, Tally.kind, Tally.key, Tally.number)
    if kinds:
        tally = tally.where(Tally.kind.in_(kinds))
    return union_all(tally, *(entries[kind] for kind in wanted)).subquery("tallies")


def tally_and_ledger(kind: Tallied) -> tuple[FromClause, FromClause]:
    """The halves of `tallies(kind)`, to be summed each by itself and then together, at once.

    For what is asked often: an index serves the tally alone, not the tally beside the ledger.
    """
    tally = select(Tally.petition_id, Tally.kind, Tally.key, Tally.number).where(Tally.kind == kind)
    columns = [column.name for column in tally.selected_columns]
    ledger = _by_kind(cast(Table, TallyEntry.__table__))[kind].subquery()
    named = select(*(of.label(name) for of, name in zip(ledger.c, columns, strict=True)))
    return tally.subquery("tally_of_kind"), named.subquery("ledger_of_kind")


class Drift(NamedTuple):
    """A number in the tallies that is not what the rows say."""

    slug: str
    petition_id: int
    kind: Tallied
    key: str
    told: int
    rows: int


def tally_drift() -> Sequence[Drift]:
    """All that are wrong. Nothing can be said of expired signatures: their rows are gone."""
    found = db.session.execute(_drift(dialect()))
    # Sums are decimals on PostgreSQL.
    return [Drift(*row)._replace(told=int(row[-2]), rows=int(row[-1])) for row in found]


@cache
def _drift(_dialect: str) -> Select[Any]:
    told = tallies()
    rows = union_all(*_by_kind(_rows_alike()).values()).subquery()
    both = union_all(
        select(told, literal(0).label("rows")).where(told.c.kind != Tallied.EXPIRED),
        select(rows.c[0], rows.c[1], rows.c[2], literal(0), rows.c[3]),
    ).subquery()
    tally, counted = func.sum(both.c.number), func.sum(both.c.rows)
    return (
        select(Campaign.slug, Petition.id, both.c.kind, both.c.key, tally, counted)
        .select_from(both)
        .join(Petition, Petition.id == both.c.petition_id)
        .join(Campaign)
        .group_by(Campaign.slug, Petition.id, both.c.kind, both.c.key)
        .having(tally != counted)
        .order_by(Campaign.slug, both.c.kind, both.c.key)
    )


def _by_kind(of: FromClause) -> dict[Tallied, Select[Any]]:
    """Numbers of signatures that stand alike, by each kind: petition, kind, key, number.

    The same for one entry: `counting._counts_as`.
    """
    confirmed = of.c.state == State.CONFIRMED
    no_key = literal("")
    kinds: list[tuple[Tallied, ColumnElement[str], ColumnElement[bool]]] = [
        (Tallied.STATE, of.c.state, true()),
        (Tallied.SIGNED, of.c.signed_on, true()),
        (Tallied.PROVED, of.c.signed_on, of.c.confirmed_on.is_not(None)),
        (Tallied.CONFIRMED, of.c.confirmed_on, confirmed),
        (Tallied.COUNTRY, func.coalesce(of.c.country, ""), confirmed),
        (Tallied.LANGUAGE, of.c.language, confirmed),
        (Tallied.SOURCE, func.coalesce(of.c.source, ""), confirmed),
        (Tallied.WANTS_UPDATES, no_key, confirmed & of.c.wants_updates),
        (Tallied.HAS_COMMENT, no_key, confirmed & of.c.has_comment),
    ]
    return {
        kind: select(of.c.petition_id, literal(kind, Tally.kind.type), key, of.c.number).where(
            which
        )
        for kind, key, which in kinds
    }


def _rows_alike() -> CTE:
    """The signatures themselves, those that stand alike as one: so the table is read once."""
    columns = [
        Signature.petition_id,
        Signature.state,
        _day(Signature.signed_at).label("signed_on"),
        _day(Signature.confirmed_at).label("confirmed_on"),
        Signature.country,
        Signature.language,
        Signature.source,
        Signature.wants_updates,
        Signature.has_comment,
    ]
    return select(*columns, func.count().label("number")).group_by(*columns).cte("rows_alike")


def _day(moment: Any) -> ColumnElement[str]:
    """The day in UTC of a moment in the database, as the tallies write it."""
    if dialect() == "postgresql":
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
    return func.substr(moment, 1, 10, type_=String)
