"""What can be done with campaigns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from campaign.campaigns import queries
from campaign.campaigns.models import Campaign, CampaignPost, Version
from campaign.campaigns.rules import Outcome, PostRole, State
from campaign.lib.db import db
from campaign.posts.models import Post, Topic


def write(
    slug: str,
    *,
    title: str,
    ask: str,
    story: str,
    country: str,
    topics: Sequence[Topic],
    posts: Mapping[PostRole, Sequence[Post]],
    opens_at: datetime,
    closes_at: datetime | None = None,
    notice: str | None = None,
    language: str = "en",
) -> Campaign:
    """Make a campaign in draft, or give new words to the one that has this slug."""
    campaign = queries.by_slug(slug) or Campaign(slug=slug, state=State.DRAFT)
    campaign.title, campaign.ask, campaign.story, campaign.notice = (
        title,
        ask,
        story,
        notice,
    )
    campaign.country, campaign.language = country, language
    campaign.opens_at, campaign.closes_at = opens_at, closes_at
    campaign.topics = list(topics)
    campaign.index()
    db.session.add(campaign)
    db.session.flush()
    link_posts(campaign, posts)
    return campaign


def link_posts(campaign: Campaign, posts: Mapping[PostRole, Sequence[Post]]) -> None:
    """Make these the campaign's posts, and let the others go."""
    links = []
    for role, of_role in posts.items():
        for post in of_role:
            link = db.session.get(CampaignPost, (campaign.id, post.id)) or CampaignPost(post=post)
            link.role = role
            links.append(link)
    campaign.post_links = links
    db.session.flush()


def open_(campaign: Campaign) -> None:
    """Let people read it and take part from `opens_at` on."""
    campaign.state, campaign.outcome, campaign.outcome_text = State.OPEN, None, None
    db.session.flush()


def close(campaign: Campaign, *, outcome: Outcome, outcome_text: str, now: datetime) -> None:
    """End it and say what came of it. A closing time in the past stays as it is."""
    campaign.state, campaign.outcome, campaign.outcome_text = (
        State.CLOSED,
        outcome,
        outcome_text,
    )
    if campaign.closes_at is None or campaign.closes_at > now:
        campaign.closes_at = now
    db.session.flush()


def put_into_words(
    campaign: Campaign,
    version: Version | None,
    *,
    is_signed: bool,
    addressee: str,
    statement: str,
    reason: str | None,
    now: datetime,
) -> Version:
    """The version that has the campaign's words as they are now, with the petition's.

    Other words than those of `version` change it while nobody has signed it; after that they make
    a new one.
    """
    words = (campaign.title, campaign.ask, campaign.story, addressee, statement)
    if version is not None and version.words == words:
        return version
    if version is None or is_signed:
        version = Version(
            campaign_id=campaign.id,
            number=queries.latest_version_number(campaign) + 1,
            reason=reason if is_signed else None,
        )
    version.title, version.ask, version.story = campaign.title, campaign.ask, campaign.story
    version.addressee, version.statement, version.made_at = addressee, statement, now
    db.session.add(version)
    db.session.flush()
    return version
