"""Editing nothing changes nothing: from a case to the boxes and back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from campaign import seeding
from campaign.letters import completing, queries, working
from campaign.letters.case import Case, Fact, Precision
from campaign.letters.casefile import CaseFile
from campaign.letters.models import CaseDraft
from campaign.lib.db import db, transaction
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW
from tests.page_reader import Page
from tests.staff import StaffReader

FILES = sorted(seeding.SEEDS.glob("campaigns/*/letter.md"))


def name(file: Path) -> str:
    return file.parent.name


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_seeded_case_comes_back_from_its_working_copy(file: Path) -> None:
    case = CaseFile(file).case

    reading = completing.read(working.content_of(case, "en"))

    assert reading.faults == []
    assert reading.case == case


@pytest.mark.parametrize(
    ("day", "precision", "typed"),
    [
        (date(2002, 4, 27), Precision.DAY, "2002-04-27"),
        (date(2002, 4, 1), Precision.MONTH, "2002-04"),
        (date(2002, 1, 1), Precision.YEAR, "2002"),
        (date(2002, 4, 27), Precision.MONTH, "2002-04-27 month"),
        (date(2002, 4, 27), Precision.YEAR, "2002-04-27 year"),
        (date(2002, 1, 1), Precision.DAY, "2002-01-01"),
    ],
)
def test_a_date_says_how_much_of_it_is_known(day: date, precision: Precision, typed: str) -> None:
    case = factories.case(facts=(Fact("door", day, "It was closed.", precision=precision),))

    content = working.content_of(case, "en")

    assert content["facts"][0]["happened_on"] == typed
    assert completing.read(content).case == case


def test_a_case_of_which_nothing_is_known_can_be_read() -> None:
    reading = completing.read(working.blank("en"))

    assert reading == (
        Case(asks=(), say=(), avoid=(), guidance="", targets=()),
        [],
    )


@on_one_database
def test_every_seeded_case_comes_back_from_the_forms(app: Flask) -> None:
    with transaction():
        seeding.seed(demo=True, now=NOW)
    olive = StaffReader(app, factories.account("administrator"))

    for file in FILES:
        slug = name(file)
        for address, page in every_part(olive, slug):
            olive.press(page, "Save draft")
            assert not db.session.query(CaseDraft).all(), f"{address} changed {slug}"


def test_a_changed_box_changes_the_case_in_that_box_alone(app: Flask) -> None:
    with transaction():
        seeding.seed(demo=True, now=NOW)
    olive = StaffReader(app, factories.account("administrator"))
    page = olive.get("/staff/campaigns/ni-yulan/letters/edit/page")

    olive.press(page, "Save draft", guidance="Another way to write.")

    action = queries.public_by_slug("ni-yulan")
    assert action is not None
    reading = completing.read(queries.content(action.campaign))
    before = working.content_of(action.case, "en")
    after = working.content_of(reading.case, "en")
    assert [part for part in before if before[part] != after[part]] == ["guidance"]


def every_part(reader: StaffReader, slug: str) -> Iterator[tuple[str, Page]]:
    first = reader.get(f"/staff/campaigns/{slug}/letters/edit/page")
    for link in first.soup.select(".case-parts a"):
        if "/edit/" in str(link["href"]):
            yield str(link["href"]), reader.get(str(link["href"]))
