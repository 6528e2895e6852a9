"""The readers' door."""

from flask import (
    Response,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from campaign.campaigns import images, queries as campaigns
from campaign.campaigns.rules import PostRole
from campaign.letters import queries as letters
from campaign.lib import assets, headers
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import cleaned
from campaign.lib.http import found
from campaign.pages import queries
from campaign.petitions import queries as petitions
from campaign.petitions.forms import SignForm
from campaign.posts import queries as posts

bp = Door("pages", __name__, audience=Audience.EVERYBODY)

HOME_CAMPAIGNS = 6
HOME_POSTS = 4


@bp.get("/")
def home() -> Response:
    """Open campaigns, the latest posts, how many have signed in all."""
    return _public(
        "pages/home.html",
        cards=queries.open_cards(HOME_CAMPAIGNS),
        posts=posts.latest(HOME_POSTS),
        total=petitions.total_confirmed(),
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
        page=request.args.get("page", 1, int),
    )
    return _public(
        "pages/campaign_list.html",
        page=page,
        chosen=chosen,
        topic_options=[(topic.slug, topic.name) for topic in campaigns.topics()],
    )


@bp.get("/campaigns/<slug:slug>")
def campaign(slug: str) -> Response:
    """A campaign's page: story, ask, addressee, posts, progress, and the sign form in it."""
    shown = found(campaigns.public_by_slug(slug))
    petition = petitions.of_campaign(shown)
    letter_action = letters.of_campaign(shown)
    takes_part = shown.takes_part(utc_now())
    return _public(
        "pages/campaign.html",
        campaign=shown,
        image=images.of(shown),
        petition=petition,
        takes_part=takes_part,
        form=SignForm(petition, formdata=None, via=request.args.get("via"))
        if petition and takes_part
        else None,
        progress=queries.progress(petition) if petition else None,
        names=petitions.public_names(petition) if petition else [],
        letter_action=letter_action,
        case=letter_action.case if letter_action else None,
        today=utc_now().date(),
        background=shown.posts(PostRole.BACKGROUND),
        updates=shown.posts(PostRole.UPDATE),
    )


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
