"""A campaign's page as readers see it: what its template is given.

Readers open it in `pages`, its team looks at it in `desk` before it is public.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from campaign.campaigns.image_models import CampaignImage
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import PostRole
from campaign.letters.models import LetterAction
from campaign.lib.db import db
from campaign.paper import queries as paper
from campaign.petitions import commenting, queries as petitions, voiding_queries
from campaign.petitions.forms import BlankForm
from campaign.petitions.models import Petition

#: What a campaign has one of, if any, and which of its lists have anything in them. In one
#: statement, made once: to ask for each takes a fifth of a page's time, and most lists are empty.
_BESIDE = (
    select(
        Petition,
        LetterAction,
        CampaignImage,
        petitions.ANY_NAMED.label("any_named"),
        voiding_queries.ANY_PUBLISHED.label("any_correction"),
        commenting.ANY_PUBLIC.label("any_comment"),
        Campaign.post_links.any().label("post_links"),
        Campaign.topics.any().label("topics"),
        Campaign.translations.any().label("translations"),
    )
    .select_from(Campaign)
    .outerjoin(Petition, Petition.campaign_id == Campaign.id)
    .outerjoin(LetterAction, LetterAction.campaign_id == Campaign.id)
    .outerjoin(CampaignImage, CampaignImage.campaign_id == Campaign.id)
    .where(Campaign.id == bindparam("campaign"))
    .options(lazyload(Petition.campaign), lazyload(LetterAction.campaign))
)


def campaign_page(
    campaign: Campaign, *, takes_part: bool, via: str | None = None, now: datetime
) -> dict[str, Any]:
    """The values of `pages/campaign.html`; `takes_part` shows the form and the way to letters."""
    beside = db.session.execute(_BESIDE, {"campaign": campaign.id}).one()
    for name in ("post_links", "topics", "translations"):
        if not getattr(beside, name):
            set_committed_value(campaign, name, [])
    petition, letter_action = beside.Petition, beside.LetterAction
    return {
        "campaign": campaign,
        "image": beside.CampaignImage,
        "petition": petition,
        "takes_part": takes_part,
        "form": BlankForm(petition, via=via) if petition and takes_part else None,
        "progress": petitions.progress(petition) if petition else None,
        "names": petitions.public_names(petition) if beside.any_named else [],
        "paper_names": paper.public_names(petition) if petition and petition.paper_count else [],
        "corrections": voiding_queries.of(petition) if beside.any_correction else [],
        "comments": commenting.public(petition) if beside.any_comment else [],
        "letter_action": letter_action,
        "case": letter_action.case if letter_action else None,
        "today": now.date(),
        "background": campaign.posts(PostRole.BACKGROUND),
        "updates": campaign.posts(PostRole.UPDATE),
    }
