"""Invitations, passwords, roles: what an administrator does and what the invited person does."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign.accounts import queries, second_step, services
from campaign.accounts.models import Account, StaffSession, TrailEntry
from campaign.accounts.rules import LastAdministrator, Role
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from tests import factories, outgoing
from tests.factories import PASSWORD, SECRET
from tests.page_reader import PageReader
from tests.staff import StaffReader

NEW_PASSWORD = "seven quiet herons wade"


def link_in_the_last_mail() -> str:
    found = re.search(r"http://campaign\.test(/staff/\S+)", outgoing.mails()[-1]["text"])
    assert found
    return found[1]


def test_an_invited_person_chooses_a_password_and_signs_in(app: Flask, ada: StaffReader) -> None:
    page = ada.get("/staff/accounts/")
    ada.press(
        page, "Mail the invitation", name="Olive", email="olive@example.org", role="organiser"
    )
    olive = StaffReader(app)

    welcome = olive.get(link_in_the_last_mail())
    signing_in = olive.press(
        welcome, "Set this password", password=NEW_PASSWORD, again=NEW_PASSWORD
    )
    olive.press(signing_in, "Sign in", email="olive@example.org", password=NEW_PASSWORD)

    assert welcome.h1 == "Welcome, Olive"
    assert olive.get("/staff/account/").h1 == "Your account"
    assert olive.get(link_in_the_last_mail(), status=410).h1 == (
        "This link is good for nothing any more"
    )


@pytest.mark.parametrize(
    ("password", "again", "message"),
    [
        ("short", "short", "At least 15 characters"),
        (NEW_PASSWORD, "something else entirely", "This differs from the one above"),
        ("passwordpassword", "passwordpassword", "stolen elsewhere"),
    ],
)
def test_a_weak_password_is_refused_with_a_reason(
    app: Flask, reader: PageReader, password: str, again: str, message: str
) -> None:
    with transaction():
        services.invite(
            "olive@example.org", name="Olive", role=Role.ORGANISER, by=None, now=utc_now()
        )
    page = reader.get(link_in_the_last_mail())

    refused = reader.press(page, "Set this password", status=422, password=password, again=again)

    assert message in refused.text


def test_an_invitation_is_good_for_a_week(app: Flask, reader: PageReader) -> None:
    with transaction():
        services.invite(
            "olive@example.org", name="Olive", role=Role.ORGANISER, by=None, now=utc_now()
        )

    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        reader.get(link_in_the_last_mail(), status=410)


def test_a_forgotten_password_is_chosen_anew_and_every_browser_signed_out(app: Flask) -> None:
    olive = StaffReader(app, factories.account(email="olive@example.org"))
    visitor = StaffReader(app)

    page = visitor.get("/staff/forgotten")
    told = visitor.press(page, "Mail me the link", email="olive@example.org")
    choosing = visitor.get(link_in_the_last_mail())
    visitor.press(choosing, "Set this password", password=NEW_PASSWORD, again=NEW_PASSWORD)

    assert olive.get("/staff/account/").h1 == "Sign in"
    unknown = visitor.press(page, "Mail me the link", email="xan@example.org")
    assert unknown.text == told.text
    assert len(db.session.scalars(select(Mail)).all()) == 1


@pytest.mark.parametrize("typed", ["olive+mine@example.org", "OLIVE@example.org"])
def test_a_link_for_a_new_password_goes_only_to_the_address_that_was_invited(
    app: Flask, typed: str
) -> None:
    """Whoever has a mailbox that is nearly the owner's does not get into the account."""
    factories.account(email="olive@example.org")

    with transaction():
        services.mail_reset(typed, address="203.0.113.7", now=utc_now())

    assert outgoing.mails()[-1]["to"] == "olive@example.org"


@time_machine.travel(factories.NOW, tick=False)
def test_one_network_has_few_links_mailed_and_the_page_says_the_same(
    app: Flask, reader: PageReader
) -> None:
    asked = [f"staff-{n}@example.org" for n in range(12)]
    for email in asked:
        factories.account(email=email)
    page = reader.get("/staff/forgotten")

    told = {reader.press(page, "Mail me the link", email=email).text for email in asked}
    assert len(told) == 1
    assert [mail["to"] for mail in outgoing.mails()] == asked[:10]

    elsewhere = reader.post(
        "/staff/forgotten",
        status=200,
        data={"form_token": page.value("form_token"), "email": asked[-1]},
        environ_overrides={"REMOTE_ADDR": "203.0.113.7"},
    )
    assert {elsewhere.text} == told
    assert outgoing.mails()[-1]["to"] == asked[-1]


def test_addresses_without_an_account_count_for_the_network_too(
    app: Flask, reader: PageReader
) -> None:
    """Otherwise the mail that comes or not would tell who has an account."""
    factories.account(email="olive@example.org")
    with time_machine.travel(factories.NOW, tick=False):
        page = reader.get("/staff/forgotten")
        for n in range(10):
            reader.press(page, "Mail me the link", email=f"xan-{n}@example.org")
        reader.press(page, "Mail me the link", email="olive@example.org")

        assert outgoing.mails() == []


def test_a_link_for_one_thing_is_good_for_nothing_else(app: Flask, reader: PageReader) -> None:
    factories.account(email="olive@example.org")
    with transaction():
        services.mail_reset("olive@example.org", address="203.0.113.7", now=utc_now())
    link = link_in_the_last_mail()

    reader.get(link.replace("new-password", "join"), status=410)
    reader.get(link[:-3] + "abc", status=410)


def test_somebody_disabled_is_outside_with_their_next_click(app: Flask, ada: StaffReader) -> None:
    account = factories.account()
    olive = StaffReader(app, account)
    olive.get("/staff/account/")

    asked = ada.get(f"/staff/accounts/{account.id}/disable")
    ada.press(asked, "Disable")

    assert olive.get("/staff/account/").h1 == "Sign in"


def test_another_role_ends_the_sessions_and_opens_other_doors(app: Flask, ada: StaffReader) -> None:
    account = factories.account()
    olive = StaffReader(app, account)
    olive.get("/staff/accounts/", status=403)

    page = ada.get(f"/staff/accounts/{account.id}")
    ada.press(page, "Give this role", role="moderator")

    assert olive.get("/staff/account/").h1 == "Sign in"
    assert db.session.get(Account, account.id).role is Role.MODERATOR  # type: ignore[union-attr]
    assert "account.role" in db.session.scalars(select(TrailEntry.deed)).all()


def test_a_role_changes_only_with_fresh_proof(app: Flask, ada: StaffReader) -> None:
    account = factories.account()
    db.session.execute(StaffSession.__table__.update().values(proved_at=factories.NOW))
    db.session.commit()

    page = ada.get(f"/staff/accounts/{account.id}")
    wrong = ada.press(
        page, "Give this role", status=422, role="moderator", current_password="not the password"
    )
    code = second_step.code_of(SECRET, utc_now())
    ada.press(wrong, "Give this role", role="moderator", current_password=PASSWORD, code=code)

    assert db.session.get(Account, account.id).role is Role.MODERATOR  # type: ignore[union-attr]


def test_the_last_administrator_stays(app: Flask) -> None:
    ada = factories.account("administrator", "Ada")

    with transaction(), pytest.raises(LastAdministrator):
        services.give_role(ada, Role.ORGANISER, by=ada, now=utc_now())
    with transaction(), pytest.raises(LastAdministrator):
        services.disable(ada, by=ada, now=utc_now())


def test_an_administrator_without_second_step_can_only_set_it_up(app: Flask) -> None:
    ada = StaffReader(app, factories.account("administrator", "Ada", second_step=False))

    page = ada.get("/staff/accounts/")
    secret = page.one("main ol code").text.replace(" ", "")
    code = second_step.code_of(secret, utc_now())
    shown = ada.press(page, "Ask for codes from now on", first_code=code)

    assert page.h1 == "Set up the second step"
    assert shown.h1 == "Your recovery codes"
    assert len(shown.soup.select("main li code")) == 10
    assert ada.get("/staff/accounts/").h1 == "People"


def test_the_same_address_gets_no_second_account(app: Flask, ada: StaffReader) -> None:
    factories.account(email="olive@example.org")

    page = ada.get("/staff/accounts/")
    refused = ada.press(
        page,
        "Mail the invitation",
        status=409,
        name="O",
        email="Olive@example.org",
        role="organiser",
    )

    assert "There is an account with this address already" in refused.text
    assert refused.value("name") == "O"


def test_changing_the_password_asks_for_the_old_one_and_signs_others_out(app: Flask) -> None:
    account = factories.account()
    here, there = StaffReader(app, account), StaffReader(app, account)

    page = here.get("/staff/account/")
    answers = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    here.press(
        page, "Change the password", status=422, current_password="not the password", **answers
    )
    here.press(page, "Change the password", current_password=PASSWORD, **answers)

    assert here.get("/staff/account/").h1 == "Your account"
    assert there.get("/staff/account/").h1 == "Sign in"


def test_the_command_line_invites_the_first_administrator(app: Flask, reader: PageReader) -> None:
    result = app.test_cli_runner().invoke(
        args=["staff", "add", "ada@example.org", "--name", "Ada", "--role", "administrator"]
    )
    wrong = app.test_cli_runner().invoke(args=["staff", "add", "ada@", "--name", "Ada"])

    assert result.exit_code == 0, result.output
    link = result.output.splitlines()[-1].removeprefix("http://campaign.test")
    assert reader.get(link).h1 == "Welcome, Ada"
    assert wrong.exit_code == 1
    assert "no email address" in wrong.output
    listed = app.test_cli_runner().invoke(args=["staff", "list"])
    assert "administrator  invited   Ada" in listed.output


def test_the_command_line_gives_a_fresh_link_to_who_has_not_joined(
    app: Flask, reader: PageReader
) -> None:
    def added() -> str:
        words = ["staff", "add", "ada@example.org", "--name", "Ada", "--role", "administrator"]
        last = app.test_cli_runner().invoke(args=words).output.splitlines()[-1]
        return last.removeprefix("http://campaign.test")

    older, link = added(), added()

    assert reader.get(link).h1 == "Welcome, Ada"
    assert reader.get(older, status=410).h1 != "Welcome, Ada"
    (account,) = db.session.scalars(select(Account))
    account.joined_at = utc_now()
    db.session.commit()
    assert "They have joined already" in added()


def test_a_stolen_database_names_no_address_of_staff(app: Flask) -> None:
    account = factories.account(email="olive@example.org")

    row = db.session.execute(Account.__table__.select()).mappings().one()

    assert not any("olive@example" in str(value) for value in row.values())
    assert queries.email_of(account) == "olive@example.org"
