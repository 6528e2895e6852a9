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
from tests.page_reader import Page
from tests.staff import StaffReader


@pytest.fixture
def mo(app: Flask) -> StaffReader:
    return StaffReader(app, factories.account("moderator", "Mo"))


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


def deeds(page: Page) -> list[str]:
    """As the page calls them, the newest first."""
    return [row.select("td")[3].get_text(strip=True) for row in page.soup.select("tbody tr")]


def choices(page: Page) -> dict[str, str]:
    """Which deeds can be chosen: what is asked for, and how the page calls it."""
    options = page.soup.select("select[name=deed] option")
    return {str(option["value"]): option.get_text(strip=True) for option in options}


def test_moderators_see_all_but_what_accounts_did(mo: StaffReader, noted: Account) -> None:
    page = mo.get("/staff/trail")

    assert deeds(page) == ["Post sent back", "Signatures exported"]
    assert list(choices(page)) == ["", "post.returned", "export.taken"]
    assert "CSV" not in page.text
    mo.post("/staff/trail/file", status=403)
    mo.post("/staff/trail/check", status=403)


@pytest.mark.parametrize("role", ["organiser"])
def test_organisers_do_not_come_in(app: Flask, role: str) -> None:
    StaffReader(app, factories.account(role, "Xan")).get("/staff/trail", status=403)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=olive+gone", ["Signatures exported"]),
        ("q=source", ["Post sent back"]),
        ("q=%25", []),
        ("q=post.ret", ["Post sent back"]),
        ("q=olive+Sent", ["Post sent back"]),
        ("deed=export.taken", ["Signatures exported"]),
        ("until=2026-03-01", ["Post sent back", "Signatures exported"]),
        ("until=2026-02-28", []),
        ("since=2026-03-02", ["Signed in"]),
        ("since=2026-03-01&until=2026-03-01&q=walls", ["Post sent back"]),
        ("since=0001-01-01&until=9999-12-31&deed=no.such&page=99", []),
    ],
)
def test_it_is_searched(ada: StaffReader, noted: Account, asked: str, expected: list[str]) -> None:
    assert deeds(ada.get(f"/staff/trail?{asked}")) == expected


@pytest.mark.parametrize(
    ("language", "searched", "called"),
    [
        ("fr", "renvoye", ["Connexion", "Article renvoyé", "Signatures exportées"]),
        ("zh-Hans", "文章", ["已登录", "文章已退回", "签名已导出"]),
        ("ar", "المقال", ["سُجِّل الدخول", "أُعيد المقال إلى كاتبه", "صُدِّرت التواقيع"]),
    ],
)
def test_deeds_are_named_chosen_and_found_in_the_language_of_the_page(
    ada: StaffReader, noted: Account, language: str, searched: str, called: list[str]
) -> None:
    page = ada.get(f"/{language}/staff/trail")
    _signed_in, returned, taken = called

    assert deeds(page) == called
    assert choices(page)["export.taken"] == taken
    assert deeds(ada.get(f"/{language}/staff/trail?deed=export.taken")) == [taken]
    assert deeds(ada.get(f"/{language}/staff/trail?q={searched}")) == [returned]


def test_a_deed_of_old_that_nobody_knows_stands_as_it_is(ada: StaffReader, noted: Account) -> None:
    with transaction():
        trail.note("ferry.sunk", by=noted, about="ferry:3", now=NOW)

    page = ada.get("/fr/staff/trail?q=ferry.sunk")

    assert deeds(page) == ["ferry.sunk"]
    assert choices(page)["ferry.sunk"] == "ferry.sunk"


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
    for address in ("/staff/trail/file", "/staff/trail/check"):
        page = ada.post(address, status=422, data={})
        assert "One thing to mend" in page.text

    assert "trail.taken" not in db.session.scalars(select(TrailEntry.deed)).all()
