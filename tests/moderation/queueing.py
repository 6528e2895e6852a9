"""What waits in the queue, and the moderators who decide about it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account
from campaign.campaigns import moving
from campaign.campaigns.models import Campaign, CampaignMember
from campaign.campaigns.rules import State
from campaign.letters import tally
from campaign.letters.models import LetterAction, Posted
from campaign.lib import meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.moderation import reasons
from campaign.moderation.queue_models import Decision, Reason
from campaign.paper.models import PaperBatch
from campaign.posts import services as posts
from campaign.posts.models import Post
from campaign.posts.rules import Words
from campaign.updates import services as updates
from campaign.updates.models import Update
from tests import factories
from tests.paper.entering import enter
from tests.staff import StaffReader

QUEUE = "/staff/queue/"


@pytest.fixture
def olive(app: Flask) -> Account:
    """Olive, who organises."""
    return factories.account("organiser", "Olive", email="olive@example.org")


@pytest.fixture
def mira(app: Flask) -> StaffReader:
    """Mira, who moderates too."""
    return StaffReader(app, factories.account("moderator", "Mira"))


@pytest.fixture
def campaign(olive: Account) -> Campaign:
    """A campaign of Olive's that waits to be opened."""
    return waiting_campaign("archive", olive, title="Open the archive")


@pytest.fixture
def post(olive: Account) -> Post:
    """A post of Olive's that waits to be published."""
    return waiting_post(olive)


@pytest.fixture
def update(olive: Account) -> Update:
    """An update of Olive's that waits to be sent."""
    return waiting_update(olive)


@pytest.fixture
def told(app: Flask) -> Posted:
    """So many letters that they are held."""
    return held_letters()


@pytest.fixture
def paper(olive: Account) -> PaperBatch:
    """So many signatures on paper that they are held."""
    return enter(factories.petition(), olive, 900, now=utc_now())


@pytest.fixture
def reason(app: Flask) -> Reason:
    """One reason to choose."""
    words = {
        "kind": "",
        "name": "A source is missing",
        "says_en": "Name your sources.",
        "says_fr": "Citez vos sources.",
    }
    with transaction():
        return reasons.add(words, by=None, now=utc_now())


def waiting_campaign(slug: str, by: Account, **changes: object) -> Campaign:
    """One that its maker has just submitted."""
    made = factories.draft(slug, **changes)
    with transaction():
        join(made, by)
        moving.submit(made, by=by, now=utc_now())
    return made


def join(campaign: Campaign, account: Account) -> None:
    """Into its team."""
    db.session.add(CampaignMember(campaign_id=campaign.id, account_id=account.id))


def waiting_post(by: Account, title: str = "A wall comes down", language: str = "en") -> Post:
    """One that its author has just submitted."""
    words = Words(
        title=title,
        slug=f"post-{title.lower().replace(' ', '-')}",
        published_on=factories.NOW.date(),
        byline="",
        summary="In a sentence.",
        body="It **happened**.",
        source_note="From a source.",
        language=language,
        topics=(),
    )
    with transaction():
        made = posts.write(words, by=by)
        posts.submit(made, now=utc_now())
    return made


def waiting_update(by: Account) -> Update:
    """One to the supporters of a campaign of its own, just submitted."""
    petition = factories.petition(factories.campaign("dam", title="Close the dam"))
    factories.confirmed(petition, wants_updates=True)
    now = utc_now()
    with transaction():
        db.session.query(Mail).delete()
        made = updates.write(
            petition.campaign,
            subject="News of the dam",
            text="It is **closed**.",
            post_id=None,
            by=by,
            now=now,
        )
        seen = meanwhile.fingerprint(made.words)
        updates.submit(made, seen=seen, by=by, now=now)
    return made


def held_letters(**changes: Any) -> Posted:
    """A volunteer tells of very many letters."""
    campaign = factories.campaign("letters", title="Write for Ada")
    action = factories.letter_action(campaign, **changes)
    with transaction():
        return tally.tell(action, target="keeper", letters=900, now=utc_now())


def address(kind: str, thing: Campaign | Post | Update | Posted) -> str:
    """Its page in the queue."""
    return f"{QUEUE}{kind}/{thing.id}"


def state(campaign: Campaign) -> State:
    """As the database has it."""
    return db.session.scalars(select(Campaign.state).where(Campaign.id == campaign.id)).one()


def letters_counted() -> int:
    """Of the letter action there is."""
    return db.session.scalars(select(LetterAction.posted_count)).one()


def decisions() -> list[Decision]:
    """All there are, the oldest first."""
    return list(db.session.scalars(select(Decision).order_by(Decision.id)))
