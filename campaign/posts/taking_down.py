"""Moderators take a post down, whatever its state, and bring it back to exactly that state."""

from datetime import datetime

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.lib.db import db
from campaign.lib.hiding import Because
from campaign.posts import mails, rules
from campaign.posts.models import Post
from campaign.posts.rules import State
from campaign.posts.services import about, must_not_be_own, read_by_moderators


def take_down(post: Post, *, because: Because, words: str, by: Account, now: datetime) -> None:
    """Hide it from readers, and mail its author why.

    `post` comes from `to_change`. Raises MovedMeanwhile.
    """
    if post.state is State.HIDDEN:
        raise rules.MovedMeanwhile
    post.hidden_from, post.state = post.state, State.HIDDEN
    post.hidden_at, post.hidden_because, post.hidden_words = now, because, words
    db.session.flush()
    if post.author and post.author.is_active:
        mails.your_post_was_taken_down(post, post.author, by=by, now=now)
    trail.note("post.taken-down", by=by, about=about(post), reason=f"{because}: {words}", now=now)


def bring_back(post: Post, *, seen: str, by: Account, now: datetime) -> None:
    """Put it back where it was, with the very words that were read, and mail its author.

    Raises MovedMeanwhile, OtherThanSeen, OwnThing.
    """
    if post.state is not State.HIDDEN or post.hidden_from is None:
        raise rules.MovedMeanwhile
    if seen != read_by_moderators(post):
        raise rules.OtherThanSeen
    must_not_be_own(post, by=by, now=now)
    post.state, post.hidden_from = post.hidden_from, None
    post.hidden_at = post.hidden_because = post.hidden_words = None
    db.session.flush()
    if post.author and post.author.is_active:
        mails.your_post_is_back(post, post.author, by=by, now=now)
    trail.note("post.brought-back", by=by, about=about(post), now=now)
