"""Everybody's door to pictures for sharing and to codes to scan."""

import io

import segno
from flask import Response, current_app

from campaign.campaigns import queries as campaigns
from campaign.lib import headers, links
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.languages import current
from campaign.posts import queries as posts
from campaign.reach import pictures, queries
from campaign.reach.rules import Card

bp = Door("sharing", __name__, audience=Audience.EVERYBODY, is_shared=True)

#: So long caches keep a picture; then what was taken down is out of them.
_HOUR = 3600


@bp.get("/share.png")
def of_site() -> Response:
    """The picture of the site itself."""
    return _picture(queries.of_site(_site()))


@bp.get("/campaigns/<slug:slug>/share.png")
def of_campaign(slug: str) -> Response:
    """The picture of a campaign."""
    return _picture(queries.of_campaign(found(campaigns.public_by_slug(slug)), current(), _site()))


@bp.get("/posts/<slug:slug>/share.png")
def of_post(slug: str) -> Response:
    """The picture of a post."""
    return _picture(queries.of_post(found(posts.public_by_slug(slug)), current(), _site()))


@bp.get("/campaigns/<slug:slug>/qr.svg")
def code(slug: str) -> Response:
    """The campaign's address as a code to scan, for posters and stalls."""
    shown, drawing = found(campaigns.public_by_slug(slug)), io.BytesIO()
    address = links.page(f"/campaigns/{shown.slug}?via=qr", current())
    # Black on white, with the white around it that scanners need, on dark pages too.
    segno.make(address, error="m").save(drawing, kind="svg", border=4, scale=8, light="#fff")
    return _for_other_sites(Response(drawing.getvalue(), mimetype="image/svg+xml"))


def _site() -> str:
    return str(current_app.config["SITE_NAME"])


def _picture(card: Card) -> Response:
    return _for_other_sites(Response(pictures.of(card), mimetype="image/png"))


def _for_other_sites(response: Response) -> Response:
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return headers.lasting(response, seconds=_HOUR)
