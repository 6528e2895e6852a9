"""The moderators' door to the queue: the list, one item, its claim, its decision."""

from contextlib import suppress
from dataclasses import replace
from operator import itemgetter
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import languages
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.moderation import claiming, deciding, queries, queue_frame as frame
from campaign.moderation.items import Item
from campaign.moderation.kinds import KINDS
from campaign.moderation.queue_forms import AGE_NAMES, DecisionForm
from campaign.moderation.queue_rules import ClaimedByOther, DecidedMeanwhile, age

bp = Door("queue", __name__, audience=Audience.MODERATORS, url_prefix="/staff/queue")

#: `<kind>/<number>` in an address.
ITEM = "/<slug:what>/<int:number>"


@bp.get("/")
def index() -> str:
    """All that waits, the oldest first."""
    now, which = utc_now(), frame.filter_of_request()
    items = queries.everything(now)
    of_all_kinds = replace(which, kind="")
    return render_template(
        "moderation/queue.html",
        page=frame.page_of([item for item in items if which.takes(item, now)]),
        waits=queries.waits_of([one for one in items if of_all_kinds.takes(one, now)], now),
        kinds=KINDS,
        which=which,
        campaigns=sorted(
            {(i.campaign.slug, i.campaign.title) for i in items if i.campaign}, key=itemgetter(1)
        ),
        languages=[
            (code, languages.language_name(code)) for code in sorted({i.language for i in items})
        ],
        claims=claiming.alive(now),
        age=age,
        age_names=AGE_NAMES,
        now=now,
        **frame.just_decided(now),
    )


@bp.get(ITEM)
def show(what: str, number: int) -> str:
    """One thing in full, and what can be decided about it."""
    return frame.page(*frame.thing_of(what, number))


@bp.post(ITEM)
def decide(what: str, number: int) -> ResponseReturnValue:
    """Save the decision, and go on with the next item of the same filter."""
    kind, thing = frame.thing_of(what, number)
    form, now = DecisionForm(kind), utc_now()
    item = kind.item(thing)
    if item and not form.validate():
        return frame.item_page(kind, thing, item, form), 422
    try:
        with transaction():
            if item is None:
                raise DecidedMeanwhile
            made = deciding.decide(kind, thing, **form.answers(), by=guards.me(), now=now)
    except Refused as refusal:
        return frame.refused(kind, found(kind.find(number)), form, refusal)
    return redirect(_address_after(_claim_next(what, number), decided=made.id), 303)


@bp.post(f"{ITEM}/<any(claim, take_over, let_go):deed>")
def claim(what: str, number: int, deed: str) -> ResponseReturnValue:
    """Tell colleagues that one looks at it; or that one does not any more."""
    kind, thing = frame.thing_of(what, number)
    form, press = DecisionForm(kind, formdata=None), StaffPress()
    if not press.validate():
        form.show_mistakes_of(press)
        return frame.page(kind, thing, form), 422
    try:
        with transaction():
            if deed == "let_go":
                claiming.release(kind.name, number, by=guards.me())
            else:
                over = deed == "take_over"
                claiming.claim(kind.name, number, by=guards.me(), now=utc_now(), from_others=over)
    except Refused as refusal:
        return frame.refused(kind, found(kind.find(number)), form, refusal)
    return redirect(_address_of(what, number), 303)


@bp.post("/decisions/<int:number>/undo")
def undo(number: int) -> ResponseReturnValue:
    """Take a decision back, as long as nothing has come of it."""
    decision = found(queries.decision(number))
    kind, thing = frame.thing_of(decision.kind, decision.number)
    form = StaffPress()
    if not form.validate():
        return frame.decided_page(kind, thing, form), 422
    try:
        with transaction():
            deciding.undo(decision, by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return frame.decided_page(kind, found(kind.find(decision.number)), form), refusal.status
    return redirect(_address_of(decision.kind, decision.number), 303)


def _address_of(what: str, number: int, **more: Any) -> str:
    """The page of an item, with the filter that one came by."""
    chosen: dict[str, Any] = {**frame.filter_of_request().chosen, **more}
    return url_for(".show", what=what, number=number, **chosen)


def _claim_next(what: str, number: int) -> Item | None:
    """The next item of the same filter that nobody looks at; from now on this moderator does."""
    following = frame.next_free(frame.filter_of_request(), but=(what, number))
    if following:
        # Whoever came first this very moment has it: the page of the item says so.
        with transaction(), suppress(ClaimedByOther):
            claiming.claim(following.kind, following.number, by=guards.me(), now=utc_now())
    return following


def _address_after(following: Item | None, *, decided: int) -> str:
    if following:
        return _address_of(following.kind, following.number, decided=decided)
    chosen: dict[str, Any] = {**frame.filter_of_request().chosen, "decided": decided}
    return url_for(".index", **chosen)
