"""The signature file: the right rows and columns, nothing that runs, and a trace of who took it."""

import csv
import io
import os
import stat
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from shutil import which
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account
from campaign.exports import handing_over, queries, rules, services
from campaign.exports.models import Export
from campaign.exports.rules import DEFAULT_COLUMNS, Column, Kind, NoReason, Scope, TooManyRows
from campaign.lib import spreadsheets
from campaign.lib.db import db, transaction
from campaign.lib.vault import vault
from campaign.petitions import services as petitions, setting_aside
from campaign.petitions.models import Petition
from tests import factories
from tests.conftest import missing, on_one_database
from tests.factories import NOW
from tests.letters.payloads import PAYLOADS

NAMES = [
    "Léa Gauvrin",
    "倪玉兰",
    "ليلى الهادي",
    "ئايگۈل تۇرسۇن",
    "Анна Лугов",
    "O’Brien, “Jo”",
    "🙂",
]
FORMULAS = [
    f"{sign}{rest}"
    for sign in "=+-@\t＝＋－＠"
    for rest in (
        "1+1",
        "cmd|' /C calc'!A0",
        'HYPERLINK("http://x")',
        "SUM(A1:A9)",
        "",
        "x,y",
        '"',
        "'",
        "\n1",
        "2 3",
        "A1",
        "@",
    )
]


def taken(petition: Petition, kind: Kind = Kind.CSV, **changes: Any) -> Export:
    """An export that somebody takes, at the command line unless told otherwise."""
    by: Account | None = changes.pop("by", None)
    reason = changes.pop("reason", None)
    values = {"columns": DEFAULT_COLUMNS, "now": NOW, **changes}
    export = services.plan(petition, by=by, **values)
    with transaction():
        services.take(export, kind, by=by, reason=reason)
    return export


def file(petition: Petition, **changes: Any) -> list[dict[str, str]]:
    """The rows of a file that somebody takes."""
    export = taken(petition, **changes)
    text = b"".join(handing_over.pieces(export, Kind.CSV)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def names(rows: list[dict[str, str]]) -> list[str]:
    return [row["name"] for row in rows]


def test_a_file_has_its_ten_columns_and_says_everything_in_words(
    petition: Petition,
) -> None:
    factories.confirmed(
        petition, name="Sam Signer", comment="Open it,\nplease.", shows_name=True, source="poster"
    )

    (row,) = file(petition)

    assert ",".join(row) == (
        "ref,name,country,public,comment,language,state,signed_at_utc,confirmed_at_utc,source"
    )
    assert {**row, "ref": ""} == {
        "ref": "",
        "name": "Sam Signer",
        "country": "CA",
        "public": "yes",
        "comment": "Open it,\nplease.",
        "language": "en",
        "state": "confirmed",
        "signed_at_utc": "2026-03-01T12:00:00Z",
        "confirmed_at_utc": "2026-03-01T12:00:00Z",
        "source": "poster",
    }


def test_more_columns_come_by_choice_and_in_the_order_chosen(petition: Petition) -> None:
    factories.confirmed(petition, "Sam@example.org", postcode="K1N", wants_updates=True)
    columns = [Column.VERSION, Column.EMAIL, Column.POSTCODE, Column.WANTS_UPDATES]

    (row,) = file(petition, columns=columns, reason="The hand-over.")

    assert list(row.items()) == [
        ("version", "1"),
        ("email", "Sam@example.org"),
        ("postcode", "K1N"),
        ("wants_updates", "yes"),
    ]


def test_only_confirmed_signatures_are_in_it_unless_all_are_asked_for(petition: Petition) -> None:
    factories.confirmed(petition, "a@example.org", name="Counts")
    factories.sign(petition, "b@example.org", name="Waits")
    held = factories.confirmed(petition, "c@example.org", name="Held")
    gone = factories.confirmed(petition, "d@example.org", name="Withdrawn")
    with transaction():
        setting_aside.hold(held, reason="Looks odd.", now=NOW)
        petitions.withdraw(gone, now=NOW)

    assert names(file(petition)) == ["Counts"]
    all_states = file(petition, scope=Scope.ALL_STATES, reason="An audit.")
    assert {row["name"]: row["state"] for row in all_states} == {
        "Counts": "confirmed",
        "Waits": "pending",
        "Held": "held",
        "Withdrawn": "withdrawn",
    }


def test_public_names_are_those_of_people_who_show_them(petition: Petition) -> None:
    factories.confirmed(petition, "a@example.org", name="Shown", shows_name=True)
    factories.confirmed(petition, "b@example.org", name="Hidden")

    assert names(file(petition, scope=Scope.PUBLIC_NAMES)) == ["Shown"]


def test_rows_can_be_chosen_by_country_day_and_wish_for_news(petition: Petition) -> None:
    later = NOW + timedelta(days=1)
    factories.confirmed(petition, "a@example.org", name="Canada", country="CA")
    factories.confirmed(petition, "b@example.org", name="France", country="FR", now=later)
    factories.confirmed(petition, "c@example.org", name="News", country="DE", wants_updates=True)

    assert names(file(petition, country="FR")) == ["France"]
    assert names(file(petition, wants_updates=True)) == ["News"]
    assert names(file(petition, confirmed_from=later.date())) == ["France"]
    assert names(file(petition, confirmed_to=NOW.date())) == ["Canada", "News"]


def test_a_day_ends_with_its_last_moment_and_may_be_the_last_of_all(petition: Petition) -> None:
    ends = datetime.combine(NOW.date(), time.max, UTC)
    factories.confirmed(petition, "a@example.org", name="Last", now=ends)
    factories.confirmed(petition, "b@example.org", name="Next", now=ends + ends.resolution)

    assert names(file(petition, confirmed_to=NOW.date())) == ["Last"]
    assert names(file(petition, confirmed_to=date.max, confirmed_from=date.min)) == ["Last", "Next"]


def test_the_last_of_all_days_is_taken_at_the_command_line(
    app: Flask, petition: Petition, tmp_path: Path
) -> None:
    factories.confirmed(petition, name="Sam Signer")
    target = tmp_path / "file.csv"
    days = ["--from", "0001-01-01", "--until", "9999-12-31"]

    done = app.test_cli_runner().invoke(
        args=["export", petition.campaign.slug, *days, "--to", str(target)]
    )

    assert done.exit_code == 0, done.output
    assert "Sam Signer" in target.read_text("utf-8-sig")


def test_a_file_of_what_is_new_begins_where_ones_last_whole_file_ended(petition: Petition) -> None:
    factories.confirmed(petition, "a@example.org", name="First")
    file(petition, now=NOW + timedelta(hours=1))
    factories.confirmed(petition, "b@example.org", name="Second", now=NOW + timedelta(hours=2))
    taken(petition, now=NOW + timedelta(hours=3))  # broken off: it never became whole

    new = {"only_new": True, "now": NOW + timedelta(hours=4)}
    olive, other_olive = (factories.account(team_of=[petition.campaign]) for _ in range(2))
    assert names(file(petition, by=olive, **new)) == ["First", "Second"]
    assert names(file(petition, by=olive, **new)) == []
    assert names(file(petition, by=other_olive, **new)) == ["First", "Second"]
    assert names(file(petition, **new)) == ["Second"]
    assert names(file(petition, only_new=True, now=NOW + timedelta(hours=5))) == []


@pytest.mark.parametrize(
    "limits",
    [
        {"country": "FR"},
        {"confirmed_from": NOW.date()},
        {"confirmed_to": NOW.date()},
        {"wants_updates": True},
        {"scope": Scope.PUBLIC_NAMES},
    ],
    ids=lambda limits: next(iter(limits)),
)
def test_a_file_of_what_is_new_goes_on_from_one_with_no_other_limits(
    petition: Petition, limits: dict[str, Any]
) -> None:
    factories.confirmed(
        petition, "a@example.org", country="FR", shows_name=True, wants_updates=True
    )
    later = NOW + timedelta(days=1)

    assert len(file(petition, **limits, now=later)) == 1
    assert len(file(petition, only_new=True, **limits, now=later)) == 0
    assert len(file(petition, only_new=True, now=later)) == 1, "it left out others"
    assert len(file(petition, only_new=True, **limits, now=later)) == 0
    assert len(file(petition, only_new=True, now=later)) == 0


def test_what_was_confirmed_while_the_last_file_was_read_is_not_lost(petition: Petition) -> None:
    file(petition, now=NOW)
    factories.confirmed(petition, name="In between", now=NOW - timedelta(seconds=5))

    assert names(file(petition, only_new=True, now=NOW + timedelta(hours=1))) == ["In between"]


def test_addresses_and_unconfirmed_signatures_need_a_reason(petition: Petition) -> None:
    for more in ({"columns": [Column.EMAIL]}, {"scope": Scope.ALL_STATES}):
        with pytest.raises(NoReason):
            file(petition, **more)

    assert db.session.scalar(select(Export)) is None


def test_every_row_names_its_export_so_that_a_copy_can_be_traced(petition: Petition) -> None:
    signature = factories.confirmed(petition)

    olive = factories.account(team_of=[petition.campaign])

    (first,), (second,) = file(petition, by=olive), file(petition, by=olive)

    exports = {export.ref: export for export in db.session.scalars(select(Export))}
    refs = [row["ref"].split("-", 1) for row in (first, second)]
    assert {ref for ref, _ in refs} == exports.keys()
    assert {rest for _, rest in refs} == {signature.ref}
    assert all((export.taken_by, export.rows) == ("Olive", 1) for export in exports.values())


def test_it_is_written_down_before_the_first_row_is_read(petition: Petition) -> None:
    factories.confirmed(petition)
    export = taken(petition)
    db.session.rollback()

    assert db.session.get_one(Export, export.id).rows is None


def test_rows_come_in_pages_and_none_is_missing_or_twice(
    petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    for n in range(8):
        factories.confirmed(petition, f"sam-{n}@example.org", name=f"Sam {n}")
    told: list[int] = []
    export = taken(petition, columns=[Column.NAME])

    pieces = list(services.pieces(export, Kind.CSV, told.append))

    assert told == [3, 6, 8]
    assert len(pieces) == 1 + 3
    lines = b"".join(pieces).decode("utf-8-sig").splitlines()
    assert lines == ["name", *(f"Sam {n}" for n in range(8))]


def test_what_was_erased_leaves_its_cells_empty(petition: Petition) -> None:
    signature = factories.confirmed(petition, name="Sam Signer", comment="Mine.")
    with transaction():
        petitions.erase(signature, now=NOW)

    (row,) = file(petition, scope=Scope.ALL_STATES, reason="An audit.")

    assert (row["name"], row["comment"], row["state"]) == ("", "", "withdrawn")


def test_an_export_of_nothing_is_a_file_with_its_header(petition: Petition) -> None:
    export = taken(petition, columns=[Column.NAME])

    assert b"".join(handing_over.pieces(export, Kind.CSV)) == b"\xef\xbb\xbfname\r\n"
    assert export.rows == 0


def test_nothing_in_a_file_runs() -> None:
    assert len(set(FORMULAS)) >= 100
    for cell in FORMULAS:
        assert spreadsheets.disarmed(cell) == f"'{cell}"
    for cell in ("", "Sam", "1 = 1", " x", "’", "a=b"):
        assert spreadsheets.disarmed(cell) == cell


def shown_by_libreoffice(source: Path, *options: str) -> list[str]:
    """The first column as the spreadsheet shows it, without the header."""
    convert(source, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false", *options)
    with (source.parent / "out" / f"{source.stem}.csv").open(encoding="utf-8", newline="") as file:
        return [row[0] for row in csv.reader(file)][1:]


#: Names in any script, and texts that mean something to some program.
CELLS = [*NAMES, *(text for text in FORMULAS if not {"\n", "\t"} & set(text)), *PAYLOADS]


#: What a person can put into a file: everything else is ours.
FREE = [Column.NAME, Column.COMMENT, Column.SOURCE, Column.EMAIL, Column.POSTCODE, Column.COUNTRY]


@on_one_database
@pytest.mark.parametrize("kind", list(Kind))
def test_no_field_of_a_signature_runs_in_a_spreadsheet(
    petition: Petition, tmp_path: Path, kind: Kind
) -> None:
    """Whatever is stored, even past the form: each field of a hundred signatures is a formula."""
    for number, text in enumerate(FORMULAS):
        signature = factories.confirmed(petition, f"sam-{number}@example.org")
        sealed = {field: f"{text} {field}" for field in ("name", "email", "postcode", "comment")}
        with transaction():
            signature.envelope = vault().seal(sealed)
            signature.source, signature.country = f"{text} source", f"{text} country"
    columns = [*FREE, Column.REF]
    export = taken(petition, kind, columns=columns, reason="A test.")
    target = tmp_path / f"signatures.{kind}"
    target.write_bytes(b"".join(handing_over.pieces(export, kind)))

    sheet = opened_by_libreoffice(target)

    assert sheet.count("<table:table-row") >= len(FORMULAS)
    assert sheet.count('office:value-type="string"') >= len(FREE) * len(FORMULAS)
    assert "table:formula" not in sheet
    assert 'office:value-type="float"' not in sheet


def opened_by_libreoffice(source: Path) -> str:
    """The sheet as the spreadsheet understands it, in its own format."""
    convert(source, "fods", "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,0")
    return (source.parent / "out" / f"{source.stem}.fods").read_text("utf-8")


def convert(source: Path, to: str, *options: str) -> None:
    """Let LibreOffice open a file and save it."""
    office = which("soffice")
    if not office:
        missing("No LibreOffice: run apt-get install libreoffice-calc-nogui.")
    subprocess.run(
        [
            str(office),
            f"-env:UserInstallation=file://{source.parent}/profile",
            "--headless",
            *(option for option in options if source.suffix == ".csv"),
            "--convert-to",
            to,
            "--outdir",
            source.parent / "out",
            source,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def test_a_spreadsheet_shows_every_cell_of_a_csv_as_it_was_typed(tmp_path: Path) -> None:
    file = tmp_path / "signatures.csv"
    file.write_bytes(b"".join(spreadsheets.csv_pieces(["name"], [[[cell] for cell in CELLS]])))

    # Comma, quotes, UTF-8; formulas are read where there are any.
    shown = shown_by_libreoffice(
        file, "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,0"
    )

    assert shown == [spreadsheets.disarmed(cell) for cell in CELLS]


def test_a_spreadsheet_shows_every_cell_of_a_workbook_as_it_was_typed(tmp_path: Path) -> None:
    file = tmp_path / "signatures.xlsx"
    file.write_bytes(b"".join(spreadsheets.xlsx_pieces(["name"], [[[cell] for cell in CELLS]])))

    assert shown_by_libreoffice(file) == [spreadsheets.disarmed(cell) for cell in CELLS]
    with ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet


def test_a_workbook_too_long_for_one_sheet_is_refused(
    petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "XLSX_ROWS", 2)
    for n in range(2):
        factories.confirmed(petition, f"sam-{n}@example.org")

    with pytest.raises(TooManyRows):
        taken(petition, Kind.XLSX)
    assert len(file(petition)) == 2


def test_administrators_take_a_workbook_at_the_command_line(
    app: Flask, petition: Petition, tmp_path: Path
) -> None:
    factories.confirmed(petition, name="Sam Signer")
    target = tmp_path / "file.xlsx"

    done = app.test_cli_runner().invoke(
        args=["export", petition.campaign.slug, "--format", "xlsx", "--to", str(target)]
    )

    assert done.exit_code == 0, done.output
    with ZipFile(target) as book:
        assert b"Sam Signer" in book.read("xl/worksheets/sheet1.xml")


def test_administrators_export_at_the_command_line(
    app: Flask, petition: Petition, tmp_path: Path
) -> None:
    factories.confirmed(petition, name="Sam Signer")
    slug, cli = petition.campaign.slug, app.test_cli_runner()

    done = cli.invoke(args=["export", slug, "--to", str(tmp_path / "file.csv")])

    assert done.exit_code == 0, done.output
    assert "1 of 1" in done.output
    assert "1 signatures, export" in done.output
    assert "Sam Signer" in (tmp_path / "file.csv").read_text("utf-8-sig")
    export = db.session.scalars(select(Export)).one()
    assert export.taken_by.startswith("command line: ")
    assert export.rows == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing"], "No campaign with a petition is called “nothing”."),
        (["archive", "--columns", "name,shoe_size"], "'shoe_size' is not a valid Column"),
        (["archive", "--columns", "name,name"], "A column is there twice."),
        (["archive", "--columns", "email"], "need a --reason"),
        (["archive", "--scope", "all-states"], "need a --reason"),
        (["archive", "--from", "2026-02-30"], "does not match the format"),
        (["archive", "--from", "2026-02-03", "--until", "2026-02-01"], "--until lies before"),
        (["archive", "--scope", "everybody"], "is not one of"),
    ],
)
def test_a_slip_at_the_command_line_is_told_and_nothing_is_taken(
    app: Flask, words: list[str], told: str
) -> None:
    factories.petition(factories.campaign("archive"))

    done = app.test_cli_runner().invoke(args=["export", *words])

    assert done.exit_code != 0
    assert told in done.output
    assert db.session.scalar(select(Export)) is None


@pytest.mark.usefixtures("umask")
def test_a_file_of_its_own_name_never_overwrites_another(
    app: Flask, petition: Petition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = app.test_cli_runner().invoke(args=["export", petition.campaign.slug])

    assert done.exit_code == 0, done.output
    (made,) = tmp_path.iterdir()
    assert made.name.startswith(f"{petition.campaign.slug}-")
    assert made.name in done.output
    assert mode(made) == 0o600


@pytest.fixture
def umask() -> Iterator[None]:
    """As it is on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@on_one_database
@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize(
    ("before", "after"), [(None, 0o600), (0o644, 0o640), (0o640, 0o640), (0o600, 0o600)]
)
def test_not_everybody_on_the_machine_reads_the_file(
    app: Flask, petition: Petition, tmp_path: Path, before: int | None, after: int
) -> None:
    factories.confirmed(petition, name="Sam Signer")
    target = tmp_path / "file.csv"
    if before is not None:
        target.write_text("yesterday’s, which was longer\n" * 100, "utf-8")
        target.chmod(before)

    done = app.test_cli_runner().invoke(
        args=["export", petition.campaign.slug, "--columns", "name", "--to", str(target)]
    )

    assert done.exit_code == 0, done.output
    assert target.read_text("utf-8-sig").splitlines() == ["name", "Sam Signer"]
    assert mode(target) == after


@on_one_database
def test_the_file_may_go_to_the_screen(app: Flask, petition: Petition) -> None:
    factories.confirmed(petition, name="Sam Signer")

    done = app.test_cli_runner().invoke(
        args=["export", petition.campaign.slug, "--columns", "name", "--to", "-"]
    )

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["\ufeffname", "Sam Signer"]


@on_one_database
def test_a_file_that_cannot_be_made_is_told(app: Flask, petition: Petition, tmp_path: Path) -> None:
    slug, cli = petition.campaign.slug, app.test_cli_runner()

    folder = cli.invoke(args=["export", slug, "--to", str(tmp_path)])
    nowhere = cli.invoke(args=["export", slug, "--to", str(tmp_path / "no" / "file.csv")])

    assert "is a directory" in folder.output
    assert "No such file or directory" in nowhere.output
    assert (folder.exit_code, nowhere.exit_code) == (2, 1)


def test_the_default_columns_hold_no_address() -> None:
    assert Column.EMAIL not in DEFAULT_COLUMNS
    assert not rules.needs_a_reason(DEFAULT_COLUMNS, Scope.CONFIRMED)
