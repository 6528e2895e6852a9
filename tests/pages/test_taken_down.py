"""What was typed for a page that a moderator takes down meanwhile is shown once more, all of it."""

import pytest
from flask import Flask

from campaign.campaigns.models import Campaign
from campaign.lib import headers
from campaign.lib.db import transaction
from campaign.lib.hiding import Because
from campaign.posts import taking_down
from campaign.posts.models import Post
from tests import factories
from tests.page_reader import Page, PageReader


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign with a petition and letters."""
    made = factories.campaign("archive")
    factories.petition(made)
    factories.letter_action(made)
    return made


def kept(page: Page) -> str:
    """What the page gives back."""
    return page.one("#typed").get_text()


def hide(post: Post) -> None:
    """A moderator takes the post down."""
    mo = factories.account("moderator", "Mo")
    with transaction():
        taking_down.take_down(
            post, because=Because.FACTS, words="Look again.", by=mo, now=factories.NOW
        )


def test_signing_gives_back_what_people_typed_and_nothing_else(
    campaign: Campaign, reader: PageReader
) -> None:
    page = reader.get("/campaigns/archive")
    factories.hide(campaign)

    sent = reader.press(page, "Sign the petition", status=410, name="Sam", comment="Because.")

    assert kept(sent) == "Sam\n\nBecause."


@pytest.mark.parametrize("button", ["Keep my changes", "PDF", "Text"])
def test_a_letter_is_given_back_whole(campaign: Campaign, reader: PageReader, button: str) -> None:
    page = reader.press(reader.get("/campaigns/archive/write"), "Draft my letter")
    factories.hide(campaign)

    mine = {"letter-keeper-subject": "The door", "letter-keeper-text": "Dear Keeper,\n\nOpen it."}
    sent = reader.press(page, button, status=410, **mine, name="Lena")

    assert kept(sent) == "Lena\n\nThe door\n\nDear Keeper,\n\nOpen it."


def test_an_evening_is_given_back(campaign: Campaign, reader: PageReader) -> None:
    page = reader.get("/campaigns/archive/evening")
    factories.hide(campaign)

    typed = {"names": "Lena\nSam", "place_and_day": "Town library, Friday"}
    sent = reader.press(page, "Make the papers", status=410, **typed)

    assert kept(sent) == "Lena\nSam\n\nTown library, Friday"


@pytest.mark.parametrize("address", ["/campaigns/archive", "/posts/zanzibar"])
def test_a_report_is_given_back(campaign: Campaign, reader: PageReader, address: str) -> None:
    post = factories.post(slug="zanzibar")
    page = reader.get(f"{address}/report")
    if address.startswith("/posts"):
        hide(post)
    else:
        factories.hide(campaign)

    sent = reader.press(page, "Send the report", status=410, kind="wrong", words="It was May.")

    assert kept(sent) == "It was May."
    reader.get(f"{address}/report", status=410)


def test_a_report_about_what_nobody_saw_finds_nothing(app: Flask, reader: PageReader) -> None:
    factories.draft("archive")

    reader.post("/campaigns/archive/report", status=404, data={"words": "It was May."})


@pytest.mark.parametrize("rest", ["", ".json", "/count.json", "/share.png"])
def test_caches_that_have_the_page_take_what_stands_in_its_place(
    campaign: Campaign, reader: PageReader, rest: str
) -> None:
    address = f"/campaigns/archive{rest}"
    before = reader._open("GET", address).headers["Cache-Control"]
    factories.hide(campaign)

    after = reader._open("GET", address)

    assert before.startswith("public")
    assert after.status_code == 410
    assert after.headers["Cache-Control"] == headers.INSTEAD


def test_what_was_typed_is_given_back_to_one_visitor_alone(
    campaign: Campaign, reader: PageReader
) -> None:
    factories.hide(campaign)

    given_back = reader._open("POST", "/campaigns/archive/sign", data={"name": "Sam"})
    opened = reader._open("GET", "/campaigns/archive", data={"comment": "Call this number"})

    assert given_back.headers["Cache-Control"] == "no-store"
    assert "Call this number" not in opened.get_data(as_text=True)


def test_caches_keep_no_word_that_a_page_is_not_there_yet(app: Flask, reader: PageReader) -> None:
    factories.draft("archive")

    assert reader._open("GET", "/campaigns/archive").headers["Cache-Control"] == "no-store"
