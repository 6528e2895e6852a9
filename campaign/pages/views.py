"""The readers' door."""

from flask import (
    Response,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from campaign import showing
from campaign.campaigns import queries as campaigns
from campaign.lib import assets, headers, languages
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import cleaned
from campaign.lib.http import asked_number, found
from campaign.pages import queries
from campaign.petitions import queries as petitions
from campaign.posts import queries as posts
from campaign.posts.models import named

bp = Door("pages", __name__, audience=Audience.EVERYBODY, is_shared=True)

HOME_CAMPAIGNS = 6
HOME_POSTS = 4


@bp.get("/")
def home() -> Response:
    """Open campaigns, the latest posts, how many have signed in all."""
    total, on_paper = petitions.totals()
    return _public(
        "pages/home.html",
        cards=queries.open_cards(HOME_CAMPAIGNS, now=utc_now()),
        posts=posts.latest(HOME_POSTS),
        total=total,
        on_paper=on_paper,
    )


@bp.get("/campaigns/")
def campaign_list() -> Response:
    """All campaigns, with search and filters."""
    chosen = {name: cleaned(request.args.get(name)) for name in ("q", "topic", "state", "kind")}
    page = queries.listed(
        query=chosen["q"],
        topic=chosen["topic"],
        state=chosen["state"],
        kind=chosen["kind"],
        page=asked_number("page", 1),
        now=utc_now(),
    )
    return _public(
        "pages/campaign_list.html",
        page=page,
        chosen=chosen,
        topic_options=named(campaigns.topics(), languages.current()),
    )


@bp.get("/campaigns/<slug:slug>")
def campaign(slug: str) -> Response:
    """A campaign's page: story, ask, addressee, posts, progress, and the sign form in it."""
    values = found(showing.to_readers(slug, via=request.args.get("via"), now=utc_now()))
    return _public("pages/campaign.html", **values)


@bp.get("/posts/<slug:slug>")
def post(slug: str) -> Response:
    """A post, with the campaigns it belongs to."""
    shown = found(posts.public_by_slug(slug))
    of_post = campaigns.of_post(shown)
    return _public(
        "pages/post.html",
        post=shown,
        cards=queries.cards([campaign for campaign, _role in of_post]),
    )


@bp.get("/about")
def about() -> Response:
    """Who runs this, and how it works."""
    return _public("pages/about.html")


@bp.get("/privacy")
def privacy() -> Response:
    """What we hold, how long, and how to have it erased."""
    return _public("pages/privacy.html")


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Browsers ask for it without being told to."""
    return redirect(assets.url("img/mark.svg"))


def _public(template: str, **values: object) -> Response:
    return headers.public(make_response(render_template(template, **values)))
