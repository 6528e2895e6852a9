"""No link makes a page say that something was done."""

from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask

from campaign.lib import just_done
from campaign.lib.clock import utc_now
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import PageReader
from tests.staff import StaffReader

pytestmark = on_one_database
SIGNED_OUT = "You are signed out."


def test_the_page_says_it_to_whoever_did_it(mo: StaffReader) -> None:
    page = mo.press(mo.get("/staff/account/"), "Sign out")

    assert SIGNED_OUT in page.text


@pytest.mark.parametrize("asked", ["out", "done", "out=1", "done=out", "done=%00", "done=x&done=y"])
def test_a_link_of_somebody_elses_does_not(mo: StaffReader, asked: str) -> None:
    assert SIGNED_OUT not in mo.get(f"/staff/sign-in?{asked}").text


def test_an_editor_says_that_it_saved_to_nobody_else(app: Flask) -> None:
    campaign = factories.draft("archive")
    olive = StaffReader(app, factories.account(team_of=[campaign]))
    edit = "/staff/campaigns/archive/edit"

    saved = olive.press(olive.get(edit), "Save draft", ask="Open it.")

    assert "Saved. Nobody but you" in saved.text
    assert "Saved. Nobody but you" not in olive.get(f"{edit}?saved=1").text
    assert "Saved. Nobody but you" not in olive.get(f"{edit}?done=saved").text


def test_nor_does_what_was_said_of_another_page_or_some_minutes_ago(
    app: Flask, reader: PageReader
) -> None:
    with app.test_request_context("/"):
        there = urlsplit(just_done.lead_to("/staff/sign-in", "out").location)
        elsewhere = urlsplit(just_done.lead_to("/staff/account/", "out").location)

    assert SIGNED_OUT in reader.get(f"/staff/sign-in?{there.query}").text
    assert SIGNED_OUT not in reader.get(f"/staff/sign-in?{elsewhere.query}").text
    with time_machine.travel(utc_now() + 2 * just_done.LIFETIME):
        assert SIGNED_OUT not in reader.get(f"/staff/sign-in?{there.query}").text
