"""What is asked for a file: how many rows, the rows page by page, the exports before."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from campaign.accounts.models import Account
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign, Version
from campaign.exports.models import Export
from campaign.exports.rules import AS_WIDE, PAGE, SEALED, STATES, Column, Scope
from campaign.lib.db import db
from campaign.lib.moments import utc_text
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State

#: A signature may be confirmed a moment before its row can be read. An export of what is new goes
#: back by this much: a row twice is better than one that no file has.
OVERLAP = timedelta(seconds=10)
#: How many of the files that were taken are listed.
LISTED = 200


def _yes(column: SQLColumnExpression[bool]) -> SQLColumnExpression[str]:
    return case((column, "yes"), else_="no")


#: What stands in the columns that are not in the envelope. The database makes the texts: of a
#: million rows, that is sooner done there than here.
_TEXTS: dict[Column, SQLColumnExpression[str]] = {
    Column.COUNTRY: func.coalesce(Signature.country, ""),
    Column.PUBLIC: _yes(Signature.shows_name),
    Column.LANGUAGE: Signature.language,
    Column.STATE: type_coerce(Signature.state, String),
    Column.SIGNED_AT: utc_text(Signature.signed_at),
    Column.CONFIRMED_AT: func.coalesce(utc_text(Signature.confirmed_at), ""),
    Column.SOURCE: func.coalesce(Signature.source, ""),
    Column.WANTS_UPDATES: _yes(Signature.wants_updates),
    Column.VERSION: select(cast(Version.number, String))
    .where(Version.id == Signature.version_id)
    .scalar_subquery(),
}


def number(export: Export) -> int:
    """How many rows the file will have."""
    query = select(func.count()).select_from(Signature).where(*_wanted(export))
    return db.session.scalar(query) or 0


def addresses(export: Export) -> int:
    """How many email addresses the file could hold: of those rows that were not emptied."""
    query = select(func.count()).where(*_wanted(export), Signature.envelope.is_not(None))
    return db.session.scalar(query) or 0


def pages(export: Export) -> Iterator[Sequence[Any]]:
    """The rows in the order they were signed, PAGE at a time, so that memory stays flat.

    A row is the id, the envelope, then the texts of the columns that are not in it, in the order
    of the file. Each page is a look of its own, so that no long export keeps the database from
    tidying up, and one question to it, which matters where it is far away or busy.
    """
    query = (
        select(
            Signature.id,
            Signature.envelope,
            *(_text(export, column) for column in export.chosen if column not in SEALED),
        )
        .where(*_wanted(export, in_order=True), Signature.id > bindparam("last"))
        .order_by(Signature.id)
        .limit(PAGE)
    )
    last = 0
    with db.engine.connect() as connection:
        while rows := connection.execute(query, {"last": last}).all():
            yield rows
            last = rows[-1].id


def may_take(export: Export) -> bool:
    """Whether its taker may sign in and work on the campaign still; the command line always may."""
    if export.account_id is None:
        return True
    taker = db.session.get(Account, export.account_id, populate_existing=True)
    its_campaign = select(Campaign).join(Petition).where(Petition.id == export.petition_id)
    campaign = db.session.scalars(its_campaign).one()
    return taker is not None and taker.is_active and campaigns.is_in_team(taker, campaign)


def _text(export: Export, column: Column) -> SQLColumnExpression[str]:
    """The reference of a row begins with that of its export."""
    return literal(f"{export.ref}-") + Signature.ref if column is Column.REF else _TEXTS[column]


def moment_of_last(planned: Export) -> datetime | None:
    """When the same account last took a whole file that this one could go on from.

    That is one with no other limits than this one has: what they left out would be in neither. On
    the command line, where there is no account: when that user of the operating system did.
    """
    limits = (Export.country, Export.confirmed_from, Export.confirmed_to)
    last: datetime | None = db.session.scalar(
        select(func.max(Export.taken_at)).where(
            Export.petition_id == planned.petition_id,
            Export.account_id == planned.account_id
            if planned.account_id
            else and_(Export.account_id.is_(None), Export.taken_by == planned.taken_by),
            Export.rows.is_not(None),
            Export.scope.in_(AS_WIDE[planned.scope]),
            *(or_(limit.is_(None), limit == getattr(planned, limit.key)) for limit in limits),
            or_(~Export.wants_updates, Export.wants_updates == planned.wants_updates),
        )
    )
    return last


def of_petition(petition: Petition) -> Sequence[Export]:
    """The files that were taken of it, the newest first."""
    return db.session.scalars(
        select(Export)
        .where(Export.petition_id == petition.id)
        .order_by(Export.id.desc())
        .limit(LISTED)
    ).all()


def by_ref(text: str) -> Export | None:
    """The export whose reference begins this text: the first cell of any row of a leaked copy."""
    ref = text.strip().lstrip("'").partition("-")[0].lower()
    return db.session.scalar(select(Export).where(Export.ref == ref))


def _has_its_state(export: Export, *, in_order: bool) -> SQLColumnExpression[bool]:
    """Whether a signature is in one of the states that the export is about.

    Pages that go on `in_order` say which states are not wanted: no index finds rows by that, so
    PostgreSQL goes by ids, and it takes such a condition for one that most rows meet. Otherwise it
    may sort all of the petition for every page.
    """
    states = STATES[export.scope]
    if in_order:
        return Signature.state.not_in([state for state in State if state not in states])
    return Signature.state.in_(states)


def _wanted(export: Export, *, in_order: bool = False) -> Iterator[SQLColumnExpression[bool]]:
    """What is true of the signatures that the export is about."""
    yield Signature.petition_id == export.petition_id
    yield _has_its_state(export, in_order=in_order)
    if export.scope is Scope.PUBLIC_NAMES:
        yield Signature.shows_name
    if export.country:
        yield Signature.country == export.country
    if export.wants_updates:
        yield Signature.wants_updates
    if export.newer_than:
        yield Signature.confirmed_at > export.newer_than
    if export.confirmed_from:
        yield Signature.confirmed_at >= datetime.combine(export.confirmed_from, time(), UTC)
    if export.confirmed_to:
        # Its last moment, as databases know it: the last of all days has no next one.
        yield Signature.confirmed_at <= datetime.combine(export.confirmed_to, time.max, UTC)
