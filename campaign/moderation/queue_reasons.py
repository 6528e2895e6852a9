"""The moderators' door to the list of reasons."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.meanwhile import ChangedMeanwhile
from campaign.moderation import queries, reasons
from campaign.moderation.kinds import DECIDABLE
from campaign.moderation.queue_forms import ReasonForm
from campaign.moderation.queue_models import Reason

bp = Door(
    "queue_reasons", __name__, audience=Audience.MODERATORS, url_prefix="/staff/queue/reasons"
)

NUMBER = "/<int:number>"


@bp.get("/")
def index() -> str:
    """The list, and a form for one more."""
    return _list(ReasonForm(formdata=None))


@bp.post("/")
def add() -> ResponseReturnValue:
    """Add one."""
    form = ReasonForm()
    if not form.validate():
        return _list(form), 422
    with transaction():
        reasons.add(form.answers(), by=guards.me(), now=utc_now())
    return just_done.lead_to(url_for(".index"), "added")


@bp.post("/usual")
def add_usual() -> ResponseReturnValue:
    """Begin the list with what most sites need."""
    if not StaffPress().validate():
        return just_done.lead_to(url_for(".index"), "once-more")
    with transaction():
        reasons.add_usual(by=guards.me(), now=utc_now())
    return just_done.lead_to(url_for(".index"), "added")


@bp.get(NUMBER)
def show(number: int) -> str:
    """One reason, to be changed."""
    reason = found(queries.reason(number))
    return _page(reason, ReasonForm(reason, formdata=None))


@bp.post(NUMBER)
def change(number: int) -> ResponseReturnValue:
    """Give it other words."""
    reason, form = found(queries.reason(number)), ReasonForm()
    if not form.validate():
        return _page(reason, form), 422
    try:
        with transaction():
            seen = form.seen.data or ""
            reasons.change(reason, form.answers(), seen=seen, by=guards.me(), now=utc_now())
    except ChangedMeanwhile as refusal:
        form.show(refusal)
        form.put_beside(reason)
        return _page(reason, form), refusal.status
    return just_done.lead_to(url_for(".index"), "changed")


@bp.post(f"{NUMBER}/<any(retire, bring_back):deed>")
def offer(number: int, deed: str) -> ResponseReturnValue:
    """Offer it no longer, or again."""
    reason = found(queries.reason(number))
    if not StaffPress().validate():
        return just_done.lead_to(url_for(".index"), "once-more")
    do = reasons.retire if deed == "retire" else reasons.bring_back
    with transaction():
        do(reason, by=guards.me(), now=utc_now())
    return just_done.lead_to(url_for(".index"), deed)


def _list(form: ReasonForm) -> str:
    return render_template(
        "moderation/reasons.html",
        reasons=queries.reasons(),
        kinds=DECIDABLE,
        form=form,
        press_form=StaffPress(formdata=None),
        done=just_done.told(),
    )


def _page(reason: Reason, form: ReasonForm) -> str:
    return render_template(
        "moderation/reason.html", reason=reason, form=form, press_form=StaffPress(formdata=None)
    )
