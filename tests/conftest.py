"""Real parts for the tests: both databases, a reader of pages, an SMTP server, Chromium.

What is not on the machine is skipped with one line that says what to install;
CAMPAIGN_TEST_REQUIRE=all turns those skips into failures.
"""

import gc
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask, has_request_context
from flask_migrate import upgrade
from psycopg.pq import TransactionStatus
from sqlalchemy import create_engine, event, exists, select, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import OperationalError

from campaign import create_app
from campaign.accounts import passwords
from campaign.config import Settings
from campaign.lib import logs
from campaign.lib.clock import utc_now
from campaign.lib.db import Model, db
from campaign.petitions import sieve
from campaign.petitions.models import Petition
from tests import factories
from tests.page_reader import PageReader
from tests.staff import StaffReader

#: A PostgreSQL server where we may create a database.
POSTGRESQL = os.environ.get(
    "CAMPAIGN_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/test"
)
#: All tables, those that others refer to last.
_TABLES = Model.metadata.sorted_tables[::-1]
_WHICH_HAVE_ROWS = select(*(exists(table.select()) for table in _TABLES))
logs.set_up(as_json=True, quiet=True)
#: What signing writes, by statements of which each may be kept without the other.
_SINGLE_STATEMENTS = ("INSERT INTO sent_form ", "INSERT INTO day_key ")
_LOCKS = re.compile(r" FOR (NO KEY |KEY )?(UPDATE|SHARE)|^SET LOCAL ")
#: To hash a password takes a twentieth of a second on purpose; in tests nobody guesses any.
AS_ON_A_SITE = passwords._HASHER
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@event.listens_for(Engine, "connect")
def _wait_for_no_disk(connection: Any, _record: object) -> None:
    """Only a crash of the machine could tell: it might lose what tests have written."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@cache
def _locks(statement: str) -> bool:
    """Whether it takes a lock; asked once for each statement: long ones are asked over and over."""
    return _LOCKS.search(statement) is not None


@event.listens_for(Engine, "before_cursor_execute")
def _see_that_deeds_are_transactions(
    connection: Connection, _cursor: object, statement: str, *_: object
) -> None:
    """Outside `transaction`, each statement would be kept by itself, whatever became of the next.

    Tests may write so; a request may not, unless it writes by `single_statement`. A lock would be
    let go of at once.
    """
    is_written = (
        has_request_context()
        and statement.startswith(("INSERT", "UPDATE", "DELETE"))
        and not statement.startswith(_SINGLE_STATEMENTS)
    )
    if is_written or _locks(statement):
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            is_alone = driver.isolation_level is None and not driver.in_transaction
        else:
            is_idle = driver.info.transaction_status == TransactionStatus.IDLE
            is_alone = driver.autocommit and is_idle
        assert not is_alone, f"outside a transaction: {statement}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make test` says."""
    parser.addoption(
        "--on-one-database-each",
        action="store_true",
        help="run half of the tests that know both databases on SQLite, the others on PostgreSQL",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of each test that would run on both databases, leave one out, always the same.

    Without a PostgreSQL, all are run on SQLite.
    """
    if not config.getoption("on_one_database_each") or not _is_postgresql_there():
        return
    pairs: dict[str, dict[str, pytest.Item]] = {}
    for item in items:
        if kind := getattr(getattr(item, "callspec", None), "params", {}).get("migrated"):
            pairs.setdefault(item.nodeid.replace(kind, "*"), {})[kind] = item
    left_out = {
        pair[("sqlite", "postgresql")[crc32(name.encode()) % 2]]
        for name, pair in pairs.items()
        if len(pair) == 2
    }
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_postgresql_there() -> bool:
    server = create_engine(make_url(POSTGRESQL))
    try:
        with server.connect():
            return True
    except OperationalError:
        return False
    finally:
        server.dispose()


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: the collector need not go through them over and over.

    What tests leave behind in circles is still let go of, in bigger heaps, and all at the end.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


#: For cases of what is told before the database is asked: another would answer nothing else.
on_one_database = pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)


def missing(what: str) -> None:
    """Skip the test because a part is not on this machine; or fail, where all are required."""
    if os.environ.get("CAMPAIGN_TEST_REQUIRE") == "all":
        pytest.fail(what)
    pytest.skip(what)


def settings(folder: Path, database_url: str, **changes: object) -> Settings:
    """Settings for a test, all data under one folder."""
    values = {
        "demo": True,
        "secret": "a secret for the tests, long enough to pass",
        "data": folder,
        "keys": folder / "keys",
        "database_url": database_url,
        "base_url": "http://campaign.test",
        "mail_url": f"folder://{folder}/mailbox",
        "mail_from": "Campaign <campaign@campaign.test>",
        "site_name": "Campaign",
        "proxy_hops": 0,
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database of our own on the PostgreSQL server, dropped at the end."""
    name = f"campaign_test_{os.getpid()}"
    server = create_engine(make_url(POSTGRESQL), isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            # Only a crash of the server could tell: it might lose what tests have written.
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    except OperationalError:
        missing(f"No PostgreSQL at {POSTGRESQL}: start one or set CAMPAIGN_TEST_DATABASE_URL.")
    yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@contextmanager
def beside(ours: str, name: str, *, like: str = "template1") -> Iterator[str]:
    """One more PostgreSQL database on the same server, as empty or full as the one it is like."""
    server = create_engine(make_url(ours), isolation_level="AUTOCOMMIT")
    other = make_url(ours).set(database=f"{make_url(ours).database}_{name}")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {other.database} TEMPLATE {like}"))
    yield other.render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {other.database} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def other_postgresql(postgresql_url: str) -> Iterator[str]:
    """One more PostgreSQL database, that nobody else has a connection to."""
    with beside(postgresql_url, "other") as url:
        yield url


@pytest.fixture(scope="session")
def sites() -> Iterator[dict[str, Flask]]:
    """The app on each kind of database that a test has asked for: migrated once, kept for all."""
    made: dict[str, Flask] = {}
    yield made
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(
    request: pytest.FixtureRequest,
    sites: dict[str, Flask],
    tmp_path_factory: pytest.TempPathFactory,
) -> Flask:
    """The app on a migrated database: each test that uses it runs on both kinds."""
    kind = request.param
    if kind not in sites:
        folder = tmp_path_factory.mktemp(kind)
        if kind == "sqlite":
            url = f"sqlite:///{folder}/campaign.sqlite3"
        else:
            url = request.getfixturevalue("postgresql_url")
        app = create_app(settings(folder, url))
        with app.app_context():
            upgrade()
        sites[kind] = app
    return sites[kind]


@pytest.fixture
def app(migrated: Flask) -> Iterator[Flask]:
    """The app inside its context, with an empty database."""
    with migrated.app_context():
        yield migrated
        _empty_all_tables()
        sieve.forget()
    for mail in Path(migrated.config["MAIL_URL"].removeprefix("folder://")).glob("*.eml"):
        mail.unlink()


@pytest.fixture
def still() -> Iterator[None]:
    """Time stands still, so that no window of a limit ends on the way (`lib/limits.py`)."""
    with time_machine.travel(utc_now(), tick=False):
        yield


def _empty_all_tables() -> None:
    """Delete what the test has left: it wrote to a few of the tables, so ask first which."""
    db.session.rollback()
    for table, has_rows in zip(_TABLES, db.session.execute(_WHICH_HAVE_ROWS).one(), strict=True):
        if has_rows:
            db.session.execute(table.delete())
    db.session.commit()


@pytest.fixture
def petition(app: Flask) -> Petition:
    """An open petition."""
    return factories.petition()


@pytest.fixture
def reader(app: Flask) -> PageReader:
    """Opens pages, presses buttons, and checks every page it is shown."""
    return PageReader(app)


@pytest.fixture
def mo(app: Flask) -> StaffReader:
    """Mo, who moderates."""
    return StaffReader(app, factories.account("moderator", "Mo"))


@pytest.fixture
def ada(app: Flask) -> StaffReader:
    """Ada, who administers."""
    return StaffReader(app, factories.account("administrator", "Ada"))
