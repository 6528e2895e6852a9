"""What the worker does by the clock, besides delivering mail.

A chore takes the time, opens its own transactions, and returns how much it did. Any number of
workers may do the same chore at once: each is written so that nothing is done twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from campaign import retention


class Chore(NamedTuple):
    """A deed that falls due again and again."""

    name: str
    every: timedelta
    do: Callable[[datetime], int]


CHORES = (Chore("forget", timedelta(hours=1), retention.forget_due),)
