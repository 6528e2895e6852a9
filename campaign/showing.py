"""A campaign's page as readers see it: what its template is given.

Readers open it in `pages`, its team looks at it in `desk` before it is public.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import defaultload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from campaign.campaigns.image_models import CampaignImage
from campaign.campaigns.models import (
    IS_PUBLIC,
    Campaign,
    CampaignPost,
    CampaignTranslation,
    campaign_topic,
)
from campaign.campaigns.rules import PostRole
from campaign.letters.models import LetterAction
from campaign.lib.db import any_of, db
from campaign.paper import queries as paper
from campaign.petitions import commenting, queries as petitions, voiding_queries
from campaign.petitions.forms import BlankForm
from campaign.petitions.models import Petition
from campaign.posts.models import Post

#: A campaign, what it has one of, if any, and which of its lists have anything in them. In one
#: statement, made once: to ask for each takes a tenth of a page's time, and most lists are empty.
_WHOLE = (
    select(
        Campaign,
        Petition,
        LetterAction,
        CampaignImage,
        petitions.ANY_NAMED.label("any_named"),
        voiding_queries.ANY_PUBLISHED.label("any_correction"),
        commenting.ANY_PUBLIC.label("any_comment"),
        any_of(CampaignPost.campaign_id == Campaign.id).label("post_links"),
        any_of(campaign_topic.c.campaign_id == Campaign.id).label("topics"),
        any_of(CampaignTranslation.campaign_id == Campaign.id).label("translations"),
    )
    .outerjoin(Petition, Petition.campaign_id == Campaign.id)
    .outerjoin(LetterAction, LetterAction.campaign_id == Campaign.id)
    .outerjoin(CampaignImage, CampaignImage.campaign_id == Campaign.id)
    .options(
        lazyload(Petition.campaign),
        lazyload(LetterAction.campaign),
        # The page lists posts without their topics.
        defaultload(Campaign.post_links).joinedload(CampaignPost.post).lazyload(Post.topics),
    )
)
_PUBLIC = _WHOLE.where(Campaign.slug == bindparam("slug"), IS_PUBLIC)
_OF_TEAM = _WHOLE.where(Campaign.id == bindparam("campaign"))


def to_readers(slug: str, *, via: str | None, now: datetime) -> dict[str, Any] | None:
    """The values of `pages/campaign.html`; None where readers find no such campaign."""
    found = db.session.execute(_PUBLIC, {"slug": slug}).one_or_none()
    return found and _values(found, takes_part=found.Campaign.takes_part(now), via=via, now=now)


def to_team(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """The same, as readers will see it once it is open."""
    found = db.session.execute(_OF_TEAM, {"campaign": campaign.id}).one()
    return _values(found, takes_part=not campaign.outcome, via=None, now=now)


def _values(
    found: Row[*tuple[Any, ...]], *, takes_part: bool, via: str | None, now: datetime
) -> dict[str, Any]:
    """`takes_part` shows the form and the way to letters."""
    campaign, petition, letter_action = found.Campaign, found.Petition, found.LetterAction
    for name in ("post_links", "topics", "translations"):
        if not getattr(found, name):
            set_committed_value(campaign, name, [])
    return {
        "campaign": campaign,
        "image": found.CampaignImage,
        "petition": petition,
        "takes_part": takes_part,
        "form": BlankForm(petition, via=via) if petition and takes_part else None,
        "progress": petitions.progress(petition) if petition else None,
        "names": petitions.public_names(petition) if found.any_named else [],
        "paper_names": paper.public_names(petition) if petition and petition.paper_count else [],
        "corrections": voiding_queries.of(petition) if found.any_correction else [],
        "comments": commenting.public(petition) if found.any_comment else [],
        "letter_action": letter_action,
        "case": letter_action.case if letter_action else None,
        "today": now.date(),
        "background": campaign.posts(PostRole.BACKGROUND),
        "updates": campaign.posts(PostRole.UPDATE),
    }
