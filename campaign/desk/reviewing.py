"""The moderators' door to campaigns: open what was submitted, send it back, reopen."""

from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.desk import forms, frame, services
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found

bp = Door(
    "desk_reviewing",
    __name__,
    audience=Audience.MODERATORS,
    url_prefix="/staff/campaigns/<slug:slug>",
)


@bp.post("/open")
def open_reviewed(slug: str) -> ResponseReturnValue:
    """Let it go public."""
    campaign, form = found(campaigns.seen_by(guards.me(), slug)), forms.OpenForm()

    def do() -> None:
        services.open_reviewed(campaign, seen=form.seen.data or "", by=guards.me(), now=utc_now())

    return frame.press(campaign, "open_form", form, do, done="opened")


@bp.post("/send-back")
def send_back(slug: str) -> ResponseReturnValue:
    """Give it back to the team, with a reason."""
    campaign, form = found(campaigns.seen_by(guards.me(), slug)), forms.SendBackForm()

    def do() -> None:
        services.send_back(campaign, reason=form.reason.data or "", by=guards.me(), now=utc_now())

    return frame.press(campaign, "send_back_form", form, do, done="sent-back")


@bp.post("/reopen")
def reopen(slug: str) -> ResponseReturnValue:
    """Let people take part once more."""
    campaign, form = found(campaigns.seen_by(guards.me(), slug)), forms.ReopenForm()

    def do() -> None:
        services.reopen(campaign, reason=form.reason.data or "", by=guards.me(), now=utc_now())

    return frame.press(campaign, "reopen_form", form, do, done="reopened")
