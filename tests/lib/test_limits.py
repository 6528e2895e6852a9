"""Limits that all processes share."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from campaign.lib import limits
from campaign.lib.db import db, transaction
from campaign.lib.limits import Limit, LimitWindow, Take
from tests.factories import NOW
from tests.petitions.test_confirming import in_parallel

HOUR = Limit(3, timedelta(hours=1))
DAY = Limit(5, timedelta(days=1))


def take(*, hours: float = 0, key: str = "sam") -> bool:
    with transaction():
        return limits.take(key, (HOUR, DAY), now=NOW + timedelta(hours=hours))


def test_so_many_pass_and_the_next_does_not(app: Flask) -> None:
    assert [take() for _ in range(4)] == [True, True, True, False]


def test_the_next_window_begins_anew_until_the_day_is_used_up(app: Flask) -> None:
    for _ in range(3):
        take()

    assert [take(hours=1) for _ in range(3)] == [True, True, False]


def test_one_key_does_not_use_up_anothers(app: Flask) -> None:
    for _ in range(4):
        take()

    assert take(key="lena")


def test_of_many_counted_together_each_counts_at_its_own_time(app: Flask) -> None:
    later = NOW + timedelta(hours=1)
    takes = [
        Take(at, {key: [HOUR]})
        for at, key in [*[(NOW, "sam")] * 4, (NOW, "lena"), (later, "sam"), (later, "lena")]
    ]

    with transaction():
        full = limits.used_up(takes)

    assert full == [set(), set(), set(), {"sam"}, set(), set(), set()]


def test_old_windows_are_forgotten(app: Flask) -> None:
    take()
    take(hours=72)

    with transaction():
        limits.forget(before=NOW + timedelta(hours=48))

    starts = db.session.scalars(select(LimitWindow.starts_at)).all()
    assert len(starts) == 2
    assert min(starts) >= NOW + timedelta(hours=48)


def test_of_many_at_once_exactly_so_many_pass(app: Flask) -> None:
    passed: list[bool] = []

    troubles = in_parallel(
        app, 40, lambda: passed.append(limits.take("hot", (Limit(10, HOUR.per),), now=NOW))
    )

    assert troubles == []
    assert sum(passed) == 10
