"""How Markdown will look: a piece of HTML for staff, safe whatever was typed."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import factories
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

PREVIEW = "/staff/markdown"


def preview(reader: StaffReader, text: str, *, status: int = 200) -> Page:
    token = reader.get("/staff/account/").soup.select('[name="form_token"]')[0]["value"]
    data = {"form_token": token, "text": text}
    response = reader._open("POST", PREVIEW, data=data)
    assert response.status_code == status
    return Page(response, PREVIEW)


@pytest.fixture
def olive(app: Flask) -> StaffReader:
    return StaffReader(app, factories.account("organiser", "Olive"))


def test_the_preview_is_what_readers_will_see(olive: StaffReader) -> None:
    page = preview(olive, "## News\n\n- one\n  - two\n\n> [more](https://example.org/)")

    assert page.one("h2").text == "News"
    assert page.one("li li").text == "two"
    assert page.one("blockquote a")["href"] == "https://example.org/"
    assert page.response.headers["Cache-Control"] == "no-store"


def test_scripts_are_words(olive: StaffReader) -> None:
    page = preview(olive, "<script>alert(1)</script> [x](javascript:alert(1)) ![x](//evil/x.png)")

    assert not page.soup.select("script, a, img")
    assert "<script>alert(1)</script>" in page.soup.text


def test_a_moderator_may_look_too(app: Flask) -> None:
    mo = StaffReader(app, factories.account("moderator", "Mo"))

    assert preview(mo, "*a*").one("em").text == "a"


@pytest.mark.parametrize("text", ["", " \n ", "a" * 50_001, "S\ufffdm"])
def test_what_cannot_be_shown_is_not(olive: StaffReader, text: str) -> None:
    assert preview(olive, text, status=422).response.data == b""


def test_without_the_forms_token_nothing_is_shown(olive: StaffReader) -> None:
    olive.get("/staff/account/")

    response = olive._open("POST", PREVIEW, data={"text": "*a*"})

    assert (response.status_code, response.data) == (422, b"")


def test_a_visitor_is_not_let_in(reader: PageReader) -> None:
    page = reader.post(PREVIEW, status=403, data={"text": "*a*"})

    assert BeautifulSoup(page.response.data, "html.parser").select("h1")
    assert page.h1 == "Sign in"
