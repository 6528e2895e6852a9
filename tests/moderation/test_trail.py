"""The page of the trail: found, followed, taken away, and by whom."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select, text

from campaign import chores
from campaign.accounts import trail
from campaign.accounts.models import Account, TrailEntry
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from tests import factories
from tests.factories import NOW
from tests.staff import StaffReader


@pytest.fixture
def mo(app: Flask) -> StaffReader:
    return StaffReader(app, factories.account("moderator", "Mo"))


@pytest.fixture
def ada(app: Flask) -> StaffReader:
    return StaffReader(app, factories.account("administrator", "Ada"))


@pytest.fixture
def noted(app: Flask) -> Account:
    """Olive has exported, returned a post, and signed in."""
    olive = factories.account("organiser", "Olive")
    factories.post("walls")
    day = {"now": NOW}
    with transaction():
        trail.note("export.taken", by=olive, about="campaign:gone", reason="=1+1", **day)
        trail.note("post.returned", by=olive, about="post:walls", reason="Name the source.", **day)
        trail.note("account.signed-in", by=olive, about=f"account:{olive.id} Olive", now=utc_now())
    chores.chain_trail(NOW)
    return olive


def deeds(page: object) -> list[str]:
    rows = page.soup.select("tbody tr")  # type: ignore[attr-defined]
    return [row.select("td")[3].get_text(strip=True) for row in rows]


def test_moderators_see_all_but_what_accounts_did(mo: StaffReader, noted: Account) -> None:
    page = mo.get("/staff/trail")

    assert deeds(page) == ["post.returned", "export.taken"]
    assert "account.signed-in" not in page.text
    assert "CSV" not in page.text
    mo.post("/staff/trail/file", status=403)
    mo.post("/staff/trail/check", status=403)


@pytest.mark.parametrize("role", ["organiser"])
def test_organisers_do_not_come_in(app: Flask, role: str) -> None:
    StaffReader(app, factories.account(role, "Xan")).get("/staff/trail", status=403)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=olive+gone", ["export.taken"]),
        ("q=source", ["post.returned"]),
        ("q=%25", []),
        ("deed=export.taken", ["export.taken"]),
        ("until=2026-03-01", ["post.returned", "export.taken"]),
        ("until=2026-02-28", []),
        ("since=2026-03-02", ["account.signed-in"]),
        ("since=2026-03-01&until=2026-03-01&q=walls", ["post.returned"]),
        ("since=0001-01-01&until=9999-12-31&deed=no.such&page=99", []),
    ],
)
def test_it_is_searched(ada: StaffReader, noted: Account, asked: str, expected: list[str]) -> None:
    assert deeds(ada.get(f"/staff/trail?{asked}")) == expected


def test_a_day_that_is_none_is_said_and_kept(ada: StaffReader, noted: Account) -> None:
    page = ada.get("/staff/trail?since=2026-02-31&q=olive", status=422)

    assert "There is no such day." in page.text
    assert (page.value("since"), page.value("q")) == ("2026-02-31", "olive")


def test_entries_lead_to_what_is_still_there(ada: StaffReader, noted: Account) -> None:
    page = ada.get("/staff/trail")

    ada.get(page.link("post:walls"))
    assert ada.get(page.link(f"account:{noted.id} Olive")).h1 == "Olive"
    assert "campaign:gone" not in [link.get_text() for link in page.soup.select("a")]


def test_an_administrator_checks_the_chain(ada: StaffReader, noted: Account) -> None:
    page = ada.get("/staff/trail")
    assert "The chain was not checked yet." in page.text

    checked = ada.press(page, "Check all entries now")
    assert "The chain is whole: 3 entries were checked on" in checked.text

    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM trail_entry WHERE place = 2"))
    broken = ada.press(checked, "Check all entries now")
    assert broken.one("[role=alert] h2").get_text() == "The trail was tampered with"
    assert "Entry 2 is missing." in broken.text


def test_an_administrator_takes_what_matches(ada: StaffReader, noted: Account) -> None:
    page = ada.get("/staff/trail?until=2026-03-01&q=olive")

    taken = ada.press(page, "Take these entries as a CSV file")

    rows = list(csv.DictReader(io.StringIO(taken.response.get_data().decode("utf-8-sig"))))
    assert [(row["place"], row["deed"], row["reason"]) for row in rows] == [
        ("2", "post.returned", "Name the source."),
        ("1", "export.taken", "'=1+1"),
    ]
    assert taken.response.headers["Content-Disposition"].startswith("attachment; filename=trail-")
    last = db.session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc())).first()
    assert last
    assert (last.who, last.deed, last.reason) == ("Ada", "trail.taken", "until=2026-03-01&q=olive")


def test_a_press_without_its_token_does_nothing(ada: StaffReader, noted: Account) -> None:
    ada.post("/staff/trail/file", status=422, data={})
    ada.post("/staff/trail/check", status=422, data={})

    assert "trail.taken" not in db.session.scalars(select(TrailEntry.deed)).all()
