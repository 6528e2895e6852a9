"""Mo sets from where on signatures are held, keeps the list, and sees what it does."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import TrailEntry
from campaign.chores import watch_trends
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import setting_aside, sieve, trends
from campaign.petitions.models import Petition
from campaign.petitions.rules import HeldFor, ListKind, Thresholds, Verdict
from campaign.petitions.screening_models import ScreeningEntry
from tests import factories
from tests.factories import sign
from tests.staff import StaffReader

ADDRESS = "/staff/screening/"
SET, ADD, REMOVE = "Set these", "Put them on the list", "Take the ticked lines off the list"


@pytest.fixture
def mo(app: Flask) -> StaffReader:
    return StaffReader(app, factories.account("moderator", "Mo"))


def trail() -> list[tuple[str, str, str, str | None]]:
    columns = (TrailEntry.who, TrailEntry.deed, TrailEntry.about, TrailEntry.reason)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(TrailEntry.id))]  # type: ignore[misc]


def on_the_list() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(ScreeningEntry.kind, ScreeningEntry.verdict, ScreeningEntry.value)
    )
    return sorted(tuple(row) for row in rows)  # type: ignore[type-var]


def listed(mo: StaffReader, lines: str, kind: str = "domain", verdict: str = "hold") -> None:
    page = mo.get(ADDRESS)
    mo.press(page, ADD, lines=lines, kind=kind, verdict=verdict, comment="A flood in March")


@pytest.mark.parametrize("role", [None, "organiser"])
def test_only_moderators_and_administrators_come_in(app: Flask, role: str | None) -> None:
    xan = StaffReader(app, factories.account(role, "Xan") if role else None)

    assert xan._open("GET", ADDRESS).status_code == (403 if role else 303)
    for address in ("thresholds", "list", "list/remove"):
        assert xan._open("POST", ADDRESS + address).status_code == 403
    assert StaffReader(app, factories.account("administrator", "Ada")).get(ADDRESS).h1


def test_a_threshold_holds_from_now_on_and_stands_in_the_trail(
    mo: StaffReader, petition: Petition
) -> None:
    page = mo.press(mo.get(ADDRESS), SET, network_hour="1", network_day="0")

    assert "Set." in page.text
    told = "network_hour: 10 → 1; network_day: 30 → 0"
    assert trail() == [("Mo", "screening.changed", "screening", told)]
    petition = db.session.merge(petition)
    first = sign(petition, "sam@gmail.com", address="100.20.30.40")
    second = sign(petition, "lena@gmail.com", address="100.20.30.41")
    assert (first.held_for, second.held_for) == (None, HeldFor.BURST)


def test_the_share_of_a_total_that_the_public_is_told_of_is_set_too(mo: StaffReader) -> None:
    page = mo.press(mo.get(ADDRESS), SET, status=422, correction_per_cent="101")
    assert "Enter a number from 0 to 100." in page.text

    mo.press(page, SET, correction_per_cent="20")

    assert sieve.thresholds() == Thresholds(correction_per_cent=20)


@pytest.mark.parametrize("typed", ["", "many", "-1", "1.5", "99999999999", "9" * 5000])
def test_no_number_is_told_so_and_nothing_else_is_lost(mo: StaffReader, typed: str) -> None:
    page = mo.press(mo.get(ADDRESS), SET, status=422, network_hour=typed, domain_day="77")

    assert "Enter a" in page.text
    assert page.value("domain_day") == "77"
    assert sieve.thresholds() == Thresholds()


def test_the_second_of_two_moderators_sees_what_the_first_has_set(
    app: Flask, mo: StaffReader
) -> None:
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    page = ada.get(ADDRESS)
    mo.press(mo.get(ADDRESS), SET, network_hour="4")

    page = ada.press(page, SET, status=409, network_hour="7")

    assert "Somebody changed this while you had it open" in page.text
    assert sieve.thresholds().network_hour == 4
    ada.press(page, SET)
    assert sieve.thresholds().network_hour == 7


def test_lines_are_listed_once_each_with_who_and_why(mo: StaffReader) -> None:
    listed(mo, "our-own.net\n@OUR-OWN.net\n\n*.bücher.example")
    listed(mo, "our-own.net")

    assert on_the_list() == [
        ("domain", "hold", "our-own.net"),
        ("domain", "hold", "xn--bcher-kva.example"),
    ]
    page = mo.get(ADDRESS)
    assert "A flood in March" in page.text
    assert [deed for _, deed, _, _ in trail()] == ["screening.listed-hold"]


def test_of_a_mailbox_only_a_pseudonym_is_kept(mo: StaffReader, petition: Petition) -> None:
    listed(mo, "Sam.Signer@gmail.com", "mailbox")

    ((_, _, value),) = on_the_list()
    assert "sam" not in value.lower()
    assert not any("signer" in f"{entry}".lower() for entry in trail())
    assert "gmail" not in mo.get(ADDRESS).text
    held = sign(db.session.merge(petition), "samsigner+x@gmail.com")
    assert held.held_for is HeldFor.LIST


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("network", "192.0.2.0/33"),
        ("network", "0.0.0.0/0"),
        ("network", "::/0"),
        ("network", "example.org"),
        ("domain", "192.0.2.0/24"),
        ("domain", "localhost"),
        ("domain", "two words.org"),
        ("domain", "'; DROP TABLE trend; --"),
        ("mailbox", "example.org"),
        ("mailbox", "sam@"),
    ],
)
def test_a_line_that_is_something_else_is_named(mo: StaffReader, kind: str, line: str) -> None:
    page = mo.press(
        mo.get(ADDRESS), ADD, status=422, lines=f"{line}", kind=kind, verdict="pass", comment="So"
    )

    assert "not what you chose above" in page.text
    assert line in page.text
    assert page.value("lines") == line
    assert on_the_list() == []


def test_a_line_without_a_reason_is_kept_in_the_form(mo: StaffReader) -> None:
    page = mo.press(mo.get(ADDRESS), ADD, status=422, lines="our-own.net", kind="domain")

    assert "Say why" in page.text
    assert "our-own.net" in page.text
    assert on_the_list() == []


def test_too_many_lines_are_refused(mo: StaffReader) -> None:
    lines = "\n".join(f"n{number}.example" for number in range(1001))

    page = mo.press(mo.get(ADDRESS), ADD, status=422, lines=lines, kind="domain", comment="So")

    assert "At most 1000 lines at once" in page.text


def test_ticked_lines_are_taken_off(mo: StaffReader) -> None:
    listed(mo, "one.example\ntwo.example\nthree.example")
    numbers = db.session.scalars(select(ScreeningEntry.id).order_by(ScreeningEntry.id)).all()

    mo.press(mo.get(ADDRESS), REMOVE, entries=[str(number) for number in numbers[:2]])

    assert [value for _, _, value in on_the_list()] == ["three.example"]
    who, deed, about, reason = trail()[-1]
    assert (who, deed, about) == ("Mo", "screening.unlisted", "screening: 2 lines")
    assert reason == "domain:one.example, domain:two.example"


def test_taking_off_what_is_not_there_changes_nothing(mo: StaffReader) -> None:
    listed(mo, "one.example")

    mo.press(mo.get(ADDRESS), REMOVE, entries=["999999", "many"])
    mo.press(mo.get(ADDRESS), REMOVE, entries=["9" * 30, "-" + "9" * 30])

    assert len(on_the_list()) == 1


def test_the_page_shows_what_was_held_and_what_of_it_was_released(
    mo: StaffReader, petition: Petition
) -> None:
    now = utc_now()
    for number in range(3):
        held = sign(petition, f"sam-{number}@mailinator.com", now=now - timedelta(days=2 * number))
    with transaction():
        setting_aside.release(held, now=now)

    (row,) = [row for row in mo.get(ADDRESS).soup.select("tr") if "Passing" in row.text]

    said = [" ".join(cell.text.split()) for cell in row.select("td")]
    assert said == ["1", "3 1 released"]


def test_a_trend_is_shown_believed_and_doubted(mo: StaffReader, petition: Petition) -> None:
    now = utc_now()
    mo.press(mo.get(ADDRESS), SET, trend_least="2")
    petition = db.session.merge(petition)
    for number in range(2):
        sign(petition, f"sam-{number}@example.org", now=now)
    watch_trends(now)

    page = mo.press(mo.get(ADDRESS), "These are people: hold no more")

    assert "Nothing more is held for this trend" in page.text
    assert sieve.current().trends == {}
    mo.press(page, "Hold new signatures after all")
    assert list(sieve.current().trends) == [petition.id]
    assert [deed for _, deed, _, _ in trail()][1:] == ["trend.believed", "trend.doubted"]
    assert trail()[-1][2] == f"campaign:{petition.campaign.slug}"


def test_a_trend_that_is_over_is_not_settled(mo: StaffReader, petition: Petition) -> None:
    assert mo._open("POST", f"{ADDRESS}trends/1/believe").status_code == 404


def test_let_pass_beats_hold_of_the_same_kind(mo: StaffReader, petition: Petition) -> None:
    listed(mo, "our-own.net")
    listed(mo, "our-own.net", verdict="pass")

    assert sieve.current().verdict(email="sam@our-own.net", address=None) is Verdict.PASS
    assert {kind for kind, _, _ in on_the_list()} == {ListKind.DOMAIN}
    assert trends.going_on() == []
