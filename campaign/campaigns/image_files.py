"""Everybody's door to the pictures of campaigns."""

from flask import Response

from campaign.campaigns import images
from campaign.lib import headers
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found

bp = Door("images", __name__, audience=Audience.EVERYBODY, is_shared=True, url_prefix="/images")


@bp.get("/<slug:name>-<int(max=9999):width>.webp")
def show(name: str, width: int) -> Response:
    """One size of an image."""
    content = found(images.picture(name, width))
    return headers.unchanging(Response(content, mimetype="image/webp"))
