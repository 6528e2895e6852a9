"""Everybody's door to what programs ask about us: oEmbed and the web manifest."""

import re

from flask import Response, current_app, jsonify, render_template, request

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.lib import assets, headers, languages, links
from campaign.lib.doors import Audience, Door
from campaign.lib.http import asked_number, found
from campaign.reach.rules import EMBED_SIZE, LEAST_EMBED, PICTURE_SIZE

bp = Door("reach", __name__, audience=Audience.EVERYBODY, is_shared=True)

_LANGUAGES = "|".join(languages.LANGUAGES)
_OF_A_CAMPAIGN = re.compile(rf"(?:/({_LANGUAGES}))?/(?:campaigns|embed)/([a-z0-9-]+)/?(?:[?#].*)?")


@bp.get("/oembed")
def oembed() -> Response:
    """How to embed the campaign at `?url=` (oembed.com, 1.0). JSON alone."""
    if request.args.get("format", "json") != "json":
        return _answer({"error": "Only format=json is offered here."}, 501)
    address = request.args.get("url", "").removeprefix(current_app.config["BASE_URL"])
    match = _OF_A_CAMPAIGN.fullmatch(address)
    campaign = found(_campaign(match[2]) if match else None)
    language = (match and match[1]) or languages.DEFAULT
    width, height = (
        max(least, min(usual, asked_number(name, usual)))
        for usual, least, name in zip(
            EMBED_SIZE, LEAST_EMBED, ("maxwidth", "maxheight"), strict=True
        )
    )
    title = campaign.words_in(language).title
    html = render_template(
        "reach/frame.html",
        slug=campaign.slug,
        title=title,
        language=language,
        width=width,
        height=height,
    )
    return _answer(
        {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": current_app.config["SITE_NAME"],
            "provider_url": links.page("/", language),
            "thumbnail_url": links.page(f"/campaigns/{campaign.slug}/share.png", language),
            "thumbnail_width": PICTURE_SIZE[0],
            "thumbnail_height": PICTURE_SIZE[1],
            "cache_age": 3600,
            "html": html.strip(),
            "width": width,
            "height": height,
        }
    )


@bp.get("/site.webmanifest")
def manifest() -> Response:
    """Name, colours and icons, for whoever puts the site on the first screen of a phone."""
    name, start = current_app.config["SITE_NAME"], f"{request.script_root}/"
    icons = [("mark.svg", "any", "image/svg+xml")]
    icons += [(f"mark-{size}.png", f"{size}x{size}", "image/png") for size in (192, 512)]
    response = jsonify(
        {
            "id": start,
            "start_url": start,
            "scope": start,
            "name": name,
            "short_name": name,
            "lang": languages.current(),
            "dir": languages.direction(),
            "display": "minimal-ui",
            "background_color": "#fbf8f1",
            "theme_color": "#0b4f4a",
            "icons": [
                {"src": assets.url(f"img/{file}"), "sizes": sizes, "type": media_type}
                for file, sizes, media_type in icons
            ],
        }
    )
    response.mimetype = "application/manifest+json"
    return headers.lasting(response, seconds=3600)


def _campaign(slug: str) -> Campaign | None:
    """The public campaign that has this address, or had it."""
    former = campaigns.by_former_slug(slug)
    return campaigns.public_by_slug(former.slug if former else slug)


def _answer(data: dict[str, object], status: int = 200) -> Response:
    response = jsonify(data)
    response.status_code = status
    response.headers["Access-Control-Allow-Origin"] = "*"
    return headers.public(response, seconds=300)
