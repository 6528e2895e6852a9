"""While a campaign is taken down its updates rest: what waits in the outbox waits on."""

from datetime import UTC, datetime

from sqlalchemy import select

from campaign.campaigns.models import Campaign
from campaign.lib.db import db
from campaign.mail import outbox
from campaign.updates.models import Update
from campaign.updates.rules import State

#: Until somebody brings the campaign back.
_UNTIL_THEN = datetime(9000, 1, 1, tzinfo=UTC)


def rest(campaign: Campaign) -> None:
    """Send none of its updates on, in the transaction that takes the campaign down."""
    outbox.put_off(_sendings(campaign), until=_UNTIL_THEN)


def go_on(campaign: Campaign, *, now: datetime) -> None:
    """Send on what has rested."""
    outbox.put_off(_sendings(campaign), until=now)


def _sendings(campaign: Campaign) -> list[str]:
    under_way = db.session.scalars(
        select(Update).where(
            Update.campaign_id == campaign.id,
            Update.state == State.APPROVED,
            Update.began_at.is_not(None),
        )
    )
    return [update.sending for update in under_way]
