"""A campaign in draft, and the people who have to do with it."""

import pytest
from flask import Flask

from campaign.campaigns.models import Campaign
from tests import factories
from tests.staff import StaffReader

ARCHIVE = "/staff/campaigns/archive"


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """A draft that lacks nothing."""
    return factories.draft("archive")


@pytest.fixture
def olive(app: Flask, campaign: Campaign) -> StaffReader:
    """Olive, in its team."""
    account = factories.account(team_of=[campaign], email="olive@example.org")
    return StaffReader(app, account)
