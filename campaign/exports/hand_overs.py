"""The organisers' door to hand-overs: make one, take its files, write down what came of it."""

from collections.abc import Generator, Iterator
from typing import NamedTuple

from flask import current_app, redirect, render_template, stream_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.exports import (
    hand_over_paper as paper,
    hand_over_queries as queries,
    hand_over_services as services,
)
from campaign.exports.hand_over_forms import HandedForm, HandOverForm
from campaign.exports.hand_over_rules import PUT_IN, Covers, Kind
from campaign.exports.models import HandOver
from campaign.lib import headers, just_done, links, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.languages import ngettext
from campaign.lib.refusals import Refused
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition

bp = Door(
    "hand_overs",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/hand-overs",
)

_MEDIA = {Kind.PDF: "application/pdf", Kind.CSV: "text/csv; charset=utf-8"}


class Step(NamedTuple):
    """How far the making has come."""

    done: int
    names: int
    is_ready: bool = False
    #: Why it failed, for whoever waits.
    trouble: str = ""


@bp.get("/")
def index(slug: str) -> str:
    """All hand-overs of the petition, and a form to make one."""
    campaign = _campaign(slug)
    petition = petitions.of_campaign(campaign)
    form = _form(petition, fresh=True) if petition else None
    return _index(campaign, petition, form)


@bp.post("/")
def make(slug: str) -> ResponseReturnValue:
    """Make one while the page counts along."""
    campaign = _campaign(slug)
    petition = found(petitions.of_campaign(campaign))
    form, now = _form(petition), utc_now()
    if not form.validate():
        return _index(campaign, petition, form), 422
    answers = {**form.answers(), "by": guards.me()}
    press = services.press_of(petition, form.key.data, **answers)
    try:
        # A second press makes nothing; and the code that comes with it was good only once.
        if not queries.made_by(petition, press):
            guards.prove(form, now)
        with transaction():
            hand_over = services.begin(petition, **answers, press=press, now=now)
    except Refused as refusal:
        form.show(refusal)
        return _index(campaign, petition, form), refusal.status
    if hand_over.is_made:
        return redirect(url_for(".receipt", slug=slug, number=hand_over.number), 303)
    answer = stream_template(
        "exports/hand_over_making.html",
        campaign=campaign,
        hand_over=hand_over,
        steps=_making(hand_over),
    )
    # A proxy that collects the answer first would hide the counting.
    return answer, {"X-Accel-Buffering": "no"}


def _making(hand_over: HandOver) -> Iterator[Step]:
    """Fix who is in it, and make its files. Whatever goes wrong, nothing half-made is left."""
    is_kept = False
    try:
        members = queries.members(hand_over)
        yield Step(0, len(members))
        for start in range(0, len(members), PUT_IN):
            with transaction():
                services.put_in(members[start : start + PUT_IN])
        with transaction():
            hand_over = services.fix(hand_over.id)
        files = yield from _setting(hand_over)
        with transaction():
            services.keep(hand_over.id, files.content, pages=files.pages, in_part=files.in_part)
        is_kept = True
        yield Step(hand_over.named, hand_over.named, is_ready=True)
    except Refused as refusal:
        yield Step(0, 0, trouble=str(refusal))
    finally:
        if not is_kept:
            with transaction():
                services.give_up(hand_over.id)


def _setting(hand_over: HandOver) -> Generator[Step, None, paper.Files]:
    """Make its files."""
    front = paper.Front(
        site=current_app.config["SITE_NAME"],
        link=links.page(f"/campaigns/{hand_over.petition.campaign.slug}"),
        wordings=queries.wordings(hand_over),
        last=queries.last_before(hand_over),
    )
    making = paper.make(hand_over, front)
    while True:
        try:
            yield Step(next(making), hand_over.named)
        except StopIteration as made:
            files: paper.Files = made.value
            return files


@bp.get("/<int:number>")
def receipt(slug: str, number: int) -> str:
    """What was handed over, how to check it, and what became of it since."""
    hand_over = _hand_over(slug, number)
    return _receipt(hand_over, HandedForm.of(hand_over))


@bp.post("/<int:number>/<any(pdf, csv):kind>")
def take(slug: str, number: int, kind: str) -> ResponseReturnValue:
    """One of its files."""
    hand_over = _hand_over(slug, number)
    if not StaffPress().validate():
        return just_done.lead_to(url_for(".receipt", slug=slug, number=number), "once-more")
    with transaction():
        file = services.take(hand_over, Kind(kind), by=guards.me(), now=utc_now())
    if file is None:
        return _receipt(hand_over, HandedForm.of(hand_over)), 410
    return headers.handed_over(file, _MEDIA[Kind(kind)], name=f"{hand_over.name}.{kind}")


@bp.post("/<int:number>")
def note(slug: str, number: int) -> ResponseReturnValue:
    """Write down to whom it was handed, when, and what they said."""
    hand_over, form = _hand_over(slug, number), HandedForm()
    if not form.validate():
        return _receipt(hand_over, form), 422
    try:
        with transaction():
            services.note(hand_over, **form.answers(), by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        if isinstance(refusal, meanwhile.ChangedMeanwhile):
            form.put_beside(hand_over)
        return _receipt(hand_over, form), refusal.status
    return just_done.lead_to(url_for(".receipt", slug=slug, number=number), "noted")


def _campaign(slug: str) -> Campaign:
    return found(campaigns.of_team(guards.me(), slug))


def _hand_over(slug: str, number: int) -> HandOver:
    petition = found(petitions.of_campaign(_campaign(slug)))
    hand_over = found(queries.by_number(petition, number))
    return found(hand_over if hand_over.is_made else None)


def _form(petition: Petition, *, fresh: bool = False) -> HandOverForm:
    """The form, with how many signatures each choice has."""
    everybody = queries.how_many(petition, Covers.ALL)
    choices = [
        (
            Covers.ALL,
            ngettext(
                "All that count: %(num)s signature", "All that count: %(num)s signatures", everybody
            ),
        )
    ]
    if queries.highest_number(petition):
        new = queries.how_many(petition, Covers.NEW)
        words = ngettext(
            "Those in no hand-over yet: %(num)s signature",
            "Those in no hand-over yet: %(num)s signatures",
            new,
        )
        choices.append((Covers.NEW, words))
    return HandOverForm(choices, **({"formdata": None} if fresh else {}))


def _index(campaign: Campaign, petition: Petition | None, form: HandOverForm | None) -> str:
    return render_template(
        "exports/hand_overs.html",
        campaign=campaign,
        petition=petition,
        hand_overs=queries.of_petition(petition) if petition else [],
        form=form,
        proved=guards.has_proved(),
    )


def _receipt(hand_over: HandOver, form: HandedForm) -> str:
    changes = queries.changes_since(hand_over)
    gone = sum(since.total for why, since in changes.items() if why != "hidden")
    return render_template(
        "exports/hand_over.html",
        campaign=hand_over.petition.campaign,
        hand_over=hand_over,
        wordings=queries.wordings(hand_over),
        last=queries.last_before(hand_over),
        changes=changes,
        still=hand_over.total - gone,
        has_files=queries.has_files(hand_over),
        form=form,
        press_form=StaffPress(formdata=None),
        done=just_done.told(),
    )
