"""Databases of our own, one of each kind, for tests that move and copy whole ones."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from campaign import create_app
from campaign.lib.db import db, transaction
from campaign.petitions import services as petitions
from tests import factories
from tests.conftest import settings

#: Makes an app on a new database of the kind, with all tables and nothing in them.
NewSite = Callable[[str], Flask]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    app = create_app(settings(folder, f"sqlite:///{folder}/empty.sqlite3"))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return folder / "empty.sqlite3"


@pytest.fixture
def new_site(
    tmp_path: Path, migrated_file: Path, request: pytest.FixtureRequest
) -> Iterator[NewSite]:
    """Sites with the same keys, on databases of their own."""
    made: list[Flask] = []

    def make(kind: str) -> Flask:
        if kind == "postgresql":
            url = request.getfixturevalue("other_postgresql")
        else:
            file = shutil.copy(migrated_file, tmp_path / f"site-{len(made)}.sqlite3")
            url = f"sqlite:///{file}"
        app = create_app(settings(tmp_path, url))
        made.append(app)
        with app.app_context():
            upgrade()
            db.engine.dispose()
        return app

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
