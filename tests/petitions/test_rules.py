"""The rules of signing, without a database."""

import pytest

from campaign.petitions import rules
from campaign.petitions.rules import MAY_START_FROM, Deed, State


@pytest.mark.parametrize(
    ("count", "goal", "shown"),
    [
        (0, None, 25),
        (22, None, 25),
        (23, None, 50),
        (208, None, 250),
        (225, None, 500),
        (4_499, None, 5_000),
        (4_500, None, 10_000),
        (45_000, None, 100_000),
        (1_000_000, None, 2_500_000),
        (800, 900, 900),
        (0, 900, 25),
        (900, 900, 2_500),
        (5_000, 900, 10_000),
    ],
)
def test_the_goal_is_the_next_round_number_or_the_organisers_if_nearer(
    count: int, goal: int | None, shown: int
) -> None:
    assert rules.next_goal(count, goal=goal) == shown


def test_the_bar_never_stands_full() -> None:
    for count in range(0, 20_000, 7):
        for goal in (None, 300, 3_000):
            assert count < rules.next_goal(count, goal=goal)


def test_every_deed_on_a_signature_says_where_it_may_start() -> None:
    assert set(MAY_START_FROM) == set(Deed) - {Deed.SIGN}


def test_nothing_but_restoring_and_owning_leads_out_of_voided() -> None:
    leading_out = {deed for deed, states in MAY_START_FROM.items() if State.VOIDED in states}

    assert leading_out == {Deed.RESTORE, Deed.ERASE, Deed.ANONYMISE}
