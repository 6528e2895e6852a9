"""The staff's door to a campaign's updates: look at them, and stop one on its way."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.refusals import Refused
from campaign.updates import frame, queries, services
from campaign.updates.forms import STATE_NAMES

bp = Door(
    "updates",
    __name__,
    audience=Audience.STAFF,
    url_prefix="/staff/campaigns/<slug:slug>/updates",
)


@bp.get("/")
def index(slug: str) -> str:
    """All updates of the campaign, and how many people asked for them."""
    campaign = frame.campaign_seen(slug)
    return render_template(
        "updates/index.html",
        campaign=campaign,
        updates=queries.of_campaign(campaign),
        supporters=queries.supporters(campaign),
        state_names=STATE_NAMES,
        in_team=campaigns.is_in_team(guards.me(), campaign),
    )


@bp.get("/<int:number>")
def show(slug: str, number: int) -> str:
    """One update: the mail as it goes out, where it stands, what can be done with it."""
    update = frame.update_of(frame.campaign_seen(slug), number)
    return frame.page(update, done=just_done.told())


@bp.post("/<int:number>/stop")
def stop(slug: str, number: int) -> ResponseReturnValue:
    """Whoever may see it may stop it: a wrong word to thousands is worse than a late one."""
    update, form = frame.update_of(frame.campaign_seen(slug), number), StaffPress()
    if not form.validate():
        return frame.page(update, slip=form), 422
    try:
        with transaction():
            services.stop(update, by=guards.me(), now=utc_now())
    except Refused as refusal:
        return frame.refused(update, refusal)
    return redirect(url_for(".show", slug=slug, number=number), 303)
