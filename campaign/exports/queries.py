"""What is asked for a file: how many rows, the rows page by page, the export before."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select

from campaign.campaigns.models import Version
from campaign.exports.models import Export
from campaign.exports.rules import PAGE, STATES, Scope
from campaign.lib.db import db
from campaign.petitions.models import Petition, Signature

#: A signature may be confirmed a moment before its row can be read. An export of what is new goes
#: back by this much: a row twice is better than one that no file has.
OVERLAP = timedelta(seconds=10)


def number(export: Export) -> int:
    """How many rows the file will have."""
    query = select(func.count()).select_from(Signature).where(*_wanted(export))
    return db.session.scalar(query) or 0


def pages(export: Export) -> Iterator[Sequence[Any]]:
    """The rows in the order they were signed, PAGE at a time, so that memory stays flat."""
    query = (
        select(
            Signature.id,
            Signature.ref,
            Signature.envelope,
            Signature.country,
            Signature.shows_name,
            Signature.language,
            Signature.state,
            Signature.signed_at,
            Signature.confirmed_at,
            Signature.source,
            Signature.wants_updates,
            Version.number.label("version"),
        )
        .join(Version, Signature.version_id == Version.id)
        .where(*_wanted(export))
        .order_by(Signature.id)
        .limit(PAGE)
    )
    last = 0
    while rows := db.session.execute(query.where(Signature.id > last)).all():
        yield rows
        last = rows[-1].id


def moment_of_last(petition: Petition, *, taken_by: str) -> datetime | None:
    """When the same person last took a file of this petition that was finished."""
    taken_at = db.session.scalar(
        select(func.max(Export.taken_at)).where(
            Export.petition_id == petition.id,
            Export.taken_by == taken_by,
            Export.rows.is_not(None),
        )
    )
    return taken_at - OVERLAP if taken_at else None


def _wanted(export: Export) -> Iterator[SQLColumnExpression[bool]]:
    """What is true of the signatures that the export is about."""
    yield Signature.petition_id == export.petition_id
    yield Signature.state.in_(STATES[export.scope])
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
        ends = datetime.combine(export.confirmed_to, time(), UTC) + timedelta(days=1)
        yield Signature.confirmed_at < ends
