"""What the worker does by the clock, besides delivering mail.

A chore takes the time, opens its own transactions, and returns how much it did. Any number of
workers may do the same chore at once: each is written so that nothing is done twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from flask import current_app

from campaign import retention
from campaign.accounts import chain
from campaign.campaigns import moving
from campaign.lib.db import transaction
from campaign.moderation import bulking
from campaign.paper import comparing
from campaign.petitions import counting, trends, voiding_runs
from campaign.reach import pictures
from campaign.updates import sending

log = structlog.get_logger()


class Chore(NamedTuple):
    """A deed that falls due again and again."""

    name: str
    every: timedelta
    do: Callable[[datetime], int]


def fold_tallies(_now: datetime) -> int:
    """Fold what deeds have written into the ledgers. Returns how many entries that were."""
    total = 0
    while counting.is_due():  # asked first: without SQLite's write lock
        with transaction():
            done = counting.fold()
        if not done:
            break  # the rest is in other workers' hands
        total += done
    return total


def close_due(now: datetime) -> int:
    """Close the campaigns whose closing time has come. Returns how many."""
    with transaction():
        return moving.close_due(now)


def watch_trends(now: datetime) -> int:
    """Raise what is signed many times as often as usual. Returns how many petitions."""
    if not trends.is_due(now):  # asked first: without SQLite's write lock
        return 0
    with transaction():
        return trends.watch(now)


def compare_paper(now: datetime) -> int:
    """Find who has signed on paper and online. Returns how many petitions that was done for."""
    if not comparing.is_due(now):  # asked first: without SQLite's write lock
        return 0
    with transaction():
        return comparing.compare_due(now)


def chain_trail(now: datetime) -> int:
    """Tie the latest entries of the trail into its chain. Returns how many."""
    if not chain.has_waiting():
        return 0
    with transaction():
        return chain.lengthen(now)


def check_trail(now: datetime) -> int:
    """Look at the whole trail. Returns how many things are wrong with it."""
    report = chain.check()
    with transaction():
        chain.write_down(report, now)
    for fault in report.faults:
        log.error("trail broken", damage=fault.damage, place=fault.place)
    return len(report.faults)


def draw_pictures(_now: datetime) -> int:
    """Draw pictures for sharing of what was published since. Returns how many."""
    return pictures.draw_due(current_app.config["SITE_NAME"])


CHORES = (
    Chore("close", timedelta(minutes=1), close_due),
    Chore("fold tallies", timedelta(seconds=5), fold_tallies),
    Chore("watch trends", timedelta(minutes=1), watch_trends),
    Chore("check trail", timedelta(hours=6), check_trail),
    Chore("forget", timedelta(hours=1), retention.forget_due),
    Chore("void by rule", timedelta(seconds=1), voiding_runs.work_due),
    Chore("deeds to many", timedelta(seconds=1), bulking.go_on),
    Chore("compare paper", timedelta(hours=1), compare_paper),
    Chore("send updates", timedelta(seconds=1), sending.send_due),
    Chore("draw pictures", timedelta(seconds=10), draw_pictures),
    Chore("chain trail", timedelta(seconds=1), chain_trail),
)
