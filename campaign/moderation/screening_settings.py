"""The moderators' door to screening: what is held, from where on, how well that works."""

from dataclasses import asdict
from datetime import timedelta

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import asked_number, found
from campaign.lib.languages import Text
from campaign.lib.meanwhile import ChangedMeanwhile
from campaign.moderation import screening_deeds as deeds
from campaign.moderation.screening_forms import (
    REASONS,
    VERDICTS,
    ListForm,
    ThresholdForm,
    UnlistForm,
)
from campaign.petitions import holds, sieve, trends
from campaign.petitions.rules import ListKind, Verdict

bp = Door("screening", __name__, audience=Audience.MODERATORS, url_prefix="/staff/screening")


@bp.get("/")
def page() -> str:
    """All of it on one page, with its present effect."""
    return _page()


@bp.post("/thresholds")
def set_thresholds() -> ResponseReturnValue:
    """Hold by these from now on."""
    form = ThresholdForm()
    if not form.validate():
        return _page(thresholds=form), 422
    try:
        with transaction():
            deeds.set_thresholds(
                form.wanted, seen=form.seen.data or "", by=guards.me(), now=utc_now()
            )
    except ChangedMeanwhile as refusal:
        form.show(refusal)
        form.seen.data = deeds.fingerprint()
        return _page(thresholds=form, theirs=form.theirs()), refusal.status
    return just_done.lead_to(url_for(".page"), "set")


@bp.post("/list")
def add_to_list() -> ResponseReturnValue:
    """Put lines on the list."""
    form = ListForm()
    if not form.validate():
        return _page(listing=form), 422
    with transaction():
        deeds.add_to_list(
            ListKind(form.kind.data),
            Verdict(form.verdict.data),
            form.values,
            comment=form.comment.data or "",
            by=guards.me(),
            now=utc_now(),
        )
    return just_done.lead_to(url_for(".page"), "listed", anchor="list")


@bp.post("/list/remove")
def take_off_list() -> ResponseReturnValue:
    """Take the ticked lines off the list."""
    form = UnlistForm()
    if not form.validate():
        return just_done.lead_to(url_for(".page"), "once-more", anchor="list")
    with transaction():
        deeds.take_off_list(form.entries.data or [], by=guards.me(), now=utc_now())
    return just_done.lead_to(url_for(".page"), "unlisted", anchor="list")


@bp.post("/trends/<int:number>/<any(believe, doubt):deed>")
def settle_trend(number: int, deed: str) -> ResponseReturnValue:
    """These are people, hold nothing for them; or hold after all."""
    trend = found(trends.by_id(number))
    if not StaffPress().validate():
        return just_done.lead_to(url_for(".page"), "once-more")
    with transaction():
        deeds.believe(trend, is_believed=deed == "believe", by=guards.me(), now=utc_now())
    return just_done.lead_to(url_for(".page"), deed)


def _page(
    *,
    thresholds: ThresholdForm | None = None,
    listing: ListForm | None = None,
    theirs: list[tuple[str, Text]] | None = None,
) -> str:
    now = utc_now()
    return render_template(
        "moderation/screening.html",
        thresholds=thresholds
        or ThresholdForm(formdata=None, **asdict(sieve.thresholds()), seen=deeds.fingerprint()),
        listing=listing or ListForm(formdata=None),
        theirs=theirs,
        trends=trends.going_on(),
        day=holds.since(now - timedelta(days=1)),
        week=holds.since(now - timedelta(days=7)),
        entries=sieve.entries(asked_number("page", 1)),
        reasons=REASONS,
        verdicts=VERDICTS,
        press_form=StaffPress(),
        done=just_done.told(),
    )
