"""Entering signatures on paper: by number, by lines, from a table; and what readers then see."""

import contextvars
import threading

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Version
from campaign.lib.db import db, transaction
from campaign.lib.refusals import Busy
from campaign.mail.models import Mail
from campaign.paper import queries, reading, rules, services
from campaign.paper.models import PaperBatch, PaperSignature
from campaign.paper.rules import NotNow, State
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW
from tests.page_reader import PageReader
from tests.paper.entering import (
    ADDRESS,
    PROVENANCE,
    TYPED,
    enter,
    paper_count,
    rows,
    strangers,
    trail,
)
from tests.staff import StaffReader

pytestmark = pytest.mark.usefixtures("clock")


def test_a_number_is_entered_and_stands_beside_the_online_count(
    desk: StaffReader, reader: PageReader, archive: Petition
) -> None:
    factories.confirmed(archive)
    form = desk.get(desk.get(ADDRESS).link("Enter a number"))

    page = desk.press(form, "Enter them", signatures="40", **TYPED)

    assert "Entered. It counts." in page.text
    assert "27 February 2026, Market square, Halifax" in page.text
    assert "1 online + 40 on paper" in desk.get(ADDRESS).text
    public = reader.get("/campaigns/archive")
    assert "41 have signed 1 online + 40 on paper" in public.text
    assert "Next goal: 50, online and on paper together" in public.text
    assert "41 signatures 1 online + 40 on paper" in reader.get("/campaigns/").text
    assert "1 confirmed signatures, on all campaigns together, and 40 on paper" in (
        reader.get("/").text
    )
    assert reader.get("/campaigns/archive/count.json").response.get_json() == {
        "count": 1,
        "paper": 40,
        "total": 41,
        "next_goal": 50,
    }
    told = reader.get("/campaigns/archive.json").response.get_json()["petition"]
    assert (told["count"], told["paper"], told["total"]) == (1, 40, 41)
    assert trail()[0][:2] == ("Olive", "paper.entered")


@pytest.mark.parametrize(
    ("way", "once", "other"),
    [
        ("number", {"signatures": "40"}, {"signatures": "41"}),
        ("csv", {"lines": "Sam Signer,sam@example.org"}, {"lines": "Sam Signer,s@example.org"}),
    ],
)
def test_a_second_press_enters_nothing_more(
    desk: StaffReader,
    archive: Petition,
    way: str,
    once: dict[str, str],
    other: dict[str, str],
) -> None:
    form = desk.get(f"{ADDRESS}/new/{way}")
    first = desk.press(form, "Enter them", **TYPED, **once)

    again = desk.press(form, "Enter them", **TYPED, **once)

    assert "Entered. It counts." in again.text
    assert again.one("h1").text == first.one("h1").text
    desk.press(form, "Enter them", **TYPED, **other)
    assert len(queries.of_petition(archive)) == 2


@on_one_database
@pytest.mark.parametrize("missing", [*TYPED, "signatures"])
def test_nothing_is_entered_without_its_provenance(desk: StaffReader, missing: str) -> None:
    form = desk.get(f"{ADDRESS}/new/number")
    typed = {**TYPED, "signatures": "40"}

    page = desk.press(form, "Enter them", status=422, **{**typed, missing: ""})

    assert page.one(f"#{missing}[aria-invalid=true]")
    assert [page.value(name) for name in typed if name != missing] == [
        value for name, value in typed.items() if name != missing
    ]
    assert db.session.scalars(select(PaperBatch)).all() == []


@on_one_database
@pytest.mark.parametrize("number", ["0", "-3", "many", "1000001", "9" * 30])
def test_a_number_that_is_none_is_a_slip(desk: StaffReader, number: str) -> None:
    form = desk.get(f"{ADDRESS}/new/number")

    desk.press(form, "Enter them", status=422, **{**TYPED, "signatures": number})
    desk.press(form, "Enter them", status=422, **{**TYPED, "signatures": "4", "sheets": number})


def test_nothing_was_collected_tomorrow(desk: StaffReader) -> None:
    form = desk.get(f"{ADDRESS}/new/number")
    typed = {**TYPED, "signatures": "4", "collected_on": "2026-03-02"}

    assert "This day is still to come." in desk.press(form, "Enter them", status=422, **typed).text


@pytest.mark.parametrize("day", ["1900-01-01", "0026-02-27", "2016-02-28"])
def test_nothing_was_collected_more_than_ten_years_ago(desk: StaffReader, day: str) -> None:
    form = desk.get(f"{ADDRESS}/new/number")
    typed = {**TYPED, "signatures": "4", "collected_on": day}

    refused = desk.press(form, "Enter them", status=422, **typed)

    assert "more than ten years ago" in refused.one("#collected_on-error").get_text()
    assert refused.value("collected_on") == day
    desk.press(refused, "Enter them", **{**typed, "collected_on": "2016-03-01"})


def test_people_are_entered_line_by_line_and_ten_more_lines_lose_nothing(
    desk: StaffReader, reader: PageReader, archive: Petition
) -> None:
    form = desk.get(f"{ADDRESS}/new/rows")
    typed = {"row-1-name": "Amina Umeh", "row-1-country": "canada", "row-1-shows": "yes", **TYPED}

    more = desk.press(form, "Add ten more lines", **typed)
    assert len(more.soup.select("main tbody tr")) == 20
    assert more.value("row-1-name") == "Amina Umeh"
    slip = desk.press(more, "Enter them", status=422, **{"row-12-email": "umeh@example.org"})
    assert "Line 12: The name is missing." in slip.text
    page = desk.press(slip, "Enter them", **{"row-12-name": "Tunde Okaf"})

    assert "Signatures 2" in page.text
    batch = db.session.scalars(select(PaperBatch)).one()
    amina, tunde = (row for _n, row in queries.opened(batch))
    assert amina
    assert tunde
    assert (amina.name, amina.country, amina.shows_name) == ("Amina Umeh", "CA", True)
    assert (tunde.name, tunde.email, tunde.shows_name) == ("Tunde Okaf", "umeh@example.org", False)
    assert "The latest on paper who show their names Amina Umeh" in (
        reader.get("/campaigns/archive").text
    )
    assert "Tunde" not in reader.get("/campaigns/archive").text
    assert db.session.scalars(select(Mail)).all() == [], "nobody is written to"


def test_a_row_is_sealed_like_a_signature(archive: Petition, olive: Account) -> None:
    batch = enter(archive, olive, rows("Sam.Signer+stall@example.org"))

    stored = db.session.scalars(select(PaperSignature)).one()
    signature = factories.sign(archive, "sam.signer@example.org")
    assert stored.envelope
    assert b"Person" not in stored.envelope
    assert stored.fingerprint == signature.fingerprint
    assert batch.keepers
    assert b"Tuesday" not in batch.keepers
    assert batch.people == PROVENANCE["keepers"]


def test_a_table_is_pasted_from_a_spreadsheet(desk: StaffReader) -> None:
    form = desk.get(f"{ADDRESS}/new/csv")
    lines = (
        "name\temail\tpostcode\tcountry\tshow name\n"
        "Amina Umeh\tamina@example.org\tB3H 1A1\tCA\tyes\n\n"
        "李小明\n"
    )

    desk.press(form, "Enter them", lines=lines, **TYPED)

    batch = db.session.scalars(select(PaperBatch)).one()
    assert [row and row.name for _n, row in queries.opened(batch)] == ["Amina Umeh", "李小明"]


@pytest.mark.parametrize(
    "line", ["李小明，li@example.org，，CA，是", "Amina؛amina@example.org؛؛CA؛نعم"]
)
@pytest.mark.usefixtures("app")
def test_a_table_may_use_the_signs_of_its_script(line: str) -> None:
    found = reading.read(reading.lines_of(line))

    assert found.mistakes == {}
    assert [(row.country, row.shows_name) for row in found.rows] == [("CA", True)]


@pytest.mark.usefixtures("app")
def test_the_names_of_the_columns_are_nobody_and_no_other_order_is_read() -> None:
    alone = reading.read(reading.lines_of("Name\nAmina Umeh"))
    otherwise = reading.read(reading.lines_of("name,email,country\nAmina Umeh,,Canada"))

    assert [row.name for row in alone.rows] == ["Amina Umeh"]
    assert "The columns stand in this order" in otherwise.mistakes[1]


@on_one_database
@pytest.mark.parametrize(
    ("line", "says"),
    [
        (",amina@example.org", "The name is missing."),
        ("amina@example.org", "Enter a name here, not an address or a link."),
        ("Amina,amina at example", "The email address is none, like name@example.org."),
        ("Amina,,,Atlantis", "We do not know this country."),
        ("Amina,,,,perhaps", "Whether the name may be shown is answered by yes or no."),
        ("Amina,,,,yes,more", "This line has 6 cells"),
        ("A" * 201, "The name is too long."),
        (f"Amina,,{'9' * 21}", "The postcode is too long."),
        ("Amina,SAM@example.org", "This address stands in line 1 too."),
    ],
)
def test_every_slip_in_a_table_is_told_by_its_line_and_nothing_is_lost(
    desk: StaffReader, line: str, says: str
) -> None:
    form = desk.get(f"{ADDRESS}/new/csv")
    lines = f"Sam,sam@example.org\n{line}\nLena"

    page = desk.press(form, "Enter them", status=422, lines=lines, **TYPED)

    assert f"Line 2: {says}" in page.one(".summary").get_text()
    assert page.value("lines") == lines
    assert page.value("kept_by") == TYPED["kept_by"]
    assert db.session.scalars(select(PaperBatch)).all() == []


@on_one_database
@pytest.mark.parametrize("lines", ["", " \n\t\n", 'Sam,"sam', "name", "name,email", "\ufffd"])
def test_a_table_without_anybody_is_a_slip(desk: StaffReader, lines: str) -> None:
    form = desk.get(f"{ADDRESS}/new/csv")

    desk.press(form, "Enter them", status=422, lines=lines, **TYPED)


def test_more_rows_than_one_form_takes_are_refused_whole() -> None:
    found = reading.read((n, [f"Person {n}"]) for n in range(1, rules.ROWS_MOST + 2))

    assert "At most 500 rows at once" in found.mistakes[0]
    wrong = reading.read((n, ["x@example.org"]) for n in range(1, rules.ROWS_MOST + 2))
    assert list(wrong.mistakes) == [0], "one mistake, not hundreds"


def test_fifty_at_once_add_up(migrated: Flask, archive: Petition, olive: Account) -> None:
    petition_id, olive_id = archive.id, olive.id
    busy = []

    def press() -> None:
        with migrated.app_context():
            try:
                with transaction():
                    services.enter(
                        db.session.get_one(Petition, petition_id),
                        PROVENANCE,
                        signatures=1,
                        by=db.session.get_one(Account, olive_id),
                        now=NOW,
                    )
            except Busy:
                busy.append(1)

    threads = [threading.Thread(target=contextvars.Context().run, args=(press,)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    batches = db.session.scalars(select(PaperBatch)).all()
    assert len(batches) + len(busy) == 50
    assert {batch.state for batch in batches} == {State.COUNTED}
    assert paper_count(archive) == len(batches)


def test_sheets_that_come_in_late_are_entered_until_the_data_is_destroyed(
    archive: Petition, olive: Account
) -> None:
    factories.close(archive.campaign, at=NOW)
    enter(archive, olive, 3, now=NOW + rules.KEPT_AFTER_CLOSING / 2)

    with pytest.raises(NotNow):
        enter(archive, olive, 3, now=NOW + rules.KEPT_AFTER_CLOSING)
    assert paper_count(archive) == 3


def test_words_that_were_signed_on_paper_stay_whole(archive: Petition, olive: Account) -> None:
    enter(archive, olive, 3)

    factories.petition(archive.campaign, statement="We ask you for more.")

    assert [version.number for version in campaigns.versions(archive.campaign)] == [2, 1]
    assert db.session.scalars(select(PaperBatch)).one().version.number == 1
    assert petitions.has_signatures(archive)
    assert not petitions.is_signed(archive.version_id)


def test_so_do_those_of_a_translation_whatever_is_entered_after(
    archive: Petition, olive: Account
) -> None:
    french = factories.translation(archive.campaign)
    version = db.session.get_one(Version, french.version_id)
    assert not petitions.is_signed(version.id)

    with transaction():
        services.enter(archive, PROVENANCE, signatures=3, version=version, by=olive, now=NOW)
    enter(archive, olive, 3)

    assert petitions.is_signed(version.id)
    assert petitions.is_signed(archive.version_id)
    statement = version.statement
    factories.translation(archive.campaign, statement="Nous vous demandons davantage.")
    db.session.refresh(version)
    assert version.statement == statement


def test_sheets_with_the_former_wording_are_entered_as_such(
    desk: StaffReader, archive: Petition
) -> None:
    factories.confirmed(archive)
    factories.petition(archive.campaign, statement="We ask you for more.")
    first = campaigns.versions(archive.campaign)[-1]
    form = desk.get(f"{ADDRESS}/new/number")

    page = desk.press(form, "Enter them", signatures="4", wording=str(first.id), **TYPED)

    assert "version 1 of" in page.text


def test_the_team_alone_comes_in(app: Flask, archive: Petition, mo: StaffReader) -> None:
    xan = StaffReader(app, factories.account(name="Xan"))
    ada = StaffReader(app, factories.account("administrator", "Ada"))

    xan.get(ADDRESS, status=404)
    mo.get(ADDRESS, status=403)
    assert "Nothing yet." in ada.get(ADDRESS).text


def test_what_is_counted_is_in_no_batch_of_another_petition(
    app: Flask, desk: StaffReader, archive: Petition, olive: Account
) -> None:
    other = factories.petition()
    batch = enter(other, olive, strangers(3))

    desk.get(f"{ADDRESS}/{batch.id}", status=404)
    assert (paper_count(other), paper_count(archive)) == (3, 0)
