"""The organisers' door to what belongs to a campaign alone: its team and its address."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice  # type: ignore[attr-defined]

from campaign.accounts import guards, queries as accounts
from campaign.accounts.rules import Role
from campaign.campaigns import queries, services
from campaign.campaigns.forms import JoinForm, SlugForm
from campaign.campaigns.models import Campaign
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffForm, StaffPress
from campaign.lib.http import found
from campaign.lib.refusals import Refused

bp = Door(
    "campaigns_manage",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>",
)


@bp.get("/team")
def team(slug: str) -> str:
    """Who works on it."""
    campaign = found(queries.of_team(guards.me(), slug))
    return _team_page(campaign, _offering(campaign, JoinForm(formdata=None)))


@bp.post("/team")
def join(slug: str) -> ResponseReturnValue:
    """Add an organiser."""
    campaign = found(queries.of_team(guards.me(), slug))
    form = _offering(campaign, JoinForm())
    if not form.validate():
        return _team_page(campaign, form), 422
    try:
        with transaction():
            account = found(accounts.by_id(form.account.data))
            services.join_team(campaign, account, by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _team_page(campaign, form), refusal.status
    return just_done.lead_to(url_for(".team", slug=slug), "saved")


@bp.post("/team/<int:number>/remove")
def leave(slug: str, number: int) -> ResponseReturnValue:
    """Take somebody off the team; they may be oneself."""
    campaign = found(queries.of_team(guards.me(), slug))
    account, form = found(accounts.by_id(number)), StaffPress()
    if not form.validate():
        return _team_page(campaign, form), 422
    try:
        with transaction():
            services.leave_team(campaign, account, by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _team_page(campaign, form), refusal.status
    if not queries.is_in_team(guards.me(), campaign):
        return redirect(url_for("desk.index"), 303)
    return just_done.lead_to(url_for(".team", slug=slug), "saved")


def _offering(campaign: Campaign, form: JoinForm) -> JoinForm:
    """The form, with the organisers who are not in the team."""
    members = queries.team_of(campaign)
    form.account.choices = [
        SelectChoice(account.id, account.name)
        for account in accounts.with_role(Role.ORGANISER)
        if account not in members
    ]
    return form


def _team_page(campaign: Campaign, form: StaffForm) -> str:
    is_joining = isinstance(form, JoinForm)
    return render_template(
        "campaigns/team.html",
        campaign=campaign,
        team=queries.team_of(campaign),
        form=form,
        join_form=form if is_joining else _offering(campaign, JoinForm(formdata=None)),
        press_form=StaffPress(formdata=None),
        done=bool(just_done.told()),
    )


@bp.get("/address")
def address(slug: str) -> str:
    """The last part of its address."""
    campaign = found(queries.of_team(guards.me(), slug))
    return _address_page(campaign, SlugForm(formdata=None, slug=campaign.slug))


@bp.post("/address")
def move_to(slug: str) -> ResponseReturnValue:
    """Give it another address; the old one leads to it."""
    campaign, form = found(queries.of_team(guards.me(), slug)), SlugForm()
    if not form.validate():
        return _address_page(campaign, form), 422
    try:
        with transaction():
            services.move_to(campaign, form.slug.data or "", by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.slug.errors = [str(refusal)]
        return _address_page(campaign, form), refusal.status
    return just_done.lead_to(url_for("desk.overview", slug=campaign.slug), "moved")


def _address_page(campaign: Campaign, form: SlugForm) -> str:
    return render_template(
        "campaigns/address.html",
        campaign=campaign,
        form=form,
        former_slugs=queries.former_slugs(campaign),
    )
