"""The pages of one item of the queue, which its doors share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request

from campaign.accounts import guards
from campaign.lib.clock import utc_now
from campaign.lib.fields import StaffForm, StaffPress, cleaned
from campaign.lib.http import asked_number, found
from campaign.lib.paging import Page, page_in
from campaign.lib.refusals import Refused
from campaign.moderation import claiming, deciding, deed_names, queries, queue_rules as rules
from campaign.moderation.items import Decidable, Item
from campaign.moderation.kinds import DECIDABLE
from campaign.moderation.queries import Filter
from campaign.moderation.queue_forms import VERDICT_NAMES, DecisionForm
from campaign.moderation.rules import UNDO


def filter_of_request() -> Filter:
    """What the address of the page narrows the queue to."""
    return Filter(**{name: cleaned(request.args.get(name)) for name in vars(Filter())})


def thing_of(what: str, number: int) -> tuple[Decidable[Any], Any]:
    """The kind of that name, and its thing with that number."""
    kind = found(DECIDABLE.get(what))
    return kind, found(kind.find(number))


def page_of(items: Sequence[Item]) -> Page[Item]:
    """The page that the address asks for."""
    return page_in(items, number=asked_number("page", 1), size=rules.PAGE_SIZE)


def next_free(which: Filter, *, but: tuple[str, int]) -> Item | None:
    """The item that waits longest and that is decided here, and no colleague looks at."""
    now = utc_now()
    mine, claims = guards.me().id, claiming.alive(now)
    for item in queries.everything(now, which):
        key = (item.kind, item.number)
        is_free = key not in claims or claims[key].account_id == mine
        if item.address is None and is_free and key != but:
            return item
    return None


def just_decided(now: datetime) -> dict[str, Any]:
    """What this moderator decided a moment ago, for saying so and for taking it back."""
    decision = queries.decision(asked_number("decided", 0))
    is_mine = decision is not None and decision.by_id == guards.me().id
    return {
        "decided": decision if is_mine else None,
        "may_undo": deciding.may_undo(decision, now) if decision and is_mine else False,
        "undo_until": decision.at + UNDO if decision else None,
        "verdict_names": VERDICT_NAMES,
        "press_form": StaffPress(formdata=None),
    }


def refused(
    kind: Decidable[Any], thing: Any, form: DecisionForm, refusal: Refused
) -> tuple[str, int]:
    """The page of the thing as it stands now, with what a rule said on top."""
    form.show(refusal)
    return page(kind, thing, form), refusal.status


def page(kind: Decidable[Any], thing: Any, form: DecisionForm | None = None) -> str:
    """The page of the thing: what can be decided about it, or who has done so."""
    item = kind.item(thing)
    return item_page(kind, thing, item, form) if item else decided_page(kind, thing, form)


def item_page(
    kind: Decidable[Any], thing: Any, item: Item, form: DecisionForm | None = None
) -> str:
    """The thing in full, its history, and the decision."""
    now, which = utc_now(), filter_of_request()
    form = form or DecisionForm(kind, formdata=None)
    form.seen.data = kind.seen(thing)
    claim = claiming.alive(now).get((item.kind, item.number))
    return render_template(
        "moderation/item.html",
        kind=kind,
        item=item,
        form=form,
        claim=claim,
        is_mine=claim is not None and claim.account_id == guards.me().id,
        age=rules.age(item.since, now),
        now=now,
        which=which,
        **_neighbours(which, item, now),
        **_past(kind, thing),
        **just_decided(now),
        **kind.shown(thing, now),
    )


def decided_page(kind: Decidable[Any], thing: Any, form: StaffForm | None = None) -> str:
    """It does not wait: who decided what, and whether that can be taken back."""
    now, which = utc_now(), filter_of_request()
    past = _past(kind, thing)
    standing = [one for one in past["decisions"] if one.undone_at is None]
    return render_template(
        "moderation/decided.html",
        kind=kind,
        form=form or StaffPress(formdata=None),
        decision=standing[0] if standing else None,
        last=queries.last_verdict(kind, thing),
        may_undo=bool(standing) and deciding.may_undo(standing[0], now),
        undo_until=standing[0].at + UNDO if standing else None,
        following=next_free(which, but=("", 0)),
        which=which,
        verdict_names=VERDICT_NAMES,
        press_form=StaffPress(formdata=None),
        **past,
    )


def _neighbours(which: Filter, item: Item, now: datetime) -> dict[str, Item | None]:
    """What comes before and after it among those decided here."""
    here = [one for one in queries.everything(now, which) if one.address is None]
    place = next((n for n, one in enumerate(here) if one == item), None)
    if place is None:
        return {"previous": None, "following": here[0] if here else None}
    return {
        "previous": here[place - 1] if place else None,
        "following": here[place + 1] if place + 1 < len(here) else None,
    }


def _past(kind: Decidable[Any], thing: Any) -> dict[str, Any]:
    number = thing.id
    return {
        "decisions": queries.decisions(kind.name, number),
        "history": queries.history(kind, thing),
        "deed_name": deed_names.named,
    }
