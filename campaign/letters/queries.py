"""What is asked of letter actions."""

from collections.abc import Iterable

from sqlalchemy import select

from campaign.campaigns.models import Campaign
from campaign.letters.models import LetterAction
from campaign.lib.db import db


def of_campaign(campaign: Campaign) -> LetterAction | None:
    """The campaign's letter action, if it has one."""
    return db.session.scalar(select(LetterAction).where(LetterAction.campaign_id == campaign.id))


def campaigns_with_letters(campaigns: Iterable[Campaign]) -> set[int]:
    """Which of them have a letter action, by id."""
    ids = [campaign.id for campaign in campaigns]
    return set(
        db.session.scalars(
            select(LetterAction.campaign_id).where(LetterAction.campaign_id.in_(ids))
        )
    )
