"""Who works on a campaign."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.campaigns import queries
from campaign.campaigns.models import Campaign
from campaign.lib.clock import utc_now
from campaign.lib.db import db
from tests import factories
from tests.staff import StaffReader

TEAM = "/staff/campaigns/archive/team"


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign."""
    return factories.campaign("archive")


@pytest.fixture
def account(campaign: Campaign) -> Account:
    """Olive's, in its team."""
    return factories.account(team_of=[campaign])


@pytest.fixture
def olive(app: Flask, account: Account) -> StaffReader:
    """Olive, alone in its team."""
    return StaffReader(app, account)


def names(campaign: Campaign) -> list[str]:
    return [account.name for account in queries.team_of(campaign)]


def test_an_organiser_joins_and_leaves(olive: StaffReader, campaign: Campaign) -> None:
    otto = factories.account("organiser", "Otto")
    factories.account("organiser", "Gone", disabled_at=utc_now())
    page = olive.get(TEAM)
    assert [o.get_text() for o in page.soup.select("#account option")] == ["Otto"]

    olive.press(page, "Add to the team", account=str(otto.id))
    assert names(campaign) == ["Olive", "Otto"]
    olive.press(olive.get(TEAM), "Remove Otto")

    assert names(campaign) == ["Olive"]
    noted = db.session.execute(
        select(TrailEntry.deed, TrailEntry.reason)
        .where(TrailEntry.about == "campaign:archive")
        .order_by(TrailEntry.id)
    )
    assert [tuple(row) for row in noted] == [("team.joined", "Otto"), ("team.left", "Otto")]


def test_the_last_one_stays_unless_an_administrator_says_so(
    app: Flask, olive: StaffReader, campaign: Campaign
) -> None:
    refused = olive.press(olive.get(TEAM), "Remove Olive", status=409)
    assert "Add somebody else first" in refused.one(".summary").get_text()

    ada = StaffReader(app, factories.account("administrator", "Ada"))
    page = ada.press(ada.get(TEAM), "Remove Olive")

    assert "Nobody is in the team" in page.text
    assert names(campaign) == []
    olive.get(TEAM, status=404)


def test_whoever_removes_themselves_lands_on_their_list(
    olive: StaffReader, campaign: Campaign
) -> None:
    otto = factories.account("organiser", "Otto")
    olive.press(olive.get(TEAM), "Add to the team", account=str(otto.id))

    assert olive.press(olive.get(TEAM), "Remove Olive").h1 == "Campaigns"


@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_only_organisers_join(olive: StaffReader, campaign: Campaign, role: str) -> None:
    other, otto = factories.account(role, "Other"), factories.account("organiser", "Otto")
    page = olive.get(TEAM)

    for number in (str(other.id), "x", "99999"):
        olive.press(page, "Add to the team", status=422, account=number)

    assert names(campaign) == ["Olive"]
    assert otto.name not in names(campaign)


@pytest.mark.parametrize(
    "changes",
    [
        {"disabled_at": utc_now()},
        {"password": None, "joined_at": None},
        {"role": "moderator"},
    ],
    ids=["disabled", "has not joined", "organiser no more"],
)
def test_nobody_leaves_a_campaign_to_who_cannot_work_on_it(
    app: Flask, olive: StaffReader, campaign: Campaign, changes: dict[str, Any]
) -> None:
    values = {"role": "organiser", "name": "Otto", **changes}
    factories.account(**values, team_of=[campaign])

    olive.press(olive.get(TEAM), "Remove Olive", status=409)
    assert names(campaign) == ["Olive", "Otto"]

    olive.press(olive.get(TEAM), "Remove Otto")
    assert names(campaign) == ["Olive"]
