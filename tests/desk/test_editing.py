"""The editor: what is kept, what is refused, and two at once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import TrailEntry
from campaign.campaigns import queries
from campaign.campaigns.models import Campaign, Version
from campaign.campaigns.rules import State
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import queries as petitions
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import PageReader
from tests.staff import StaffReader

from .conftest import ARCHIVE

EDIT = f"{ARCHIVE}/edit"
PUBLIC = "Save: readers see it at once"


@pytest.fixture
def public(campaign: Campaign) -> Campaign:
    """The campaign, open."""
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    return campaign


def now_is(slug: str = "archive") -> Campaign:
    db.session.expire_all()
    found = queries.by_slug(slug)
    assert found
    return found


@on_one_database
@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("title", "", "Give it a title."),
        ("title", "x" * 151, "At most 150 characters, please; this has 151."),
        ("story", "x" * 30_001, "At most 30,000 characters"),
        ("statement", "x" * 10_001, "At most 10,000 characters"),
        ("ask", "x" * 301, "At most 300 characters"),
        ("ask", b"caf\xe9", "Some characters could not be read."),
        ("goal", "many", "Type a number of signatures"),
        ("goal", "-5", "Type a number of signatures"),
        ("goal", "99999999999", "Type a number of signatures"),
        ("goal", "٣", "Type a number of signatures"),
        ("opens_at", "2027-02-30T10:00", "There is no such date and time."),
        ("closes_at", "tomorrow", "There is no such date and time."),
        ("closes_at", "9999-12-31T23:59", "There is no such date and time."),
        ("closes_at", "2020-01-01T10:00", "This moment has passed."),
        ("language", "xx", "Not a valid choice"),
        ("topics", "unknown", "not a valid choice"),
    ],
)
def test_a_slip_is_told_at_its_field_and_nothing_is_lost(
    olive: StaffReader, field: str, typed: Any, message: str
) -> None:
    page = olive.get(EDIT)

    again = olive.press(
        page, "Save draft", status=422, **{"notice": "Typed before the slip.", field: typed}
    )

    assert message in again.one(f'.summary a[href="#{field}"]').get_text()
    assert again.value("notice") == "Typed before the slip."
    if isinstance(typed, str) and field not in ("language", "topics"):
        assert again.value(field) == typed
    assert now_is().notice is None


def test_it_cannot_close_before_it_opens(olive: StaffReader) -> None:
    page = olive.press(
        olive.get(EDIT),
        "Save draft",
        status=422,
        opens_at="2090-02-01T10:00",
        closes_at="2090-01-01T10:00",
    )

    assert "cannot close before it opens" in page.one("#closes_at-error").get_text()
    assert page.value("opens_at") == "2090-02-01T10:00"


def test_a_draft_may_be_unfinished_and_lose_its_petition(olive: StaffReader) -> None:
    page = olive.press(
        olive.get(EDIT), "Save draft", ask="", story="", country="", addressee="", statement=""
    )

    assert "Saved." in page.text
    assert petitions.of_campaign(now_is()) is None
    missing = olive.get(ARCHIVE).text
    for words in ("Tell the story.", "Choose the country", "Give people something to do"):
        assert words in missing
    olive.press(olive.get(EDIT), "Save draft", addressee="the mayor", statement="Please.")
    petition = petitions.of_campaign(now_is())
    assert petition
    assert petition.asks_country


def test_the_schedule_is_kept_to_the_minute(olive: StaffReader) -> None:
    page = olive.press(
        olive.get(EDIT), "Save draft", opens_at="2090-01-01T08:30", closes_at="2090-02-01"
    )

    assert page.value("opens_at") == "2090-01-01T08:30"
    assert page.value("closes_at") == "2090-02-01T00:00"
    assert now_is().opens_at.isoformat() == "2090-01-01T08:30:00+00:00"


def test_posts_are_linked_and_taken_off(olive: StaffReader) -> None:
    factories.post("before", title="Before")
    factories.post("since", title="Since")

    olive.press(olive.get(EDIT), "Save draft", new_post="before", new_post_role="background")
    olive.press(olive.get(EDIT), "Save draft", new_post="since", new_post_role="update")
    page = olive.press(olive.get(EDIT), "Save draft", **{"post-before": ""})

    assert page.value("post-since") == "update"
    assert not page.soup.select('[name="post-before"]')


def test_words_that_people_signed_change_with_a_reason_alone(
    olive: StaffReader, public: Campaign
) -> None:
    petition = petitions.of_campaign(public)
    assert petition
    signature = factories.confirmed(petition)
    page = olive.get(EDIT)
    assert "Whoever has signed keeps the wording they signed" in page.text

    refused = olive.press(page, PUBLIC, status=422, statement="We ask for more.")
    assert "Say why they change" in refused.one('.summary a[href="#reason"]').get_text()
    assert refused.value("statement") == "We ask for more."
    olive.press(refused, PUBLIC, reason="It was too little.")

    db.session.refresh(signature)
    assert signature.version.statement == "We ask you to open the archive."
    newest = db.session.scalars(select(Version).order_by(Version.number.desc())).first()
    assert newest
    assert (newest.number, newest.reason) == (2, "It was too little.")
    noted = db.session.scalars(select(TrailEntry).where(TrailEntry.deed == "campaign.edited")).one()
    assert noted.reason == "It was too little."


def test_what_is_no_word_of_the_version_needs_no_reason(
    olive: StaffReader, public: Campaign
) -> None:
    petition = petitions.of_campaign(public)
    assert petition
    factories.confirmed(petition)

    olive.press(olive.get(EDIT), PUBLIC, goal="500", notice="As of 2020.")

    assert queries.latest_version_number(public) == 1
    assert now_is().notice == "As of 2020."


@on_one_database
@pytest.mark.parametrize("blank", ["ask", "story", "country", "addressee", "statement"])
def test_what_readers_see_cannot_be_blank(olive: StaffReader, public: Campaign, blank: str) -> None:
    page = olive.press(olive.get(EDIT), PUBLIC, status=422, **{blank: ""})

    assert page.soup.select(f'.summary a[href="#{blank}"]')


def test_a_petition_that_people_could_sign_stays(olive: StaffReader, public: Campaign) -> None:
    page = olive.press(olive.get(EDIT), PUBLIC, status=422, addressee="", statement="")

    assert "cannot be blank" in page.text
    assert petitions.of_campaign(now_is())


def test_the_second_of_two_is_shown_both_texts(app: Flask, olive: StaffReader) -> None:
    other = StaffReader(app, factories.account("organiser", "Otto", team_of=[now_is()]))
    hers, his = olive.get(EDIT), other.get(EDIT)
    olive.press(hers, "Save draft", story="Hers.", topics=[])

    page = other.press(his, "Save draft", status=409, story="His.", asks_comment=[])

    assert "Nothing was overwritten" in page.text
    assert page.value("story") == "His."
    theirs = [box.get_text(" ", strip=True) for box in page.soup.select(".theirs blockquote")]
    assert theirs == ["Hers.", "ticked"]
    assert now_is().story == "Hers."
    other.press(page, "Save draft", story="Both.")
    assert now_is().story == "Both."


def test_the_reason_of_the_second_of_two_is_kept_too(olive: StaffReader, public: Campaign) -> None:
    petition = petitions.of_campaign(public)
    assert petition
    factories.confirmed(petition)
    first, second = olive.get(EDIT), olive.get(EDIT)
    # Nobody has signed this wording yet, so from now on no reason is needed.
    olive.press(first, PUBLIC, statement="We ask for more.", reason="It was too little.")

    page = olive.press(second, PUBLIC, status=409, statement="We ask.", reason="It was too long.")

    assert page.value("reason") == "It was too long."


def test_nothing_is_saved_while_a_moderator_reads(olive: StaffReader) -> None:
    page = olive.get(EDIT)
    olive.press(olive.get(ARCHIVE), "Submit for review", sure="y")

    refused = olive.press(page, "Save draft", status=409, story="Another one.")

    assert "Take it back first" in refused.one(".summary").get_text()
    assert now_is().story == "It closed them."


def test_html_in_a_story_is_text(olive: StaffReader) -> None:
    page = olive.press(
        olive.get(EDIT), "Save and see the page", story="<script>alert(1)</script> **bold**"
    )

    assert "<script>alert(1)</script> bold" in page.text
    assert not page.soup.select("main script")


def test_a_preview_is_the_public_page_that_does_nothing(
    olive: StaffReader, mo: StaffReader, campaign: Campaign
) -> None:
    for reader in (olive, mo):
        page = reader.get(f"{ARCHIVE}/preview")

        assert "A preview: this is how readers will see the page." in page.text
        assert page.h1 == "Open the archive"
        assert page.one("form")["method"] == "dialog"
        assert not page.soup.select("#embed-code"), "there is nothing to embed yet"
        assert page.response.headers["X-Robots-Tag"] == "noindex"
        assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("typed", ["", "2020-01-01T08:00"])
def test_a_campaign_that_was_to_open_later_opens_now_when_its_team_says_so(
    olive: StaffReader, public: Campaign, typed: str
) -> None:
    with transaction():
        public.opens_at = utc_now() + timedelta(days=2)
    before = utc_now()

    olive.press(olive.get(EDIT), PUBLIC, opens_at=typed)

    assert before <= now_is().opens_at <= utc_now()


def test_a_closing_that_has_passed_stays_while_the_campaign_is_taken_down(
    olive: StaffReader, campaign: Campaign
) -> None:
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    factories.close(campaign)
    closed_at = campaign.closes_at
    factories.hide(campaign)

    page = olive.get(EDIT)
    olive.press(page, "Save draft", ask="Open the archive at last.", closes_at="")

    assert "Closed since" in page.text
    db.session.expire_all()
    assert campaign.ask == "Open the archive at last."
    assert campaign.closes_at == closed_at


def test_a_campaign_opens_on_its_day_and_closes_by_itself(
    olive: StaffReader, mo: StaffReader, reader: PageReader
) -> None:
    opens = utc_now().replace(second=0, microsecond=0) + timedelta(days=2)
    closes = opens + timedelta(days=1)
    olive.press(
        olive.get(EDIT),
        "Save draft",
        opens_at=opens.isoformat()[:16],
        closes_at=closes.isoformat()[:16],
    )
    olive.press(olive.get(ARCHIVE), "Submit for review", sure="y")
    mo.press(mo.get(ARCHIVE), "Open this campaign")

    soon = reader.get("/campaigns/archive")
    assert "You can sign from" in soon.text
    assert not soon.soup.select("form")
    assert "Open the archive" not in reader.get("/").text
    assert "Open the archive" in reader.get("/campaigns/").text
    assert "Open the archive" not in reader.get("/campaigns/?state=open").text
    with time_machine.travel(opens + timedelta(minutes=1), tick=False):
        assert reader.get("/campaigns/archive").soup.select("form")
    with time_machine.travel(closes, tick=False):
        over = reader.get("/campaigns/archive")
        assert "This petition is closed" in over.text
        assert "Open the archive" in reader.get("/campaigns/?state=closed").text
