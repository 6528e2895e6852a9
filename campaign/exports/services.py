"""What can be done with exports: take one, and write down that it is whole."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import BinaryIO

from campaign.exports import queries, tables
from campaign.exports.models import Export
from campaign.exports.rules import Column, Scope, needs_a_reason
from campaign.lib import spreadsheets
from campaign.lib.db import db
from campaign.petitions.models import Petition

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_REF_LENGTH = 6


class NoReason(Exception):
    """Addresses and unconfirmed signatures leave only for a reason that is written down."""


class TooManyRows(Exception):
    """A workbook holds about a million rows; CSV holds any number."""


def take(
    petition: Petition,
    *,
    taken_by: str,
    columns: Sequence[Column],
    scope: Scope = Scope.CONFIRMED,
    country: str | None = None,
    confirmed_from: date | None = None,
    confirmed_to: date | None = None,
    wants_updates: bool = False,
    only_new: bool = False,
    reason: str | None = None,
    now: datetime,
) -> Export:
    """Write down who takes which file. Raises NoReason.

    `only_new` leaves out what the same person's last whole file of this petition had.
    """
    if needs_a_reason(columns, scope) and not reason:
        raise NoReason
    export = Export(
        ref="".join(secrets.choice(_ALPHABET) for _ in range(_REF_LENGTH)),
        petition=petition,
        taken_by=taken_by,
        taken_at=now,
        reason=reason,
        columns=[column.value for column in columns],
        scope=scope,
        country=country,
        confirmed_from=confirmed_from,
        confirmed_to=confirmed_to,
        wants_updates=wants_updates,
        newer_than=queries.moment_of_last(petition, taken_by=taken_by) if only_new else None,
    )
    db.session.add(export)
    db.session.flush()
    return export


def csv(export: Export, count: Callable[[int], None]) -> Iterator[bytes]:
    """The file in pieces; `count` is told after each page how many rows there are so far."""
    return spreadsheets.csv_pieces(export.columns, _pages(export, count))


def xlsx(export: Export, count: Callable[[int], None], file: BinaryIO) -> None:
    """Write the file as a workbook. Raises TooManyRows."""
    if queries.number(export) >= spreadsheets.XLSX_ROWS:
        raise TooManyRows
    spreadsheets.write_xlsx(file, export.columns, _pages(export, count))


def _pages(export: Export, count: Callable[[int], None]) -> Iterator[list[list[str]]]:
    written = 0
    for rows in queries.pages(export):
        yield tables.cells(export, rows)
        written += len(rows)
        count(written)


def finish(export: Export, *, rows: int) -> None:
    """The file is whole: the next one of what is new begins where it ends."""
    export.rows = rows
    db.session.flush()
