"""The archive's petition, and Olive of its team."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from campaign.accounts.models import Account
from campaign.petitions.models import Petition
from tests import factories
from tests.factories import NOW
from tests.staff import StaffReader


@pytest.fixture
def clock() -> Iterator[None]:
    """It is NOW."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def archive(app: Flask) -> Petition:
    """The petition of the campaign «archive»."""
    return factories.petition(factories.campaign("archive"))


@pytest.fixture
def olive(archive: Petition) -> Account:
    """Olive, of its team."""
    return factories.account(team_of=[archive.campaign])


@pytest.fixture
def desk(app: Flask, olive: Account) -> StaffReader:
    """Olive, signed in."""
    return StaffReader(app, olive)
