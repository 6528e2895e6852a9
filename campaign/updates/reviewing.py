"""The moderators' door to updates: approve one, or return it with a reason."""

from flask import url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.refusals import Refused
from campaign.updates import frame, services
from campaign.updates.forms import ReturnForm, SeenForm

bp = Door(
    "updates_reviewing",
    __name__,
    audience=Audience.MODERATORS,
    url_prefix="/staff/campaigns/<slug:slug>/updates/<int:number>",
)


@bp.post("/approve")
def approve(slug: str, number: int) -> ResponseReturnValue:
    """It goes to all who asked for updates."""
    update = frame.update_of(frame.campaign_seen(slug), number)
    form = SeenForm()
    if not form.validate():
        return frame.page(update, slip=form), 422
    try:
        with transaction():
            services.approve(update, seen=form.seen.data or "", by=guards.me(), now=utc_now())
    except Refused as refusal:
        return frame.refused(update, refusal)
    return just_done.lead_to(url_for("updates.show", slug=slug, number=number), "approve")


@bp.post("/return")
def send_back(slug: str, number: int) -> ResponseReturnValue:
    """It goes back to its author, with a reason."""
    update = frame.update_of(frame.campaign_seen(slug), number)
    form = ReturnForm()
    if not form.validate():
        return frame.page(update, return_form=form), 422
    try:
        with transaction():
            services.send_back(update, reason=form.reason.data or "", by=guards.me(), now=utc_now())
    except Refused as refusal:
        return frame.refused(update, refusal)
    return just_done.lead_to(url_for("updates.show", slug=slug, number=number), "return")
