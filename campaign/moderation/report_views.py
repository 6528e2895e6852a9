"""The visitors' door to moderation: report something wrong on a campaign's or post's page."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.moderation import reporting
from campaign.moderation.report_forms import ReportForm
from campaign.posts import queries as posts
from campaign.posts.models import Post

bp = Door(
    "reporting",
    __name__,
    audience=Audience.EVERYBODY,
    url_prefix="/<any('campaigns', 'posts'):where>/<slug:slug>/report",
)


@bp.get("")
def ask(where: str, slug: str) -> str:
    """The form."""
    return _page(_about(where, slug), where, ReportForm(formdata=None))


@bp.post("")
def send(where: str, slug: str) -> ResponseReturnValue:
    """Take the report. A slip shows the form again with what was typed."""
    about, form = _about(where, slug), ReportForm()
    if not form.validate():
        return _page(about, where, form), 422
    try:
        with transaction():
            reporting.send(about, **form.answers(), address=request.remote_addr, now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _page(about, where, form), refusal.status
    return redirect(url_for(".thanks", where=where, slug=slug), 303)


@bp.get("/thanks")
def thanks(where: str, slug: str) -> str:
    """What happens next; the same for everybody."""
    return render_template("moderation/thanks.html", about=_about(where, slug), where=where)


def _about(where: str, slug: str) -> Campaign | Post:
    if where == "campaigns":
        return found(campaigns.public_by_slug(slug))
    return found(posts.public_by_slug(slug))


def _page(about: Campaign | Post, where: str, form: ReportForm) -> str:
    return render_template("moderation/report_form.html", about=about, where=where, form=form)
