"""What stands in each column of a file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.exports.models import Export
from campaign.exports.rules import Column
from campaign.lib.vault import vault

#: What a row's envelope holds; nothing once it was erased or anonymised.
Data = Mapping[str, str]

_CELLS: dict[Column, Callable[[Any, Data], str]] = {
    Column.NAME: lambda row, data: data.get("name", ""),
    Column.COUNTRY: lambda row, data: row.country or "",
    Column.PUBLIC: lambda row, data: _yes(row.shows_name),
    Column.COMMENT: lambda row, data: data.get("comment") or "",
    Column.LANGUAGE: lambda row, data: row.language,
    Column.STATE: lambda row, data: row.state.value,
    Column.SIGNED_AT: lambda row, data: _moment(row.signed_at),
    Column.CONFIRMED_AT: lambda row, data: _moment(row.confirmed_at),
    Column.SOURCE: lambda row, data: row.source or "",
    Column.EMAIL: lambda row, data: data.get("email", ""),
    Column.POSTCODE: lambda row, data: data.get("postcode") or "",
    Column.WANTS_UPDATES: lambda row, data: _yes(row.wants_updates),
    Column.VERSION: lambda row, data: str(row.version),
}
#: Columns that are in the envelope: without them it stays closed.
_SEALED = {Column.NAME, Column.COMMENT, Column.EMAIL, Column.POSTCODE}


def cells(export: Export, rows: Sequence[Any]) -> list[list[str]]:
    """The rows of the file. The reference of a row begins with that of its export."""
    columns, open_ = export.chosen, vault().open
    sealed = not _SEALED.isdisjoint(columns)
    table = []
    for row in rows:
        data: Data = open_(row.envelope) if sealed and row.envelope else {}
        table.append(
            [
                f"{export.ref}-{row.ref}" if column is Column.REF else _CELLS[column](row, data)
                for column in columns
            ]
        )
    return table


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _moment(value: datetime | None) -> str:
    """ISO 8601, in UTC, to the second."""
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if value else ""
