"""Submitting, deciding, closing, reopening; what is refused; two presses at once."""

import contextvars
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import TrailEntry
from campaign.accounts.rules import Role
from campaign.campaigns import moving, queries
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import MovedMeanwhile, Outcome, State
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import queries as petitions
from campaign.petitions.rules import KEPT_AFTER_CLOSING
from tests import factories, outgoing
from tests.staff import StaffReader

from .conftest import ARCHIVE


@pytest.fixture
def submitted(campaign: Campaign, olive: StaffReader) -> Campaign:
    """The campaign, waiting for a moderator."""
    olive.press(olive.get(ARCHIVE), "Submit for review", sure="y")
    return campaign


def state() -> State:
    return db.session.scalars(select(Campaign.state).where(Campaign.slug == "archive")).one()


def test_the_facts_are_the_authors_duty(olive: StaffReader) -> None:
    page = olive.press(olive.get(ARCHIVE), "Submit for review", status=422)

    assert "Check the facts, then tick the box." in page.one(".summary").get_text()
    assert state() is State.DRAFT


def test_what_lacks_something_is_not_submitted(olive: StaffReader, campaign: Campaign) -> None:
    page = olive.get(ARCHIVE)
    with transaction():
        campaign.story = ""

    refused = olive.press(page, "Submit for review", status=422, sure="y")

    assert "Something is still missing" in refused.one(".summary").get_text()
    assert refused.link("Tell the story.") == f"{ARCHIVE}/edit#story"
    assert state() is State.DRAFT


def test_letters_alone_are_enough_if_they_lack_nothing(olive: StaffReader, app: Flask) -> None:
    of = factories.draft("letters")
    olive.get("/staff/campaigns/letters", status=404)
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    ada.press(ada.get("/staff/campaigns/letters/edit"), "Save draft", addressee="", statement="")
    assert "Give people something to do" in ada.get("/staff/campaigns/letters").text

    factories.letter_action(of, appeals_before=None)

    assert "The letters lack" in ada.get("/staff/campaigns/letters").text


def test_a_moderator_sends_it_back_with_a_reason_and_the_team_hears_of_it(
    mo: StaffReader, olive: StaffReader, submitted: Campaign
) -> None:
    nothing = mo.press(mo.get(ARCHIVE), "Send it back", status=422)
    assert "Say what should be mended." in nothing.text

    mo.press(mo.get(ARCHIVE), "Send it back", reason="Name the source.")

    assert state() is State.DRAFT
    assert "A moderator sent it back: Name the source." in olive.get(ARCHIVE).text
    (mail,) = outgoing.mails()
    assert mail["to"] == "olive@example.org"
    assert "Name the source." in mail["text"]
    olive.press(olive.get(ARCHIVE), "Submit for review", sure="y")
    assert "Name the source." not in olive.get(ARCHIVE).text


def test_the_team_may_take_it_back(olive: StaffReader, submitted: Campaign) -> None:
    olive.press(olive.get(ARCHIVE), "Take the campaign back")

    assert state() is State.DRAFT
    assert queries.awaiting_review() == []


def test_what_waits_is_told_the_oldest_first(app: Flask) -> None:
    ada = factories.account("administrator", "Ada")
    for slug in ("first", "second"):
        factories.draft(slug)
    for slug in ("second", "first"):
        waiting = queries.by_slug(slug)
        assert waiting
        with transaction():
            moving.submit(waiting, by=ada, now=utc_now())

    assert [one.slug for one in queries.awaiting_review()] == ["second", "first"]


def test_a_moderator_opens_nothing_but_what_they_have_read(
    mo: StaffReader, olive: StaffReader, submitted: Campaign
) -> None:
    page = mo.get(ARCHIVE)
    olive.press(olive.get(ARCHIVE), "Take the campaign back")
    olive.press(olive.get(f"{ARCHIVE}/edit"), "Save draft", story="Something else.")
    olive.press(olive.get(ARCHIVE), "Submit for review", sure="y")

    refused = mo.press(page, "Open this campaign", status=409)

    assert "was changed since you opened this page" in refused.one(".summary").get_text()
    assert state() is State.IN_REVIEW
    mo.press(refused, "Open this campaign")
    assert state() is State.OPEN


def test_whoever_is_alone_in_the_team_does_not_decide_once_they_moderate(
    app: Flask, olive: StaffReader, submitted: Campaign
) -> None:
    assert olive.account
    omar = factories.account(name="Omar", team_of=[submitted], disabled_at=factories.NOW)
    with transaction():
        olive.account.role = Role.MODERATOR

    for press, typed in (("Open this campaign", {}), ("Send it back", {"reason": "Mine."})):
        refused = olive.press(olive.get(ARCHIVE), press, status=409, **typed)
        assert "You made this yourself." in refused.one(".summary").get_text()
    assert state() is State.IN_REVIEW

    with transaction():
        omar.disabled_at = None
    olive.press(olive.get(ARCHIVE), "Open this campaign")
    assert state() is State.OPEN


def test_that_an_administrator_opens_their_own_is_noted(app: Flask, campaign: Campaign) -> None:
    ada = StaffReader(app, factories.account("administrator", "Ada", team_of=[campaign]))
    ada.press(ada.get(ARCHIVE), "Submit for review", sure="y")

    ada.press(ada.get(ARCHIVE), "Open this campaign")

    assert state() is State.OPEN
    noted = select(TrailEntry.about).where(TrailEntry.deed == "decision.about-own")
    assert db.session.scalars(noted).all() == ["campaign:archive"]


def test_of_two_presses_one_wins_and_the_other_is_told(
    mo: StaffReader, ada: StaffReader, submitted: Campaign
) -> None:
    page = ada.get(ARCHIVE)
    mo.press(mo.get(ARCHIVE), "Open this campaign")

    late = ada.press(page, "Send it back", status=409, reason="No.")

    assert "Somebody was quicker" in late.one(".summary").get_text()
    assert state() is State.OPEN
    assert "People take part" in late.text


def test_two_who_submit_at_the_same_moment_submit_once(app: Flask, campaign: Campaign) -> None:
    account = factories.account(team_of=[campaign])
    start, results = threading.Barrier(2), list[str]()

    def run() -> None:
        with app.app_context():
            here = queries.by_slug("archive")
            db.session.rollback()
            assert here
            start.wait()
            try:
                with transaction():
                    moving.submit(here, by=account, now=utc_now())
                results.append("done")
            except MovedMeanwhile:
                results.append("late")

    threads = [threading.Thread(target=contextvars.Context().run, args=(run,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["done", "late"]
    notes = db.session.scalars(select(TrailEntry).where(TrailEntry.deed == "campaign.submitted"))
    assert len(notes.all()) == 1


def test_closing_asks_what_came_of_it(olive: StaffReader, campaign: Campaign) -> None:
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW

    page = olive.press(olive.get(ARCHIVE), "Close this campaign", status=422)

    assert len(page.soup.select(".summary li")) == 2
    olive.press(
        olive.get(ARCHIVE), "Close this campaign", outcome="memorial", outcome_text="Peace."
    )
    assert state() is State.CLOSED


@pytest.fixture
def closed(campaign: Campaign) -> Campaign:
    """The campaign, which has ended; what came of it is told in two languages."""
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    factories.close(campaign, outcome=Outcome.ENDED)
    factories.translation(campaign, outcome_text="C’est fini.")
    return campaign


def told(campaign: Campaign) -> tuple[Outcome | None, str | None, list[str]]:
    db.session.expire_all()
    translated = [one.outcome_text for one in campaign.translations]
    return campaign.outcome, campaign.outcome_text, translated


def test_nobody_tells_an_outcome_over_a_colleague_s_words(
    olive: StaffReader, ada: StaffReader, closed: Campaign
) -> None:
    page = olive.get(ARCHIVE)
    press, text = "Save what came of it", "The doors are open."
    ada.press(ada.get(ARCHIVE), press, outcome="won", outcome_text=text)
    factories.translation(closed, language="ar", outcome_text="فُتحت الأبواب.")
    adas = told(closed)

    refused = olive.press(page, press, status=409, outcome_text="Nothing came of it.")

    assert "Nothing was overwritten" in refused.one(".summary").get_text()
    theirs = [quote.get_text() for quote in refused.soup.select(".theirs blockquote")]
    assert theirs == ["Won: what was asked for has happened", text]
    assert refused.value("outcome_text") == "Nothing came of it."
    assert told(closed) == adas
    olive.press(refused, press, outcome="won", outcome_text="They opened.")
    assert told(closed) == (Outcome.WON, "They opened.", ["", ""])


def test_telling_the_outcome_that_stands_there_changes_nothing(
    olive: StaffReader, ada: StaffReader, closed: Campaign
) -> None:
    page = olive.get(ARCHIVE)
    words = {"outcome": "won", "outcome_text": "The doors are open."}
    ada.press(ada.get(ARCHIVE), "Save what came of it", **words)

    olive.press(page, "Save what came of it", **words)

    notes = select(TrailEntry.who).where(TrailEntry.deed == "campaign.outcome-told")
    assert db.session.scalars(notes).all() == ["Ada"]


def test_who_closes_after_a_colleague_sees_what_they_have_told(
    olive: StaffReader, ada: StaffReader, campaign: Campaign
) -> None:
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    page, press = olive.get(ARCHIVE), "Close this campaign"
    ada.press(ada.get(ARCHIVE), press, outcome="won", outcome_text="The doors are open.")

    late = olive.press(page, press, status=409, outcome="won", outcome_text="Open!")

    assert late.one(".theirs blockquote").get_text() == "The doors are open."
    assert late.value("outcome_text") == "Open!"


def test_a_moderator_reopens_with_a_reason(
    mo: StaffReader, olive: StaffReader, campaign: Campaign
) -> None:
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    factories.close(campaign, outcome=Outcome.WON)
    assert not [b for b in olive.get(ARCHIVE).soup.select("button") if "again" in b.get_text()]

    mo.press(mo.get(ARCHIVE), "Open it again", status=422)
    mo.press(mo.get(ARCHIVE), "Open it again", reason="Closed by mistake.")

    db.session.expire_all()
    assert (campaign.state, campaign.closes_at, campaign.outcome) == (State.OPEN, None, None)
    (mail,) = outgoing.mails()
    assert mail["to"] == "olive@example.org"
    assert "Mo has opened" in mail["text"]
    assert "Closed by mistake." in mail["text"]


@pytest.mark.usefixtures("olive", "public")
def test_the_team_hears_of_it_when_a_moderator_closes_its_campaign(mo: StaffReader) -> None:
    said = {"outcome": "won", "outcome_text": "The doors are open."}

    mo.press(mo.get(ARCHIVE), "Close this campaign", **said)

    (mail,) = outgoing.mails()
    assert mail["to"] == "olive@example.org"
    assert "Mo has closed" in mail["text"]
    assert "The doors are open." in mail["text"]


@pytest.mark.usefixtures("public")
def test_who_closes_their_own_campaign_needs_no_mail_about_it(olive: StaffReader) -> None:
    olive.press(olive.get(ARCHIVE), "Close this campaign", outcome="won", outcome_text="Open.")

    assert outgoing.mails() == []


@pytest.fixture
def public(campaign: Campaign) -> Campaign:
    """The campaign, open."""
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    return campaign


def close_long_ago(campaign: Campaign, *, over: timedelta) -> None:
    """Close it by so much longer ago than its signers are kept."""
    factories.close(campaign, at=utc_now() - KEPT_AFTER_CLOSING - over)


def test_a_campaign_whose_signers_are_forgotten_is_not_opened_again(
    mo: StaffReader, public: Campaign
) -> None:
    petition = petitions.of_campaign(public)
    assert petition
    factories.confirmed(petition)
    close_long_ago(public, over=timedelta(hours=-1))
    early = mo.get(ARCHIVE)
    close_long_ago(public, over=timedelta(hours=1))

    late = mo.get(ARCHIVE)
    refused = mo.press(early, "Open it again", status=409, reason="It goes on.")

    assert "Its team can begin another campaign like it." in late.text
    assert not [b for b in late.soup.select("button") if "again" in b.get_text()]
    assert "It closed more than ninety days ago." in refused.one(".summary").get_text()
    assert state() is State.CLOSED


def test_one_that_nobody_signed_is_opened_again_however_late(
    mo: StaffReader, public: Campaign
) -> None:
    close_long_ago(public, over=timedelta(days=1))

    mo.press(mo.get(ARCHIVE), "Open it again", reason="It goes on.")

    assert state() is State.OPEN


def test_whoever_is_alone_in_the_team_does_not_reopen_it_once_they_moderate(
    app: Flask, olive: StaffReader, campaign: Campaign
) -> None:
    assert olive.account
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
        olive.account.role = Role.MODERATOR
    factories.close(campaign, outcome=Outcome.WON)

    refused = olive.press(olive.get(ARCHIVE), "Open it again", status=409, reason="It goes on.")

    assert "You made this yourself." in refused.one(".summary").get_text()
    assert refused.value("reason") == "It goes on."
    assert state() is State.CLOSED


def test_that_an_administrator_reopens_their_own_is_noted(app: Flask, campaign: Campaign) -> None:
    ada = StaffReader(app, factories.account("administrator", "Ada", team_of=[campaign]))
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    factories.close(campaign, outcome=Outcome.WON)

    ada.press(ada.get(ARCHIVE), "Open it again", reason="It goes on.")

    assert state() is State.OPEN
    noted = select(TrailEntry.about).where(TrailEntry.deed == "decision.about-own")
    assert db.session.scalars(noted).all() == ["campaign:archive"]
