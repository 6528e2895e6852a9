"""Comparing the counts with what is counted, in every room that counts signatures."""

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import groupby

import click
from flask import Flask
from flask.cli import with_appcontext

from campaign.accounts import trail
from campaign.campaigns import moves
from campaign.lib.clock import utc_now
from campaign.lib.db import take_time, transaction
from campaign.paper import counting as paper_counting, queries as paper
from campaign.petitions import counting, queries, tally_queries
from campaign.petitions.tally_queries import Drift


@click.command("reconcile")
@click.option("--repair", is_flag=True, help="Put right what is wrong, and say so in the trail.")
@with_appcontext
def reconcile(repair: bool) -> None:
    """Compare every count and tally with the signatures.

    Reports drift and leaves it, with exit status 1; unless it is asked to repair it.
    """
    take_time()
    with transaction() if repair else nullcontext():
        drift = queries.drift()
        for slug, count, rows in drift:
            click.echo(f"{slug}: the count says {count}, but {rows} signatures are confirmed.")
        tally_drift = tally_queries.tally_drift()
        for one in tally_drift:
            click.echo(
                f"{one.slug}: the tally {one.kind} {one.key!r} says {one.told}, "
                f"but there are {one.rows}."
            )
        paper_drift = paper.drift()
        for slug, count, rows in paper_drift:
            click.echo(f"{slug}: the paper count says {count}, but its batches count {rows}.")
        if repair:
            _repair(tally_drift, paper_drift)
    if not (drift or tally_drift or paper_drift):
        click.echo("All counts are right.")
    elif repair:
        click.echo("All of that is put right now, and the trail says so.")
    else:
        raise SystemExit(1)


def _repair(tally_drift: Sequence[Drift], paper_drift: Sequence[tuple[str, int, int]]) -> None:
    """The count is one of the tallies."""
    counting.put_right(tally_drift)
    for slug, of_petition in groupby(tally_drift, lambda one: one.slug):
        told = "; ".join(f"{one.kind} {one.key} {one.told} → {one.rows}" for one in of_petition)
        _note(slug, told)
    for slug, count, rows in paper_drift:
        paper_counting.put_right(slug, change=rows - count)
        _note(slug, f"paper {count} → {rows}")


def _note(slug: str, told: str) -> None:
    about = moves.about_slug(slug)
    trail.note("count.repaired", by=None, about=about, reason=told, now=utc_now())


def init_app(app: Flask) -> None:
    """Add the command to `python -m campaign`."""
    app.cli.add_command(reconcile)
