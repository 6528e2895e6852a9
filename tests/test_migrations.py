"""Every revision goes up, down, and up again with data in the tables, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from campaign import create_app, seeding
from campaign.campaigns.models import Version
from campaign.config import ROOT
from campaign.lib.db import db, transaction
from campaign.petitions import tally_queries
from campaign.petitions.rules import Tallied
from campaign.petitions.tally_models import Tally
from tests import factories
from tests.conftest import settings

REVISIONS = [
    script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
][::-1]
BEFORE_TALLIES = "41541221fbe8"
BEFORE_TRANSLATIONS = "a2c85f7d60e3"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/campaign.sqlite3"
    else:
        url = request.getfixturevalue("postgresql_url")
        url += ("&" if "?" in url else "?") + "options=-csearch_path%3Dmigrating"
    app = create_app(settings(tmp_path, url))
    with app.app_context():
        if request.param == "postgresql":
            _run("DROP SCHEMA IF EXISTS migrating CASCADE")
            _run("CREATE SCHEMA migrating")
        yield app
        if request.param == "postgresql":
            _run("DROP SCHEMA migrating CASCADE")
        db.engine.dispose()


def _run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def _tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_each_revision_goes_up_down_and_up_again(empty: Flask) -> None:
    for revision in REVISIONS:
        upgrade(revision=revision)
        downgrade()
        upgrade(revision=revision)

    downgrade(revision="base")

    assert _tables() == set()


def test_the_last_revision_goes_down_and_up_with_data(empty: Flask) -> None:
    upgrade()
    with transaction():
        seeding.seed(demo=True, now=factories.NOW)
    factories.confirmed(factories.petition())
    db.session.remove()

    downgrade()
    upgrade()

    factories.confirmed(factories.petition())


def test_versions_from_before_the_translations_have_the_language_of_their_campaign(
    empty: Flask,
) -> None:
    upgrade()
    factories.petition(factories.campaign(language="fr"))
    factories.petition(factories.campaign(language="en"))
    db.session.remove()

    downgrade(revision=BEFORE_TRANSLATIONS)
    upgrade()

    languages = db.session.scalars(select(Version.language).order_by(Version.id)).all()
    db.session.remove()
    assert languages == ["fr", "en"]


def test_signatures_from_before_the_tallies_are_counted(empty: Flask) -> None:
    upgrade()
    petition = factories.petition()
    factories.confirmed(petition, comment="Because.", source="poster")
    factories.sign(petition, "lena@example.org", comment="Me too.")
    db.session.remove()

    downgrade(revision=BEFORE_TALLIES)
    upgrade()

    drift = tally_queries.tally_drift()
    commented = select(Tally.number).where(Tally.kind == Tallied.HAS_COMMENT)
    with_comment = db.session.scalars(commented).one()
    db.session.remove()
    assert drift == []
    assert with_comment == 1
