"""Moving from one database to another: all of it, or a word why not."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, func, inspect, select, text
from sqlalchemy.exc import OperationalError

from campaign.lib.clock import utc_now
from campaign.lib.db import Model, db
from campaign.operations import proofs, transfer
from campaign.operations.proofs import Proof
from campaign.operations.transfer import NotMoved
from campaign.petitions import queries as petitions
from campaign.petitions.models import Signature
from tests import factories
from tests.operations.conftest import NewSite, fill
from tests.test_serving import process

KINDS = ["sqlite", "postgresql"]
SIGNATURES = 9


def silent(_what: str, _rows: int) -> None:
    """Nobody looks at the progress."""


class Stopped(Exception):
    """Somebody pulled the plug."""


@contextmanager
def both(source: Flask, target: Flask) -> Iterator[tuple[Connection, Connection]]:
    with (
        source.app_context(),
        transfer.for_ourselves(db.engine) as here,
        target.app_context(),
        transfer.for_ourselves(db.engine) as there,
    ):
        yield here, there


def move(source: Flask, target: Flask, tell: proofs.Progress = silent) -> dict[str, Proof]:
    with both(source, target) as (here, there):
        return transfer.move(here, there, tell)


def held_by(app: Flask) -> dict[str, int]:
    """How many rows each table has."""
    with app.app_context():
        held = {
            table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Model.metadata.sorted_tables
        }
        db.session.remove()
        db.engine.dispose()
        return held


@pytest.fixture(params=[("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-to-".join)
def sides(request: pytest.FixtureRequest, new_site: NewSite) -> tuple[Flask, Flask]:
    """A source with something in it, and an empty target of the other kind."""
    source, target = (new_site(kind) for kind in request.param)
    fill(source)
    return source, target


def test_everything_arrives_as_it_was(sides: tuple[Flask, Flask]) -> None:
    source, target = sides
    with source.app_context():
        was = [
            {**vars(signature), "_sa_instance_state": None}
            for signature in db.session.scalars(select(Signature).order_by(Signature.id))
        ]
        db.session.remove()

    proven = move(source, target)

    assert proven["signature"].rows == SIGNATURES
    assert {name: proof.rows for name, proof in proven.items()} == held_by(source)
    with target.app_context():
        arrived = db.session.scalars(select(Signature).order_by(Signature.id)).all()
        assert [{**vars(signature), "_sa_instance_state": None} for signature in arrived] == was
        assert petitions.drift() == []
        data = petitions.personal_data(arrived[7])
        assert data
        assert data.comment == "Line\nbreak, tab\t, \\ and ' \""


def test_life_goes_on_at_the_target(sides: tuple[Flask, Flask]) -> None:
    source, target = sides

    move(source, target)

    with target.app_context():
        petition = petitions.public_by_slug("ouvrir-l-archive")
        assert petition
        new = factories.confirmed(petition, "lena@example.org")
        again = factories.sign(petition, "Sam-1@example.org")
        assert new.id == SIGNATURES + 1
        assert again.id == 2
        assert petition.confirmed_count == 8
        assert not inspect(db.engine).has_table(transfer.UNFINISHED.name)
        db.session.remove()


def test_a_broken_off_transfer_goes_on_where_it_was(
    sides: tuple[Flask, Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = sides
    monkeypatch.setattr(transfer, "BATCH_ROWS", 3)
    told: list[tuple[str, int]] = []

    def pull_the_plug(what: str, rows: int) -> None:
        if (what, rows) == ("signature", 6):
            raise Stopped

    with pytest.raises(Stopped):
        move(source, target, pull_the_plug)
    assert held_by(target)["signature"] == 6
    proven = move(source, target, lambda what, rows: told.append((what, rows)))

    assert proven["signature"].rows == SIGNATURES
    assert [rows for what, rows in told if what == "signature"] == [6, 9]


def test_what_was_changed_since_it_was_broken_off_is_noticed(
    sides: tuple[Flask, Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = sides

    def pull_the_plug(what: str, _rows: int) -> None:
        if what == "signature":
            raise Stopped

    with pytest.raises(Stopped):
        move(source, target, pull_the_plug)
    with source.app_context():
        db.session.execute(text("UPDATE signature SET mails = mails + 1 WHERE id = 1"))
        db.session.commit()
        db.session.remove()

    with pytest.raises(NotMoved, match=r"differ: signature \(9 rows .*begin again"):
        move(source, target)


def test_a_target_that_is_not_empty_is_not_touched(sides: tuple[Flask, Flask]) -> None:
    source, target = sides
    with target.app_context():
        factories.post("here-before")
        db.session.remove()
    before = held_by(target)

    with pytest.raises(NotMoved, match="not empty: there are rows in its table “post”"):
        move(source, target)

    assert held_by(target) == before


def test_different_migrations_are_refused(sides: tuple[Flask, Flask]) -> None:
    source, target = sides
    with target.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
        db.session.commit()
        db.session.remove()

    with pytest.raises(NotMoved, match="different migrations"):
        move(source, target)

    assert held_by(target)["signature"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_site_that_runs_is_noticed(kind: str, new_site: NewSite) -> None:
    used = new_site(kind)
    with used.app_context():
        here = create_engine(
            db.engine.url,
            connect_args={} if kind == "sqlite" else {"application_name": "campaign"},
        )
    with here.connect() as connection, used.app_context():
        connection.execute(text("SELECT count(*) FROM signature"))

        with (
            pytest.raises(NotMoved, match="stop every `serve` and `worker`"),
            transfer.for_ourselves(db.engine),
        ):
            pass
    here.dispose()


def test_nobody_writes_at_the_source_meanwhile(sides: tuple[Flask, Flask]) -> None:
    source, target = sides
    with source.app_context():
        url = db.engine.url
    kind = url.get_backend_name()
    impatient = {"timeout": 0.1} if kind == "sqlite" else {"options": "-c lock_timeout=100"}
    late = create_engine(url, connect_args=impatient)
    refused: list[str] = []

    def write_meanwhile(what: str, _rows: int) -> None:
        if what != "signature":
            return
        try:
            with late.begin() as connection:
                connection.execute(text("UPDATE petition SET goal = 0"))
        except OperationalError as trouble:
            refused.append(str(trouble.orig))

    move(source, target, write_meanwhile)

    assert refused
    late.dispose()


def ran(url: str, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`python -m campaign …` on that database, with what it printed."""
    environment = {
        "CAMPAIGN_DEMO": "yes",
        "CAMPAIGN_DATA": str(folder),
        "CAMPAIGN_DATABASE_URL": url,
    }
    with process(*words, **environment) as running:
        printed, _ = running.communicate(timeout=300)  # a busy machine is no fault
    return subprocess.CompletedProcess(words, running.returncode, printed, "")


def test_the_command_moves_there_and_back(
    new_site: NewSite, other_postgresql: str, tmp_path: Path
) -> None:
    source = new_site("sqlite")
    fill(source)
    with source.app_context():
        first = str(db.engine.url)
    back = f"sqlite:///{tmp_path}/back.sqlite3"

    there = ran(first, tmp_path, "transfer", "--to", other_postgresql)
    again = ran(other_postgresql, tmp_path, "transfer", "--to", back)
    refused = ran(first, tmp_path, "transfer", "--to", back)
    itself = ran(first, tmp_path, "transfer", "--to", first.replace("/site-", "/./site-"))
    nowhere = ran(first, tmp_path, "transfer", "--to", f"sqlite:///{tmp_path}/no/such/folder")

    assert (there.returncode, again.returncode) == (0, 0), there.stdout + again.stdout
    proven = [
        [line.split() for line in run.stdout.splitlines() if line.endswith(" signature")]
        for run in (there, again)
    ]
    assert proven[0] == proven[1]
    assert proven[0][0][0] == str(SIGNATURES)
    for run, told in (
        (refused, "not empty"),
        (itself, "that is the database of the settings"),
        (nowhere, "says: unable to open database file\n"),
    ):
        assert run.returncode == 1
        assert told in run.stdout
        assert "Traceback" not in run.stdout


def test_a_proof_does_not_depend_on_the_order_and_misses_nothing(new_site: NewSite) -> None:
    site = new_site("sqlite")
    fill(site)
    table = Signature.__table__
    with site.app_context(), db.engine.connect() as connection:
        before = proofs.of_table(connection, table, silent)
        connection.execute(table.update().where(table.c.id == 3).values(signed_at=utc_now()))
        after = proofs.of_table(connection, table, silent)
        connection.rollback()
        db.engine.dispose()

    assert before.rows == after.rows
    assert before.checksum != after.checksum
