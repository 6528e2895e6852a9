"""The organisers' page: the meter, what the case lacks, the tally."""

from datetime import date

from flask import Flask

from campaign.letters import tally
from campaign.letters.rules import AnswerKind
from campaign.lib.db import transaction
from tests import factories
from tests.page_reader import PageReader

PAGE = "/staff/campaigns/archive/letters"


def test_it_shows_the_meter_and_the_tally(app: Flask, reader: PageReader) -> None:
    action = factories.letter_action(factories.campaign("archive"))
    with transaction():
        tally.tell(action, target="keeper", letters=7, now=factories.NOW)
        tally.tell(action, target="keeper", letters=99, now=factories.NOW)
        tally.note_answer(
            action,
            target="keeper",
            kind=AnswerKind.RETURNED,
            letters=2,
            came_on=date(2026, 3, 1),
            note="Moved away.",
        )

    page = reader.get(PAGE)

    for words in (
        "Measured on 100 drafts",
        "Nearest two letters",
        "Write the next passage for",
        "Nothing: the campaign may be opened.",
        "Keeper of the archive 7",
        "99 letters, told on 1 March 2026",
        "2 letters returned by the post. Moved away.",
    ):
        assert words in page.text


def test_it_lists_what_a_case_lacks(app: Flask, reader: PageReader) -> None:
    closed = factories.campaign("archive")
    factories.close(closed, at=factories.NOW)
    factories.letter_action(closed, appeals_before=None, passages={})

    page = reader.get(PAGE)

    assert "appeals_before: say until when letters are asked for" in page.text
    assert "there is nothing to measure" in page.text


def test_another_sample_can_be_chosen_and_nonsense_is_not(app: Flask, reader: PageReader) -> None:
    factories.letter_action(factories.campaign("archive"))

    assert "Measured on 300 drafts" in reader.get(f"{PAGE}?letters=300").text
    assert "Measured on 100 drafts" in reader.get(f"{PAGE}?letters=999999").text


def test_there_is_none_without_letters(app: Flask, reader: PageReader) -> None:
    factories.campaign("archive")

    reader.get(PAGE, status=404)
