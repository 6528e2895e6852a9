"""Moderators take a campaign down, whatever its state, and bring it back to exactly that state.

Meanwhile nobody signs or writes, and no updates go out. Signatures stay, and their owners can still
confirm or take them back: what they press counts when the campaign is back.
"""

from datetime import datetime

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import mails, queries
from campaign.campaigns.models import Campaign
from campaign.campaigns.moves import about, must_not_be_own, write
from campaign.campaigns.rules import State
from campaign.lib.hiding import Because


def take_down(
    campaign: Campaign, *, because: Because, words: str, by: Account, now: datetime
) -> None:
    """Hide it from readers, and mail its team why. Raises MovedMeanwhile."""
    write(
        campaign,
        Campaign.state != State.HIDDEN,
        state=State.HIDDEN,
        hidden_from=Campaign.state,
        hidden_at=now,
        hidden_because=because,
        hidden_words=words,
    )
    team = queries.team_of(campaign)
    mails.your_campaign_was_taken_down(campaign, team=team, by=by, now=now)
    reason = f"{because}: {words}"
    trail.note("campaign.taken-down", by=by, about=about(campaign), reason=reason, now=now)


def bring_back(campaign: Campaign, *, by: Account, now: datetime) -> None:
    """Put it back where it was, and mail its team. Raises OwnThing, MovedMeanwhile."""
    write(
        campaign,
        Campaign.state == State.HIDDEN,
        state=Campaign.hidden_from,
        hidden_from=None,
        hidden_at=None,
        hidden_because=None,
        hidden_words=None,
    )
    must_not_be_own(campaign, by=by, now=now)
    mails.your_campaign_is_back(campaign, team=queries.team_of(campaign), by=by, now=now)
    trail.note("campaign.brought-back", by=by, about=about(campaign), now=now)
