"""What a database holds, in figures that are the same on SQLite and PostgreSQL."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Row, Table, func, select

from campaign.lib.db import Model

#: Is told, now and then, of which table how many rows are done.
Progress = Callable[[str, int], None]

#: How many rows come from the database at once. Few, as some rows are whole pictures and papers.
FETCHED = 100
_SIZE = 32


class Proof(NamedTuple):
    """How many rows a table has, and what they are."""

    rows: int
    #: The sum of the SHA-256 of all rows, so that the order of rows does not matter: databases sort
    #: words differently.
    checksum: str


def tables() -> list[Table]:
    """All tables of the house, those first that others refer to."""
    return Model.metadata.sorted_tables


def of_database(connection: Connection, tell: Progress) -> dict[str, Proof]:
    """The proof of each table, by its name."""
    return {table.name: of_table(connection, table, tell) for table in tables()}


def of_table(connection: Connection, table: Table, tell: Progress) -> Proof:
    """The proof of one table. Reads every row of it, a few at a time."""
    number = total = 0
    with reading(connection, table) as rows:
        for row in rows:
            number += 1
            total += int.from_bytes(hashlib.sha256(_spelled(row)).digest(), "big")
            if number % 10_000 == 0:
                tell(table.name, number)
    tell(table.name, number)
    return Proof(number, (total % 2 ** (8 * _SIZE)).to_bytes(_SIZE, "big").hex())


@contextmanager
def reading(connection: Connection, table: Table, *, after: int = 0) -> Iterator[CursorResult[Any]]:
    """The rows in the order of their keys, without the first so many; never all in memory."""
    ordered = select(table).order_by(*table.primary_key).offset(after)
    with connection.execute(ordered, execution_options={"yield_per": FETCHED}) as found:
        yield found


def count(connection: Connection, table: Table) -> int:
    """How many rows the table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    raise TypeError(f"no spelling for {type(value).__name__}")


#: Writes a row as JSON, alike in any version and on any machine.
_spell = json.JSONEncoder(
    default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
).encode


def _spelled(row: Row[Any]) -> bytes:
    return _spell(tuple(row)).encode("utf-8", "surrogatepass")
