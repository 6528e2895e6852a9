"""What readers ask of the posts."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from campaign.lib.db import db
from campaign.lib.paging import Page, page_of
from campaign.lib.spellings import contains
from campaign.posts.models import Post, Topic

PAGE_SIZE = 10


def by_slug(slug: str) -> Post | None:
    """The post with that slug."""
    return db.session.scalar(select(Post).where(Post.slug == slug))


def by_slugs(slugs: Sequence[str]) -> dict[str, Post]:
    """Those of the posts that there are, by slug."""
    return {
        post.slug: post for post in db.session.scalars(select(Post).where(Post.slug.in_(slugs)))
    }


def listed(*, query: str = "", topic: str = "", page: int = 1) -> Page[Post]:
    """A page of the posts, newest first, that have every word of the query and that topic."""
    posts = _newest_first()
    if query:
        posts = posts.where(contains(Post.search_text, query))
    if topic:
        posts = posts.where(Post.topics.any(Topic.slug == topic))
    return page_of(posts, number=page, size=PAGE_SIZE)


def latest(number: int) -> Sequence[Post]:
    """The newest posts."""
    return db.session.scalars(_newest_first().limit(number)).all()


def topics() -> Sequence[Topic]:
    """The topics that any post has, by name."""
    return db.session.scalars(
        select(Topic)
        .where(Topic.id.in_(select(Post.id).join(Post.topics).with_only_columns(Topic.id)))
        .order_by(Topic.name)
    ).all()


def topics_by_slug(slugs: Sequence[str]) -> list[Topic]:
    """Those of the topics that there are."""
    return list(db.session.scalars(select(Topic).where(Topic.slug.in_(slugs))))


def _newest_first() -> Select[Post]:
    return select(Post).order_by(Post.published_on.desc(), Post.id.desc())
