"""The administrator's door: compare the counts, keep the promise to forget."""

from collections.abc import Callable
from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from campaign.lib import limits
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.mail import outbox, rules as mail_rules
from campaign.petitions import queries, rules, setting_aside

retention = AppGroup("retention", help="Forgetting what we promised to forget.")


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


@retention.command("run")
def run() -> None:
    """Delete what was never confirmed and anonymise what closed long ago."""
    click.echo(forget_due())


def forget_due() -> str:
    """One round of forgetting, in small transactions; says what it did.

    Also run by the worker every hour.
    """
    now = utc_now()
    with transaction():
        outbox.forget_settled(before=now - mail_rules.TRACE_LIFETIME)
        limits.forget(before=now - 2 * max(limit.per for limit in rules.MAILS_AN_ADDRESS))
    expired = _until_done(setting_aside.expire, now)
    anonymised = _until_done(setting_aside.anonymise_due, now)
    return f"{expired} unconfirmed signatures deleted, {anonymised} signatures anonymised."


def _until_done(batch: Callable[[datetime], int], now: datetime) -> int:
    """Batch after batch, each a transaction of its own; how many there were in all."""
    total = 0
    while True:
        with transaction():
            done = batch(now)
        if not done:
            return total
        total += done


def init_app(app: Flask) -> None:
    """Add the commands to `python -m campaign`."""
    app.cli.add_command(reconcile)
    app.cli.add_command(retention)
