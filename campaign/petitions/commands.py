"""The administrator's door: compare the counts."""

import click
from flask import Flask
from flask.cli import with_appcontext

from campaign.petitions import queries


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Compare every count with the confirmed rows. Reports drift, never repairs it.

    Exit status 1 when there is any.
    """
    drift = queries.drift()
    for slug, count, rows in drift:
        click.echo(f"{slug}: the count says {count}, but {rows} signatures are confirmed.")
    if drift:
        raise SystemExit(1)
    click.echo("All counts are right.")


def init_app(app: Flask) -> None:
    """Add the command to `python -m campaign`."""
    app.cli.add_command(reconcile)
