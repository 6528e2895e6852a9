"""Migrations: which the database has, which it should have, and the commands that bring it there.

The only module that imports Alembic and Flask-Migrate, and only when one of these is asked: reading
them takes a tenth of a start that needs neither.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from flask import Flask, current_app
from sqlalchemy import Connection

from campaign.lib.db import db

if TYPE_CHECKING:
    from flask_migrate import Migrate


class _Extension:
    """What Flask-Migrate looks for in the app when it is asked."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @cached_property
    def migrate(self) -> "Migrate":
        from flask_migrate import Migrate

        return Migrate(db=db, directory=self.folder)


class _Commands(click.Command):
    """`campaign db …`: Flask-Migrate's own commands take over as soon as it is called."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        from flask_migrate.cli import db as commands

        context: click.Context = commands.make_context(*args, **extra)
        return context


def init_app(app: Flask, folder: str) -> None:
    """Let the app find its migrations in the folder."""
    app.extensions["migrate"] = _Extension(folder)
    app.cli.add_command(_Commands("db", help="Perform database migrations."))


def upgrade() -> None:
    """Bring the database to the tables of this version."""
    from flask_migrate import upgrade as to_the_latest

    to_the_latest()


def present(connection: Connection) -> set[str]:
    """Which migrations the database has come to; none where there are no tables yet."""
    from alembic.migration import MigrationContext

    return set(MigrationContext.configure(connection).get_current_heads())


def wanted() -> set[str]:
    """The migrations that a database of this version has."""
    from alembic.script import ScriptDirectory

    return set(ScriptDirectory(current_app.extensions["migrate"].folder).get_heads())
