"""What can be done with posts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from campaign.accounts import impartial, queries as accounts, trail
from campaign.accounts.models import Account
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.posts import mails, queries, rules
from campaign.posts.models import Correction, Post, PostTranslation, Topic
from campaign.posts.rules import State, Words


def name_topic(slug: str, *, name: str, names: Mapping[str, str] | None = None) -> Topic:
    """Make a topic, or give it another name; `names` are those in other languages."""
    found = queries.topics_by_slug([slug])
    topic = found[0] if found else Topic(slug=slug)
    topic.name, topic.names = name, dict(names or {})
    db.session.add(topic)
    db.session.flush()
    return topic


def seed(
    slug: str,
    *,
    title: str,
    published_on: date,
    summary: str,
    body: str,
    source_note: str,
    topics: Sequence[Topic],
    byline: str | None = None,
    language: str = "en",
) -> Post:
    """Put a post that nobody here wrote before readers, or give new words to the one of this slug.

    What staff have changed since stays as they left it. Raises SlugTaken when
    somebody here wrote one of this slug.
    """
    post = queries.by_slug(slug) or Post(slug=slug)
    if post.author_id is not None:
        raise rules.SlugTaken
    if was_changed_by_staff(post):
        return post
    post.state = State.PUBLISHED
    post.title, post.summary, post.body = title, summary, body
    post.published_on, post.byline = published_on, byline
    post.source_note, post.language = source_note, language
    post.topics = list(topics)
    post.index()
    db.session.add(post)
    db.session.flush()
    return post


def was_changed_by_staff(post: Post) -> bool:
    """Whether a seeded post, or where it stands, is no longer as its file has it."""
    deeds = ("corrected", "translated", "translation-removed", "taken-down", "brought-back")
    return accounts.has_deed_of_staff(about(post), [f"post.{deed}" for deed in deeds])


def fingerprint(post: Post) -> str:
    """Tells whether its own words have changed since somebody had them before them."""
    return meanwhile.fingerprint(asdict(post.words))


def read_by_moderators(post: Post) -> str:
    """The fingerprint of everything a moderator decides about: its words in all languages."""
    translations = {one.language: translated(one) for one in post.translations}
    return meanwhile.fingerprint([asdict(post.words), translations])


def original(post: Post) -> dict[str, str]:
    """What there is to translate, by the names in TRANSLATED."""
    return {name: getattr(post, name) for name in rules.TRANSLATED}


def translated(translation: PostTranslation | None) -> dict[str, str]:
    """What stands in a translation, by the same names; blank where there is none."""
    return {name: getattr(translation, name) if translation else "" for name in rules.TRANSLATED}


def is_outdated(post: Post, translation: PostTranslation) -> bool:
    """Whether the original has other words than those it was made from."""
    return translation.translated_from != meanwhile.fingerprint(original(post))


def is_read(post: Post, translation: PostTranslation | None) -> bool:
    """Whether readers have seen the translation."""
    return translation is not None and post.was_public


def translate(
    post: Post,
    language: str,
    words: Mapping[str, str],
    *,
    translated_from: str,
    seen: str,
    says: str,
    by: Account,
    now: datetime,
) -> None:
    """Keep the post's words in another language; where readers see the post, they see them at once.

    `post` comes from `to_change`; `seen` is the fingerprint of what stood there, `translated_from`
    that of the original they were made from; `says` tells why words change that readers have seen.
    Raises ChangedMeanwhile, Unexplained.
    """
    translation = post.translated_into(language)
    stands = translated(translation)
    if words == stands and translation and translation.translated_from == translated_from:
        return
    if seen != meanwhile.fingerprint(stands):
        raise meanwhile.ChangedMeanwhile
    if not says and words != stands and is_read(post, translation):
        raise rules.Unexplained
    put_translation(post, language, words, translated_from=translated_from)
    if post.was_public:
        if words != stands:
            post.updated_at = now
            db.session.flush()
        reason = f"{language}: {says}" if says else language
        trail.note("post.translated", by=by, about=about(post), reason=reason, now=now)


def put_translation(
    post: Post, language: str, words: Mapping[str, str], *, translated_from: str
) -> None:
    """Give the post these words in that language, whatever stood there."""
    translation = post.translated_into(language)
    if translation is None:
        translation = PostTranslation(language=language)
        post.translations.append(translation)
    for name, text in words.items():
        setattr(translation, name, text)
    translation.translated_from = translated_from
    post.index()
    db.session.flush()


def take_translation_off(post: Post, language: str, *, by: Account, now: datetime) -> None:
    """Show readers of that language the original again. `post` comes from `to_change`."""
    translation = post.translated_into(language)
    if translation is None:
        return
    post.translations.remove(translation)
    post.index()
    db.session.flush()
    trail.note("post.translation-removed", by=by, about=about(post), reason=language, now=now)


def write(words: Words, *, by: Account) -> Post:
    """Begin a post, as a draft. Raises SlugTaken.

    The very same words once more by the same author, as from a second press, are the same post.
    """
    # Of two presses at once, the second waits for the first.
    db.session.refresh(by, with_for_update={"key_share": True})
    begun = queries.by_slug(words.slug)
    if begun and queries.wrote(by, begun) and begun.words == words:
        return begun
    post = Post(state=State.DRAFT, author_id=by.id)
    _put(post, words)
    return post


def save(post: Post, words: Words, *, seen: str) -> None:
    """Give other words to a post that readers have not seen yet.

    `post` comes from `to_change`; `seen` is the fingerprint of what its writer had before them.
    Raises ChangedMeanwhile, SlugTaken, MovedMeanwhile.
    """
    if post.was_public:
        raise rules.MovedMeanwhile
    if seen != fingerprint(post):
        raise meanwhile.ChangedMeanwhile
    _put(post, words)


def correct(post: Post, words: Words, *, says: str, seen: str, by: Account, now: datetime) -> None:
    """Give other words to a post that readers have seen, and tell them what was corrected.

    One that is taken down can be mended like this. Its slug stays. Raises
    ChangedMeanwhile, MovedMeanwhile, Unfinished, DatedAhead, NothingCorrected.
    """
    if not post.was_public:
        raise rules.MovedMeanwhile
    if seen != fingerprint(post):
        raise meanwhile.ChangedMeanwhile
    words = replace(words, slug=post.slug)
    rules.check_ready(words, now)
    if words == post.words:
        raise rules.NothingCorrected
    _put(post, words)
    post.corrections.append(Correction(at=now, says=says))
    post.updated_at = now
    db.session.flush()
    trail.note("post.corrected", by=by, about=about(post), reason=says, now=now)


def submit(post: Post, *, now: datetime) -> None:
    """Ask a moderator to publish a draft. Raises MovedMeanwhile, Unfinished, DatedAhead."""
    _must_be_in({State.DRAFT}, post)
    rules.check_ready(post.words, now)
    post.state, post.submitted_at, post.return_reason = State.IN_REVIEW, now, None
    db.session.flush()


def publish(post: Post, *, seen: str, by: Account, now: datetime) -> None:
    """Put a post before readers, with the very words that were read.

    Raises MovedMeanwhile, OtherThanSeen, OwnThing, Unfinished, DatedAhead.
    """
    _must_be_in(rules.PUBLISHES[by.role], post)
    if seen != read_by_moderators(post):
        raise rules.OtherThanSeen
    must_not_be_own(post, by=by, now=now)
    rules.check_ready(post.words, now)
    post.state, post.updated_at, post.return_reason = State.PUBLISHED, now, None
    db.session.flush()
    trail.note("post.published", by=by, about=about(post), now=now)


def send_back(post: Post, *, reason: str, by: Account, now: datetime) -> None:
    """Make a post in review a draft again, and mail its author why.

    Raises MovedMeanwhile, OwnThing.
    """
    _must_be_in({State.IN_REVIEW}, post)
    must_not_be_own(post, by=by, now=now)
    post.state, post.return_reason = State.DRAFT, reason
    db.session.flush()
    if post.author and post.author.is_active:
        mails.your_post_comes_back(post, post.author, reason=reason, by=by, now=now)
    trail.note("post.returned", by=by, about=about(post), reason=reason, now=now)


def undo_review(post: Post, *, updated_at: datetime | None, by: Account, now: datetime) -> None:
    """It waits for a moderator as it did before one published it or sent it back.

    `updated_at` is what it was before. Raises MovedMeanwhile, OwnThing.
    """
    _must_be_in({State.DRAFT, State.PUBLISHED}, post)
    must_not_be_own(post, by=by, now=now)
    post.state, post.updated_at, post.return_reason = State.IN_REVIEW, updated_at, None
    db.session.flush()
    trail.note("post.review-undone", by=by, about=about(post), now=now)


def delete(post: Post, *, by: Account, now: datetime) -> None:
    """Delete a draft that readers have never seen. Raises MovedMeanwhile."""
    _must_be_in({State.DRAFT}, post)
    if post.updated_at:
        raise rules.MovedMeanwhile
    trail.note("post.deleted", by=by, about=about(post), now=now)
    db.session.delete(post)
    db.session.flush()


def must_not_be_own(post: Post, *, by: Account, now: datetime) -> None:
    """Somebody else decides about it. Raises OwnThing."""
    impartial.must_not_be_own(queries.wrote(by, post), about=about(post), by=by, now=now)


def about(post: Post) -> str:
    """What stands for the post in the trail."""
    return f"post:{post.slug}"


def _must_be_in(states: set[State] | frozenset[State], post: Post) -> None:
    if post.state not in states:
        raise rules.MovedMeanwhile


def _put(post: Post, words: Words) -> None:
    topics = queries.topics_by_slug(words.topics)
    with db.session.no_autoflush:
        post.title, post.slug, post.language = words.title, words.slug, words.language
        post.published_on, post.byline = words.published_on, words.byline or None
        post.summary, post.body, post.source_note = words.summary, words.body, words.source_note
        post.topics = topics
        post.index()
        db.session.add(post)
    try:
        db.session.flush()
    except IntegrityError as trouble:
        raise rules.SlugTaken from trouble
