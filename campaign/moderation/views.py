"""The staff's front door."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.accounts.rules import Role
from campaign.lib.doors import Audience, Door
from campaign.moderation import dashboard_frame

bp = Door("moderation", __name__, audience=Audience.STAFF, url_prefix="/staff")


@bp.get("/")
def home() -> ResponseReturnValue:
    """Where one lands after signing in: organisers at their campaigns, others at the dashboard."""
    if guards.me().role is Role.ORGANISER:
        return redirect(url_for("desk.index"), 303)
    return dashboard_frame.page()
