"""Moving everything from one database to another, of the same kind or the other one.

Both databases are kept for ourselves meanwhile: who has one open is noticed, and who comes later
waits in vain. So what is read at the source is one state of it, however long it takes. Rows are
added in the order of their keys, each batch in a transaction of its own: a target that was left
unfinished holds the first rows of some tables, and the next run goes on behind them. In the end
every row of both sides is read again, and their proofs compared.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    MetaData,
    Row,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError

from campaign.lib import db, migrations
from campaign.operations import proofs
from campaign.operations.proofs import Progress, Proof

#: A table without rows that stands in a target as long as it is not finished.
UNFINISHED = Table("unfinished_transfer", MetaData())
#: What is added in one transaction at most: so many rows, about so many bytes.
BATCH_ROWS, BATCH_BYTES = 5_000, 8_000_000


class NotMoved(Exception):
    """Why nothing, or not everything, was moved; and what to do."""


@contextmanager
def for_ourselves(engine: Engine) -> Iterator[Connection]:
    """The only connection to a database. Raises NotMoved when there are others."""
    engine.dispose()  # what this very process has used before
    with db.transactional(engine).connect() as connection:
        connection.detach()  # so that its ways end with it
        if engine.dialect.name == "sqlite":
            _shut_file(connection)
        else:
            _look_for_company(connection)
        yield connection


def move(source: Connection, target: Connection, tell: Progress) -> dict[str, Proof]:
    """Copy what the target does not have yet, and prove that both sides hold the same.

    Returns the proof of each table. Raises NotMoved.
    """
    if migrations.present(source) != migrations.present(target):
        raise NotMoved("The databases have different migrations: run `db upgrade` on both.")
    source.rollback()
    _hold(source)
    _begin(target)
    for table in proofs.tables():
        _copy(source, target, table, tell)
    proven = _compare(source, target, tell)
    _finish(target)
    return proven


def is_the_same(url: str, other: str) -> bool:
    """Whether both name one database, also where the path of a file is written in two ways."""
    if not (url.startswith("sqlite") and other.startswith("sqlite")):
        return url == other
    here, there = (Path(one.partition(":///")[2]).resolve() for one in (url, other))
    return here == there


def is_new(engine: Engine) -> bool:
    """Whether the database has no tables at all. Asking makes no SQLite file."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        return True
    return not inspect(engine).get_table_names()


def _shut_file(connection: Connection) -> None:
    """From the next write lock on, nobody else can as much as read the file."""
    connection.exec_driver_sql("PRAGMA locking_mode=EXCLUSIVE")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as trouble:
        raise NotMoved(_in_use("Another process has the SQLite file open")) from trouble


def _look_for_company(connection: Connection) -> None:
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = :name AND pid != pg_backend_pid()"
        ),
        {"name": db.NAME},
    ).scalar_one()
    if others:
        raise NotMoved(_in_use(f"The PostgreSQL database has {others} connections of Campaign"))
    # Ours is idle while the other side works, and reads for longer than any page may.
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET {name} = 0")
    connection.commit()


def _in_use(what: str) -> str:
    return f"{what}: stop every `serve` and `worker` first; what they write would be lost."


def _hold(source: Connection) -> None:
    """From here on nobody writes at the source; whoever tries is told that the site is busy."""
    if source.dialect.name == "sqlite":
        source.exec_driver_sql("BEGIN IMMEDIATE")
        return
    quote = source.dialect.identifier_preparer.format_table
    names = ", ".join(quote(table) for table in proofs.tables())
    try:
        source.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")
    except OperationalError as trouble:
        raise NotMoved(_in_use("Somebody writes in the PostgreSQL database")) from trouble


def _begin(target: Connection) -> None:
    """Mark the target as unfinished; one that holds anything else is not touched."""
    if not inspect(target).has_table(UNFINISHED.name):
        for table in proofs.tables():
            if target.execute(select(table).limit(1)).first() is not None:
                raise NotMoved(
                    f"The target is not empty: there are rows in its table “{table.name}”."
                )
        target.exec_driver_sql(f"CREATE TABLE {UNFINISHED.name} (mark INTEGER)")
    target.commit()


def _copy(source: Connection, target: Connection, table: Table, tell: Progress) -> None:
    done = proofs.count(target, table)
    if done:
        tell(table.name, done)
    with proofs.reading(source, table, after=done) as rows:
        for batch in _batches(rows):
            _add(target, table, batch, after=done)
            done += len(batch)
            tell(table.name, done)


def _add(target: Connection, table: Table, batch: list[Row[Any]], *, after: int) -> None:
    try:
        target.execute(insert(table), [dict(row._mapping) for row in batch])
        target.commit()
    except DBAPIError as trouble:
        # Its own words would show the rows.
        raise NotMoved(
            f"The target does not take the rows of “{table.name}” that come after the first "
            f"{after}: {type(trouble.orig).__name__}."
        ) from None


def _batches(rows: Iterable[Row[Any]]) -> Iterator[list[Row[Any]]]:
    batch: list[Row[Any]] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _compare(source: Connection, target: Connection, tell: Progress) -> dict[str, Proof]:
    was = proofs.of_database(source, lambda name, rows: tell(f"{name} (source)", rows))
    now = proofs.of_database(target, lambda name, rows: tell(f"{name} (target)", rows))
    differing = [
        f"{name} ({was[name].rows} rows at the source, {now[name].rows} at the target)"
        for name in was
        if was[name] != now[name]
    ]
    if differing:
        raise NotMoved(
            f"The two sides differ: {', '.join(differing)}. Somebody wrote there since the "
            "transfer began. Make the target empty and begin again."
        )
    return now


def _finish(target: Connection) -> None:
    """Let new rows be numbered behind the moved ones, let the planner know them; take the mark."""
    if target.dialect.name == "postgresql":
        for table in proofs.tables():
            number = table.autoincrement_column
            if number is not None and isinstance(number.type, Integer):
                _go_on_counting(target, table)
        target.exec_driver_sql("ANALYZE")
    target.exec_driver_sql(f"DROP TABLE {UNFINISHED.name}")
    target.commit()


def _go_on_counting(target: Connection, table: Table) -> None:
    (key,) = table.primary_key
    name = target.dialect.identifier_preparer.format_table(table)
    sequence = target.execute(select(func.pg_get_serial_sequence(name, key.name))).scalar_one()
    if sequence:
        highest = select(func.max(key)).scalar_subquery()
        target.execute(
            select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None)))
        )
