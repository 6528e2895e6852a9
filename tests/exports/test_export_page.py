"""The export page: a team counts, says why and proves it is them; a file is whole or cut."""

import csv
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection, IncompleteRead
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
import waitress
from flask import Flask
from sqlalchemy import delete, select, update
from waitress import wasyncore
from werkzeug.test import TestResponse

from campaign.accounts import second_step
from campaign.accounts.models import Account, StaffSession, TrailEntry
from campaign.campaigns.models import CampaignMember
from campaign.exports import handing_over, queries, services
from campaign.exports.models import Export
from campaign.exports.rules import SILENCE, Column, Kind, Progress, Scope
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions.models import Petition
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW, PASSWORD, SECRET
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def petition(app: Flask) -> Petition:
    """An open petition with a slug to find it by."""
    return factories.petition(factories.campaign("archive"))


@pytest.fixture
def olive(petition: Petition) -> Account:
    """She organises it, and has the second step."""
    return factories.account(team_of=[petition.campaign], second_step=True)


@pytest.fixture
def staff(app: Flask, olive: Account) -> StaffReader:
    """Olive's browser."""
    return StaffReader(app, olive)


def address(slug: str = "archive", step: str = "", **query: Any) -> str:
    """Of the page and those behind it."""
    return f"/staff/campaigns/{slug}/export{step}" + (f"?{urlencode(query)}" if query else "")


def count(staff: StaffReader, *, status: int = 200, **choice: Any) -> Page:
    """Choose on the page and press the button that counts."""
    return staff.press(staff.get(address()), "Count", status=status, **choice)


def make(staff: StaffReader, page: Page, *, status: int = 200, **answers: Any) -> Page:
    """Press the button that makes the file."""
    return staff.press(page, "Make the file", status=status, **answers)


def rows(page: Page) -> list[dict[str, str]]:
    """Of the file."""
    text = page.response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def forget_proof() -> None:
    """Everybody typed their password long ago."""
    with transaction():
        db.session.execute(update(StaffSession).values(proved_at=utc_now() - LONG_AGO))


def exports() -> list[Export]:
    """All that were written down."""
    return list(db.session.scalars(select(Export).order_by(Export.id)))


def test_a_file_is_counted_then_made_as_it_was_counted(
    staff: StaffReader, petition: Petition, olive: Account
) -> None:
    factories.confirmed(petition, "a@example.org", name="Sam Signer", country="CA")
    factories.confirmed(petition, "b@example.org", name="Léa", country="FR")

    page = count(staff, country="CA", columns=["ref", "name"])

    assert "It will hold 1 signature, and no email addresses." in page.text
    assert "Reference · Name" in page.text
    assert exports() == []
    file = make(staff, page)
    (export,) = exports()
    assert rows(file) == [{"ref": rows(file)[0]["ref"], "name": "Sam Signer"}]
    assert rows(file)[0]["ref"].startswith(f"{export.ref}-")
    assert (export.account_id, export.taken_by, export.rows) == (olive.id, "Olive", 1)
    assert (export.written, export.alive_at) == (1, None)


def test_the_file_is_kept_by_nobody_on_its_way(staff: StaffReader, petition: Petition) -> None:
    file = make(staff, count(staff))

    headers = file.response.headers
    (export,) = exports()
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    name = f"archive-{export.taken_at:%Y-%m-%d}-{export.ref}.csv"
    assert headers["Content-Disposition"] == f"attachment; filename={name}"
    assert "Content-Length" not in headers


def test_a_workbook_is_made_on_its_way_too(staff: StaffReader, petition: Petition) -> None:
    factories.confirmed(petition, name="倪玉兰")

    file = make(staff, count(staff, kind="xlsx"))

    with ZipFile(io.BytesIO(file.response.get_data())) as book:
        assert book.testzip() is None
        assert "倪玉兰" in book.read("xl/worksheets/sheet1.xml").decode()
    assert file.response.headers["Content-Disposition"].endswith(".xlsx")


def test_who_reads_another_language_is_offered_a_workbook_first(
    staff: StaffReader, petition: Petition
) -> None:
    chosen = 'input[name="kind"][checked]'

    assert staff.get(address()).one(chosen)["value"] == "csv"
    assert staff.get(f"/fr{address()}").one(chosen)["value"] == "xlsx"


def test_an_export_of_nothing_is_said_before_and_is_a_file_with_its_header(
    staff: StaffReader, petition: Petition
) -> None:
    page = count(staff, columns=["name"])

    assert "It will hold 0 signatures" in page.text
    assert "No signature is as you chose." in page.text
    assert make(staff, page).response.get_data() == b"\xef\xbb\xbfname\r\n"
    assert exports()[0].rows == 0


def test_addresses_need_a_reason_and_proof_and_stand_in_the_trail(
    staff: StaffReader, petition: Petition
) -> None:
    factories.confirmed(petition, "sam@example.org")
    forget_proof()
    page = count(staff, columns=["ref", "email"])
    assert "It will hold 1 signature and 1 email address." in page.text

    unexplained = make(staff, page, status=422, current_password=PASSWORD)
    unproved = make(staff, page, status=422, reason="A hand-over.")
    wrong = make(staff, page, status=422, reason="A hand-over.", current_password="wrong")

    assert "Say what this file is for." in unexplained.text
    assert "That did not match." in unproved.text
    assert "That did not match." in wrong.text
    assert wrong.value("reason") == "A hand-over."
    assert exports() == []
    file = make(
        staff,
        page,
        reason="A hand-over.",
        current_password=PASSWORD,
        code=second_step.code_of(SECRET, utc_now()),
    )
    assert [row["email"] for row in rows(file)] == ["sam@example.org"]
    (export,) = exports()
    entry = db.session.scalars(select(TrailEntry).where(TrailEntry.deed == "export.taken")).one()
    assert (entry.who, entry.about) == ("Olive", "campaign:archive")
    assert entry.reason == f"{export.ref}: 1 rows, confirmed, csv; ref, email. A hand-over."


def test_who_has_proved_who_they_are_is_not_asked_again_after_a_slip(
    staff: StaffReader, petition: Petition
) -> None:
    factories.confirmed(petition, "sam@example.org")
    page = count(staff, columns=["email"])

    slip = make(staff, page, status=422)

    assert "Say what this file is for." in slip.text
    assert not slip.soup.select("[name=current_password]")
    assert len(rows(make(staff, slip, reason="A hand-over."))) == 1


def test_every_export_stands_in_the_trail(staff: StaffReader, petition: Petition) -> None:
    make(staff, count(staff, columns=["name"]))

    (export,) = exports()
    entry = db.session.scalars(select(TrailEntry).where(TrailEntry.deed == "export.taken")).one()
    assert entry.reason == f"{export.ref}: 0 rows, confirmed, csv; name."


def test_addresses_need_the_second_step(app: Flask, petition: Petition) -> None:
    factories.confirmed(petition)
    staff = StaffReader(app, factories.account(team_of=[petition.campaign], second_step=False))

    page = count(staff, columns=["email"])

    assert page.link("Set up the second step") == "/staff/account/second-step"
    assert not page.soup.select("main form")
    other = count(staff, columns=["name"])
    refused = make(staff, other, status=403, columns=["email"], reason="I want them.")
    assert "This needs the second step." in refused.text
    assert exports() == []


def test_unconfirmed_signatures_need_a_reason(staff: StaffReader, petition: Petition) -> None:
    factories.sign(petition)
    page = count(staff, scope="all-states")

    refused = make(staff, page, status=422)

    assert "Say what this file is for." in refused.text
    assert [row["state"] for row in rows(make(staff, page, reason="An audit."))] == ["pending"]
    assert exports()[0].reason == "An audit."


@on_one_database
@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"confirmed_from": "2026-02-31"}, "There is no such day."),
        ({"confirmed_to": "soon"}, "There is no such day."),
        (
            {"confirmed_from": "2026-03-02", "confirmed_to": "2026-03-01"},
            "This day lies before the first one.",
        ),
        ({"columns": ["name", "shoe_size"]}, "'shoe_size'"),
        ({"columns": []}, "Tick at least one column."),
        ({"scope": "everybody"}, "Not a valid choice."),
        ({"kind": "exe"}, "Not a valid choice."),
    ],
)
def test_a_slip_is_told_and_nothing_is_taken(
    staff: StaffReader, petition: Petition, choice: dict[str, Any], told: str
) -> None:
    good = count(staff)

    page = count(staff, status=422, **choice)

    assert told in page.text
    assert told in make(staff, good, status=422, **choice).text
    assert exports() == []


def test_a_slip_loses_nothing_of_the_choice(staff: StaffReader, petition: Petition) -> None:
    page = count(
        staff, status=422, confirmed_to="2026-02-31", country="FR", columns=["email"], only_new="y"
    )

    assert page.value("confirmed_to") == "2026-02-31"
    assert page.value("country") == "FR"
    ticked = [box["value"] for box in page.soup.select('[name="columns"][checked]')]
    assert ticked == ["email"]
    assert page.one('[name="only_new"]').has_attr("checked")


def test_what_was_counted_can_be_changed_from_where_it_stands(
    staff: StaffReader, petition: Petition
) -> None:
    choice = {"scope": "public-names", "confirmed_from": "2026-03-01", "columns": ["name"]}

    back = staff.get(count(staff, **choice).link("Choose something else"))

    assert back.one('[name="scope"][checked]')["value"] == "public-names"
    assert back.value("confirmed_from") == "2026-03-01"
    assert [box["value"] for box in back.soup.select('[name="columns"][checked]')] == ["name"]


def test_rows_are_filtered_by_day_wish_for_news_and_public_name(
    staff: StaffReader, petition: Petition
) -> None:
    later = NOW + timedelta(days=1)
    factories.confirmed(petition, "a@example.org", name="News", wants_updates=True)
    factories.confirmed(petition, "b@example.org", name="Shown", shows_name=True, now=later)

    def names(**choice: Any) -> list[str]:
        return [row["name"] for row in rows(make(staff, count(staff, **choice)))]

    assert names(wants_updates="y") == ["News"]
    assert names(scope="public-names") == ["Shown"]
    assert names(confirmed_from="2026-03-02") == ["Shown"]
    assert names(confirmed_to="2026-03-01") == ["News"]
    assert names(confirmed_from="0001-01-01", confirmed_to="9999-12-31") == ["News", "Shown"]
    assert names() == ["News", "Shown"]


def test_what_is_new_is_new_to_the_account_and_the_page_says_since_when(
    app: Flask, staff: StaffReader, petition: Petition
) -> None:
    factories.confirmed(petition)
    assert "You have taken no whole file yet" in staff.get(address()).text

    make(staff, count(staff))

    assert "You last took a whole file on" in staff.get(address()).text
    page = count(staff, only_new="y")
    assert "It will hold 0 signatures" in page.text
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    assert "It will hold 1 signature," in count(ada, only_new="y").text


def test_counting_changes_nothing(staff: StaffReader, petition: Petition) -> None:
    before = db.session.scalar(select(TrailEntry.id).order_by(TrailEntry.id.desc()))

    for page in (address(), address(step="/count"), address(step="/taken")):
        staff.get(page)
    count(staff, scope="all-states", columns=["email"])

    assert exports() == []
    assert db.session.scalar(select(TrailEntry.id).order_by(TrailEntry.id.desc())) == before


def test_nobody_else_learns_whether_there_is_a_campaign(
    app: Flask, reader: PageReader, petition: Petition
) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan"))
    mo = StaffReader(app, factories.account("moderator", "Mo"))

    for step in ("", "/count", "/taken"):
        xan.get(address(step=step), status=404)
        mo.get(address(step=step), status=403)
        assert reader.get(address(step=step)).h1 == "Sign in"
    xan.post(address(), status=404, data={"scope": "confirmed"})
    mo.post(address(), status=403, data={"scope": "confirmed"})
    reader.post(address(), status=403, data={"scope": "confirmed"})
    assert exports() == []


def test_a_file_is_not_made_for_a_form_from_elsewhere(
    staff: StaffReader, petition: Petition
) -> None:
    page = staff.post(
        address(), status=422, data={"scope": "confirmed", "kind": "csv", "columns": "name"}
    )

    assert page.response.mimetype == "text/html"
    assert exports() == []


def test_a_campaign_without_a_petition_says_so(app: Flask) -> None:
    alone = factories.campaign("alone")
    staff = StaffReader(app, factories.account(team_of=[alone]))

    assert "has no petition" in staff.get(address("alone")).text
    staff.get(address("alone", "/count"), status=404)


class Away(Exception):
    """The database went away."""


def test_a_fault_on_the_way_cuts_the_file_and_is_told_in_the_list(
    staff: StaffReader, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.confirmed(petition)
    page, whole = count(staff), queries.pages

    def half(export: Export) -> Iterator[Any]:
        yield from whole(export)
        raise Away

    monkeypatch.setattr(queries, "pages", half)
    with pytest.raises(Away):
        make(staff, page)

    (export,) = exports()
    assert (export.rows, export.written) == (None, 1)
    assert export.progress(utc_now()) is Progress.BROKEN_OFF
    assert "1 broken off" in staff.get(address(step="/taken")).text


def test_a_reader_notices_that_a_file_was_cut(
    app: Flask, staff: StaffReader, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, whole = count(staff), queries.pages
    factories.confirmed(petition)

    def half(export: Export) -> Iterator[Any]:
        yield from whole(export)
        raise Away

    with _served(app) as connection:
        assert _sent(connection, staff, page).count(b"\r\n") == 2
        monkeypatch.setattr(queries, "pages", half)
        with pytest.raises(IncompleteRead):
            _sent(connection, staff, page)


@contextmanager
def _served(app: Flask) -> Iterator[HTTPConnection]:
    """The app behind the server that we really use."""
    open_sockets: dict[int, object] = {}
    server = waitress.create_server(app, map=open_sockets, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    connection = HTTPConnection("127.0.0.1", int(server.effective_port), timeout=10)
    try:
        yield connection
    finally:
        connection.close()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(open_sockets))
        thread.join()
        server.task_dispatcher.shutdown()


def _sent(connection: HTTPConnection, staff: StaffReader, page: Page) -> bytes:
    """The whole file, over the wire."""
    cookie = staff.client.get_cookie("staff", domain="campaign.test")
    assert cookie
    fields = [(field["name"], field["value"]) for field in page.soup.select("main form input")]
    connection.request(
        "POST",
        address(),
        body=urlencode(fields),
        headers={
            "Cookie": f"staff={cookie.value}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.getheader("Transfer-Encoding") == "chunked"
    return answer.read()


def test_a_reader_who_goes_away_leaves_an_export_that_was_broken_off(
    app: Flask, staff: StaffReader, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    for n in range(3):
        factories.confirmed(petition, f"sam-{n}@example.org")

    _take_two_pieces(staff)

    (export,) = exports()
    assert export.rows is None
    assert export.progress(utc_now()) is Progress.BROKEN_OFF


@pytest.mark.parametrize("what", ["disabled", "left the team"])
def test_whoever_is_shut_out_gets_no_more_of_a_file_under_way(
    app: Flask,
    staff: StaffReader,
    petition: Petition,
    olive: Account,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    monkeypatch.setattr(handing_over, "TOLD_EVERY", timedelta(0))
    for n in range(3):
        factories.confirmed(petition, f"sam-{n}@example.org")
    pieces = iter(_begun(staff).response)
    assert next(pieces)
    assert next(pieces)

    with app.app_context(), transaction():
        if what == "disabled":
            db.session.get_one(Account, olive.id).disabled_at = utc_now()
        else:
            db.session.execute(delete(CampaignMember))

    with pytest.raises(handing_over.TakenAway):
        list(pieces)
    db.session.expire_all()
    (export,) = exports()
    assert export.progress(utc_now()) is Progress.BROKEN_OFF


def _begun(staff: StaffReader) -> TestResponse:
    form = {field["name"]: field["value"] for field in count(staff).soup.select("main form input")}
    return staff.client.post(
        address(), data={**form, "columns": "name"}, base_url="http://campaign.test"
    )


def _take_two_pieces(staff: StaffReader) -> None:
    response = _begun(staff)
    pieces = iter(response.response)
    next(pieces)
    next(pieces)
    response.close()
    db.session.expire_all()


def test_a_file_that_fell_silent_was_broken_off(petition: Petition, olive: Account) -> None:
    export = services.plan(petition, by=olive, columns=[Column.NAME], now=NOW)
    with transaction():
        services.take(export, Kind.CSV, by=olive, reason=None)
        services.note_progress(export, written=500, now=NOW + timedelta(minutes=1))

    assert export.progress(NOW + timedelta(minutes=2)) is Progress.RUNNING
    assert export.progress(NOW + SILENCE + timedelta(minutes=2)) is Progress.BROKEN_OFF


def test_the_list_looks_again_only_when_asked_and_while_a_file_grows(
    staff: StaffReader, petition: Petition, olive: Account
) -> None:
    refresh = 'meta[http-equiv="refresh"]'
    assert not staff.get(address(step="/taken", watch=1)).soup.select(refresh)
    export = services.plan(petition, by=olive, columns=[Column.NAME], now=utc_now())
    with transaction():
        services.take(export, Kind.CSV, by=olive, reason=None)
        services.note_progress(export, written=500, now=utc_now())

    page = staff.get(address(step="/taken", watch=1))

    assert "500 so far" in page.text
    assert page.soup.select(refresh)
    assert not staff.get(address(step="/taken")).soup.select(refresh)


def test_two_exports_at_once_are_two_whole_files(
    app: Flask, staff: StaffReader, petition: Petition, olive: Account
) -> None:
    factories.confirmed(petition, "a@example.org", name="First")
    factories.confirmed(petition, "b@example.org", name="Second")
    taken = []
    for _ in range(2):
        export = services.plan(petition, by=olive, columns=[Column.REF], now=NOW)
        with transaction():
            services.take(export, Kind.CSV, by=olive, reason=None)
        taken.append(export)

    halves = [services.pieces(export, Kind.CSV, lambda rows: None) for export in taken]
    turns = [piece for pair in zip(*halves, strict=True) for piece in pair]

    for number, export in enumerate(taken):
        lines = b"".join(turns[number::2]).decode("utf-8-sig").split()
        assert len(lines) == 3
        assert all(line.startswith(f"{export.ref}-") for line in lines[1:])


def test_a_leaked_copy_leads_back_to_who_took_it(
    app: Flask, staff: StaffReader, petition: Petition
) -> None:
    factories.confirmed(petition)
    cell = rows(make(staff, count(staff)))[0]["ref"]
    other = factories.petition(factories.campaign("other"))
    team_of_other = StaffReader(
        app, factories.account("organiser", "Xan", team_of=[other.campaign])
    )
    ada = StaffReader(app, factories.account("administrator", "Ada"))

    assert "the file that Olive took" in staff.get(address(step="/taken", ref=cell)).text
    assert "the file that Olive took" in ada.get(address("other", "/taken", ref=cell)).text
    hidden = team_of_other.get(address("other", "/taken", ref=cell))
    assert "No file that you may know of" in hidden.text
    assert "No file that you may know of" in staff.get(address(step="/taken", ref="nothing")).text


def test_administrators_trace_a_copy_at_the_command_line(app: Flask, petition: Petition) -> None:
    olive = factories.account(team_of=[petition.campaign])
    export = services.plan(petition, by=olive, columns=[Column.REF], now=NOW)
    with transaction():
        services.take(export, Kind.CSV, by=olive, reason=None)
    cli = app.test_cli_runner()

    found = cli.invoke(args=["trace", f"{export.ref}-0123456789"])
    unknown = cli.invoke(args=["trace", "nothing"])

    assert "taken by Olive at 2026-03-01 12:00 UTC, of “archive”" in found.output
    assert unknown.exit_code != 0
    assert "No export has the reference “nothing”." in unknown.output


def test_all_states_is_about_all_of_them(petition: Petition, olive: Account) -> None:
    factories.sign(petition)
    planned = services.plan(
        petition, by=olive, columns=[Column.EMAIL], scope=Scope.ALL_STATES, now=NOW
    )

    assert queries.number(planned) == queries.addresses(planned) == 1
