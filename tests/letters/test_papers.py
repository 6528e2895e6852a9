"""Letters as files: the same words in each, and a word processor opens what is meant for one."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from shutil import which

import docx
import msgspec
import pytest
from flask import Flask

from campaign.letters import layouts, papers
from campaign.letters.case import Precision, Target
from campaign.letters.fitting import DoesNotFit
from campaign.letters.papers import Bundle, Writer, Writing
from tests import factories
from tests.conftest import missing, on_one_database

UYGHUR = "بۇ بىر خەت، ھۆرمەتلىك ئەپەندىم."
TEXT = f"Dear Keeper,\n\nPlease open the door\nfor 倪玉兰.\n\n{UYGHUR}\n\nYours faithfully,"


def bundle(*, layout: str = "din-b", copy_to: Target | None = None, letters: int = 1) -> Bundle:
    return Bundle(
        letters=[Writing(factories.keeper(), "en", "The door", TEXT)] * letters,
        writer=Writer("Lena Volunteer", ("7 Quiet Lane", "Montreal H2X 1Y4"), "CA"),
        layout=layouts.LAYOUTS[layout],
        now=datetime(2026, 12, 1, 12, tzinfo=UTC),
        copy_to=copy_to,
    )


def test_the_text_has_everything_in_the_order_of_a_letter(app: Flask) -> None:
    text = papers.text(bundle()).decode()

    assert text == (
        "Lena Volunteer\n7 Quiet Lane\nMontreal H2X 1Y4\n\n"
        "北京市东城区前门东大街9号\nKeeper of the archive\n1 Main Street\nBeijing 100740\nCHINA\n\n"
        "1 December 2026\n\nThe door\n\n"
        f"{TEXT}\n\nLena Volunteer"
    )


@pytest.mark.parametrize("make", [papers.text, papers.word])
def test_no_window_limits_what_is_not_printed_for_one(
    app: Flask, make: Callable[[Bundle], bytes]
) -> None:
    keeper = msgspec.structs.replace(
        factories.keeper(), address=tuple(f"Line {number} of its address" for number in range(6))
    )
    written = replace(bundle(layout="us-10"), letters=[Writing(keeper, "en", "The door", TEXT)])

    with pytest.raises(DoesNotFit):
        papers.pdf(written)
    assert make(written)


def test_a_copy_says_that_it_is_one_and_the_letter_says_who_has_it(app: Flask) -> None:
    first, second = papers.text(bundle(copy_to=factories.mission())).decode().split("\f")

    assert first.strip().endswith("Copy: Ambassador in Canada")
    assert "Copy of a letter to: Keeper of the archive" in second
    assert "515 St. Patrick Street" in second
    assert "Dear Keeper," in second, "it is the same letter"


@pytest.mark.parametrize(
    ("country", "last"), [("CA", "CHINA"), (None, "CHINA"), ("CN", "Beijing 100740")]
)
def test_the_country_stands_last_unless_the_letter_stays_in_it(
    app: Flask, country: str | None, last: str
) -> None:
    lines = papers.address_lines(factories.keeper(), "en", country, layouts.LAYOUTS["plain"])

    assert lines[-1] == last


def test_a_letter_without_subject_is_called_after_the_office_in_whichever_language_it_is_known(
    app: Flask,
) -> None:
    written = replace(bundle(), letters=[Writing(factories.keeper(), "de", "", TEXT)])

    assert written.title == "Keeper of the archive"


def test_the_first_of_a_month_is_written_as_the_language_writes_it() -> None:
    day = datetime(2026, 12, 1, tzinfo=UTC).date()

    assert papers.date_in_words(day, "fr") == "1er décembre 2026"
    assert papers.date_in_words(day, "en") == "1 December 2026"


@pytest.mark.parametrize(
    ("language", "precision", "words"),
    [
        ("en", Precision.MONTH, "December 2026"),
        ("fr", Precision.MONTH, "décembre 2026"),
        ("de", Precision.DAY, "4. Dezember 2026"),
        ("zh-Hans", Precision.DAY, "2026年12月4日"),
        ("zh-Hans", Precision.MONTH, "2026年12月"),
        ("zh-Hans", Precision.YEAR, "2026年"),
        ("ar", Precision.DAY, "4 ديسمبر 2026"),
    ],
)
def test_a_day_is_written_in_the_order_of_its_language(
    language: str, precision: Precision, words: str
) -> None:
    assert papers.date_in_words(date(2026, 12, 4), language, precision) == words


def test_the_document_for_a_word_processor_has_the_paragraphs_of_the_letter(app: Flask) -> None:
    document = docx.Document(BytesIO(papers.word(bundle())))

    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[4:] == [*TEXT.split("\n\n"), "Lena Volunteer"]
    assert document.core_properties.title == "The door"


def test_a_word_processor_checks_the_spelling_of_the_letters_language(app: Flask) -> None:
    written = replace(bundle(), letters=[Writing(factories.keeper(), "fr", "La porte", TEXT)])

    document = docx.Document(BytesIO(papers.word(written)))

    assert document.styles.element.xpath("w:docDefaults//w:lang/@w:val") == ["fr"]


@on_one_database
def test_a_word_processor_opens_the_document(app: Flask, tmp_path: Path) -> None:
    office = which("soffice")
    if not office:
        missing("No LibreOffice: run apt-get install libreoffice-writer-nogui.")
    file = tmp_path / "letter.docx"
    file.write_bytes(papers.word(bundle(copy_to=factories.mission())))

    subprocess.run(
        [
            str(office),
            f"-env:UserInstallation=file://{tmp_path}/profile",
            *("--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", tmp_path, file),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )

    opened = (tmp_path / "letter.txt").read_text("utf-8-sig")
    for words in ("Dear Keeper,", "for 倪玉兰.", UYGHUR, "7 Quiet Lane", "515 St. Patrick Street"):
        assert words in opened
