"""What readers and staff ask of the campaigns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.campaigns.models import (
    IS_PUBLIC,
    Campaign,
    CampaignMember,
    CampaignPost,
    CampaignSlug,
    Version,
)
from campaign.campaigns.rules import PUBLIC_STATES, Outcome, PostRole, State
from campaign.lib.db import db
from campaign.lib.spellings import contains
from campaign.posts.models import Post, Topic

#: Made once: every reader of a campaign's page asks it.
_PUBLIC_BY_SLUG = select(Campaign).where(Campaign.slug == bindparam("slug"), IS_PUBLIC)


def by_slug(slug: str) -> Campaign | None:
    """The campaign with that slug, in whatever state."""
    return db.session.scalar(select(Campaign).where(Campaign.slug == slug))


def by_any_slug(slug: str) -> Campaign | None:
    """The campaign that has that slug, or had it once."""
    return db.session.scalar(
        select(Campaign)
        .join(CampaignSlug, CampaignSlug.campaign_id == Campaign.id)
        .where(CampaignSlug.slug == slug)
    )


def public_by_slug(slug: str) -> Campaign | None:
    """The campaign with that slug, if a visitor may read it."""
    return db.session.scalar(_PUBLIC_BY_SLUG, {"slug": slug})


def taken_down(slug: str) -> Campaign | None:
    """The campaign with that slug, if visitors saw it and a moderator has taken it down."""
    return db.session.scalar(
        select(Campaign).where(
            Campaign.slug == slug,
            Campaign.state == State.HIDDEN,
            Campaign.hidden_from.in_(PUBLIC_STATES),
        )
    )


def by_former_slug(slug: str) -> Campaign | None:
    """The campaign that had this address once and has another one now."""
    return db.session.scalar(
        select(Campaign)
        .join(CampaignSlug, CampaignSlug.campaign_id == Campaign.id)
        .where(CampaignSlug.slug == slug, Campaign.slug != slug)
    )


def former_slugs(campaign: Campaign) -> Sequence[str]:
    """The addresses it had before."""
    return db.session.scalars(
        select(CampaignSlug.slug)
        .where(CampaignSlug.campaign_id == campaign.id, CampaignSlug.slug != campaign.slug)
        .order_by(CampaignSlug.slug)
    ).all()


def slugs_like(beginning: str) -> set[str]:
    """Every address that is or was in use and begins so."""
    return set(
        db.session.scalars(
            select(CampaignSlug.slug).where(
                CampaignSlug.slug.startswith(beginning, autoescape=True)
            )
        )
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


def team_of(campaign: Campaign) -> Sequence[Account]:
    """Who works on the campaign, by name."""
    return db.session.scalars(
        select(Account)
        .join(CampaignMember, CampaignMember.account_id == Account.id)
        .where(CampaignMember.campaign_id == campaign.id)
        .order_by(Account.name, Account.id)
    ).all()


def colleagues_of(account: Account, campaign: Campaign) -> list[Account]:
    """Who else is in the team and can sign in."""
    return [one for one in team_of(campaign) if one.is_active and one.id != account.id]


def begun_by(press: str) -> Campaign | None:
    """The campaign that this press of a button has begun."""
    return db.session.scalar(select(Campaign).where(Campaign.press == press))


def is_alone_in_team(account: Account, campaign: Campaign) -> bool:
    """Whether nobody else in its team can sign in."""
    return account in team_of(campaign) and not colleagues_of(account, campaign)


def teams_of(campaigns: Iterable[Campaign]) -> dict[int, list[Account]]:
    """Who works on each of them, by name; under the campaign's id."""
    teams: dict[int, list[Account]] = defaultdict(list)
    members = db.session.execute(
        select(CampaignMember.campaign_id, Account)
        .join(Account, CampaignMember.account_id == Account.id)
        .where(CampaignMember.campaign_id.in_([campaign.id for campaign in campaigns]))
        .order_by(Account.name, Account.id)
    )
    for campaign_id, account in members:
        teams[campaign_id].append(account)
    return teams


def of_staff(account: Account, *, query: str = "", state: str = "") -> Select[Campaign]:
    """The campaigns on somebody's desk that match, whatever waits first, then the newest.

    Organisers have those of their teams; administrators and moderators have all.
    """
    campaigns = select(Campaign).order_by(Campaign.state != State.IN_REVIEW, Campaign.id.desc())
    if account.role is Role.ORGANISER:
        teams = select(CampaignMember.campaign_id).where(CampaignMember.account_id == account.id)
        campaigns = campaigns.where(Campaign.id.in_(teams))
    if query:
        campaigns = campaigns.where(contains(Campaign.search_text, query))
    if state in set(State):
        campaigns = campaigns.where(Campaign.state == State(state))
    return campaigns


def awaiting_review() -> Sequence[Campaign]:
    """What waits for a moderator, the oldest first."""
    return db.session.scalars(
        select(Campaign)
        .where(Campaign.state == State.IN_REVIEW)
        .order_by(Campaign.submitted_at, Campaign.id)
    ).all()


def versions(campaign: Campaign) -> Sequence[Version]:
    """Every wording of it, the newest first."""
    return db.session.scalars(
        select(Version).where(Version.campaign_id == campaign.id).order_by(Version.number.desc())
    ).all()


def listed(*, query: str = "", topic: str = "", state: str = "", now: datetime) -> Select[Campaign]:
    """The public campaigns that match, open ones first, then the newest."""
    has_closed = _has_closed(now)
    campaigns = (
        select(Campaign)
        .where(IS_PUBLIC)
        .options(selectinload(Campaign.translations))
        .order_by(has_closed, Campaign.opens_at.desc(), Campaign.id.desc())
    )
    if query:
        campaigns = campaigns.where(contains(Campaign.search_text, query))
    if topic:
        campaigns = campaigns.where(Campaign.topics.any(Topic.slug == topic))
    if state == "open":
        campaigns = campaigns.where(~has_closed, Campaign.opens_at <= now)
    if state == "closed":
        campaigns = campaigns.where(has_closed)
    if state == "won":
        campaigns = campaigns.where(Campaign.outcome == Outcome.WON)
    return campaigns


def _has_closed(now: datetime) -> ColumnElement[bool]:
    """A condition: among public campaigns, those that closed or reached their closing time."""
    return or_(
        Campaign.state == State.CLOSED,
        and_(Campaign.closes_at.is_not(None), Campaign.closes_at <= now),
    )


def of_post(post: Post) -> Sequence[tuple[Campaign, PostRole]]:
    """The public campaigns that the post belongs to, and how."""
    rows = db.session.execute(
        select(Campaign, CampaignPost.role)
        .join(CampaignPost)
        .where(CampaignPost.post_id == post.id, IS_PUBLIC)
        .options(selectinload(Campaign.translations))
        .order_by(Campaign.state != State.OPEN, Campaign.opens_at.desc())
    )
    return [(campaign, role) for campaign, role in rows]


def topics() -> Sequence[Topic]:
    """The topics that any public campaign has, by name."""
    used = select(Topic.id).join(Campaign.topics).where(IS_PUBLIC)
    return db.session.scalars(select(Topic).where(Topic.id.in_(used)).order_by(Topic.name)).all()


def latest_version_number(campaign: Campaign) -> int:
    """How many versions there are."""
    return (
        db.session.scalar(
            select(func.max(Version.number)).where(Version.campaign_id == campaign.id)
        )
        or 0
    )
