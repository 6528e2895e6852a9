"""An evening's papers: made while the page counts along, behind a link for an hour."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import func, select

from campaign.letters import kits, rules
from campaign.letters.models import IssuedDraft, Kit, LetterAction
from campaign.lib import limits
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from tests import factories
from tests.conftest import on_one_database
from tests.letters.reading import squeezed, words_of
from tests.page_reader import Page, PageReader

EVENING = "/campaigns/archive/evening"


@pytest.fixture
def action(app: Flask) -> LetterAction:
    return factories.letter_action(factories.campaign("archive"))


def make(reader: PageReader, *, status: int = 200, **answers: Any) -> Page:
    return reader.press(
        reader.get(EVENING), "Make the papers", status=status, **{"number": "3", **answers}
    )


def test_the_papers_are_made_and_can_be_fetched(reader: PageReader, action: LetterAction) -> None:
    page = make(reader)

    assert "3 letters are ready." in page.text
    file = reader.get(page.link("Download the file (PDF)")).response
    assert file.data.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"] == "attachment; filename=archive-evening.pdf"
    assert file.headers["Cache-Control"] == "no-store"
    db.session.refresh(action)
    assert action.drafted_count == 3


@pytest.mark.parametrize("page_in", ["", "/fr", "/ar"])
def test_the_papers_of_a_translated_campaign_are_made_in_each_language(
    app: Flask, reader: PageReader, page_in: str
) -> None:
    """The letters speak the translation's language here: also the poster needs its words."""
    campaign = factories.campaign("archive", language="fr")
    factories.letter_action(campaign)
    factories.translation(campaign, "en", title="A title in English")
    page = reader.get(f"{page_in}{EVENING}")

    done = reader.press(page, page.one("main form button").get_text(strip=True), number="1")

    title = campaign.title if page_in else "A title in English"
    assert done.one(".lede").get_text(strip=True) == title
    file = reader.get(str(done.one(".making a.button")["href"])).response
    assert file.data.startswith(b"%PDF-")


@pytest.mark.parametrize("page_in", ["", "/fr"])
@pytest.mark.parametrize(("language", "prefix"), [("en", ""), ("fr", "/fr")])
def test_the_papers_lead_to_pages_in_their_own_language(
    app: Flask, reader: PageReader, page_in: str, language: str, prefix: str
) -> None:
    _write_in_french_too()
    page = reader.get(f"{page_in}{EVENING}")

    button = page.one("main form button").get_text(strip=True)
    done = reader.press(page, button, number="1", language=language)

    file = reader.get(str(done.one(".making a.button")["href"])).response
    printed = squeezed(words_of(file.data))
    home = f"{urlsplit(app.config['BASE_URL']).netloc}{prefix}/campaigns/archive"
    assert printed.count("/campaigns/archive") == printed.count(home)
    assert f"{home}/posted" in printed


def _write_in_french_too() -> None:
    words = factories.passages()
    factories.letter_action(
        factories.campaign("archive"),
        passages={"en": words, "fr": words},
        person=replace(factories.case().person, called={"en": "Ms. Adil", "fr": "Mme Adil"}),
        targets=(
            factories.keeper(
                role={"en": "Keeper", "fr": "Gardien"},
                salutation={"en": "Dear Keeper", "fr": "Monsieur le Gardien"},
            ),
        ),
    )


@pytest.mark.usefixtures("action")
def test_the_page_counts_along(reader: PageReader) -> None:
    page = make(reader, number=str(2 * rules.KIT_BATCH + 1))

    steps = [step.get_text(" ", strip=True) for step in page.soup.select(".making .step p")]
    assert steps[:4] == [
        "0 of 101 letters are written …",
        "50 of 101 letters are written …",
        "100 of 101 letters are written …",
        "All are written; they are being set in type …",
    ]
    assert db.session.scalar(select(func.count()).select_from(IssuedDraft)) == 101


@pytest.mark.usefixtures("action")
def test_names_are_sealed_while_the_file_waits(reader: PageReader) -> None:
    make(reader, names="Lena Volunteer\nSam Signer")

    stored = db.session.scalars(select(Kit)).one()
    assert b"Lena" not in stored.sealed
    assert b"%PDF" not in stored.sealed


@on_one_database
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"number": "0"}, "Enter a number from 1 to 500."),
        ({"number": "501"}, "Enter a number from 1 to 500."),
        ({"number": "9" * 400}, "Enter a number from 1 to 500."),
        ({"number": "many"}, "Enter a whole number."),
        ({"number": "2.5"}, "Enter a whole number."),
        ({"number": ""}, "Enter a number."),
        ({"names": "A\nB\nC\nD"}, "There are 4 names for 3 letters."),
        ({"names": "x" * 201}, "A name has at most 200 characters."),
        ({"names": "☃"}, "This character cannot be printed: ☃"),
        ({"layout": "papyrus"}, "Not a valid choice"),
        ({"place_and_day": "x" * 201}, "At most 200 characters"),
        ({"target": "embassy"}, "Not a valid choice"),
    ],
)
@pytest.mark.usefixtures("action")
def test_a_slip_is_told_and_nothing_is_made(
    reader: PageReader, answers: dict[str, str], words: str
) -> None:
    page = make(reader, status=422, **answers)

    assert words in page.text
    assert db.session.scalar(select(func.count()).select_from(Kit)) == 0


def test_an_address_that_does_not_fit_is_told_before_anything_is_made(
    app: Flask, reader: PageReader
) -> None:
    keeper = factories.keeper(address=("One", "Two", "Three", "Four", "Five"), own_address=())
    factories.letter_action(factories.campaign("archive"), targets=(keeper,))

    assert (
        "Please choose an envelope without a window" in make(reader, status=422, country="US").text
    )
    assert "3 letters are ready." in make(reader, layout="plain-us").text


@pytest.mark.usefixtures("action")
def test_the_processor_is_shared(reader: PageReader) -> None:
    with transaction():
        for _ in range(rules.KITS[0].most):
            limits.take("kits", rules.KITS, now=utc_now())

    assert "Many papers are being made just now." in make(reader, status=429).text


@pytest.mark.usefixtures("action")
def test_a_link_whose_hour_is_over_says_so(app: Flask, reader: PageReader) -> None:
    page = reader.get(f"{EVENING}/{kits.new_token()}", status=410)

    assert page.h1 == "These papers are gone"
    assert page.link("Make the papers") == EVENING


def test_a_closed_campaign_has_no_evenings(reader: PageReader, action: LetterAction) -> None:
    form = reader.get(EVENING)
    factories.close(action.campaign, at=factories.NOW)

    assert reader.get(EVENING).address == "/campaigns/archive"
    assert "takes no letters" in reader.press(form, "Make the papers", status=409).text


def test_where_people_write_by_hand_there_is_nothing_to_make(
    app: Flask, reader: PageReader
) -> None:
    factories.letter_action(factories.campaign("archive"), passages={}, facts=(), person=None)

    assert reader.get(EVENING).address == "/campaigns/archive/write"
    assert "evening" not in reader.get("/campaigns/archive").text
