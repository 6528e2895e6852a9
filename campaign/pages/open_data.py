"""Open data: what every visitor may read, for other sites. No person is in it."""

from typing import Any

from flask import Response, jsonify

from campaign.campaigns import queries as campaigns
from campaign.campaigns.rules import PostRole
from campaign.lib import headers, languages, links
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.http import asked_number, found
from campaign.pages import queries
from campaign.pages.queries import Card
from campaign.petitions import queries as petitions, voiding_queries
from campaign.petitions.models import Petition

bp = Door("open_data", __name__, audience=Audience.EVERYBODY, is_shared=True)


@bp.get("/campaigns.json")
def campaign_list() -> Response:
    """All public campaigns, a page at a time."""
    page = queries.listed(page=asked_number("page", 1), now=utc_now())
    return _open(
        {
            "campaigns": [_summary(card) for card in page.items],
            "total": page.total,
            "page": page.number,
            "pages": page.pages,
        }
    )


@bp.get("/campaigns/<slug:slug>.json")
def campaign(slug: str) -> Response:
    """One campaign, with the words that people sign and the posts it belongs to."""
    shown = found(campaigns.public_by_slug(slug))
    (card,) = queries.cards([shown])
    words, petition = shown.words_in(languages.current()), card.petition
    outcome = shown.outcome_in(languages.current())
    return _open(
        {
            **_summary(card),
            "story": words.story,
            "outcome_text": outcome.text if outcome else None,
            "statement": petition.words_in(languages.current()).statement if petition else None,
            "corrections": _corrections(card),
            "topics": [topic.slug for topic in shown.topics],
            "posts": {
                role: [links.page(f"/posts/{post.slug}") for post in shown.posts(role)]
                for role in PostRole
            },
        }
    )


@bp.get("/campaigns/<slug:slug>/count.json")
def count(slug: str) -> Response:
    """How many have signed, for the page that is open and for other sites."""
    petition = found(petitions.public_by_slug(slug))
    return _open(_counts(petition, petitions.progress(petition)[1]), seconds=10)


def _summary(card: Card) -> dict[str, Any]:
    of, petition = card.campaign, card.petition
    words = of.words_in(languages.current())
    return {
        "slug": of.slug,
        "address": links.page(f"/campaigns/{of.slug}"),
        "title": words.title,
        "ask": words.ask,
        "language": words.language,
        "original_language": of.language,
        "translations": {
            language: links.page(f"/campaigns/{of.slug}", language) for language in of.languages[1:]
        },
        "country": of.country,
        "state": of.stage(utc_now()),
        "outcome": of.outcome,
        "opened_on": of.opens_at.date().isoformat(),
        "closed_on": of.closed_on.isoformat() if of.closed_on else None,
        "letters": card.letters and {"posted": card.letters.posted_count},
        "petition": petition
        and {
            "addressee": petition.words_in(languages.current()).addressee,
            **_counts(petition, card.goal),
        },
    }


def _counts(petition: Petition, goal: int) -> dict[str, int]:
    """`count` is of those who signed and confirmed online; `total` has both, as has the goal."""
    return {
        "count": petition.confirmed_count,
        "paper": petition.paper_count,
        "total": petition.total,
        "next_goal": goal,
    }


def _corrections(card: Card) -> list[dict[str, Any]]:
    """What was told when many signatures were removed at once, or brought back."""
    told = voiding_queries.of(card.petition) if card.petition else []
    return [
        {
            "moved_on": one.moved_at.date().isoformat(),
            "moved": one.moved,
            "count_before": one.total_before,
            "words": one.words,
        }
        for one in told
    ]


def _open(data: dict[str, Any], *, seconds: int = 30) -> Response:
    """The data, readable from scripts of any other site."""
    response = jsonify(data)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return headers.public(response, seconds=seconds)
