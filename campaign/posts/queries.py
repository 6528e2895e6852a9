"""What readers and staff ask of the posts."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import joinedload

from campaign.accounts.models import Account
from campaign.lib.db import db
from campaign.lib.paging import Page, page_of
from campaign.lib.spellings import contains
from campaign.posts import rules
from campaign.posts.models import Post, Topic
from campaign.posts.rules import State

PAGE_SIZE = 10
STAFF_PAGE = 30


def by_slug(slug: str) -> Post | None:
    """The post with that slug, in whatever state."""
    return db.session.scalar(select(Post).where(Post.slug == slug))


def public_by_slug(slug: str) -> Post | None:
    """The post with that slug, if readers may see it."""
    return db.session.scalar(_public().where(Post.slug == slug))


def taken_down(slug: str) -> Post | None:
    """The post with that slug, if readers saw it and a moderator has taken it down."""
    return db.session.scalar(
        select(Post).where(
            Post.slug == slug,
            Post.state == State.HIDDEN,
            Post.hidden_from == State.PUBLISHED,
        )
    )


def by_slugs(slugs: Sequence[str]) -> dict[str, Post]:
    """Those of the posts that readers see, or have seen before they were taken down, by slug.

    For linking them to campaigns: a link outlasts the taking down.
    """
    was_public = or_(Post.state == State.PUBLISHED, Post.hidden_from == State.PUBLISHED)
    posts = db.session.scalars(select(Post).where(Post.slug.in_(slugs), was_public))
    return {post.slug: post for post in posts}


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
    """The topics that any public post has, by name."""
    used = select(Topic.id).join(Post.topics).where(Post.state == State.PUBLISHED)
    return db.session.scalars(select(Topic).where(Topic.id.in_(used)).order_by(Topic.name)).all()


def all_topics() -> Sequence[Topic]:
    """The topics there are to choose from, by name."""
    return db.session.scalars(select(Topic).order_by(Topic.name)).all()


def topics_by_slug(slugs: Sequence[str]) -> list[Topic]:
    """Those of the topics that there are."""
    return list(db.session.scalars(select(Topic).where(Topic.slug.in_(slugs))))


def by_id(number: int) -> Post | None:
    """The post with that number, in whatever state."""
    return db.session.get(Post, number)


def to_change(number: int) -> Post | None:
    """The post as it is at this moment; nobody else changes it until the transaction ends."""
    return db.session.scalar(
        select(Post)
        .where(Post.id == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def wrote(account: Account, post: Post) -> bool:
    """Whether this account is its author."""
    return post.author_id == account.id


def may_read(account: Account, post: Post) -> bool:
    """Whether this account may read the post on the staff pages."""
    return rules.may_read(post.state, role=account.role, wrote=wrote(account, post))


def may_edit(account: Account, post: Post) -> bool:
    """Whether this account may change its words."""
    return rules.may_edit(post.state, role=account.role, wrote=wrote(account, post))


def readable(
    account: Account, *, query: str = "", state: str = "", whose: str = "", page: int = 1
) -> Page[Post]:
    """A page of what this account may read on the staff pages; what is not public yet comes first.

    `state` and `whose` ("mine") narrow it.
    """
    is_mine = Post.author_id == account.id
    posts = (
        select(Post)
        .where(is_mine | Post.state.in_(rules.READS[account.role]))
        .options(joinedload(Post.author))
        .order_by(Post.state == State.PUBLISHED, Post.published_on.desc(), Post.id.desc())
    )
    posts = posts.where(
        contains(Post.search_text, query) if query else true(),
        Post.state == State(state) if state in set(State) else true(),
        is_mine if whose == "mine" else true(),
    )
    return page_of(posts, number=page, size=STAFF_PAGE)


def awaiting_review() -> Sequence[Post]:
    """The posts that wait for a moderator, with `submitted_at` and author; the oldest first."""
    return db.session.scalars(
        select(Post)
        .where(Post.state == State.IN_REVIEW)
        .options(joinedload(Post.author))
        .order_by(Post.submitted_at, Post.id)
    ).all()


def _public() -> Select[Post]:
    return select(Post).where(Post.state == State.PUBLISHED)


def _newest_first() -> Select[Post]:
    return _public().order_by(Post.published_on.desc(), Post.id.desc())
