"""A petition signed many times as often as usual: seen within minutes, held for, believed, over."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from campaign.chores import CHORES, watch_trends
from campaign.lib.db import db, transaction
from campaign.petitions import setting_aside, sieve, trends
from campaign.petitions.models import Petition
from campaign.petitions.rules import HeldFor, State, Tallied
from campaign.petitions.screening_models import ScreeningSetting
from campaign.petitions.tally_models import Tally
from tests import factories
from tests.factories import NOW, confirm, sign


@pytest.fixture(autouse=True)
def few_are_enough(app: Flask) -> None:
    """So that a test need not sign fifty times."""
    _set(trend_least=4)


def _set(**thresholds: int) -> None:
    with transaction():
        for name, value in thresholds.items():
            db.session.merge(ScreeningSetting(name=name, value=value, changed_at=NOW))
    sieve.forget()


def rush(petition: Petition, count: int = 4, *, at: datetime = NOW) -> None:
    for number in range(count):
        sign(petition, f"sam-{at:%H%M}-{number}@example.org", now=at)


def usual(petition: Petition, a_day: int) -> None:
    with transaction():
        for back in range(1, 8):
            day = f"{NOW - timedelta(days=back):%Y-%m-%d}"
            db.session.add(
                Tally(kind=Tallied.SIGNED, petition_id=petition.id, key=day, number=a_day)
            )


def test_a_trend_is_looked_for_every_minute() -> None:
    every = {chore.do: chore.every for chore in CHORES}

    assert every[watch_trends] <= timedelta(minutes=5)


def test_after_a_trend_is_seen_new_signatures_are_held(petition: Petition) -> None:
    rush(petition)

    assert watch_trends(NOW + timedelta(minutes=1)) == 1

    assert [(t.petition_id, t.most) for t in trends.going_on()] == [(petition.id, 4)]
    later = NOW + timedelta(minutes=2)
    assert sign(petition, "lena@example.org", now=later).held_for is HeldFor.TREND
    assert sign(factories.petition(), now=later).held_for is None


def test_what_began_it_is_held_at_confirming_and_older_ones_are_not(petition: Petition) -> None:
    older = sign(petition, "lena@example.org", now=NOW - timedelta(hours=2))
    rush(petition)
    first = sign(petition, "sam@example.org", now=NOW)
    watch_trends(NOW + timedelta(minutes=1))

    confirm(first, now=NOW + timedelta(minutes=2))
    confirm(older, now=NOW + timedelta(minutes=2))

    assert (first.state, first.held_for) == (State.HELD, HeldFor.TREND)
    assert older.state is State.CONFIRMED


def test_a_released_one_is_not_held_again_at_confirming(petition: Petition) -> None:
    rush(petition)
    watch_trends(NOW + timedelta(minutes=1))
    signature = sign(petition, now=NOW + timedelta(minutes=2))
    with transaction():
        setting_aside.release(signature, now=NOW + timedelta(minutes=3))

    confirm(signature, now=NOW + timedelta(minutes=4))

    assert signature.state is State.CONFIRMED


def test_what_is_usual_for_a_campaign_is_no_trend(petition: Petition) -> None:
    usual(petition, a_day=288)  # one in five minutes
    rush(petition, 9)

    assert watch_trends(NOW + timedelta(minutes=1)) == 0

    sign(petition, now=NOW)
    assert watch_trends(NOW + timedelta(minutes=1)) == 1


def test_few_are_no_trend(petition: Petition) -> None:
    rush(petition, 3)

    assert watch_trends(NOW + timedelta(minutes=1)) == 0


def test_a_believed_trend_holds_nothing_and_is_not_raised_again(petition: Petition) -> None:
    rush(petition)
    watch_trends(NOW + timedelta(minutes=1))
    with transaction():
        trends.believe(trends.going_on()[0], is_believed=True)
    rush(petition, 6, at=NOW + timedelta(minutes=2))

    watch_trends(NOW + timedelta(minutes=3))

    (trend,) = trends.going_on()
    assert (trend.most, trend.is_believed) == (10, True)
    assert sign(petition, "lena@example.org", now=NOW + timedelta(minutes=4)).held_for is None


def test_moderators_may_only_want_to_be_told(petition: Petition) -> None:
    _set(trend_holds=0)
    rush(petition)
    watch_trends(NOW + timedelta(minutes=1))

    assert len(trends.going_on()) == 1
    assert sign(petition, now=NOW + timedelta(minutes=2)).held_for is None


def test_a_trend_is_over_when_it_was_not_seen_for_an_hour(petition: Petition) -> None:
    rush(petition)
    watch_trends(NOW + timedelta(minutes=1))

    watch_trends(NOW + timedelta(minutes=50))
    assert len(trends.going_on()) == 1
    watch_trends(NOW + timedelta(minutes=62))
    assert len(trends.going_on()) == 0

    rush(petition, at=NOW + timedelta(hours=3))
    assert watch_trends(NOW + timedelta(hours=3)) == 1
