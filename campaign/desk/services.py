"""What organisers and moderators do to a campaign with all that hangs on it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import (
    moving,
    queries as campaign_queries,
    rules as campaign_rules,
    services as campaigns,
)
from campaign.campaigns.models import Campaign, CampaignMember, CampaignTranslation
from campaign.campaigns.moves import about, must_not_be_own
from campaign.campaigns.rules import SHOWN_STATES, Outcome, PostRole, State
from campaign.desk import queries, rules
from campaign.desk.queries import Content
from campaign.letters import queries as letters
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.lib.refusals import Busy
from campaign.petitions import queries as petitions, services as petition_services, wording
from campaign.posts import queries as posts
from campaign.posts.models import Post


def begin(
    *,
    title: str,
    language: str,
    topics: Sequence[str],
    post: Post | None = None,
    like: Campaign | None = None,
    key: str | None = None,
    by: Account,
    now: datetime,
) -> Campaign:
    """Make a draft, with its maker in the team.

    It grows from a post, or begins with the words of another campaign: all but its dates, and
    without its letters. The same answers with the same key once more, which is that of the form,
    give the same draft. Raises Busy when another one took the same address this very moment.
    """
    press = None
    if key:
        # Of two presses at once, the second waits for the first.
        db.session.refresh(by, with_for_update={"key_share": True})
        grown = [post.slug if post else "", like.slug if like else ""]
        press = meanwhile.fingerprint([key, by.id, title, language, sorted(topics), *grown])
        if begun := campaign_queries.begun_by(press):
            return begun
    words = queries.content(like) if like else {}
    campaign = _draft(words, title=title, language=language, topics=topics, post=post)
    campaign.press = press
    db.session.add(CampaignMember(campaign_id=campaign.id, account_id=by.id))
    if words:
        _put_petition(campaign, words, reason=None, now=now)
    trail.note("campaign.begun", by=by, about=about(campaign), now=now)
    db.session.flush()
    return campaign


def _draft(
    words: Content, *, title: str, language: str, topics: Sequence[str], post: Post | None
) -> Campaign:
    """A new campaign that has these words of another one. Raises Busy."""
    links = {**words.get("posts", {}), **({post.slug: PostRole.BACKGROUND} if post else {})}
    try:
        return campaigns.write(
            campaigns.free_slug(title),
            title=title,
            ask=words.get("ask", ""),
            story=words.get("story", ""),
            notice=words.get("notice") or None,
            country=words.get("country", ""),
            language=language,
            topics=posts.topics_by_slug(topics),
            posts=_posts_by_role(links),
            opens_at=campaign_rules.AT_ONCE,
        )
    except IntegrityError as trouble:
        raise Busy from trouble


def save(
    campaign: Campaign, typed: Content, *, seen: str, reason: str, by: Account, now: datetime
) -> None:
    """Keep what the team typed, however unfinished a draft is.

    Words that people signed stay bound to their signatures: other words make a new version, and
    `reason` says why. `seen` is the fingerprint of what stood there when the page was opened.
    Raises ChangedMeanwhile, InReview, ReasonMissing, PetitionStays.
    """
    campaigns.lock(campaign)
    stands = queries.content(campaign)
    if typed == stands:
        return
    if meanwhile.fingerprint(stands) != seen:
        raise meanwhile.ChangedMeanwhile
    if campaign.state is State.IN_REVIEW:
        raise campaign_rules.InReview
    if not reason and needs_reason(campaign, typed, stands):
        raise rules.ReasonMissing
    campaigns.write(
        campaign.slug,
        title=typed["title"],
        ask=typed["ask"],
        story=typed["story"],
        notice=typed["notice"] or None,
        country=typed["country"],
        language=typed["language"],
        topics=posts.topics_by_slug(typed["topics"]),
        posts=_posts_by_role(typed["posts"]),
        opens_at=_opening(campaign, typed, stands, now),
        closes_at=_moment(typed, stands, "closes_at", campaign.closes_at),
    )
    _put_petition(campaign, typed, reason=reason or None, now=now)
    if campaign.state in SHOWN_STATES:
        trail.note("campaign.edited", by=by, about=about(campaign), reason=reason or None, now=now)


def translate(
    campaign: Campaign,
    language: str,
    typed: Mapping[str, str],
    *,
    translated_from: str,
    seen: str,
    reason: str,
    by: Account,
    now: datetime,
) -> None:
    """Keep the campaign's words in another language, as guarded as those of the original.

    `seen` is the fingerprint of what stood there when the page was opened, `translated_from` that
    of the original it was made from. Raises ChangedMeanwhile, InReview, ReasonMissing.
    """
    campaigns.lock(campaign)
    translation = campaign.translation_in(language)
    stands = wording.translated(translation)
    if typed == stands and translation and translation.translated_from == translated_from:
        return
    if meanwhile.fingerprint(stands) != seen:
        raise meanwhile.ChangedMeanwhile
    if campaign.state is State.IN_REVIEW:
        raise campaign_rules.InReview
    if not reason and translation and _changes_signed(translation, typed):
        raise rules.ReasonMissing
    wording.translate(
        campaign,
        language,
        typed,
        translated_from=translated_from,
        reason=reason or None,
        now=now,
    )
    if campaign.state in SHOWN_STATES:
        says = f"{language}: {reason}" if reason else language
        trail.note("campaign.translated", by=by, about=about(campaign), reason=says, now=now)


def _changes_signed(translation: CampaignTranslation, typed: Mapping[str, str]) -> bool:
    changed = any(typed[name] != getattr(translation, name) for name in rules.SIGNED_WORDS)
    number = translation.version_id
    return changed and number is not None and petitions.is_signed(number)


def take_translation_off(campaign: Campaign, language: str, *, by: Account, now: datetime) -> None:
    """Show readers of that language the original again. Who signed keeps the words they signed.

    Raises InReview.
    """
    campaigns.lock(campaign)
    if campaign.state is State.IN_REVIEW:
        raise campaign_rules.InReview
    translation = campaign.translation_in(language)
    if translation is None:
        return
    campaigns.take_translation_off(campaign, translation)
    trail.note(
        "campaign.translation-removed", by=by, about=about(campaign), reason=language, now=now
    )


def needs_reason(campaign: Campaign, typed: Content, stands: Content) -> bool:
    """Whether words change that somebody has signed."""
    petition = petitions.of_campaign(campaign)
    changed = any(typed[name] != stands[name] for name in (*rules.SIGNED_WORDS, "language"))
    return changed and petition is not None and petitions.is_signed(petition.version_id)


def submit(campaign: Campaign, *, by: Account, now: datetime) -> None:
    """Ask a moderator to open it. Raises NotComplete, MovedMeanwhile."""
    campaigns.lock(campaign)
    if campaign.state is State.DRAFT:
        _must_be_complete(campaign, now)
    moving.submit(campaign, by=by, now=now)


def open_reviewed(campaign: Campaign, *, seen: str, by: Account, now: datetime) -> None:
    """A moderator opens what they have read, and nothing else.

    Raises OtherThanSeen, OwnThing, NotComplete, ClosingPassed, MovedMeanwhile.
    """
    campaigns.lock(campaign)
    if campaign.state is State.IN_REVIEW:
        if queries.read_by_moderators(campaign) != seen:
            raise campaign_rules.OtherThanSeen
        must_not_be_own(campaign, by=by, now=now)
        _must_be_complete(campaign, now)
    moving.open_reviewed(campaign, by=by, now=now)


def send_back(campaign: Campaign, *, reason: str, by: Account, now: datetime) -> None:
    """A moderator gives it back to its team and says why. Raises OwnThing, MovedMeanwhile."""
    campaigns.lock(campaign)
    if campaign.state is State.IN_REVIEW:
        must_not_be_own(campaign, by=by, now=now)
    moving.send_back(campaign, reason=reason, by=by, now=now)


def reopen(campaign: Campaign, *, reason: str, by: Account, now: datetime) -> None:
    """A moderator lets people take part again. Raises TooLateToReopen, OwnThing, MovedMeanwhile."""
    campaigns.lock(campaign)
    if campaign.state is State.CLOSED and not queries.may_reopen(campaign, now):
        raise rules.TooLateToReopen
    moving.reopen(campaign, reason=reason, by=by, now=now)


def tell_outcome(
    campaign: Campaign,
    *,
    outcome: Outcome,
    outcome_text: str,
    seen: str,
    by: Account,
    now: datetime,
) -> None:
    """Say anew what came of a closed campaign.

    `seen` is the fingerprint of what it said when the page was opened. Raises ChangedMeanwhile,
    MovedMeanwhile.
    """
    campaigns.lock(campaign)
    if campaign.state is State.CLOSED:
        if campaign.told == {"outcome": outcome, "outcome_text": outcome_text}:
            return
        if meanwhile.fingerprint(campaign.told) != seen:
            raise meanwhile.ChangedMeanwhile
    moving.tell_outcome(campaign, outcome=outcome, outcome_text=outcome_text, by=by, now=now)


def _must_be_complete(campaign: Campaign, now: datetime) -> None:
    petition, action = petitions.of_campaign(campaign), letters.of_campaign(campaign)
    if rules.lacks(campaign, petition, action, now=now):
        raise rules.NotComplete


def _put_petition(campaign: Campaign, words: Content, *, reason: str | None, now: datetime) -> None:
    """A campaign has a petition when either of its two texts is there."""
    if not words["addressee"] and not words["statement"]:
        petition_services.take_from(campaign)
        return
    petition_services.put_to(
        campaign,
        addressee=words["addressee"],
        statement=words["statement"],
        goal=int(words["goal"]) if words["goal"] else None,
        asks_country=words["asks_country"],
        asks_postcode=words["asks_postcode"],
        asks_comment=words["asks_comment"],
        reason=reason,
        now=now,
    )


def _posts_by_role(roles: Mapping[str, str]) -> dict[PostRole, list[Post]]:
    linked = posts.by_slugs(list(roles))
    return {
        role: [linked[slug] for slug, has in roles.items() if has == role and slug in linked]
        for role in PostRole
    }


def _opening(campaign: Campaign, typed: Content, stands: Content, now: datetime) -> datetime:
    """When it opens; readers are not told that what opens just now has been open for years."""
    at = _moment(typed, stands, "opens_at", campaign.opens_at) or campaign_rules.AT_ONCE
    is_moved = at != campaign.opens_at
    return max(at, now) if is_moved and campaign.state in SHOWN_STATES else at


def _moment(typed: Content, stands: Content, name: str, before: datetime | None) -> datetime | None:
    """What was typed as a moment; one that was not changed keeps its seconds."""
    if typed[name] == stands[name]:
        return before
    return datetime.fromisoformat(typed[name]).replace(tzinfo=UTC) if typed[name] else None
