"""What can be done with campaigns."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from campaign.accounts import queries as accounts, trail
from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.campaigns import queries, rules
from campaign.campaigns.models import (
    Campaign,
    CampaignMember,
    CampaignPost,
    CampaignSlug,
    CampaignTranslation,
    Version,
)
from campaign.campaigns.moves import about
from campaign.campaigns.rules import Outcome, PostRole, State, Wording
from campaign.lib.db import db, upserting
from campaign.lib.http import slug_of
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
    """Make a campaign in draft, or give new words to the one that has this slug.

    Raises SlugTaken when another campaign had it once.
    """
    campaign = queries.by_slug(slug) or Campaign(slug=slug, state=State.DRAFT)
    campaign.title, campaign.ask, campaign.story = title, ask, story
    campaign.notice, campaign.country, campaign.language = notice, country, language
    campaign.opens_at, campaign.closes_at = opens_at, closes_at
    campaign.topics = list(topics)
    campaign.index()
    db.session.add(campaign)
    db.session.flush()
    _take_slug(campaign)
    link_posts(campaign, posts)
    return campaign


def was_changed_by_staff(campaign: Campaign) -> bool:
    """Whether its words, its letters or where it stands are staff's, and not those of a file."""
    words = ("begun", "edited", "translated", "translation-removed", "moved", "outcome-told")
    stands = (*rules.Move, "taken-down", "brought-back")
    deeds = [f"campaign.{deed}" for deed in (*words, *stands)]
    return accounts.has_deed_of_staff(about(campaign), [*deeds, "letters.published"])


def free_slug(title: str) -> str:
    """An address made of the title that no campaign has or had."""
    wished = slug_of(title, rules.SLUG_LENGTH) or "campaign"
    taken = queries.slugs_like(wished) | rules.RESERVED_SLUGS
    numbered = (f"{wished}-{number}" for number in range(2, len(taken) + 3))
    return wished if wished not in taken else next(n for n in numbered if n not in taken)


def move_to(campaign: Campaign, slug: str, *, by: Account, now: datetime) -> None:
    """Give it another address; whoever has the old one is led to the new one.

    Raises SlugReserved, SlugTaken.
    """
    if slug == campaign.slug:
        return
    if slug in rules.RESERVED_SLUGS:
        raise rules.SlugReserved
    before, campaign.slug = campaign.slug, slug
    _take_slug(campaign)
    trail.note("campaign.moved", by=by, about=about(campaign), reason=f"was {before}", now=now)


def _take_slug(campaign: Campaign) -> None:
    """Make the address its own for ever. The database decides who was first."""
    with db.session.no_autoflush:
        db.session.execute(
            upserting(CampaignSlug)
            .values(slug=campaign.slug, campaign_id=campaign.id)
            .on_conflict_do_nothing(index_elements=["slug"])
        )
        owner = db.session.scalar(
            select(CampaignSlug.campaign_id).where(CampaignSlug.slug == campaign.slug)
        )
    if owner != campaign.id:
        raise rules.SlugTaken
    db.session.flush()


def join_team(campaign: Campaign, account: Account, *, by: Account, now: datetime) -> None:
    """Let an organiser work on it. Nothing happens when they do. Raises NoSuchOrganiser."""
    if account.role is not Role.ORGANISER or account.disabled_at:
        raise rules.NoSuchOrganiser
    lock(campaign)
    if db.session.get(CampaignMember, (campaign.id, account.id)):
        return
    db.session.add(CampaignMember(campaign_id=campaign.id, account_id=account.id))
    db.session.flush()
    trail.note("team.joined", by=by, about=about(campaign), reason=account.name, now=now)


def leave_team(campaign: Campaign, account: Account, *, by: Account, now: datetime) -> None:
    """Take somebody off the team; an administrator may take off the last one too.

    Whoever cannot sign in, or is no organiser any more, is nobody to leave it to. Raises
    LastOrganiser.
    """
    lock(campaign)
    if account not in queries.team_of(campaign):
        return
    others = queries.colleagues_of(account, campaign)
    is_last = all(other.role is not Role.ORGANISER for other in others)
    if is_last and by.role is not Role.ADMINISTRATOR:
        raise rules.LastOrganiser
    db.session.execute(
        delete(CampaignMember).where(
            CampaignMember.campaign_id == campaign.id, CampaignMember.account_id == account.id
        )
    )
    trail.note("team.left", by=by, about=about(campaign), reason=account.name, now=now)


def lock(campaign: Campaign) -> None:
    """Read it anew; nobody else changes it until this transaction ends."""
    db.session.execute(
        select(Campaign.id).where(Campaign.id == campaign.id).with_for_update(key_share=True)
    )
    db.session.refresh(campaign)


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
    """Let people read it and take part from `opens_at` on; for seeds, which no moderator reads."""
    campaign.state, campaign.outcome, campaign.outcome_text = State.OPEN, None, None
    db.session.flush()


def close(campaign: Campaign, *, outcome: Outcome, outcome_text: str, now: datetime) -> None:
    """End it and say what came of it, also for seeds. A closing time in the past stays as it is."""
    campaign.state, campaign.outcome = State.CLOSED, outcome
    campaign.outcome_text = outcome_text
    if campaign.closes_at is None or campaign.closes_at > now:
        campaign.closes_at = now
    db.session.flush()


def translate(
    campaign: Campaign,
    language: str,
    words: Mapping[str, str],
    *,
    needed: Sequence[str],
    translated_from: str,
) -> CampaignTranslation:
    """Give the campaign these words in another language; readers see it once it has all `needed`.

    `translated_from` is the fingerprint of the original they were made from.
    """
    translation = campaign.translation_in(language)
    if translation is None:
        translation = CampaignTranslation(language=language, image_alt="", is_whole=False)
        campaign.translations.append(translation)
    for name, text in words.items():
        setattr(translation, name, text)
    translation.translated_from = translated_from
    complete(campaign, needed=needed)
    db.session.flush()
    return translation


def complete(campaign: Campaign, *, needed: Sequence[str]) -> None:
    """See anew which translations lack nothing, and what people can search for."""
    for translation in campaign.translations:
        translation.is_whole = all(getattr(translation, name) for name in needed)
    campaign.index()


def take_translation_off(campaign: Campaign, translation: CampaignTranslation) -> None:
    """Readers of that language are shown the original from now on; versions stay."""
    campaign.translations.remove(translation)
    campaign.index()
    db.session.flush()


def put_into_words(
    campaign: Campaign,
    version: Version | None,
    words: Wording,
    *,
    is_signed: bool,
    reason: str | None,
    now: datetime,
) -> Version:
    """The version that has these words of the campaign and its petition.

    Other words than those of `version` change it while nobody has signed it; after that they make
    a new one.
    """
    if version is not None and version.words == words:
        return version
    if version is None or is_signed:
        version = Version(
            campaign_id=campaign.id,
            number=queries.latest_version_number(campaign) + 1,
            reason=reason if is_signed else None,
        )
    for name, text in words._asdict().items():
        setattr(version, name, text)
    version.made_at = now
    db.session.add(version)
    db.session.flush()
    return version
