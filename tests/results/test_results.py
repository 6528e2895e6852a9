"""The results of a campaign: who may read them, that they add up, and that no person is in them."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from campaign.campaigns.models import Campaign
from campaign.letters import tally
from campaign.lib.db import transaction
from campaign.petitions import counting, queries as petitions, services, setting_aside
from campaign.petitions.models import Petition
from campaign.results import queries
from campaign.results.rules import Totals
from tests import factories
from tests.factories import NOW
from tests.page_reader import Page
from tests.staff import StaffReader

PATHS = ["results", "results.csv", "results.json"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def archive(app: Flask) -> Campaign:
    """A campaign with one signature in each state, and one that expired."""
    campaign = factories.campaign("open-the-archive")
    petition = factories.petition(campaign)
    factories.sign(petition, "gone@example.org", now=NOW - timedelta(days=9))
    with transaction():
        setting_aside.expire(NOW)
    factories.confirmed(
        petition,
        "sam@example.org",
        country="CA",
        source="poster",
        comment="Because it is ours.",
        wants_updates=True,
    )
    factories.confirmed(petition, "lena@example.org", country=None, now=NOW - timedelta(days=10))
    factories.not_counted(petition)
    return campaign


@pytest.fixture
def olive(app: Flask, archive: Campaign) -> StaffReader:
    return StaffReader(app, factories.account(team_of=[archive]))


def petition_of(campaign: Campaign) -> Petition:
    petition = petitions.of_campaign(campaign)
    assert petition
    return petition


def address(what: str = "results") -> str:
    return f"/staff/campaigns/open-the-archive/{what}"


def table(page: Page, caption: str) -> list[list[str]]:
    """The rows of the table with that caption."""
    (found,) = [one for one in page.soup.select("table") if caption in one.get_text()]
    return [
        [" ".join(cell.get_text().split()) for cell in row.select("th, td")]
        for row in found.select("tbody tr, tfoot tr")
    ]


def test_the_totals_add_up(olive: StaffReader) -> None:
    page = olive.get(address())

    assert table(page, "All signatures") == [
        ["Confirmed: they count", "2"],
        ["Not confirmed yet", "1"],
        ["Held for a moderator", "1"],
        ["Taken back by their owners", "1"],
        ["Removed by a moderator", "1"],
        ["On paper: they count, too", "0"],
        ["All", "6"],
    ]
    assert "2 signatures count: 1 confirmed today, 1 in the last 7 days, 2 in the last 30" in (
        page.text
    )
    assert "1 was never confirmed and was deleted" in page.text


def test_the_page_is_the_same_before_and_after_folding(olive: StaffReader) -> None:
    before = olive.get(address()).text
    with transaction():
        counting.fold()

    assert olive.get(address()).text == before


def test_a_signature_is_on_the_page_at_once(olive: StaffReader, archive: Campaign) -> None:
    with transaction():
        counting.fold()
    petition = petition_of(archive)
    factories.confirmed(petition, "new@example.org")

    assert table(olive.get(address()), "All signatures")[0][1] == "3"


def test_of_those_who_signed_the_page_says_how_many_confirmed(olive: StaffReader) -> None:
    page = olive.get(address())

    assert "In this time 7 people signed. 5 of them have confirmed it by mail: 71%." in page.text


def test_where_they_came_from(olive: StaffReader) -> None:
    page = olive.get(address())

    assert table(page, "Country") == [["Not told", "1", "50%"], ["Canada", "1", "50%"]]
    assert table(page, "Language of the page") == [["English", "2", "100%"]]
    assert table(page, "Link they came by") == [["Not told", "1", "50%"], ["poster", "1", "50%"]]
    assert "1 wants updates by mail. 1 wrote a comment." in page.text


def test_countries_are_named_in_the_language_of_the_page(olive: StaffReader) -> None:
    assert "Canada" in olive.get("/fr" + address()).text


@pytest.mark.parametrize(
    ("period", "rows"), [("30", 30), ("90", 90), ("all", 11), ("tomorrow", 30), ("", 30)]
)
def test_a_period_and_whatever_else_is_asked(olive: StaffReader, period: str, rows: int) -> None:
    page = olive.get(f"{address()}?period={period}")

    assert len(page.soup.select("details tbody tr")) == rows


def test_a_long_campaign_goes_by_weeks(olive: StaffReader, archive: Campaign) -> None:
    long_ago = NOW - timedelta(days=100)
    factories.confirmed(petition_of(archive), "early@example.org", now=long_ago)

    page = olive.get(f"{address()}?period=all")

    rows = [row.get_text(" ").split() for row in page.soup.select("details tbody tr")]
    assert len(rows) == 15
    assert rows[-1][-2:] == ["1", "1"]


def test_the_chart_has_a_name_and_a_bar_for_each_day_with_signatures(olive: StaffReader) -> None:
    chart = olive.get(address()).one("svg[role=img]")

    assert chart["aria-label"] == "Confirmed signatures, day by day"
    assert len(chart.select("rect")) == 2


def test_letters_and_what_is_held_of_them(olive: StaffReader, archive: Campaign) -> None:
    action = factories.letter_action(archive)
    with transaction():
        tally.tell(action, target="keeper", letters=3, now=NOW)
        tally.tell(action, target="keeper", letters=5000, now=NOW)

    page = olive.get(address())

    assert "they have posted 3 letters. 0 drafts were written here." in page.text
    assert "5,000 posted letters wait until the team has looked." in page.text


def test_a_campaign_without_petition_has_a_page_too(app: Flask) -> None:
    campaign = factories.campaign("open-the-archive")
    reader = StaffReader(app, factories.account(team_of=[campaign]))

    assert "This campaign has no petition." in reader.get(address()).text
    assert reader.get(address("results.json")).response.json == {}
    reader.get(address("results.csv"))


def test_a_petition_that_nobody_has_signed(app: Flask) -> None:
    campaign = factories.campaign("open-the-archive")
    factories.petition(campaign)
    reader = StaffReader(app, factories.account(team_of=[campaign]))

    for period in ("30", "all"):
        page = reader.get(f"{address()}?period={period}")
        assert "0 signatures count" in page.text
        assert "people signed" not in page.text


def test_the_files_say_the_same_and_name_nobody(olive: StaffReader) -> None:
    numbers = olive.get(address("results.json")).response.json
    assert numbers["totals"] == {
        "confirmed": 2,
        "pending": 1,
        "held": 1,
        "withdrawn": 1,
        "voided": 1,
        "paper": 0,
        "all": 6,
    }
    assert numbers["confirmed"] == {"2026-02-19": 1, "2026-03-01": 1}
    assert sum(numbers["signed"].values()) == 7

    response = olive.get(address("results.csv")).response
    text = response.get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    assert ["totals", "all", "6"] in rows
    assert ["source", "poster", "1"] in rows
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=open-the-archive-results.csv"
    )
    for told in (text, json.dumps(numbers)):
        assert "Sam" not in told
        assert "@" not in told


def test_a_source_that_is_a_formula_does_nothing(olive: StaffReader, archive: Campaign) -> None:
    source = '=HYPERLINK("http://evil.example","x")'
    factories.confirmed(petition_of(archive), "eve@example.org", source=source)

    text = olive.get(address("results.csv")).response.get_data(as_text=True)

    assert ["source", "'" + source, "1"] in list(csv.reader(io.StringIO(text)))
    assert source in olive.get(address()).text


@pytest.mark.parametrize("path", PATHS)
def test_moderators_and_administrators_may_read(app: Flask, archive: Campaign, path: str) -> None:
    for role in ("moderator", "administrator"):
        StaffReader(app, factories.account(role, role)).get(address(path))


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_learns_whether_there_is_such_a_campaign(
    app: Flask, archive: Campaign, path: str
) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan"))

    there = xan.get(address(path), status=404)
    nowhere = xan.get(f"/staff/campaigns/nowhere/{path}", status=404)

    assert there.text == nowhere.text
    assert StaffReader(app).get(address(path)).h1 == "Sign in"


def test_a_sum_keeps_each_state_apart() -> None:
    assert Totals(1, 2, 3, 4, 5, 6) + Totals() == Totals(1, 2, 3, 4, 5, 6)


def test_all_petitions_together(archive: Campaign) -> None:
    other = factories.petition()
    factories.confirmed(other, "sam@example.org")
    with transaction():
        counting.fold()
    factories.sign(other, "lena@example.org")

    totals = queries.totals_by_petition()

    assert totals[other.id] == (Totals(confirmed=1, pending=1), 0)
    assert sum((of_one for of_one, _ in totals.values()), Totals()) == Totals(3, 2, 1, 1, 1)
    assert queries.confirmed_by_petition(since=NOW.date()) == {
        other.id: {NOW.date(): 1},
        petition_of(archive).id: {NOW.date(): 1},
    }


def test_what_was_confirmed_of_late_whatever_was_folded(app: Flask) -> None:
    archive, library = factories.petition(), factories.petition()
    days = [NOW - timedelta(days=back) for back in (0, 6, 29)]
    factories.confirmed(archive, "old@example.org", now=NOW - timedelta(days=30))
    factories.confirmed(archive, "sam@example.org", now=days[2])
    withdrawn = factories.confirmed(library, "lena@example.org", now=days[1])
    with transaction():
        counting.fold()
    factories.confirmed(archive, "xan@example.org", now=days[1])
    factories.confirmed(archive, "mo@example.org", now=days[0])
    factories.confirmed(library, "mo@example.org", now=days[0])
    with transaction():
        services.withdraw(withdrawn, now=NOW)

    told = [queries.recent([day.date() for day in days])]
    with transaction():
        counting.fold()
    told.append(queries.recent([day.date() for day in days]))

    for recent in told:
        assert recent.by_petition == {archive.id: (1, 2, 3), library.id: (1, 1, 1)}
        assert recent.by_day == {days[2].date(): 1, days[1].date(): 1, days[0].date(): 2}
    assert queries.recent([NOW.date() + timedelta(days=1)]) == queries.Recent({}, {})
