"""Whatever people type is text: it comes out as it went in, in every field and every file."""

import html
import re
from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest
from flask import Flask

from campaign.letters import layouts, printing
from campaign.letters.typography import curled
from tests import factories
from tests.conftest import on_one_database
from tests.letters.payloads import PAYLOADS
from tests.letters.reading import squeezed, words_of
from tests.page_reader import PageReader

WRITE = "/campaigns/archive/write"


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(PAYLOADS)) == 200


@on_one_database
def test_on_the_page_they_stand_as_they_were_typed(app: Flask, reader: PageReader) -> None:
    factories.letter_action(factories.campaign("archive"))
    token = reader.get(WRITE).value("form_token")
    client = app.test_client()
    chosen = {"form_token": token, "targets": "keeper", "language": "en", "do": "draft"}

    for payload in PAYLOADS:
        said = dict.fromkeys(("own_words", "place", "occupation"), payload)
        answer = client.post(WRITE, data={**chosen, **said})

        assert answer.status_code == 200
        (letter,) = re.findall(
            r"<textarea[^>]*text[^>]*>\r\n(Dear .*?)</textarea>", answer.text, re.S
        )
        assert curled(payload, "en") in html.unescape(letter)
        assert f"this comes from {curled(payload, 'en')}." in html.unescape(letter)
        assert not re.search(r"<script>|<img|<h1>x|onfocus=\"", answer.text)


@on_one_database
def test_in_files_they_stand_as_they_were_typed(app: Flask, reader: PageReader) -> None:
    factories.letter_action(factories.campaign("archive"))
    page = reader.press(reader.get(WRITE), "Draft my letter")
    fields = ("letter-keeper-subject", "letter-keeper-text", "name", "address")

    for payload in PAYLOADS:
        answers = dict.fromkeys(fields, payload)
        file = reader.press(page, "Text", **answers).response
        assert file.text.count(payload) >= len(fields), payload
        assert file.headers["Content-Disposition"] == "attachment; filename=archive-letter.txt"
    for payload in PAYLOADS[::20]:
        answers = dict.fromkeys(fields, payload)
        word = reader.press(page, "Word (DOCX)", **answers).response
        paragraphs = [p.text for p in docx.Document(BytesIO(word.data)).paragraphs]
        assert paragraphs.count(payload) >= 2, payload


def test_on_paper_they_stand_as_they_were_typed() -> None:
    letters = [
        printing.Letter(
            language="en",
            sender=(payload[:40],),
            address=("Keeper",),
            date="1 December 2026",
            subject=f"S{n} {payload}",
            paragraphs=(f"P{n} {payload}", f"Q{n}"),
            signature=f"N{n} {payload}",
        )
        for n, payload in enumerate(PAYLOADS)
    ]

    pdf = printing.letters_pdf(
        letters,
        layouts.LAYOUTS["plain"],
        title="Payloads",
        made_at=datetime(2026, 12, 1, tzinfo=UTC),
    )

    # A long word without a space is broken somewhere: so spaces are left out of the comparison.
    shown = squeezed(words_of(pdf))
    for n, payload in enumerate(PAYLOADS):
        for field in "SPN":
            assert squeezed(f"{field}{n} {payload}") in shown


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b", "\r\nBcc: x", "\u0085"]
)
@on_one_database
def test_signs_that_hide_or_turn_text_are_taken_out(
    app: Flask, reader: PageReader, hidden: str
) -> None:
    factories.letter_action(factories.campaign("archive"))
    page = reader.press(
        reader.get(WRITE), "Draft my letter", own_words=f"Open{hidden} it", place=f"Ly{hidden}on"
    )

    letter = page.value("letter-keeper-text")
    if "\n" in hidden:
        assert "this comes from Ly Bcc: xon." in letter, "one line stays one line"
    else:
        assert hidden.strip() not in letter or hidden == "\u0085"
        assert "Open" in letter
