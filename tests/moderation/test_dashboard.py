"""The dashboard: who sees it, that it adds up, and what has changed since somebody looked."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from sqlalchemy import event

from campaign.campaigns import moving
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import State
from campaign.config import ROOT
from campaign.letters import tally
from campaign.lib import tokens
from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.mail.rules import State as MailState
from campaign.moderation import visiting
from campaign.moderation.dashboard_models import LastVisit
from campaign.moderation.mail_names import MAIL_NAMES
from campaign.petitions import counting, setting_aside, signing
from campaign.petitions.models import Petition
from tests import factories
from tests.factories import NOW
from tests.page_reader import Page
from tests.staff import StaffReader

FILES = ["numbers.csv", "numbers.json"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def archive(app: Flask) -> Petition:
    """A petition with one signature in each state but two confirmed ones."""
    petition = factories.petition(factories.campaign("open-the-archive"), goal=100)
    factories.confirmed(petition, "sam@example.org", wants_updates=True)
    factories.confirmed(petition, "lena@example.org", now=NOW - timedelta(days=10))
    factories.not_counted(petition)
    return petition


@pytest.fixture
def mo(app: Flask) -> StaffReader:
    return StaffReader(app, factories.account("moderator", "Mo"))


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def tiles(page: Page) -> list[str]:
    return [words(tile) for tile in page.soup.select(".tiles li")]


def rows(page: Page) -> dict[str, list[str]]:
    """What the table of campaigns says, by the title of the row."""
    return {
        words(row.select("th")[0].select("bdi")[0]): [words(td) for td in row.select("td")][1:]
        for row in page.soup.select(".campaigns tbody tr")
    }


def foot(page: Page) -> list[str]:
    return [words(cell) for cell in page.soup.select(".campaigns tfoot td")]


def in_review(slug: str, *, since: timedelta) -> Campaign:
    campaign = factories.draft(slug, title=f"Title of {slug}")
    with transaction():
        campaign.state, campaign.submitted_at = State.IN_REVIEW, NOW - since
    return campaign


def test_organisers_land_at_their_campaigns_and_others_here(app: Flask, mo: StaffReader) -> None:
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    olive = StaffReader(app, factories.account("organiser", "Olive"))

    assert mo.get("/staff/").h1 == "Dashboard"
    assert ada.get("/staff/").h1 == "Dashboard"
    assert olive.get("/staff/").h1 == "Campaigns"
    assert StaffReader(app).get("/staff/").h1 == "Sign in"


@pytest.mark.parametrize("path", [*FILES, "mail-trouble"])
def test_organisers_see_nothing_of_all_campaigns_together(app: Flask, path: str) -> None:
    StaffReader(app, factories.account("organiser", "Xan")).get(f"/staff/{path}", status=403)


def test_the_totals_add_up_for_each_campaign_and_for_all(
    mo: StaffReader, archive: Petition
) -> None:
    other = factories.petition(factories.campaign(title="Another"))
    factories.confirmed(other, "sam@example.org")

    page = mo.get("/staff/")

    # Today, 7 days, 30 days; confirmed, pending, held, withdrawn, voided, on paper, all;
    # updates, letters.
    assert " ".join(rows(page)["Open the archive"]) == "1 1 2 2 1 1 1 1 0 6 1 0 since today"
    assert " ".join(rows(page)["Another"][3:10]) == "1 0 0 0 0 0 1"
    assert " ".join(foot(page)) == "2 2 3 3 1 1 1 1 0 7 1 0 "
    assert tiles(page)[2:5] == ["1 held signatures", "2 confirmed today", "1 not confirmed yet"]


def test_the_page_is_fresh_and_the_same_before_and_after_folding(
    mo: StaffReader, archive: Petition
) -> None:
    before = mo.get("/staff/")
    with transaction():
        counting.fold()
    assert rows(mo.get("/staff/")) == rows(before)
    assert foot(mo.get("/staff/")) == foot(before)

    factories.confirmed(archive, "new@example.org")

    assert rows(mo.get("/staff/"))["Open the archive"][3] == "3"


def test_the_chart_has_thirty_days_and_a_table(mo: StaffReader, archive: Petition) -> None:
    page = mo.get("/staff/")

    assert len(page.one("svg[role=img]").select("rect")) == 2
    days = [words(row) for row in page.soup.select("details tbody tr")]
    assert len(days) == 30
    assert days[0] == "1 Mar 2026 1"
    assert days[10] == "19 Feb 2026 1"


def test_what_waits_is_counted_and_the_oldest_stands_first(
    app: Flask, mo: StaffReader, archive: Petition
) -> None:
    in_review("late", since=timedelta(days=15))
    in_review("early", since=timedelta(days=3))
    action = factories.letter_action(factories.campaign(title="Letters"))
    with transaction():
        tally.tell(action, target="keeper", letters=5000, now=NOW - timedelta(days=5))

    page = mo.get("/staff/")

    assert tiles(page)[:2] == ["1 overdue: over 14 days", "4 waiting for a moderator"]
    assert [(title, cells[-1]) for title, cells in rows(page).items()] == [
        ("Title of late", "15 days"),
        ("Letters", "5 days"),
        ("Title of early", "3 days"),
        ("Open the archive", "since today"),
    ]


def test_held_signatures_of_one_campaign_wait_since_the_first_of_them(
    mo: StaffReader, archive: Petition
) -> None:
    early = factories.confirmed(archive, "early@example.org", now=NOW - timedelta(days=20))
    with transaction():
        setting_aside.hold(early, reason="?", now=NOW)

    page = mo.get("/staff/")

    assert rows(page)["Open the archive"][-1] == "20 days"
    assert tiles(page)[:3] == [
        "2 overdue: over 14 days",
        "2 waiting for a moderator",
        "2 held signatures",
    ]


def test_each_figure_leads_to_exactly_what_it_counts(mo: StaffReader, archive: Petition) -> None:
    in_review("late", since=timedelta(days=15))
    in_review("early", since=timedelta(days=3))
    page = mo.get("/staff/")
    lists = [mo.get(page.link(tile)) for tile in tiles(page)]

    assert tiles(page) == [
        "1 overdue: over 14 days",
        "3 waiting for a moderator",
        "1 held signatures",
        "1 confirmed today",
        "1 not confirmed yet",
        "0 mails in trouble",
    ]
    overdue, waiting, *signatures = lists[:5]
    assert [words(one) for one in overdue.soup.select("[data-row]")] == ["Title of late"]
    assert words(overdue.one("nav.tabs [aria-current]")) == "All 1"
    assert words(waiting.one("nav.tabs [aria-current]")) == "All 3"
    assert [len(one.soup.select("tbody tr")) for one in signatures] == [1, 1, 1]
    assert "None: every mail has gone out" in lists[5].text


def test_what_waits_is_the_same_list_as_the_queue(mo: StaffReader, archive: Petition) -> None:
    factories.confirmed(archive, "nora@example.org", comment="Because.")

    board, queue = mo.get("/staff/"), mo.get("/staff/queue/")

    assert tiles(board)[1] == "2 waiting for a moderator"
    assert words(queue.one("nav.tabs [aria-current]")) == "All 2"


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("sort=title", ["A", "B", "C"]),
        ("sort=confirmed", ["B", "C", "A"]),
        ("sort=today", ["C", "A", "B"]),
        ("sort=nonsense&state=nonsense&page=x", ["A", "B", "C"]),
        ("q=b", ["B"]),
        ("q=nothing", []),
        ("state=closed", ["A"]),
        ("page=99", ["A", "B", "C"]),
    ],
)
def test_the_table_is_sorted_and_filtered(mo: StaffReader, asked: str, titles: list[str]) -> None:
    factories.close(factories.petition(factories.campaign(title="A")).campaign, at=NOW)
    many, fresh = (factories.petition(factories.campaign(title=title)) for title in "BC")
    for name in ("sam", "lena"):
        factories.confirmed(many, f"{name}@example.org", now=NOW - timedelta(days=2))
    factories.confirmed(fresh)

    page = mo.get(f"/staff/?{asked}")

    assert list(rows(page)) == titles
    if titles:
        assert foot(page)[3] == "3"


def test_many_campaigns_come_fifty_at_a_time(mo: StaffReader) -> None:
    with transaction():
        for number in range(51):
            made = Campaign(
                slug=f"many-{number}",
                title=f"Number {number:02}",
                ask="",
                story="",
                country="CA",
                language="en",
                state=State.DRAFT,
                opens_at=NOW,
                search_text="",
            )
            db.session.add(made)

    first = mo.get("/staff/?sort=title&q=number")
    second = mo.get(first.link("Next page"))

    assert len(rows(first)) == 50
    assert list(rows(second)) == ["Number 50"]


def test_more_campaigns_ask_the_database_no_more_often(app: Flask, mo: StaffReader) -> None:
    def statements() -> int:
        asked: list[str] = []
        event.listen(
            db.engine, "before_cursor_execute", hear := lambda *said: asked.append(said[2])
        )
        mo.get("/staff/")
        event.remove(db.engine, "before_cursor_execute", hear)
        return len(asked)

    factories.confirmed(factories.petition())
    few = statements()
    for _ in range(5):
        petition = factories.petition()
        held = factories.confirmed(petition)
        with transaction():
            setting_aside.hold(held, reason="?", now=NOW)
        factories.confirmed(petition, "lena@example.org")

    assert statements() == few


def test_nothing_at_all(mo: StaffReader) -> None:
    page = mo.get("/staff/")

    assert "There is no campaign yet." in page.text
    assert {tile.split()[0] for tile in tiles(page)} == {"0"}
    assert mo.get("/staff/numbers.json").response.json["campaigns"] == []  # type: ignore[index]


def test_since_the_last_visit(app: Flask, mo: StaffReader, archive: Petition) -> None:
    page = mo.get("/staff/")
    assert "Once you have pressed this" in page.text
    page = mo.press(page, "I have seen this page")
    assert "Nothing new waits." in page.text

    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        later = NOW + timedelta(minutes=10)
        factories.confirmed(archive, "new@example.org", now=later)
        reviewed = in_review("reviewed", since=timedelta(days=1))
        ada = factories.account("administrator", "Ada")
        with transaction():
            moving.send_back(reviewed, reason="Too short.", by=ada, now=later)
        in_review("waits", since=timedelta(minutes=-5))
        page, in_french = mo.get("/staff/"), mo.get("/fr/staff/")

    assert "Since 1 March 2026, 12:00 UTC" in page.text
    assert "Campaigns: 1" in page.text
    assert "Campaign sent back: Title of reviewed Ada" in page.text
    assert "Confirmed 2 3 +1" in page.text
    assert "Campagne renvoyée : Title of reviewed Ada" in in_french.text


def test_deeds_to_signatures_are_told_of_too(
    app: Flask, mo: StaffReader, archive: Petition
) -> None:
    mo.press(mo.get("/staff/"), "I have seen this page")
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    signature = factories.confirmed(archive, "new@example.org")
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        page = ada.get(f"/staff/signatures/{signature.ref}")
        ada.press(page, "Void", reason="A machine")

        assert "Signature removed:" in mo.get("/staff/").text


def test_ones_own_decisions_are_no_news(app: Flask, mo: StaffReader) -> None:
    mo.press(mo.get("/staff/"), "I have seen this page")
    campaign, later = in_review("mine", since=timedelta(days=1)), NOW + timedelta(hours=1)
    with transaction():
        moving.send_back(campaign, reason="Too short.", by=mo.account, now=later)

    assert "sent back" not in mo.get("/staff/").text


def test_looking_alone_is_no_visit(mo: StaffReader) -> None:
    mo.get("/staff/")

    assert db.session.scalars(db.select(LastVisit)).all() == []


def test_what_came_after_the_page_was_made_is_still_news(
    mo: StaffReader, archive: Petition
) -> None:
    page = mo.get("/staff/")
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        in_review("meanwhile", since=timedelta(minutes=-5))

        page = mo.press(page, "I have seen this page")

    assert "Campaigns: 1" in page.text


def test_an_old_page_does_not_bring_old_news_back(mo: StaffReader) -> None:
    old = mo.get("/staff/")
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        mo.press(mo.get("/staff/"), "I have seen this page")

        page = mo.press(old, "I have seen this page")

    assert "Since 1 March 2026, 12:10 UTC" in page.text


@pytest.mark.parametrize("until", ["", "nonsense", "\ud800"])
def test_a_page_that_cannot_be_told_counts_as_seen_now(mo: StaffReader, until: str) -> None:
    token = mo.get("/staff/").value("form_token")

    mo.post(
        "/staff/seen",
        status=200,
        data={"form_token": token, "until": until.encode("utf-8", "replace")},
    )

    assert mo.account
    assert db.session.get_one(LastVisit, mo.account.id).at == NOW


def test_a_press_from_elsewhere_changes_nothing(mo: StaffReader) -> None:
    until = tokens.issue("dashboard-seen", {"at": NOW.isoformat(), "numbers": {}})

    page = mo.post("/staff/seen", status=422, data={"form_token": "?", "until": until})

    assert page.h1 == "Dashboard"
    assert db.session.scalars(db.select(LastVisit)).all() == []


def test_two_presses_at_once_are_one_visit(app: Flask) -> None:
    mo = factories.account("moderator", "Mo")
    for _ in range(2):
        with transaction():
            visiting.see(mo, at=NOW, numbers={"confirmed": 1})

    assert db.session.get_one(LastVisit, mo.id).numbers == {"confirmed": 1}


def test_mails_in_trouble(mo: StaffReader) -> None:
    with transaction():
        for number, state in enumerate([MailState.QUEUED, MailState.FAILED, MailState.QUEUED]):
            trouble = "550 refused" if number < 2 else None
            mail = Mail(
                key=str(number),
                kind="please_confirm",
                about="signature:x",
                priority=0,
                state=state,
                posted_at=NOW,
                due_at=NOW,
                trouble=trouble,
            )
            db.session.add(mail)

    assert tiles(mo.get("/staff/"))[-1] == "2 mails in trouble"
    page = mo.get("/staff/mail-trouble")
    assert "The link to confirm Is tried again 550 refused 1" in page.text
    assert "The link to confirm Given up 550 refused 1" in page.text


@pytest.mark.parametrize(("minutes", "is_told"), [(4, False), (6, True)])
def test_forms_that_no_worker_takes_up_are_told_of(
    app: Flask, mo: StaffReader, minutes: int, is_told: bool
) -> None:
    sent_in_at = NOW - timedelta(minutes=minutes)
    prepared = signing.prepare(
        factories.petition(), name="Sam", email="sam@example.org", language="en", now=sent_in_at
    )
    with transaction():
        signing.send_in(prepared)

    page = mo.get("/staff/")

    assert ("Nothing is lost: ask whoever looks after the server" in page.text) is is_told


def test_every_kind_of_mail_has_a_name() -> None:
    kinds = {subject.parent.name for subject in (ROOT / "templates").glob("*/mail/*/subject.txt")}

    assert kinds == set(MAIL_NAMES)


def test_the_files_say_the_same_and_name_nobody(mo: StaffReader, archive: Petition) -> None:
    told = mo.get("/staff/numbers.json").response.json
    assert told is not None
    in_csv = mo.get("/staff/numbers.csv").response.get_data(as_text=True).removeprefix("\ufeff")
    of_all, of_archive = csv.DictReader(io.StringIO(in_csv))

    assert told["all"] == 6
    assert told["waiting"] == 1
    (campaign,) = told["campaigns"]
    assert (campaign["slug"], campaign["state"], campaign["goal"]) == (
        "open-the-archive",
        "open",
        100,
    )
    assert campaign["confirmed"] == told["confirmed"] == 2
    assert of_all["slug"] == ""
    for name in ("confirmed", "held", "all", "days_30", "subscribers", "waiting"):
        assert of_all[name] == of_archive[name] == str(campaign[name])
    for text in (in_csv, str(told)):
        assert "Sam" not in text
        assert "@" not in text


def test_a_title_that_is_a_formula_does_nothing(mo: StaffReader) -> None:
    factories.campaign(title='=HYPERLINK("http://evil.example","x")')

    text = mo.get("/staff/numbers.csv").response.get_data(as_text=True)

    assert "\"'=HYPERLINK" in text


def test_it_reads_right_to_left_and_in_french(mo: StaffReader, archive: Petition) -> None:
    assert mo.get("/fr/staff/").one("html")["lang"] == "fr"
