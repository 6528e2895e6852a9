"""When a mail is tried again, and when we give up."""

from datetime import timedelta

import pytest

from campaign.mail.rules import PATIENCE, next_try
from tests.factories import NOW


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (8, 240), (23, 240)],
)
def test_each_try_waits_longer_than_the_one_before_up_to_four_hours(
    tries: int, minutes: int
) -> None:
    assert next_try(tries=tries, now=NOW) == NOW + timedelta(minutes=minutes)


def test_the_last_try_is_72_hours_after_the_first_at_the_latest() -> None:
    tries, at = 1, NOW

    while again := next_try(tries=tries, now=at):
        tries, at = tries + 1, again

    assert timedelta(hours=68) <= at - NOW <= PATIENCE
    assert next_try(tries=40, now=NOW) is None
