"""The words of a campaign that a moderator reads before they bring it back."""

from campaign.campaigns import images
from campaign.campaigns.models import Campaign
from campaign.letters import queries as letters
from campaign.lib import meanwhile
from campaign.petitions import queries as petitions, wording


def fingerprint(campaign: Campaign) -> str:
    """Tells whether what readers would see has changed since somebody read it."""
    petition, action = petitions.of_campaign(campaign), letters.of_campaign(campaign)
    return meanwhile.fingerprint(
        [
            [campaign.title, campaign.ask, campaign.story, campaign.notice, campaign.outcome_text],
            [petition.addressee, petition.statement] if petition else None,
            action.version_id if action else None,
            images.fingerprint(images.of(campaign)),
            {one.language: wording.translated(one) for one in campaign.translations},
        ]
    )
