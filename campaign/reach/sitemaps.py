"""Search engines' door: what they may read, and where it is."""

from flask import Response, make_response, render_template

from campaign.lib import headers
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.reach import queries

bp = Door("sitemaps", __name__, audience=Audience.EVERYBODY, is_shared=True)

_SECONDS = 600


@bp.get("/robots.txt")
def robots() -> Response:
    """What is not for them (RFC 9309), and where the sitemap is."""
    return _public("reach/robots.txt", "text/plain")


@bp.get("/sitemap.xml")
def index() -> Response:
    """The files of the sitemap (sitemaps.org)."""
    return _public("reach/sitemap_index.xml", "application/xml", files=queries.sitemap_files())


@bp.get("/sitemaps/<any(pages, campaigns, posts):kind>-<int(max=9999):number>.xml")
def file(kind: str, number: int) -> Response:
    """Some public pages, each in every language."""
    entries = queries.sitemap(kind, number) if number else []
    return _public("reach/sitemap.xml", "application/xml", entries=found(entries or None))


def _public(template: str, media_type: str, **values: object) -> Response:
    response = make_response(render_template(template, **values))
    response.mimetype = media_type
    return headers.public(response, seconds=_SECONDS)
