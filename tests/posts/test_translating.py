"""Whoever may change a post may put it into another language."""

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.lib.db import db, transaction
from campaign.posts.models import Post
from campaign.posts.rules import State
from tests import factories
from tests.page_reader import PageReader
from tests.staff import StaffReader

FRENCH = {
    "title": "Un mur tombe",
    "summary": "Ce qui est arrivé.",
    "body": "C’était **hier**.",
    "source_note": "D’après [une source](https://example.org/).",
}
PUBLIC = "Save: readers see it at once"


@pytest.fixture
def author(app: Flask) -> Account:
    """Olive, who wrote the post."""
    return factories.account("organiser", "Olive")


@pytest.fixture
def olive(app: Flask, author: Account) -> StaffReader:
    """Olive, signed in."""
    return StaffReader(app, author)


@pytest.fixture
def post(author: Account) -> Post:
    """A published post of hers."""
    made = factories.post("walls")
    with transaction():
        made.author_id = author.id
    return made


def editor(post: Post) -> str:
    return f"/staff/posts/{post.id}/translations/fr"


def trail(deed: str) -> list[str | None]:
    db.session.expire_all()
    return list(db.session.scalars(select(TrailEntry.reason).where(TrailEntry.deed == deed)))


def test_from_nothing_to_a_post_in_french(
    olive: StaffReader, reader: PageReader, post: Post
) -> None:
    shown = olive.get(f"/staff/posts/{post.id}")
    page = olive.get(shown.link("Translate : Français"))
    assert "It happened **yesterday**." in page.text, "the original is beside it"

    done = olive.press(page, PUBLIC, **FRENCH)

    assert "The translation is saved." in done.text
    assert reader.get("/fr/posts/walls").h1 == "Un mur tombe"
    assert reader.get("/posts/walls").h1 == "A wall comes down"
    assert trail("post.translated") == ["fr"]


def test_a_slip_loses_nothing(olive: StaffReader, post: Post) -> None:
    again = olive.press(olive.get(editor(post)), PUBLIC, status=422, **{**FRENCH, "body": ""})

    assert "needs all four texts" in again.one("#body-error").get_text()
    assert again.value("title") == "Un mur tombe"


def test_what_readers_have_seen_changes_with_a_sentence(
    olive: StaffReader, reader: PageReader, post: Post
) -> None:
    olive.press(olive.get(editor(post)), PUBLIC, **FRENCH)

    again = olive.press(olive.get(editor(post)), PUBLIC, status=422, title="Le mur tombe")
    assert "Say in one sentence" in again.one("#says-error").get_text()
    assert again.value("title") == "Le mur tombe"
    olive.press(again, PUBLIC, says="The article was wrong.")

    assert reader.get("/fr/posts/walls").h1 == "Le mur tombe"
    assert trail("post.translated") == ["fr", "fr: The article was wrong."]


def test_two_at_once_see_both_texts(app: Flask, olive: StaffReader, post: Post) -> None:
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    page = olive.get(editor(post))
    ada.press(ada.get(editor(post)), PUBLIC, **{**FRENCH, "title": "Chute d’un mur"})

    again = olive.press(page, PUBLIC, status=409, **FRENCH)

    assert "Chute d’un mur" in again.one(".theirs").get_text()
    assert again.value("title") == "Un mur tombe"


def test_when_the_original_is_corrected_the_author_is_told(olive: StaffReader, post: Post) -> None:
    told = "The original has changed since it was translated."
    olive.press(olive.get(editor(post)), PUBLIC, **FRENCH)
    assert told not in olive.get(f"/staff/posts/{post.id}").text

    page = olive.get(f"/staff/posts/{post.id}/edit")
    olive.press(page, "Publish the correction", body="It happened on Monday.", says="The day.")

    assert told in olive.get(f"/staff/posts/{post.id}").text
    assert told in olive.get(editor(post)).text
    corrected_at = post.updated_at
    olive.press(olive.get(editor(post)), PUBLIC, is_current="y")
    assert told not in olive.get(f"/staff/posts/{post.id}").text
    assert post.updated_at == corrected_at, "readers see nothing new in it"


def test_the_original_is_in_no_language_that_it_is_translated_into(
    olive: StaffReader, post: Post
) -> None:
    olive.press(olive.get(editor(post)), PUBLIC, **FRENCH)

    page = olive.get(f"/staff/posts/{post.id}/edit")

    offered = {str(option["value"]) for option in page.soup.select("#language option")}
    assert {"en", "ar"} <= offered
    assert "fr" not in offered


def test_a_moderator_publishes_the_translation_they_have_read(
    app: Flask, olive: StaffReader, reader: PageReader, post: Post
) -> None:
    mo = StaffReader(app, factories.account("moderator", "Mo"))
    with transaction():
        post.state, post.submitted_at = State.IN_REVIEW, factories.NOW
    olive.press(olive.get(editor(post)), "Save the translation", **FRENCH)
    page = mo.get(f"/staff/posts/{post.id}")
    assert "Un mur tombe" in mo.get(f"/staff/queue/post/{post.id}").text
    olive.press(olive.get(editor(post)), "Save the translation", title="Le mur tombe")

    again = mo.press(page, "Publish", status=409)
    assert "C’était" in again.text, "the button stands by the words"
    mo.press(again, "Publish")

    assert reader.get("/fr/posts/walls").h1 == "Le mur tombe"


def test_it_can_be_removed(olive: StaffReader, reader: PageReader, post: Post) -> None:
    olive.press(olive.get(editor(post)), PUBLIC, **FRENCH)

    olive.press(olive.get(editor(post)), "Remove the translation")

    assert reader.get("/fr/posts/walls").h1 == "A wall comes down"
    assert trail("post.translation-removed") == ["fr"]


def test_nobody_else_may(app: Flask, post: Post) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan"))

    xan.get(editor(post), status=404)
    xan.post(editor(post), status=404, data=FRENCH)
    xan.get(f"/staff/posts/{post.id}/translations/xx", status=404)
