"""What other sites may read: the same numbers as on the pages, and nobody's name."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from campaign.campaigns.rules import Outcome, PostRole
from tests.factories import NOW, campaign, close, confirmed, hide, letter_action, petition, post
from tests.page_reader import PageReader

SECRETS = ("Sam Signer", "sam@example.org", "K1N 5H3", "Because I can")


@pytest.fixture
def signed(app: Flask) -> str:
    """A campaign with everything, signed by somebody who shows their name."""
    of = campaign(
        "archive",
        title="Open the archive",
        posts={PostRole.BACKGROUND: [post("walls")]},
        opens_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    letter_action(of)
    name, email, postcode, comment = SECRETS
    confirmed(petition(of), email, name=name, postcode=postcode, comment=comment, shows_name=True)
    return of.slug


@pytest.mark.usefixtures("signed")
def test_the_count_as_data_is_the_count_on_the_page(reader: PageReader) -> None:
    data = reader.get("/campaigns/archive/count.json").response.get_json()

    assert data == {"count": 1, "paper": 0, "total": 1, "next_goal": 25}
    assert "1 has signed" in reader.get("/campaigns/archive").text


@pytest.mark.usefixtures("signed")
def test_a_campaign_as_data_tells_what_its_page_tells(reader: PageReader) -> None:
    data = reader.get("/campaigns/archive.json").response.get_json()

    assert data == {
        "slug": "archive",
        "address": "http://campaign.test/campaigns/archive",
        "title": "Open the archive",
        "ask": "The archive must open its doors.",
        "story": "It closed them.",
        "language": "en",
        "original_language": "en",
        "translations": {},
        "country": "CA",
        "state": "open",
        "outcome": None,
        "outcome_text": None,
        "opened_on": "2026-01-02",
        "closed_on": None,
        "topics": [],
        "letters": {"posted": 0},
        "petition": {
            "addressee": "the keeper of the archive",
            "count": 1,
            "paper": 0,
            "total": 1,
            "next_goal": 25,
        },
        "statement": "We ask you to open the archive.",
        "corrections": [],
        "posts": {"background": ["http://campaign.test/posts/walls"], "update": []},
    }


def test_all_public_campaigns_are_listed_and_no_other(reader: PageReader) -> None:
    petition(campaign("open"))
    close(campaign("won"), at=NOW, outcome=Outcome.WON)
    hide(campaign("hidden"))

    data = reader.get("/campaigns.json").response.get_json()

    told = [(one["slug"], one["state"], one["outcome"]) for one in data["campaigns"]]
    assert told == [("open", "open", None), ("won", "closed", "won")]
    assert (data["total"], data["page"], data["pages"]) == (2, 1, 1)
    reader.get("/campaigns/hidden.json", status=410)


@pytest.mark.usefixtures("signed")
@pytest.mark.parametrize(
    "path", ["/campaigns.json", "/campaigns/archive.json", "/campaigns/archive/count.json"]
)
def test_scripts_of_other_sites_may_read_it_and_find_nobody(reader: PageReader, path: str) -> None:
    response = reader.get(path).response

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Cache-Control"].startswith("public")
    for secret in SECRETS:
        assert secret not in response.get_data(as_text=True)
