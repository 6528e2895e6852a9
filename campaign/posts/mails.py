"""The mails to those who write posts."""

from datetime import datetime

from campaign.accounts.mails import post_to
from campaign.accounts.models import Account
from campaign.lib import languages, links
from campaign.posts.models import Post


def your_post_comes_back(
    post: Post, author: Account, *, reason: str, by: Account, now: datetime
) -> None:
    """A moderator has sent a post back, with a reason. A subject tells nothing of it."""
    _post("your_post_comes_back", post, author, reason=reason, by=by, now=now)


def your_post_was_taken_down(post: Post, author: Account, *, by: Account, now: datetime) -> None:
    """A moderator has taken a post down, and says why."""
    _post("your_post_was_taken_down", post, author, reason=post.hidden_words or "", by=by, now=now)


def your_post_is_back(post: Post, author: Account, *, by: Account, now: datetime) -> None:
    """A moderator has brought a post back to where it was."""
    _post("your_post_is_back", post, author, reason="", by=by, now=now)


def _post(
    kind: str, post: Post, author: Account, *, reason: str, by: Account, now: datetime
) -> None:
    post_to(
        author,
        f"posts/mail/{kind}",
        about=about(post),
        now=now,
        moderator=by.name,
        title=post.title,
        because=languages.said(post.hidden_says, languages.DEFAULT),
        reason=reason,
        link=links.page(f"/staff/posts/{post.id}"),
    )


def about(post: Post) -> str:
    """What stands for the post in the outbox."""
    return f"post:{post.id}"
