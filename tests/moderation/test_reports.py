"""Visitors report what is wrong; moderators see to it; the words are destroyed in time."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaign import retention
from campaign.lib.clock import utc_now
from campaign.lib.db import db
from campaign.moderation import reporting, rules
from campaign.moderation.models import Report
from campaign.moderation.rules import ReportState
from tests import factories
from tests.moderation.deciding import deeds
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

WORDS = "The <b>date</b> is wrong.\nIt was May."
DOOR = "/staff/reports/"


def report(reader: PageReader, address: str = "/campaigns/archive", **answers: str) -> Page:
    """A visitor fills in the form."""
    form = reader.get(reader.get(address).link("Report something wrong on this page"))
    status = int(answers.pop("status", 200))
    typed = {"kind": "wrong", "words": WORDS, **answers}
    return reader.press(form, "Send the report", **typed, status=status)


def the_report() -> Report:
    """The only one there is."""
    (found,) = db.session.scalars(select(Report).execution_options(populate_existing=True))
    return found


@pytest.mark.usefixtures("petition")
def test_the_whole_trip(reader: PageReader, mo_reads: StaffReader) -> None:
    page = report(reader, email="Sam@example.org")
    assert page.h1 == "Thank you for your report"
    assert page.address == "/campaigns/archive/report/thanks"
    assert b"May" not in the_report().envelope
    assert reporting.waiting()[0] == 1

    page = mo_reads.get(mo_reads.get(DOOR).link("Open the archive"))
    assert page.one("blockquote").text == WORDS
    assert "Sam@example.org" in page.text

    page = mo_reads.press(page, "Mended", note="Now it says May")
    assert "Mended, Mo" in page.text
    assert reporting.waiting() == (0, None)
    assert "Open the archive" in mo_reads.get(f"{DOOR}?state=mended").text
    about = f"report:{the_report().id}"
    assert deeds("report.mended") == [(about, "Now it says May")]
    assert (about, None) in deeds("report.read")

    mo_reads.press(page, "Undo")
    assert the_report().state is ReportState.WAITING


def test_a_post_is_reported_likewise(reader: PageReader, mo_reads: StaffReader) -> None:
    factories.post("wall", title="A wall comes down")

    report(reader, "/posts/wall")

    assert "A wall comes down" in mo_reads.get(DOOR).text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("kind", "", "Choose what is wrong."),
        ("kind", "nothing", "Not a valid choice"),
        ("words", "", "Tell us in a few words"),
        ("words", "x" * 1001, "At most 1,000 characters"),
        ("email", "sam@", "Enter an email address"),
        ("form_token", "forged", "Please press the button once more"),
    ],
)
@pytest.mark.usefixtures("petition")
def test_a_slip_is_told_and_nothing_is_lost(
    reader: PageReader, field: str, value: str, told: str
) -> None:
    page = report(reader, **{field: value}, status="422")

    assert told in page.text
    if field != "words":
        assert page.value("words") == WORDS
    assert db.session.scalar(select(func.count()).select_from(Report)) == 0


@pytest.mark.usefixtures("petition")
def test_one_network_cannot_bury_the_moderators(reader: PageReader) -> None:
    with time_machine.travel(factories.NOW, tick=False):
        for _ in range(rules.REPORTS_OF_A_NETWORK[0].most):
            report(reader)

        page = report(reader, status="429")

    assert "this one was not taken" in page.text
    assert page.value("words") == WORDS
    assert reporting.waiting()[0] == rules.REPORTS_OF_A_NETWORK[0].most


@pytest.mark.usefixtures("petition")
def test_of_two_moderators_the_first_decides(reader: PageReader, mo_reads: StaffReader) -> None:
    report(reader)
    page = mo_reads.get(f"{DOOR}{the_report().id}")
    mo_reads.press(page, "Mended", note="First")

    page = mo_reads.press(page, "Nothing wrong", note="Second", status=409)

    assert "a colleague was quicker" in page.text
    assert page.value("note") == "Second"
    assert the_report().state is ReportState.MENDED


@pytest.mark.usefixtures("petition")
def test_the_words_are_destroyed_after_ninety_days(reader: PageReader, app: Flask) -> None:
    report(reader)
    retention.forget_due(utc_now() + timedelta(days=89))
    assert the_report().envelope is not None

    retention.forget_due(utc_now() + timedelta(days=91))

    assert the_report().envelope is None
    mo_reads = StaffReader(app, factories.account("moderator", "Mo"))
    assert "Its words were destroyed" in mo_reads.get(f"{DOOR}{the_report().id}").text


def test_what_is_not_public_cannot_be_reported(reader: PageReader) -> None:
    for address in (
        "/campaigns/none/report",
        "/posts/none/report",
        "/campaigns/none/report/thanks",
    ):
        reader.get(address, status=404)


def test_organisers_and_strangers_do_not_read_them(
    olive_reads: StaffReader, reader: PageReader, app: Flask
) -> None:
    report(reader)
    for address in (DOOR, f"{DOOR}{the_report().id}"):
        olive_reads.get(address, status=403)
        assert "Sign in" in StaffReader(app).get(address).h1
    StaffReader(app, factories.account("moderator")).get(f"{DOOR}{2**31}", status=404)
