"""A campaign's page as readers see it: what its template is given.

Readers open it in `pages`, its team looks at it in `desk` before it is public.
"""

from datetime import datetime
from typing import Any

from campaign.campaigns import images
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import PostRole
from campaign.letters import queries as letters
from campaign.paper import queries as paper
from campaign.petitions import commenting, queries as petitions, voiding_queries
from campaign.petitions.forms import BlankForm


def campaign_page(
    campaign: Campaign, *, takes_part: bool, via: str | None = None, now: datetime
) -> dict[str, Any]:
    """The values of `pages/campaign.html`; `takes_part` shows the form and the way to letters."""
    petition = petitions.of_campaign(campaign)
    letter_action = letters.of_campaign(campaign)
    return {
        "campaign": campaign,
        "image": images.of(campaign),
        "petition": petition,
        "takes_part": takes_part,
        "form": BlankForm(petition, via=via) if petition and takes_part else None,
        "progress": petitions.progress(petition) if petition else None,
        "names": petitions.public_names(petition) if petition else [],
        "paper_names": paper.public_names(petition) if petition and petition.paper_count else [],
        "corrections": voiding_queries.of(petition) if petition else [],
        "comments": commenting.public(petition) if petition else [],
        "letter_action": letter_action,
        "case": letter_action.case if letter_action else None,
        "today": now.date(),
        "background": campaign.posts(PostRole.BACKGROUND),
        "updates": campaign.posts(PostRole.UPDATE),
    }
