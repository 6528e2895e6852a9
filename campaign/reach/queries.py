"""What other sites and search engines ask: the words of cards, and which pages there are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import selectinload

from campaign.campaigns.models import IS_PUBLIC, Campaign, Version
from campaign.lib.db import db
from campaign.lib.languages import LANGUAGES, current, gettext
from campaign.posts.models import Post
from campaign.posts.rules import State
from campaign.reach import drawing
from campaign.reach.models import SharePicture
from campaign.reach.rules import IN_A_SITEMAP, Card

#: The public pages besides campaigns and posts.
PAGES = ("/", "/campaigns/", "/posts/", "/about", "/privacy")


class Entry(NamedTuple):
    """A public page in the sitemap."""

    path: str
    #: In which languages it is found.
    languages: Sequence[str]
    #: When its words last changed, where we know.
    changed_at: datetime | None


def of_site(site: str) -> Card:
    """The card of the site itself, in the language of the request."""
    says = gettext("Petitions and letters for human rights.")
    return Card(about="/", language=current(), title=site, text=says, site=site)


def of_campaign(campaign: Campaign, language: str, site: str) -> Card:
    """The card of a campaign, for readers of that language."""
    words = campaign.words_in(language)
    return Card(
        about=f"/campaigns/{campaign.slug}",
        language=words.language,
        title=words.title,
        text=words.ask,
        site=site,
    )


def of_post(post: Post, language: str, site: str) -> Card:
    """The card of a post, likewise."""
    words = post.words_in(language)
    return Card(
        about=f"/posts/{post.slug}",
        language=words.language,
        title=words.title,
        text=words.summary,
        site=site,
    )


def picture(card: Card) -> bytes | None:
    """The card's picture, if it was drawn."""
    return db.session.scalar(
        select(SharePicture.content).where(
            SharePicture.about == card.about,
            SharePicture.language == card.language,
            SharePicture.digest == drawing.digest(card),
        )
    )


def undrawn(site: str, most: int) -> list[Card]:
    """Some campaigns and posts that readers may see and nobody has drawn yet, in each language.

    What was put into another language since, or is one too many here, is drawn when it is asked
    for.
    """
    campaigns = db.session.scalars(
        select(Campaign).where(IS_PUBLIC, _is_undrawn("/campaigns/" + Campaign.slug)).limit(most)
    )
    posts = db.session.scalars(
        select(Post)
        .where(Post.state == State.PUBLISHED, _is_undrawn("/posts/" + Post.slug))
        .limit(most)
    )
    cards = [of_campaign(one, language, site) for one in campaigns for language in one.languages]
    cards += [of_post(one, language, site) for one in posts for language in one.languages]
    return cards[:most]


def _is_undrawn(path: ColumnElement[str]) -> ColumnElement[bool]:
    return ~exists().where(SharePicture.about == path)


def sitemap_files() -> list[tuple[str, int]]:
    """Kind and number of every file of the sitemap."""
    campaigns = select(func.count(Campaign.id)).where(IS_PUBLIC)
    posts = select(func.count(Post.id)).where(Post.state == State.PUBLISHED)
    counts = {
        "pages": len(PAGES),
        "campaigns": db.session.scalar(campaigns) or 0,
        "posts": db.session.scalar(posts) or 0,
    }
    return [
        (kind, number)
        for kind, count in counts.items()
        for number in range(1, -(-count // IN_A_SITEMAP) + 1)
    ]


def sitemap(kind: str, number: int) -> list[Entry]:
    """What that file of the sitemap lists; nothing where there is no such file."""
    start = (number - 1) * IN_A_SITEMAP
    match kind:
        case "campaigns":
            return list(_campaigns(start))
        case "posts":
            return list(_posts(start))
        case _:
            paths = PAGES[start : start + IN_A_SITEMAP]
            return [Entry(path, list(LANGUAGES), None) for path in paths]


def _campaigns(start: int) -> Iterable[Entry]:
    changed_at = (
        select(func.max(Version.made_at))
        .where(Version.campaign_id == Campaign.id)
        .correlate(Campaign)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Campaign, changed_at)
        .options(selectinload(Campaign.translations))
        .where(IS_PUBLIC)
        .order_by(Campaign.id)
        .offset(start)
        .limit(IN_A_SITEMAP)
    )
    return (Entry(f"/campaigns/{one.slug}", one.languages, changed) for one, changed in rows)


def _posts(start: int) -> Iterable[Entry]:
    posts = db.session.scalars(
        select(Post)
        .options(selectinload(Post.translations))
        .where(Post.state == State.PUBLISHED)
        .order_by(Post.id)
        .offset(start)
        .limit(IN_A_SITEMAP)
    )
    return (Entry(f"/posts/{post.slug}", post.languages, post.updated) for post in posts)
