"""Signing in: password, second step, limits, what is kept when a session ends."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign.accounts import guards, passwords, second_step, staff_links
from campaign.accounts.models import Account, RecoveryCode, StaffSession, TrailEntry
from campaign.accounts.staff_links import Purpose
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.vault import vault
from tests import factories
from tests.factories import PASSWORD, SECRET
from tests.page_reader import Page
from tests.staff import StaffReader

NEW_PASSWORD = "seven quiet herons wade"


@pytest.fixture
def visitor(app: Flask) -> StaffReader:
    """Somebody at the sign-in page."""
    return StaffReader(app)


def sign_in(
    visitor: StaffReader,
    email: str,
    password: str = PASSWORD,
    status: int = 200,
    *,
    language: str = "",
    button: str = "Sign in",
) -> Page:
    page = visitor.get(f"{language}/staff/sign-in")
    return visitor.press(page, button, status=status, email=email, password=password)


def test_the_right_password_opens_the_doors(visitor: StaffReader) -> None:
    factories.account(email="olive@example.org")

    sign_in(visitor, "Olive@Example.org")

    assert visitor.get("/staff/account/").h1 == "Your account"
    assert [entry.deed for entry in db.session.scalars(select(TrailEntry))] == ["account.signed-in"]


def test_the_answer_does_not_say_whether_there_is_such_an_account(visitor: StaffReader) -> None:
    factories.account(email="olive@example.org")

    wrong = sign_in(visitor, "olive@example.org", "not the password at all", status=422)
    unknown = sign_in(visitor, "xan@example.org", "not the password at all", status=422)

    assert "That did not match" in wrong.text
    assert wrong.text == unknown.text


def test_an_account_that_was_disabled_or_has_not_joined_stays_outside(visitor: StaffReader) -> None:
    factories.account(email="olive@example.org", disabled_at=factories.NOW)
    factories.account(email="mo@example.org", password=None)

    sign_in(visitor, "olive@example.org", status=422)
    sign_in(visitor, "mo@example.org", status=422)


@pytest.mark.usefixtures("still")
def test_after_ten_guesses_even_the_right_password_waits(
    app: Flask, visitor: StaffReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.account(email="olive@example.org")
    looked_at = []
    real = passwords.matches
    monkeypatch.setattr(
        passwords, "matches", lambda stored, typed: looked_at.append(typed) or real(None, typed)
    )

    for number in range(13):
        page = visitor.get("/staff/sign-in")
        visitor.press(
            page,
            "Sign in",
            status=422 if number < 10 else 429,
            email="olive@example.org",
            password=f"guess number {number}",
        )

    assert len(looked_at) == 10


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(("language", "button"), [("", "Sign in"), ("/fr", "Se connecter")])
def test_strangers_cannot_lock_the_owner_out_of_a_known_browser(
    app: Flask, visitor: StaffReader, language: str, button: str
) -> None:
    factories.account(email="olive@example.org")
    sign_in(visitor, "olive@example.org", language=language, button=button)
    stranger = StaffReader(app)

    for number in range(11):
        status = 422 if number < 9 else 429  # the owner has used one up
        sign_in(stranger, "olive@example.org", "no", status)

    sign_in(visitor, "olive@example.org", language=language, button=button)
    visitor.get("/staff/account/")


@pytest.mark.usefixtures("still")
def test_a_new_password_is_the_way_in_when_strangers_have_used_up_the_guesses(
    app: Flask, visitor: StaffReader
) -> None:
    account = factories.account(email="olive@example.org")
    for number in range(11):
        status = 422 if number < 10 else 429
        locked = sign_in(visitor, "olive@example.org", "no", status)

    link = visitor.get(staff_links.path(Purpose.NEW_PASSWORD, account))
    visitor.press(link, "Set this password", password=NEW_PASSWORD, again=NEW_PASSWORD)
    sign_in(visitor, "olive@example.org", NEW_PASSWORD)

    assert "ask for a new password" in locked.text
    assert visitor.get("/staff/account/").h1 == "Your account"


def test_the_second_step_asks_for_a_code_that_is_good_once(
    app: Flask, visitor: StaffReader
) -> None:
    factories.account(email="olive@example.org", second_step=True)
    code = second_step.code_of(SECRET, utc_now())

    asked = sign_in(visitor, "olive@example.org")
    wrong = visitor.press(asked, "Go on", status=422, code="000000")
    visitor.press(wrong, "Go on", code=code)
    visitor.get("/staff/account/")

    other = StaffReader(app)
    again = other.press(sign_in(other, "olive@example.org"), "Go on", status=422, code=code)
    assert "was used before" in again.text


def test_a_code_is_taken_as_an_arabic_keyboard_types_it(visitor: StaffReader) -> None:
    factories.account(email="olive@example.org", second_step=True)
    code = second_step.code_of(SECRET, utc_now())

    asked = sign_in(visitor, "olive@example.org")
    wrong = visitor.press(asked, "Go on", status=422, code="é٠٠٠٠٠")
    visitor.press(wrong, "Go on", code=code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))

    assert visitor.get("/staff/account/").h1 == "Your account"


def test_a_recovery_code_stands_in_for_the_phone_once(app: Flask) -> None:
    account = factories.account(email="olive@example.org", second_step=True)
    with transaction():
        codes = second_step.new_recovery_codes(account)

    for status in (200, 422):
        visitor = StaffReader(app)
        asked = sign_in(visitor, "olive@example.org")
        visitor.press(asked, "Go on", status=status, code=codes[3].upper())

    assert len(db.session.scalars(select(RecoveryCode)).all()) == 9


def test_a_session_ends_after_half_an_hour_of_silence_and_after_a_working_day(app: Flask) -> None:
    olive = StaffReader(app, factories.account())
    start = utc_now()

    with time_machine.travel(start + timedelta(minutes=29), tick=False):
        assert olive.get("/staff/account/").h1 == "Your account"
    with time_machine.travel(start + timedelta(minutes=58), tick=False):
        assert olive.get("/staff/account/").h1 == "Your account"
    with time_machine.travel(start + timedelta(minutes=89), tick=False):
        assert olive.get("/staff/account/").h1 == "Sign in"


def test_a_session_lasts_eight_hours_at_most(app: Flask) -> None:
    olive = StaffReader(app, factories.account())
    start = utc_now()

    for minutes in range(20, 480, 20):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert olive.get("/staff/account/").h1 == "Your account"
    with time_machine.travel(start + timedelta(minutes=481), tick=False):
        assert olive.get("/staff/account/").h1 == "Sign in"


def test_what_somebody_wrote_survives_the_end_of_their_session(app: Flask) -> None:
    account = factories.account(email="olive@example.org")
    olive = StaffReader(app, account)
    page = olive.get("/staff/account/")
    with transaction():
        db.session.execute(StaffSession.__table__.delete())

    asked = olive.press(page, "Save the name", status=403, name="Olive Önal 倪")
    back = olive.press(asked, "Sign in", email="olive@example.org", password=PASSWORD)
    olive.press(back, "Go on with what I had written")

    assert db.session.get(Account, account.id).name == "Olive Önal 倪"  # type: ignore[union-attr]


def test_what_was_sealed_for_another_page_is_no_answer(app: Flask) -> None:
    assert guards.kept_answers(vault().seal_text({"secret": SECRET})) is None
    assert guards.kept_answers("no envelope") is None


@pytest.mark.parametrize(
    "address", ["/staff/posts/?q=a%20b", "/fr/staff/", "/zh-Hans/staff/posts/"]
)
def test_whoever_had_to_sign_in_comes_to_the_page_they_asked_for(app: Flask, address: str) -> None:
    factories.account(email="olive@example.org")
    visitor = StaffReader(app)

    page = visitor.get(f"/staff/sign-in?next={quote(address)}")
    answers = {"email": "olive@example.org", "password": PASSWORD}
    left = visitor.press(page, "Sign in", follow=False, status=303, **answers)

    assert left.response.headers["Location"] == address


def test_nobody_is_sent_elsewhere_after_signing_in(app: Flask) -> None:
    factories.account(email="olive@example.org")
    for host in ("https://evil.example", "//evil.example", "/\\evil.example", "/%09/evil.example"):
        visitor = StaffReader(app)
        page = visitor.get(f"/staff/sign-in?next={host}/staff/")
        left = visitor.press(
            page, "Sign in", follow=False, status=303, email="olive@example.org", password=PASSWORD
        )
        assert left.response.headers["Location"] == "/staff/"


def test_the_cookie_is_for_this_host_and_no_script(app: Flask) -> None:
    factories.account(email="olive@example.org")
    visitor = StaffReader(app)

    page = visitor.press(
        visitor.get("/staff/sign-in"),
        "Sign in",
        follow=False,
        status=303,
        email="olive@example.org",
        password=PASSWORD,
    )

    cookies = page.response.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie for cookie in cookies)
    assert all("SameSite" in cookie for cookie in cookies)


def test_a_stolen_table_of_sessions_opens_nothing(app: Flask) -> None:
    StaffReader(app, factories.account())
    digest = db.session.scalars(select(StaffSession.digest)).one()
    thief = StaffReader(app)
    with thief.client.session_transaction(base_url="http://campaign.test") as session:
        session["key"] = digest

    assert thief.get("/staff/account/").h1 == "Sign in"
