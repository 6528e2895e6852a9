"""The database takes too long: the visitor gets an answer all the same."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from campaign import create_app
from campaign.lib import db as database
from campaign.lib.db import db, take_time, transaction, transactional
from campaign.lib.refusals import Busy
from tests.conftest import settings


@pytest.fixture
def site(tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An app on PostgreSQL that is as patient as a test, with four connections in all."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)
    monkeypatch.setattr(database, "STATEMENT_SECONDS", 1)
    monkeypatch.setattr(database, "THREADS", 0)
    there = "&" if "?" in postgresql_url else "?"
    app = create_app(settings(tmp_path, f"{postgresql_url}{there}options=-csearch_path%3Dbusy"))
    with app.app_context():
        _run("CREATE SCHEMA busy")
        _run("CREATE TABLE busy.campaign (id INTEGER)")
        yield app
        db.session.remove()
        _run("DROP SCHEMA busy CASCADE")
        db.engine.dispose()


def _run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_every_limit_is_set(tmp_path: Path, postgresql_url: str) -> None:
    app = create_app(settings(tmp_path, postgresql_url))
    with app.app_context(), db.engine.connect() as connection:
        assert {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in (
                "lock_timeout",
                "statement_timeout",
                "idle_in_transaction_session_timeout",
                "application_name",
            )
        } == {
            "lock_timeout": "5s",
            "statement_timeout": "30s",
            "idle_in_transaction_session_timeout": "5min",
            "application_name": "campaign",
        }
    with app.app_context():
        db.engine.dispose()


def test_a_statement_without_end_is_ended(site: Flask) -> None:
    with pytest.raises(Busy), transaction():
        db.session.execute(text("SELECT pg_sleep(60)"))


def test_a_command_may_take_its_time(site: Flask) -> None:
    take_time()

    db.session.execute(text("SELECT pg_sleep(1.2)"))


def test_a_page_that_waits_for_a_locked_table_says_that_the_site_is_busy(site: Flask) -> None:
    with transactional(db.engine).connect() as other:
        other.execute(text("LOCK TABLE campaign IN ACCESS EXCLUSIVE MODE"))

        answer = site.test_client().get("/campaigns/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_thread_that_finds_no_connection_says_that_the_site_is_busy(site: Flask) -> None:
    with ExitStack() as others:
        for _ in range(4):
            others.enter_context(db.engine.connect())
        answer = site.test_client().get("/campaigns/")
        with pytest.raises(Busy), transaction():
            db.session.execute(text("SELECT 1"))

    assert answer.status_code == 503


def test_after_the_database_went_away_nobody_meets_a_dead_connection(site: Flask) -> None:
    with db.engine.connect() as connection:
        ours = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    server = create_engine(site.config["SQLALCHEMY_DATABASE_URI"])
    with server.connect() as administrator:
        ended = text("SELECT pg_terminate_backend(:ours, 5000)")
        assert administrator.execute(ended, {"ours": ours}).scalar_one()
    server.dispose()

    with db.engine.connect() as connection:
        now_ours = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

    assert now_ours != ours


def test_a_statement_that_failed_does_not_say_what_it_was_about(app: Flask) -> None:
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text("SELECT :word FROM nowhere"), {"word": "sam@example.org"})

    assert "nowhere" in str(caught.value)
    assert "sam@" not in str(caught.value)
