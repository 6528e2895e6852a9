"""The moderators' door to what visitors report: read it, see to it, say what was done."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards, trail
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.http import asked_number, found
from campaign.lib.refusals import Refused
from campaign.moderation import reporting
from campaign.moderation.models import Report
from campaign.moderation.report_forms import KIND_NAMES, STATE_NAMES, DecideForm
from campaign.moderation.rules import ReportState

bp = Door("reports", __name__, audience=Audience.MODERATORS, url_prefix="/staff/reports")

_STATES = {state.value: state for state in ReportState}
_NUMBER = "<int:number>"


@bp.get("/")
def index() -> str:
    """Those that wait, the oldest first; or those decided."""
    state = _STATES.get(request.args.get("state", ""), ReportState.WAITING)
    return render_template(
        "moderation/reports.html",
        page=reporting.in_state(state, page=asked_number("page", 1)),
        state=state,
        states=STATE_NAMES,
        kinds=KIND_NAMES,
    )


@bp.get(f"/{_NUMBER}")
def show(number: int) -> str:
    """One report, with the visitor's words."""
    report = found(reporting.by_id(number))
    return _show(report, DecideForm(formdata=None))


def _show(report: Report, form: DecideForm) -> str:
    with transaction():
        trail.note("report.read", by=guards.me(), about=f"report:{report.id}", now=utc_now())
    form.standing.data = report.state.value
    return render_template(
        "moderation/report.html",
        report=report,
        said=reporting.said(report),
        form=form,
        kinds=KIND_NAMES,
        states=STATE_NAMES,
        done=request.args.get("done", ""),
    )


@bp.post(f"/{_NUMBER}/<any('waiting', 'nothing_wrong', 'mended', 'passed_on'):state>")
def decide(number: int, state: str) -> ResponseReturnValue:
    """Say what was done about it, or open it again."""
    report, form = found(reporting.by_id(number)), DecideForm()
    if not form.validate():
        return _show(report, form), 422
    try:
        with transaction():
            reporting.decide(
                report,
                ReportState(state),
                standing=_STATES.get(form.standing.data or "", ReportState.WAITING),
                note=form.note.data or "",
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        form.show(refusal)
        return _show(found(reporting.by_id(number)), form), refusal.status
    return redirect(url_for(".show", number=number, done=state), 303)
