"""Tokens: one purpose each, expiring, and nobody else can make one."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st

from campaign.lib import tokens
from tests.factories import NOW

DAY = timedelta(days=1)


def test_a_token_says_what_it_was_told(app: Flask) -> None:
    assert tokens.read("confirm", tokens.issue("confirm", "abc"), lifetime=DAY) == "abc"


def test_a_token_is_good_for_its_own_purpose_alone(app: Flask) -> None:
    with pytest.raises(tokens.Unknown):
        tokens.read("own", tokens.issue("confirm", "abc"), lifetime=DAY)


def test_an_expired_token_still_says_whose_it_was(app: Flask) -> None:
    with time_machine.travel(NOW):
        token = tokens.issue("confirm", "abc")

    with (
        time_machine.travel(NOW + DAY + timedelta(seconds=2)),
        pytest.raises(tokens.Expired) as expired,
    ):
        tokens.read("confirm", token, lifetime=DAY)
    assert expired.value.payload == "abc"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(token=st.text(max_size=200))
def test_no_invented_token_is_accepted(app: Flask, token: str) -> None:
    with pytest.raises(tokens.Unknown):
        tokens.read("confirm", token, lifetime=DAY)
    assert not tokens.is_for_form("sign", token, NOW)


def test_a_form_is_the_same_for_all_visitors_of_a_minute(app: Flask) -> None:
    minute = NOW.replace(second=0)

    first = tokens.for_forms("sign", minute)

    assert tokens.for_forms("sign", minute + timedelta(seconds=59)) == first
    assert tokens.for_forms("sign", minute + timedelta(seconds=60)) != first


@pytest.mark.parametrize(
    ("age", "good"),
    [(timedelta(0), True), (timedelta(hours=23, minutes=59), True), (timedelta(hours=25), False)],
)
def test_a_form_is_good_for_a_day(app: Flask, age: timedelta, good: bool) -> None:
    token = tokens.for_forms("sign", NOW)

    assert tokens.is_for_form("sign", token, NOW + age) is good


def test_a_form_of_another_kind_is_not_accepted(app: Flask) -> None:
    assert not tokens.is_for_form("press", tokens.for_forms("sign", NOW), NOW)
