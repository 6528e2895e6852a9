"""A second invitation: for who has not joined, and the trail says who sent it."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.lib.clock import utc_now
from campaign.lib.db import db
from tests import factories, outgoing
from tests.staff import StaffReader

MOMENTS = {"joined_at": "They have joined already", "disabled_at": "This account is disabled."}


@pytest.fixture
def olive(app: Flask) -> Account:
    """Who was invited, and has not joined yet."""
    return factories.account(password=None, joined_at=None, email="olive@example.org")


def serial(account: Account) -> int:
    return db.session.get_one(Account, account.id, populate_existing=True).link_serial


def test_a_second_invitation_stands_in_the_trail(ada: StaffReader, olive: Account) -> None:
    page = ada.get(ada.get(f"/staff/accounts/{olive.id}").link("Invite again …"))

    ada.press(page, "Invite again")

    (entry,) = db.session.scalars(select(TrailEntry))
    assert (entry.deed, entry.who) == ("account.invited-again", "Ada")
    assert entry.about == f"account:{olive.id} Olive"
    assert [mail["to"] for mail in outgoing.mails()] == ["olive@example.org"]
    assert serial(olive) == 1, "the older link is good for nothing"


@pytest.mark.parametrize("moment", MOMENTS)
def test_who_has_joined_or_is_disabled_is_not_invited_again(
    ada: StaffReader, olive: Account, moment: str
) -> None:
    page = ada.get(f"/staff/accounts/{olive.id}/invite-again")
    _happened(olive, moment, utc_now())

    refused = ada.press(page, "Invite again", status=409)

    assert MOMENTS[moment] in refused.one(".summary").get_text()
    assert refused.soup.select("main button") == []
    assert db.session.scalars(select(TrailEntry)).all() == []
    assert outgoing.mails() == []
    assert serial(olive) == 0


@pytest.mark.parametrize("moment", MOMENTS)
def test_nobody_is_offered_to_invite_them_again(
    ada: StaffReader, olive: Account, moment: str
) -> None:
    _happened(olive, moment, utc_now())

    page = ada.get(f"/staff/accounts/{olive.id}/invite-again")

    assert page.h1 == "Olive"
    assert "Invite again" not in page.text


def _happened(account: Account, moment: str, at: datetime) -> None:
    changing = Account.__table__.update().where(Account.id == account.id)
    db.session.execute(changing.values({moment: at}))
    db.session.commit()
