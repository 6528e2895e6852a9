"""Everybody's door to a campaign within a page of another site.

The only page of ours that others may frame: it holds no form, so that nobody can lay something over
it and have a visitor sign unawares.
"""

from flask import Response, make_response, render_template

from campaign.campaigns import queries as campaigns
from campaign.lib import headers
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.petitions import queries as petitions

bp = Door("embedding", __name__, audience=Audience.EVERYBODY, is_shared=True)

_FRAMED = headers.CONTENT_SECURITY_POLICY.replace(
    "frame-ancestors 'none'", "frame-ancestors *"
).replace("form-action 'self'", "form-action 'none'")


@bp.get("/embed/<slug:slug>")
def show(slug: str) -> Response:
    """Title, ask, count, and a link that opens the campaign in a tab of its own."""
    campaign = found(campaigns.public_by_slug(slug))
    petition = petitions.of_campaign(campaign)
    page = render_template(
        "reach/embed.html",
        campaign=campaign,
        petition=petition,
        progress=petitions.progress(petition) if petition else None,
        takes_part=campaign.takes_part(utc_now()),
    )
    return headers.public(make_response(page))


@bp.after_request
def _let_be_framed(response: Response) -> Response:
    """Also where it says that the campaign has gone: a frame that stays white tells nobody."""
    response.headers["Content-Security-Policy"] = _FRAMED
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
