"""The moderators' door to deeds to many signatures: see how many, press once, watch, take back."""

import secrets

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found, number_of
from campaign.lib.refusals import Refused
from campaign.moderation import bulking, finding
from campaign.moderation.finding import Choice
from campaign.moderation.models import Bulk
from campaign.moderation.screening_forms import REASONS
from campaign.moderation.signature_forms import BUTTONS, STATE_NAMES, ReasonForm
from campaign.moderation.signatures import choice_of_request
from campaign.petitions.rules import Deed

bp = Door("bulk_deeds", __name__, audience=Audience.MODERATORS, url_prefix="/staff/signatures/bulk")

_DEEDS = {deed.value: deed for deed in BUTTONS}
_KEY_LENGTH = 40


@bp.get("")
def ask() -> ResponseReturnValue:
    """How many it is about, and a button."""
    deed, choice = _DEEDS.get(request.args.get("deed", "")), choice_of_request()
    if deed is None or not (choice.filters or choice.picks):
        return redirect(url_for("signatures.index", **choice.filters), 303)
    return _ask(deed, choice, ReasonForm(formdata=None), key=secrets.token_urlsafe(16))


def _ask(deed: Deed, choice: Choice, form: ReasonForm, *, key: str) -> str:
    upto = finding.latest()
    return render_template(
        "moderation/bulk_ask.html",
        deed=deed,
        choice=choice,
        form=form,
        key=key,
        upto=upto,
        number=finding.number_for(deed, choice, upto=upto),
        state_names=STATE_NAMES,
        reasons=REASONS,
    )


@bp.post("")
def begin() -> ResponseReturnValue:
    """Decide. However often it is pressed, it is done once."""
    deed, choice, form = found(_DEEDS.get(request.form.get("deed", ""))), _chosen(), ReasonForm()
    key = request.form.get("key", "")[:_KEY_LENGTH]
    if not form.is_ready_for(deed) or not key:
        return _ask(deed, choice, form, key=key or secrets.token_urlsafe(16)), 422
    upto = min(number_of(request.form.get("upto"), 0), finding.latest())
    try:
        with transaction():
            bulk = bulking.begin(
                deed,
                choice,
                key=key,
                upto=upto,
                seen=min(number_of(request.form.get("seen"), 0), upto + 1),  # more than can be
                reason=form.reason.data or None,
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        form.show(refusal)
        return _ask(deed, choice, form, key=key), refusal.status
    return _first_batch(bulk)


def _chosen() -> Choice:
    choice = choice_of_request()
    return found(choice if choice.filters or choice.picks else None)


def _first_batch(bulk: Bulk) -> ResponseReturnValue:
    """A small decision is done at once; the worker does the rest of a large one."""
    bulking.do_batch(bulk.id, utc_now())
    return redirect(url_for(".show", number=bulk.id), 303)


@bp.get("/<int:number>")
def show(number: int) -> str:
    """How far it is."""
    return _show(found(bulking.by_id(number)), StaffPress(formdata=None))


def _show(bulk: Bulk, form: StaffPress) -> str:
    undoing = bulking.undoing(bulk)
    return render_template(
        "moderation/bulk.html",
        bulk=bulk,
        choice=Choice.read(bulk.choice),
        undoing=undoing,
        may_take_back=undoing is None and bulking.may_take_back(bulk, utc_now()),
        form=form,
        state_names=STATE_NAMES,
        reasons=REASONS,
    )


@bp.post("/<int:number>/undo")
def undo(number: int) -> ResponseReturnValue:
    """Take it back for all it was done to."""
    bulk, form = found(bulking.by_id(number)), StaffPress()
    if not form.validate():
        return _show(bulk, form), 422
    try:
        with transaction():
            undoing = bulking.take_back(bulk, by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _show(bulk, form), refusal.status
    return _first_batch(undoing)
