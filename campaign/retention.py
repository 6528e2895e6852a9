"""Forgetting what we promised to forget, in every room. The worker does it each hour."""

from collections.abc import Callable
from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup

from campaign.accounts import sessions
from campaign.exports import hand_over_queries, hand_over_services
from campaign.letters import kits, services as letters
from campaign.lib import day_keys, limits
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.mail import outbox, rules as mail_rules
from campaign.moderation import reporting
from campaign.paper import services as paper
from campaign.petitions import rules as petition_rules, setting_aside, taking_up

retention = AppGroup("retention", help="Forgetting what we promised to forget.")


@retention.command("run")
def run() -> None:
    """Delete what was never confirmed, anonymise what closed long ago, drop old traces."""
    click.echo(f"{forget_due(utc_now())} signatures deleted or anonymised.")


def forget_due(now: datetime) -> int:
    """One round of forgetting, in small transactions.

    Returns how many unconfirmed signatures were deleted and closed ones anonymised, rows on paper
    among them.
    """
    with transaction():
        outbox.forget_settled(before=now - mail_rules.TRACE_LIFETIME)
        limits.forget(before=now - 2 * max(limit.per for limit in petition_rules.MAILS_AN_ADDRESS))
        day_keys.forget(now)
        taking_up.forget(now)
        letters.forget_traces(now)
        kits.forget(now)
        sessions.forget(now)
        reporting.forget(now)
    done = _until_done(setting_aside.expire, now) + _until_done(setting_aside.anonymise_due, now)
    done += _until_done(paper.forget_due, now)
    # Afterwards, so that the files in which somebody is named go in the same round.
    due = hand_over_queries.to_destroy()
    with transaction():
        hand_over_services.forget(due, now=now)
    return done


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
    app.cli.add_command(retention)
