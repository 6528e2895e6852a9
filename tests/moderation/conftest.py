"""A moderator, an organiser, an administrator, each in a browser of their own."""

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.petitions.models import Petition
from tests import factories
from tests.staff import StaffReader


@pytest.fixture
def petition(app: Flask) -> Petition:
    """An open petition."""
    return factories.petition(factories.campaign("archive", title="Open the archive"))


@pytest.fixture
def mo(app: Flask) -> Account:
    """Moderates."""
    return factories.account("moderator", "Mo")


@pytest.fixture
def mo_reads(app: Flask, mo: Account) -> StaffReader:
    """Mo's browser."""
    return StaffReader(app, mo)


@pytest.fixture
def olive_reads(app: Flask, petition: Petition) -> StaffReader:
    """Olive's browser; the petition is her team's."""
    return StaffReader(app, factories.account(team_of=[petition.campaign]))
