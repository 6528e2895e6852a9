"""The database: SQLite or PostgreSQL, one session a request, one transaction a deed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from select import POLLIN, poll
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    Engine,
    Enum,
    MetaData,
    event,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError, TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase

from campaign.lib.moments import UtcDateTime
from campaign.lib.refusals import Busy

#: How long a deed waits for the database before the visitor is asked to try again.
PATIENCE_SECONDS = 5

#: What a process of ours calls itself before PostgreSQL.
NAME = "campaign"
#: Threads of a web process that may ask the database at once; each finds a connection of its own.
THREADS = 8
#: No page and no chore of ours needs as long for one statement; what does has gone wrong, and holds
#: what others wait for. Less than the minute after which proxies give up.
STATEMENT_SECONDS = 30
#: A transaction that does nothing for so long belongs to a process that hangs. Longer than a slow
#: reader of a big export makes it wait.
IDLE_SECONDS = 300

#: Every constraint has a name, so that a migration can name what it changes.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own interface)
        datetime: UtcDateTime,
        # Enums are short words in the table; a named CHECK constraint lists them.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            length=16,
            values_callable=lambda states: [s.value for s in states],
        ),
    }


db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})


def init_app(app: Flask) -> None:
    """Connect the app to its database."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    on_postgresql = url.get_backend_name() == "postgresql"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        # Reading takes no transaction; `transaction` begins one for a deed. To begin one and roll
        # it back would be two more round trips to PostgreSQL for each page, and at a roll-back
        # psycopg forgets every statement that it has prepared.
        "isolation_level": "AUTOCOMMIT",
        # What a failed statement was about is nobody's to read in a log.
        "hide_parameters": True,
        **(_for_postgresql(url) if on_postgresql else {}),
    }
    db.init_app(app)
    with app.app_context():
        if on_postgresql:
            event.listen(db.engine, "checkout", _notice_a_closed_line)
        else:
            event.listen(db.engine, "connect", _prepare_sqlite)


def _for_postgresql(url: URL) -> dict[str, Any]:
    """How a process of ours speaks to PostgreSQL; `options` in the URL go above ours."""
    return {
        "connect_args": {
            # By this name, `transfer` sees whether a site is still running.
            "application_name": NAME,
            "connect_timeout": PATIENCE_SECONDS,
            "options": f"-c lock_timeout={PATIENCE_SECONDS}s"
            f" -c statement_timeout={STATEMENT_SECONDS}s"
            f" -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
            f" {url.query.get('options', '')}",
            # When the database's machine goes away without a word, that is noticed within half a
            # minute, and not when TCP gives up after a quarter of an hour.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 25_000,
        },
        # One connection for each thread and one for the worker, opened when first needed. Some
        # answers take a second one for a moment (`/health/ready`).
        "pool_size": THREADS + 1,
        "max_overflow": 3,
        "pool_timeout": PATIENCE_SECONDS,
    }


def _notice_a_closed_line(connection: Any, _record: object, _proxy: object) -> None:
    """After the database was restarted, nobody meets a dead connection.

    The server has closed its end then, or the keepalives have found it gone, and that is seen
    without asking it: a ping would be one more round trip for each request.
    """
    if not connection.closed:
        line = poll()
        line.register(connection.fileno(), POLLIN)
        if not line.poll(0):
            return
    raise DisconnectionError  # SQLAlchemy opens another one


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside a writer, real foreign keys, and deleted addresses overwritten on the disk."""
    for pragma in (
        f"busy_timeout={PATIENCE_SECONDS * 1000}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


#: SQLite lets writers wait by sleeping and asking again, so that one thread may win over and over;
#: the threads of one process queue here instead.
_queue = threading.Lock()
#: How soon the first of them asks again, while another process writes.
_ASK_AGAIN_SECONDS = 0.001


@contextmanager
def transaction() -> Iterator[None]:
    """The one transaction of a door: all of the deed is kept, or nothing of it.

    On SQLite the write lock is taken first, so that the deed neither starts on stale rows nor fails
    half-way. Raises Busy when the database is locked or away.
    """
    with _turn() as on_sqlite:
        connection = db.session.connection()
        if on_sqlite:
            _begin_on_sqlite(connection)
        else:
            connection.exec_driver_sql("BEGIN")
        yield
        db.session.commit()


@contextmanager
def single_statement() -> Iterator[None]:
    """For a deed that is one statement and writes what no page shows: it is kept once it is done.

    A transaction would be two more round trips to PostgreSQL, and its commit would empty our memory
    of pages. Raises Busy likewise.
    """
    with _turn() as on_sqlite:
        if on_sqlite:
            _begin_on_sqlite(db.session.connection())
        yield
        if on_sqlite:
            db.session.connection().exec_driver_sql("COMMIT")


@contextmanager
def _turn() -> Iterator[bool]:
    """Whoever writes has their turn on SQLite; tells whether it is that. What fails is undone."""
    on_sqlite = dialect() == "sqlite"
    if on_sqlite and not _queue.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield on_sqlite
    except (OperationalError, NoConnection) as trouble:
        db.session.rollback()
        raise Busy from trouble
    except BaseException:
        db.session.rollback()
        raise
    finally:
        if on_sqlite:
            _queue.release()


def _begin_on_sqlite(connection: Connection) -> None:
    """Take the write lock as soon as no other process has it.

    A worker has it for milliseconds, again and again. SQLite's own waiting sleeps ever longer and
    hears of it late: the slowest signings took an eighth longer.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + PATIENCE_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError:
                if time.monotonic() >= until:
                    raise
                time.sleep(_ASK_AGAIN_SECONDS)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE_SECONDS * 1000}")


def transactional(engine: Engine) -> Engine:
    """The same engine with transactions as SQLAlchemy begins them: for what goes past sessions."""
    on_sqlite = engine.dialect.name == "sqlite"
    level = "SERIALIZABLE" if on_sqlite else "READ COMMITTED"
    return engine.execution_options(isolation_level=level)


def dialect() -> str:
    """Which database the app has: `sqlite` or `postgresql`."""
    return db.engine.dialect.name


def upserting(model: type[Model]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens ON CONFLICT, as the database of the app says it."""
    insert = postgresql.insert if dialect() == "postgresql" else sqlite.insert
    return insert(model)


def any_of(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a row; for statements that ask for one thing and several of these.

    PostgreSQL may answer EXISTS by going through the whole table once, for all things at once.
    """
    return select(literal_column("1")).where(*where).limit(1).scalar_subquery().is_not(None)


def take_time() -> None:
    """Let statements take as long as they need: for a command, whose process has no visitors."""
    if dialect() == "postgresql":
        db.session.execute(text("SET statement_timeout = 0"))
