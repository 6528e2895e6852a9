"""What can be done with exports: plan one, take it, write down how far it has come."""

import getpass
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.accounts.rules import NeedsSecondStep
from campaign.campaigns import moves
from campaign.exports import queries, rules, tables
from campaign.exports.models import Export
from campaign.exports.rules import Column, Kind, NoReason, Scope, TooManyRows
from campaign.lib import spreadsheets
from campaign.lib.db import db
from campaign.petitions.models import Petition

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_REF_LENGTH = 6


def plan(
    petition: Petition,
    *,
    by: Account | None,
    columns: Sequence[Column],
    scope: Scope = Scope.CONFIRMED,
    country: str | None = None,
    confirmed_from: date | None = None,
    confirmed_to: date | None = None,
    wants_updates: bool = False,
    only_new: bool = False,
    now: datetime,
) -> Export:
    """An export that nobody has taken yet, for counting what it would hold.

    `by` is None on the command line. `only_new` leaves out what the same account has had in whole
    files: all up to the last one that it can go on from.
    """
    taken_by = by.name if by else f"command line: {getpass.getuser()}"
    planned = Export(
        ref="".join(secrets.choice(_ALPHABET) for _ in range(_REF_LENGTH)),
        petition=petition,
        petition_id=petition.id,
        account_id=by.id if by else None,
        taken_by=taken_by,
        taken_at=now,
        columns=[column.value for column in columns],
        scope=scope,
        country=country,
        confirmed_from=confirmed_from,
        confirmed_to=confirmed_to,
        wants_updates=wants_updates,
        rows=None,
        written=0,
    )
    if only_new and (last := queries.moment_of_last(planned)):
        planned.newer_than = last - queries.OVERLAP
    return planned


def take(export: Export, kind: Kind, *, by: Account | None, reason: str | None) -> None:
    """Write down, also in the trail, who takes this file, before its first row is read.

    Raises NoReason, NeedsSecondStep, TooManyRows.
    """
    reason = reason or None
    refuse(export, by=by, reason=reason)
    rows = queries.number(export)
    if kind is Kind.XLSX and rows >= spreadsheets.XLSX_ROWS:
        raise TooManyRows
    export.reason, export.alive_at = reason, export.taken_at
    db.session.add(export)
    db.session.flush()
    trail.note(
        "export.taken",
        by=by,
        about=moves.about(export.petition.campaign),
        reason=f"{export.ref}: {rows} rows, {export.scope}, {kind}; "
        f"{', '.join(export.columns)}. {reason or ''}".strip(),
        now=export.taken_at,
    )


def refuse(export: Export, *, by: Account | None, reason: str | None) -> None:
    """What somebody should hear before they are asked for proof. NoReason, NeedsSecondStep."""
    if rules.needs_a_reason(export.chosen, export.scope) and not reason:
        raise NoReason
    if rules.holds_addresses(export.chosen) and by and not by.has_second_step:
        raise NeedsSecondStep


def pieces(export: Export, kind: Kind, count: Callable[[int], None]) -> Iterator[bytes]:
    """The file in pieces; `count` is told after each page how many rows there are so far."""
    pages = _pages(export, count)
    if kind is Kind.XLSX:
        return spreadsheets.xlsx_pieces(export.columns, pages)
    return spreadsheets.csv_pieces(export.columns, pages)


def _pages(export: Export, count: Callable[[int], None]) -> Iterator[Iterable[Sequence[str]]]:
    columns, written = export.chosen, 0
    for rows in queries.pages(export):
        yield tables.cells(columns, rows)
        written += len(rows)
        count(written)


def note_progress(export: Export, *, written: int, now: datetime) -> None:
    """The file is growing."""
    _note(export, written=written, alive_at=now)


def finish(export: Export, *, rows: int) -> None:
    """The file is whole: the next one of what is new begins where it ends."""
    _note(export, written=rows, rows=rows, alive_at=None)


def break_off(export: Export, *, written: int) -> None:
    """Nothing more comes: the reader went away, or something failed."""
    _note(export, written=written, alive_at=None)


def _note(export: Export, **values: Any) -> None:
    """A file is sent after the request that asked for it, so the session may be another one."""
    db.session.execute(update(Export).where(Export.id == export.id).values(**values))
