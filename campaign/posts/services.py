"""What can be done with posts."""

from collections.abc import Sequence
from datetime import date

from campaign.lib.db import db
from campaign.posts import queries
from campaign.posts.models import Post, Topic


def name_topic(slug: str, *, name: str) -> Topic:
    """Make a topic, or give it another name."""
    found = queries.topics_by_slug([slug])
    topic = found[0] if found else Topic(slug=slug)
    topic.name = name
    db.session.add(topic)
    db.session.flush()
    return topic


def publish(
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
    """Put a post on the list, or correct the one that has this slug."""
    post = queries.by_slug(slug) or Post(slug=slug)
    post.title, post.summary, post.body = title, summary, body
    post.published_on, post.byline, post.source_note, post.language = (
        published_on,
        byline,
        source_note,
        language,
    )
    post.topics = list(topics)
    post.index()
    db.session.add(post)
    db.session.flush()
    return post
