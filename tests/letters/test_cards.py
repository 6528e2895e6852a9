"""Cards of solidarity: greetings alone, and the address is for staff only."""

from typing import Any

import pytest
from flask import Flask

from campaign.letters import linting
from campaign.letters.case import Cards, Phrase
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import Page, PageReader

CARDS = "/campaigns/archive/cards"
SECRET = "12 Hidden Road"


def cards(**changes: Any) -> Cards:
    values = {
        "phrases": (
            Phrase("愿你平安", "zh-Hans", {"en": "May you be safe"}),
            Phrase("Courage", "fr", {"en": "Take heart"}),
        ),
        "guidance": "A flower on the card is welcome.",
        "hidden_address": (SECRET,),
    }
    return Cards(**{**values, **changes})


@pytest.fixture
def form(app: Flask, reader: PageReader) -> Page:
    factories.letter_action(factories.campaign("archive"), cards=cards())
    return reader.get(CARDS)


def test_cards_are_made_of_the_phrases_of_the_case(reader: PageReader, form: Page) -> None:
    file = reader.press(form, "Make the cards", number="3").response

    assert "愿你平安 (May you be safe)" in form.text
    assert file.data.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"] == "attachment; filename=archive-cards.pdf"


def test_there_is_no_field_for_words_of_ones_own(form: Page) -> None:
    """So nobody can bring up the case: neither by text fields nor by the facts."""
    assert not form.soup.select("main textarea, main input[type=text]")
    assert "The door was closed." not in form.text


def test_the_address_is_shown_to_staff_and_to_nobody_else(
    app: Flask, reader: PageReader, form: Page
) -> None:
    for page in (form, reader.get("/campaigns/archive"), reader.get("/campaigns/archive/write")):
        assert SECRET not in page.response.text
    assert SECRET not in reader.get("/campaigns/archive.json").response.text
    told = app.test_cli_runner().invoke(args=["letters", "card-address", "archive"])
    assert told.output == f"{SECRET}\n"


@on_one_database
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"number": "0"}, "Enter a number from 1 to 100."),
        ({"number": "101"}, "Enter a number from 1 to 100."),
        ({"phrases": []}, "Choose at least one."),
        ({"phrases": ["7"]}, "not a valid choice"),
        ({"size": "a0"}, "Not a valid choice"),
    ],
)
def test_a_slip_is_told(
    reader: PageReader, form: Page, answers: dict[str, Any], words: str
) -> None:
    assert words in reader.press(form, "Make the cards", status=422, **answers).text


def test_a_case_without_cards_has_no_such_page(app: Flask, reader: PageReader) -> None:
    factories.letter_action(factories.campaign("archive"))

    reader.get(CARDS, status=404)
    reader.post("/campaigns/archive/cards.pdf", status=404)
    assert "solidarity" not in reader.get("/campaigns/archive").text
    told = app.test_cli_runner().invoke(args=["letters", "card-address", "archive"])
    assert told.exit_code == 1


def test_a_phrase_is_translated_and_printable() -> None:
    bad = cards(phrases=(Phrase("☃", "zh-Hans", {}),))

    assert [fault.place for fault in linting.shortages(factories.case(cards=bad))] == [
        ("cards", "phrases", 0),
        ("cards", "phrases", 0),
    ]
