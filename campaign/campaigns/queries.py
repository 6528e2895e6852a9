"""What readers ask of the campaigns."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.campaigns.models import Campaign, CampaignMember, CampaignPost, Version
from campaign.campaigns.rules import PUBLIC_STATES, Outcome, PostRole, State
from campaign.lib.db import db
from campaign.lib.spellings import contains
from campaign.posts.models import Post, Topic


def by_slug(slug: str) -> Campaign | None:
    """The campaign with that slug, in whatever state."""
    return db.session.scalar(select(Campaign).where(Campaign.slug == slug))


def public_by_slug(slug: str) -> Campaign | None:
    """The campaign with that slug, if a visitor may read it."""
    return db.session.scalar(
        select(Campaign).where(Campaign.slug == slug, Campaign.state.in_(PUBLIC_STATES))
    )


def of_team(account: Account, slug: str) -> Campaign | None:
    """The campaign with that slug, if this account may work on it."""
    campaign = by_slug(slug)
    if campaign is None or not is_in_team(account, campaign):
        return None
    return campaign


def seen_by(account: Account, slug: str) -> Campaign | None:
    """The campaign with that slug, if this account may see it before it is public.

    Its team may, and so may moderators.
    """
    return by_slug(slug) if account.role is Role.MODERATOR else of_team(account, slug)


def is_in_team(account: Account, campaign: Campaign) -> bool:
    """Whether this account may work on the campaign: organisers of its team, administrators."""
    if account.role is Role.ADMINISTRATOR:
        return True
    is_member = db.session.get(CampaignMember, (campaign.id, account.id)) is not None
    return account.role is Role.ORGANISER and is_member


def listed(*, query: str = "", topic: str = "", state: str = "") -> Select[Campaign]:
    """The public campaigns that match, open ones first, then the newest."""
    campaigns = (
        select(Campaign)
        .where(Campaign.state.in_(PUBLIC_STATES))
        .order_by((Campaign.state != State.OPEN), Campaign.opens_at.desc(), Campaign.id.desc())
    )
    if query:
        campaigns = campaigns.where(contains(Campaign.search_text, query))
    if topic:
        campaigns = campaigns.where(Campaign.topics.any(Topic.slug == topic))
    if state in ("open", "closed"):
        campaigns = campaigns.where(Campaign.state == State(state))
    if state == "won":
        campaigns = campaigns.where(Campaign.outcome == Outcome.WON)
    return campaigns


def of_post(post: Post) -> Sequence[tuple[Campaign, PostRole]]:
    """The public campaigns that the post belongs to, and how."""
    rows = db.session.execute(
        select(Campaign, CampaignPost.role)
        .join(CampaignPost)
        .where(CampaignPost.post_id == post.id, Campaign.state.in_(PUBLIC_STATES))
        .order_by((Campaign.state != State.OPEN), Campaign.opens_at.desc())
    )
    return [(campaign, role) for campaign, role in rows]


def topics() -> Sequence[Topic]:
    """The topics that any public campaign has, by name."""
    used = select(Topic.id).join(Campaign.topics).where(Campaign.state.in_(PUBLIC_STATES))
    return db.session.scalars(select(Topic).where(Topic.id.in_(used)).order_by(Topic.name)).all()


def latest_version_number(campaign: Campaign) -> int:
    """How many versions there are."""
    return (
        db.session.scalar(
            select(func.max(Version.number)).where(Version.campaign_id == campaign.id)
        )
        or 0
    )
