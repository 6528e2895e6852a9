"""The mails to those who write posts."""

from datetime import datetime

from campaign.accounts import queries as accounts
from campaign.accounts.models import Account
from campaign.lib import languages, links
from campaign.mail import outbox
from campaign.posts.models import Post


def your_post_comes_back(
    post: Post, author: Account, *, reason: str, by: Account, now: datetime
) -> None:
    """A moderator has sent a post back, with a reason. A subject tells nothing of it."""
    outbox.post(
        "posts/mail/your_post_comes_back",
        to=accounts.email_of(author),
        language=languages.DEFAULT,
        key=f"your_post_comes_back:{post.id}:{now.timestamp():.6f}",
        about=f"post:{post.id}",
        now=now,
        values={
            "name": author.name,
            "moderator": by.name,
            "title": post.title,
            "reason": reason,
            "link": links.page(f"/staff/posts/{post.id}"),
        },
    )
