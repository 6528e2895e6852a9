"""Campaigns: what a visitor may read, when one can take part, what came of it."""

from datetime import timedelta

import pytest
from flask import Flask

from campaign.campaigns import queries, rules
from campaign.campaigns.rules import Outcome, PostRole, State
from campaign.lib.db import db, transaction
from campaign.posts import services as posts
from tests.factories import NOW, campaign, close, confirmed, hide, letter_action, petition, post
from tests.page_reader import PageReader


@pytest.mark.parametrize(
    ("state", "opens_in_days", "closes_in_days", "may"),
    [
        (State.OPEN, -1, None, True),
        (State.OPEN, -1, 1, True),
        (State.OPEN, 1, None, False),
        (State.OPEN, -2, -1, False),
        (State.CLOSED, -2, -1, False),
        (State.DRAFT, -1, None, False),
        (State.IN_REVIEW, -1, None, False),
        (State.HIDDEN, -1, None, False),
    ],
)
def test_people_take_part_in_open_campaigns_in_their_time(
    state: State, opens_in_days: int, closes_in_days: int | None, may: bool
) -> None:
    opens_at = NOW + timedelta(days=opens_in_days)
    closes_at = None if closes_in_days is None else NOW + timedelta(days=closes_in_days)

    assert rules.takes_part(state, opens_at=opens_at, closes_at=closes_at, now=NOW) is may


def found(**question: str) -> list[str]:
    return [one.slug for one in db.session.scalars(queries.listed(**question, now=NOW)).unique()]


def test_drafts_and_hidden_campaigns_are_read_by_nobody(app: Flask) -> None:
    for state in (State.DRAFT, State.IN_REVIEW):
        campaign(f"{state}".replace("_", "-")).state = state
        db.session.commit()
    hide(campaign("hidden"))
    campaign("open")

    assert found() == ["open"]
    assert queries.public_by_slug("draft") is None


def test_open_campaigns_come_before_closed_ones(app: Flask) -> None:
    close(campaign("closed", opens_at=NOW - timedelta(days=5)), at=NOW)
    campaign("open", opens_at=NOW - timedelta(days=50))

    assert found() == ["open", "closed"]


def test_the_list_is_filtered_by_state_topic_and_words(app: Flask) -> None:
    with transaction():
        lawyers = posts.name_topic("lawyers", name="Lawyers")
    campaign("open", topics=[lawyers], story="About Beijing.")
    close(campaign("won"), at=NOW, outcome=Outcome.WON)
    close(campaign("ended"), at=NOW)

    assert found(state="open") == ["open"]
    assert set(found(state="closed")) == {"won", "ended"}
    assert found(state="won") == ["won"]
    assert found(topic="lawyers") == ["open"]
    assert found(query="peking") == ["open"]


def test_the_list_is_filtered_by_kind_and_says_what_each_is(reader: PageReader) -> None:
    both = campaign("both", title="Both of them")
    petition(both)
    letter_action(both)
    petition(campaign("names", title="Names alone"))
    letter_action(campaign("letters", title="Letters alone"))

    assert "Names alone" not in reader.get("/campaigns/?kind=letters").text
    assert "Letters alone" not in reader.get("/campaigns/?kind=petition").text
    whole = reader.get("/campaigns/").text
    for words in ("Petition and letters Both of them", "Letters Letters alone"):
        assert words in whole


def test_a_campaigns_page_brings_everything_together(reader: PageReader) -> None:
    before, since = post(title="How it began"), post(title="What followed")
    of = campaign(
        "archive",
        notice="Information as of 2017.",
        posts={PostRole.BACKGROUND: [before], PostRole.UPDATE: [since]},
    )
    confirmed(petition(of), name="Sam Signer", shows_name=True)
    letter_action(of)

    page = reader.get("/campaigns/archive")

    for words in (
        "Petition to the keeper of the archive",
        "The archive must open its doors.",
        "Information as of 2017.",
        "We ask you to open the archive.",
        "1 has signed",
        "Next goal: 25",
        "Sam Signer",
        "It closed them.",
        "Keeper of the archive",
        "What followed",
        "How it began",
    ):
        assert words in page.text
    sections = [heading.get_text(strip=True) for heading in page.soup.select(".rest h2")]
    assert sections[2:4] == ["What has happened since", "What it grew from"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.WON, "This campaign was won"),
        (Outcome.ENDED, "What came of it"),
        (Outcome.MEMORIAL, "In memory"),
    ],
)
def test_a_closed_campaign_says_what_came_of_it_and_takes_nothing(
    reader: PageReader, outcome: Outcome, words: str
) -> None:
    of = campaign("archive")
    petition(of)
    letter_action(of)
    close(of, at=NOW, outcome=outcome)

    page = reader.get("/campaigns/archive")

    assert words in page.text
    assert "It is over." in page.text
    assert "This petition is closed" in page.text
    assert "This campaign takes no more letters." in page.text
    assert not page.soup.select("form"), "there is nothing to fill in"
    assert "1 Main Street" not in page.text


def test_a_campaign_of_letters_alone_shows_the_way_to_them(reader: PageReader) -> None:
    letter_action(campaign("archive"))

    page = reader.get("/campaigns/archive")

    assert page.link("Write a letter") == "/campaigns/archive/write"
    assert "1 Main Street" in page.text


def test_pages_may_be_kept_by_a_cache_that_asks_again(reader: PageReader) -> None:
    petition(campaign("archive"))

    headers = reader.get("/campaigns/archive").response.headers

    assert headers["Cache-Control"] == "public, max-age=0, s-maxage=30, must-revalidate"
    assert headers["ETag"]
    assert "Vary" not in headers or "Cookie" not in headers["Vary"]
