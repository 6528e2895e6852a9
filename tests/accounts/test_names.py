"""Names of staff: the trail says by them who did what, so nobody has a colleague's or none."""

import threading
import time

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.accounts import queries, services
from campaign.accounts.models import Account, TrailEntry
from campaign.accounts.rules import NAME_LENGTH, NameTaken, Role
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from tests import factories
from tests.staff import StaffReader

#: What a reader takes for «Olive», five of them by letters of Cyrillic and Greek, and three by what
#: fonts draw alike; and for nothing at all.
LIKE_OLIVE = (
    *("Olive", "OLÍVE ", "Ol\u200dive", "Olive\u3164", "Oli-ve"),
    *("Оlive", "Oliѵе", "Οlίvε", "ОLІVE", "Olινe"),
    *("OIive", "0live", "О|ivе"),
)
NOTHING = (" ", "\u200b\u3164")


@pytest.fixture
def sam(app: Flask) -> StaffReader:
    """Sam, whose colleague Olive has left."""
    factories.account(name="Olive", disabled_at=utc_now())
    return StaffReader(app, factories.account(name="Sam"))


def invite(name: str, email: str = "new@example.org") -> Account:
    return services.invite(email, name=name, role=Role.ORGANISER, by=None, now=utc_now())


def names() -> list[str]:
    return list(db.session.scalars(select(Account.name).order_by(Account.id)))


def add(app: Flask, name: str, email: str = "new@example.org") -> tuple[int, str]:
    """The exit status of `staff add`, and what it says."""
    result = app.test_cli_runner().invoke(args=["staff", "add", email, "--name", name])
    return result.exit_code, result.output


def test_the_trail_tells_of_another_name_under_the_one_that_colleagues_know(
    sam: StaffReader,
) -> None:
    page = sam.press(sam.get("/staff/account/"), "Save the name", name="Sam  Signer")

    assert sam.account
    assert "Saved." in page.text
    assert names() == ["Olive", "Sam Signer"]
    (entry,) = db.session.scalars(select(TrailEntry))
    assert (entry.deed, entry.who, entry.reason) == ("account.renamed", "Sam", "Sam → Sam Signer")
    assert entry.about == f"account:{sam.account.id} Sam"


@pytest.mark.parametrize("name", ["Sam", "SAM"])
def test_ones_own_name_may_be_spelt_otherwise(sam: StaffReader, name: str) -> None:
    sam.press(sam.get("/staff/account/"), "Save the name", name=name)

    assert names() == ["Olive", name]
    noted = db.session.scalar(select(func.count()).select_from(TrailEntry))
    assert noted == (name != "Sam"), "nothing happened, nothing is noted"


@pytest.mark.parametrize("name", LIKE_OLIVE)
def test_nobody_takes_the_name_of_a_colleague(sam: StaffReader, name: str) -> None:
    page = sam.press(sam.get("/staff/account/"), "Save the name", status=409, name=name)

    assert "Somebody else here is called that" in page.one(".field-error").get_text()
    assert names() == ["Olive", "Sam"]
    assert db.session.scalars(select(TrailEntry)).all() == []


@pytest.mark.parametrize(
    ("one", "other", "is_like"),
    [
        ("Рак", "Pak", True),
        ("ΝΙΚΟΣ", "Νίκος", True),
        ("ΑΝΝΑ", "Άννα", True),
        ("ΑΝΝΑ", "Anna", True),
        ("Юрий", "юрии", True),
        ("Анна", "Anna", False),
        ("Ирина", "Марина", False),
        ("Νίκος", "Nikos", False),
        ("Ni", "Hi", False),
        ("李明", "李敏", False),
    ],
)
def test_names_are_alike_where_a_reader_takes_one_for_the_other(
    app: Flask, one: str, other: str, is_like: bool
) -> None:
    factories.account(name=one)

    assert queries.is_name_taken(other) is is_like


@pytest.mark.parametrize("name", NOTHING)
def test_nobody_is_without_a_name(sam: StaffReader, name: str) -> None:
    page = sam.press(sam.get("/staff/account/"), "Save the name", status=422, name=name)

    assert "What do colleagues call you?" in page.one(".field-error").get_text()
    assert names() == ["Olive", "Sam"]


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        *((name, 409, "Somebody else here is called that") for name in LIKE_OLIVE),
        *((name, 422, "What do colleagues call this person?") for name in NOTHING),
        ("a\ufffd b", 422, "Some characters could not be read"),
    ],
)
def test_nobody_is_invited_under_the_name_of_a_colleague_or_none(
    app: Flask, sam: StaffReader, name: str, status: int, message: str
) -> None:
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    answers = {"name": name, "email": "new@example.org", "role": "organiser"}

    page = ada.press(ada.get("/staff/accounts/"), "Mail the invitation", status=status, **answers)

    assert message in page.one(".field-error").get_text()
    assert names() == ["Olive", "Sam", "Ada"]


@pytest.mark.parametrize("name", LIKE_OLIVE)
def test_the_command_line_gives_nobody_the_name_of_a_colleague(
    app: Flask, sam: StaffReader, name: str
) -> None:
    status, said = add(app, name)

    assert (status, "Error: Somebody else here is called that" in said) == (1, True)
    assert names() == ["Olive", "Sam"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        *((name, "what do colleagues call this person?") for name in ("", *NOTHING)),
        ("x" * (NAME_LENGTH + 1), "at most 80 characters, please."),
        ("a\udcff b", "some of its characters could not be read."),
        ("caf\ufffd", "some of its characters could not be read."),
    ],
)
def test_the_command_line_refuses_what_is_no_name(app: Flask, name: str, message: str) -> None:
    status, said = add(app, name)

    assert status == 2, said
    assert f"Error: Invalid value for '--name': {message}" in said
    assert names() == []


def test_the_command_line_cleans_a_name_as_the_form_does(app: Flask) -> None:
    status, said = add(app, "  Ada\u202e\n Adil ")

    assert (status, names()) == (0, ["Ada Adil"])
    assert said.startswith("Ada Adil is invited")


def test_the_command_line_refuses_an_address_of_bytes_that_are_no_text(app: Flask) -> None:
    assert add(app, "Ada", "ada\udcff@example.org")[0] == 1


def test_of_two_who_take_a_name_at_once_one_gets_it(app: Flask) -> None:
    sam = factories.account(name="Sam").id
    troubles: list[BaseException] = []

    def rename() -> None:
        with app.app_context():
            try:
                with transaction():
                    services.rename(db.session.get_one(Account, sam), "Olive", now=utc_now())
            except BaseException as trouble:
                troubles.append(trouble)

    thread = threading.Thread(target=rename)
    with transaction():
        invite("Olive")
        thread.start()
        time.sleep(0.3)  # it waits for the name, or would have taken it
    thread.join()

    assert [type(trouble) for trouble in troubles] == [NameTaken]
    db.session.rollback()
    assert names() == ["Sam", "Olive"]
