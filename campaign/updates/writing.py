"""The organisers' door to updates: write, try, submit, take back."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns.models import Campaign
from campaign.lib import just_done, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.refusals import Refused
from campaign.updates import frame, queries, services
from campaign.updates.forms import SeenForm, UpdateForm
from campaign.updates.models import Update

bp = Door(
    "updates_writing",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/updates",
)


@bp.get("/new")
def new(slug: str) -> str:
    """An empty page."""
    campaign = frame.campaign_of_team(slug)
    return _form_page(campaign, UpdateForm(campaign, formdata=None))


@bp.post("/new")
def write(slug: str) -> ResponseReturnValue:
    """Save a first draft."""
    campaign = frame.campaign_of_team(slug)
    form = UpdateForm(campaign)
    if not form.validate():
        return _form_page(campaign, form), 422
    with transaction():
        update = services.write(
            campaign, **form.answers(), key=form.key.data, by=guards.me(), now=utc_now()
        )
    return _saved(update)


@bp.get("/<int:number>/edit")
def edit(slug: str, number: int) -> ResponseReturnValue:
    """Its words, to be changed."""
    campaign = frame.campaign_of_team(slug)
    update = frame.update_of(campaign, number)
    if not update.may_be_changed:
        return redirect(url_for("updates.show", slug=slug, number=number), 303)
    return _form_page(campaign, UpdateForm(campaign, update, formdata=None), update)


@bp.post("/<int:number>/edit")
def save(slug: str, number: int) -> ResponseReturnValue:
    """Keep what was typed."""
    campaign = frame.campaign_of_team(slug)
    update = frame.update_of(campaign, number)
    form = UpdateForm(campaign)
    if not form.validate():
        return _form_page(campaign, form, update), 422
    try:
        with transaction():
            services.change(
                update,
                **form.answers(),
                seen=form.seen.data or "",
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        form.show(refusal)
        if isinstance(refusal, meanwhile.ChangedMeanwhile):
            form.put_beside(update)
        return _form_page(campaign, form, update), refusal.status
    return _saved(update)


@bp.post("/<int:number>/<any('test', 'submit', 'recall'):deed>")
def press(slug: str, number: int, deed: str) -> ResponseReturnValue:
    """Send a test to oneself, ask for approval, or take it back."""
    update = frame.update_of(frame.campaign_of_team(slug), number)
    form = SeenForm()
    if not form.validate():
        return frame.page(update, slip=form), 422
    try:
        with transaction():
            _do(deed, update, seen=form.seen.data or "")
    except Refused as refusal:
        return frame.refused(update, refusal)
    return just_done.lead_to(url_for("updates.show", slug=slug, number=number), deed)


def _do(deed: str, update: Update, *, seen: str) -> None:
    by, now = guards.me(), utc_now()
    match deed:
        case "test":
            services.send_test(update, by=by, now=now)
        case "submit":
            services.submit(update, seen=seen, by=by, now=now)
        case "recall":
            services.recall(update, by=by, now=now)


def _saved(update: Update) -> ResponseReturnValue:
    """On to the mail as it would go out, or back to the form."""
    slug = update.campaign.slug
    if request.form.get("do") == "preview":
        return redirect(url_for("updates.show", slug=slug, number=update.id), 303)
    return just_done.lead_to(url_for(".edit", slug=slug, number=update.id), "saved")


def _form_page(campaign: Campaign, form: UpdateForm, update: Update | None = None) -> str:
    return render_template(
        "updates/edit.html",
        campaign=campaign,
        update=update,
        form=form,
        done=just_done.told(),
        supporters=queries.supporters(campaign),
    )
