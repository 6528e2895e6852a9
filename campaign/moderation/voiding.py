"""The moderators' door to voiding by rule: count, remove, cancel, restore, and tell the public."""

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import asked_number, found, number_of
from campaign.lib.languages import speaking
from campaign.lib.refusals import Refused
from campaign.moderation.screening_forms import REASONS
from campaign.moderation.signature_forms import STATE_NAMES
from campaign.moderation.voiding_forms import (
    RUN_STATE_NAMES,
    CorrectionForm,
    RestoreForm,
    RuleForm,
    StartForm,
)
from campaign.petitions import queries as petitions, voiding_queries as queries, voiding_runs
from campaign.petitions.choosing import Conditions
from campaign.petitions.voiding_models import TotalCorrection, VoidingRun
from campaign.petitions.voiding_rules import MAY_BE_CANCELLED, OtherNumber

bp = Door("voiding", __name__, audience=Audience.MODERATORS, url_prefix="/staff/voiding")

#: While a worker is at it, the page opens itself again.
_REFRESH_SECONDS = "4"


@bp.get("/")
def index() -> str:
    """All rules and what came of them, and corrections that wait for their words."""
    return render_template(
        "moderation/voiding.html",
        page=queries.runs(asked_number("page", 1)),
        state_names=RUN_STATE_NAMES,
        corrections=queries.unpublished(),
    )


@bp.get("/new")
def new() -> str:
    """A form for a rule."""
    return _new(RuleForm(petitions.titles(), formdata=None))


def _new(form: RuleForm) -> str:
    return render_template("moderation/voiding_rule.html", form=form)


@bp.post("/new")
def begin() -> ResponseReturnValue:
    """Count what the rule is about; nothing is removed yet."""
    form = RuleForm(petitions.titles())
    if not form.validate_on_submit():
        return _new(form), 422
    try:
        with transaction():
            run = voiding_runs.begin(form.conditions(), by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _new(form), refusal.status
    return redirect(url_for(".show", number=run.id), 303)


@bp.get("/<int:number>")
def show(number: int) -> Response:
    """A rule, what it is about, how far it is, and what can be done now."""
    run = _run(number)
    page = make_response(_show(run))
    if run.is_under_way:
        page.headers["Refresh"] = _REFRESH_SECONDS
    return page


def _run(number: int) -> VoidingRun:
    return found(queries.run_by_number(number))


def _show(
    run: VoidingRun,
    *,
    start_form: StartForm | None = None,
    restore_form: RestoreForm | None = None,
    press_form: StaffPress | None = None,
) -> str:
    conditions = Conditions.of(run)
    slip = start_form or restore_form or press_form
    return render_template(
        "moderation/voiding_run.html",
        run=run,
        conditions=conditions,
        title=petitions.titles().get(conditions.petition_id or 0),
        state_names=RUN_STATE_NAMES,
        states=STATE_NAMES,
        held_for=REASONS,
        corrections=queries.unpublished(run),
        may_be_cancelled=run.state in MAY_BE_CANCELLED,
        proved=guards.has_proved(),
        slip=slip or StaffPress(formdata=None),
        start_form=start_form or StartForm(formdata=None, seen=run.found),
        restore_form=restore_form or RestoreForm(formdata=None),
        press_form=press_form or StaffPress(formdata=None),
    )


@bp.post("/<int:number>/start")
def start(number: int) -> ResponseReturnValue:
    """Remove what was counted."""
    run, form, now = _run(number), StartForm(), utc_now()
    if not form.validate_on_submit():
        return _show(run, start_form=form), 422
    try:
        guards.prove(form, now)
        with transaction():
            voiding_runs.start(
                run,
                seen=number_of(form.seen.data, -1),
                reason=form.reason.data or "",
                by=guards.me(),
                now=now,
            )
    except OtherNumber as moved:
        return _count_again(run, form, moved)
    except Refused as refusal:
        return _refused(run, form, refusal)
    return redirect(url_for(".show", number=number), 303)


def _count_again(run: VoidingRun, form: StartForm, moved: OtherNumber) -> ResponseReturnValue:
    """The number as it is now, to be read; or that somebody else was quicker."""
    try:
        with transaction():
            voiding_runs.count_again(run)
    except Refused as refusal:
        return _refused(run, form, refusal)
    form.seen.data = str(run.found)
    return _refused(run, form, moved)


def _refused(
    run: VoidingRun, form: StartForm | RestoreForm | StaffPress, refusal: Refused
) -> ResponseReturnValue:
    form.show(refusal)
    name = {StartForm: "start_form", RestoreForm: "restore_form", StaffPress: "press_form"}
    return _show(_run(run.id), **{name[type(form)]: form}), refusal.status


@bp.post("/<int:number>/cancel")
def cancel(number: int) -> ResponseReturnValue:
    """Stop where it is."""
    run, form = _run(number), StaffPress()
    if not form.validate_on_submit():
        return _show(run, press_form=form), 422
    try:
        with transaction():
            voiding_runs.cancel(run, by=guards.me(), now=utc_now())
    except Refused as refusal:
        return _refused(run, form, refusal)
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/restore")
def restore(number: int) -> ResponseReturnValue:
    """Bring back exactly what this run has removed."""
    run, form, now = _run(number), RestoreForm(), utc_now()
    if not form.validate_on_submit():
        return _show(run, restore_form=form), 422
    try:
        guards.prove(form, now)
        with transaction():
            voiding_runs.restore(run, reason=form.reason.data or "", by=guards.me(), now=now)
    except Refused as refusal:
        return _refused(run, form, refusal)
    return redirect(url_for(".show", number=number), 303)


@bp.get("/corrections/<int:number>")
def correction(number: int) -> str:
    """What the public is told; as long as it is not published, in words that can be changed."""
    told = found(queries.by_number(number))
    return _correction(told, CorrectionForm(formdata=None, words=_draft(told)))


def _draft(told: TotalCorrection) -> str:
    with speaking(told.petition.campaign.language):
        words = render_template("moderation/total_correction.txt", told=told)
    return " ".join(words.split())


def _correction(told: TotalCorrection, form: CorrectionForm) -> str:
    return render_template(
        "moderation/total_correction.html", told=told, campaign=told.petition.campaign, form=form
    )


@bp.post("/corrections/<int:number>")
def publish(number: int) -> ResponseReturnValue:
    """Put it on the campaign's page."""
    told, form = found(queries.by_number(number)), CorrectionForm()
    if not form.validate_on_submit():
        return _correction(told, form), 422
    try:
        with transaction():
            voiding_runs.publish(told, form.words.data or "", by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _correction(told, form), refusal.status
    return redirect(url_for(".correction", number=number), 303)
