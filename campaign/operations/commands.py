"""The administrator's door: `python -m campaign backup`."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from campaign.lib import migrations
from campaign.lib.clock import utc_now
from campaign.lib.db import db
from campaign.operations import backup as backups
from campaign.operations.backup import NoBackup

_PATH = click.Path(path_type=Path)


@click.command("backup")
@click.argument("folder", type=_PATH)
@click.option("--with-keys", type=_PATH, metavar="FILE", help="Also the key files, as a tar there.")
@click.option("--check", is_flag=True, help="Look whether the backup in FOLDER is whole.")
@click.option(
    "--restored", is_flag=True, help="With --check: the database is the same, row by row."
)
@with_appcontext
def backup(folder: Path, with_keys: Path | None, check: bool, restored: bool) -> None:
    """Copy the database into a new folder in FOLDER, while the site runs. Or check such a copy."""
    try:
        if check or restored:
            _check(folder, restored=restored)
        else:
            _take(folder, with_keys)
    except (NoBackup, OSError) as trouble:
        raise click.ClickException(str(trouble)) from trouble


def _take(folder: Path, with_keys: Path | None) -> None:
    with db.engine.connect() as connection:
        if migrations.present(connection) != migrations.wanted():
            raise NoBackup("The database is of another version of Campaign: use that one for it.")
    key_folder = Path(current_app.config["KEY_FOLDER"])
    with backups.keys(key_folder, with_keys, apart_from=folder) if with_keys else nullcontext():
        made = backups.take(db.engine, folder, now=utc_now(), tell=show_progress)
    click.echo(f"\n{made}")
    if with_keys:
        click.secho(
            f"{with_keys} holds the KEYS. Whoever has them and the backup reads every name and "
            "address.\nTake them to another place than the backup, now: another machine, other "
            "people, no shared cloud.",
            bold=True,
        )
    else:
        click.echo(
            "The keys are not in it. Without them nobody can read who signed; see that you have a "
            "copy of\nthem elsewhere (--with-keys)."
        )


def _check(folder: Path, *, restored: bool) -> None:
    manifest = backups.check(folder, revisions=migrations.wanted(), tell=show_progress)
    if restored:
        backups.compare(manifest, db.engine, show_progress)
    click.echo("")
    for name, proof in manifest.tables.items():
        click.echo(f"{proof.rows:>10}  {name}")
    click.echo(f"The backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC is whole.")
    if restored:
        click.echo("The database holds the same rows.")


def show_progress(what: str, rows: int) -> None:
    """Of which table how many rows are done, on one line of the screen; nothing in a log."""
    if sys.stderr.isatty():
        click.echo(f"\r{what:<32} {rows:>10} rows", nl=False, err=True)


def init_app(app: Flask) -> None:
    """Add the command to `python -m campaign`."""
    app.cli.add_command(backup)
