"""Comparing the counts with what is counted, in every room that counts signatures."""

import click
from flask import Flask
from flask.cli import with_appcontext

from campaign.lib.db import take_time
from campaign.paper import queries as paper
from campaign.petitions import queries, tally_queries


@click.command("reconcile")
@with_appcontext
def reconcile() -> None:
    """Compare every count and tally with the signatures. Reports drift, never repairs it.

    Exit status 1 when there is any.
    """
    take_time()
    drift = queries.drift()
    for slug, count, rows in drift:
        click.echo(f"{slug}: the count says {count}, but {rows} signatures are confirmed.")
    tally_drift = tally_queries.tally_drift()
    for slug, kind, key, number, rows in tally_drift:
        click.echo(f"{slug}: the tally {kind} {key!r} says {number}, but there are {rows}.")
    paper_drift = paper.drift()
    for slug, count, rows in paper_drift:
        click.echo(f"{slug}: the paper count says {count}, but its batches count {rows}.")
    if drift or tally_drift or paper_drift:
        raise SystemExit(1)
    click.echo("All counts are right.")


def init_app(app: Flask) -> None:
    """Add the command to `python -m campaign`."""
    app.cli.add_command(reconcile)
