"""Databases of our own, one of each kind, for tests that move and copy whole ones."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from campaign import create_app
from campaign.lib.db import db, transaction
from campaign.petitions import services as petitions
from tests import factories
from tests.conftest import beside, settings

#: Makes an app on a new database of the kind, with all tables and nothing in them.
NewSite = Callable[[str], Flask]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    _migrate(folder, f"sqlite:///{folder}/empty.sqlite3")
    return folder / "empty.sqlite3"


@pytest.fixture(scope="session")
def migrated_postgresql(
    postgresql_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The name of a PostgreSQL database like that."""
    with beside(postgresql_url, "migrated") as url:
        _migrate(tmp_path_factory.mktemp("migrated"), url)
        yield str(make_url(url).database)


@pytest.fixture
def copied_postgresql(postgresql_url: str, migrated_postgresql: str) -> Iterator[str]:
    """A copy of it."""
    with beside(postgresql_url, "copy", like=migrated_postgresql) as url:
        yield url


def _migrate(folder: Path, url: str) -> None:
    with create_app(settings(folder, url)).app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture
def new_site(
    tmp_path: Path, migrated_file: Path, request: pytest.FixtureRequest
) -> Iterator[NewSite]:
    """Sites with the same keys, on databases of their own."""
    made: list[Flask] = []

    def make(kind: str) -> Flask:
        if kind == "postgresql":
            url = request.getfixturevalue("copied_postgresql")
        else:
            file = shutil.copy(migrated_file, tmp_path / f"site-{len(made)}.sqlite3")
            url = f"sqlite:///{file}"
        made.append(create_app(settings(tmp_path, url)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def fill(app: Flask) -> None:
    """A bit of everything that databases like to spell in ways of their own."""
    with app.app_context():
        campaign = factories.campaign("ouvrir-l-archive", title="Ouvrir “l’archive” 倪玉兰 🕯")
        petition = factories.petition(campaign)
        factories.letter_action(campaign)
        factories.account(team_of=[campaign])
        for number in range(7):
            moment = factories.NOW.replace(microsecond=number * 100_001 % 1_000_000)
            factories.confirmed(petition, f"sam-{number}@example.org", now=moment)
        factories.sign(petition, "xan@example.org", comment="Line\nbreak, tab\t, \\ and ' \"")
        gone = factories.sign(petition, "olive@example.org")
        with transaction():
            petitions.erase(gone, now=factories.NOW)
        db.session.remove()
        db.engine.dispose()
