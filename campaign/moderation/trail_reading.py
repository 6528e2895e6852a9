"""The moderators' door to the trail: who read or took personal data, who decided what.

What accounts did to themselves and each other is shown to administrators alone.
"""

from flask.typing import ResponseReturnValue

from campaign.lib.doors import Audience, Door
from campaign.moderation import trail_frame

bp = Door("trail", __name__, audience=Audience.MODERATORS, url_prefix="/staff/trail")


@bp.get("")
def index() -> ResponseReturnValue:
    """The entries that match, the newest first."""
    form = trail_frame.asked()
    page = trail_frame.page(form)
    return page, 422 if form.mistakes() else 200
