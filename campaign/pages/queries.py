"""Campaigns as the public pages show them: with petition and letters side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.letters import queries as letters
from campaign.letters.models import LetterAction
from campaign.lib.db import db
from campaign.lib.paging import Page, page_of
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition

PAGE_SIZE = 12
#: The filter of the list: an address says `kind=letters`.
KINDS = {
    "petition": select(Petition.campaign_id),
    "letters": select(LetterAction.campaign_id),
}


@dataclass(frozen=True)
class Card:
    """One campaign in a list."""

    campaign: Campaign
    petition: Petition | None
    letters: LetterAction | None

    @property
    def goal(self) -> int:
        """What the petition's bar fills towards."""
        return petitions.progress(self.petition)[1] if self.petition else 0


def cards(shown: Sequence[Campaign]) -> list[Card]:
    """The campaigns as cards: two more queries, however many they are."""
    of_petitions, of_letters = petitions.of_campaigns(shown), letters.of_campaigns(shown)
    return [
        Card(campaign, of_petitions.get(campaign.id), of_letters.get(campaign.id))
        for campaign in shown
    ]


def listed(
    *,
    query: str = "",
    topic: str = "",
    state: str = "",
    kind: str = "",
    page: int = 1,
    now: datetime,
) -> Page[Card]:
    """A page of the campaigns that match."""
    found = campaigns.listed(query=query, topic=topic, state=state, now=now)
    if kind in KINDS:
        found = found.where(Campaign.id.in_(KINDS[kind]))
    of_campaigns = page_of(found, number=page, size=PAGE_SIZE)
    return Page(
        cards(of_campaigns.items),
        of_campaigns.number,
        of_campaigns.pages,
        of_campaigns.total,
    )


def open_cards(number: int, *, now: datetime) -> list[Card]:
    """The campaigns that take part just now."""
    query = campaigns.listed(state="open", now=now).limit(number)
    return cards(db.session.scalars(query).unique().all())
