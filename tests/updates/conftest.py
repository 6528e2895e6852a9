"""A campaign with supporters, its team, a moderator; a mail server, a clock that stands still."""

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.lib.db import transaction
from campaign.petitions.models import Petition
from campaign.updates import rules, services
from campaign.updates.models import Update
from tests import factories
from tests.mail.conftest import clock, smtp
from tests.staff import StaffReader
from tests.updates.updating import WORDS, fingerprint, forget_mails

__all__ = ["clock", "smtp"]


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign."""
    return factories.campaign("archive", title="Open the archive")


@pytest.fixture
def petition(campaign: Campaign) -> Petition:
    """Its petition, without signatures."""
    return factories.petition(campaign)


@pytest.fixture
def olive(campaign: Campaign) -> Account:
    """An organiser of its team."""
    return factories.account("organiser", "Olive", team_of=[campaign], email="olive@example.org")


@pytest.fixture
def mo(app: Flask) -> Account:
    """A moderator."""
    return factories.account("moderator", "Mo")


@pytest.fixture
def olive_reads(app: Flask, clock: object, olive: Account) -> StaffReader:
    """Olive at her desk."""
    return StaffReader(app, olive)


@pytest.fixture
def mo_reads(app: Flask, clock: object, mo: Account) -> StaffReader:
    """Mo at their desk."""
    return StaffReader(app, mo)


@pytest.fixture
def draft(campaign: Campaign, olive: Account) -> Update:
    """What Olive has written."""
    with transaction():
        return services.write(campaign, **WORDS, post_id=None, by=olive, now=factories.NOW)


@pytest.fixture
def approved(petition: Petition, draft: Update, olive: Account, mo: Account) -> Update:
    """The same, to three supporters and not to two others, and Mo has approved it."""
    for who in ("sam", "lena", "nora"):
        factories.confirmed(petition, f"{who}@example.org", wants_updates=True)
    factories.confirmed(petition, "quiet@example.org")
    factories.sign(petition, "unconfirmed@example.org", wants_updates=True)
    factories.confirmed(factories.petition(), "elsewhere@example.org", wants_updates=True)
    forget_mails()
    with transaction():
        services.submit(draft, seen=fingerprint(draft), by=olive, now=factories.NOW)
    with transaction():
        long_ago = factories.NOW - rules.TAKE_BACK
        services.approve(draft, seen=fingerprint(draft), by=mo, now=long_ago)
    return draft
