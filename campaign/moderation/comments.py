"""The moderators' door to comments: pass each, or refuse it. None is public before."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards, trail
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress, cleaned
from campaign.lib.http import asked_number
from campaign.lib.languages import lazy_gettext as _
from campaign.petitions import commenting, queries as petitions
from campaign.petitions.models import Signature
from campaign.petitions.rules import CommentState

bp = Door("comments", __name__, audience=Audience.MODERATORS, url_prefix="/staff/comments")

PAGE = 25
STATE_NAMES = {
    CommentState.WAITING: _("Waiting"),
    CommentState.PASSED: _("Public"),
    CommentState.REFUSED: _("Refused"),
}
_STATES = {state.value: state for state in CommentState}


@bp.get("/")
def index() -> str:
    """Those that wait, the oldest first; or those decided, the latest first."""
    return _page(StaffPress(formdata=None))


def _page(form: StaffPress) -> str:
    state = _STATES.get(request.args.get("state", ""), CommentState.WAITING)
    after = petitions.by_ref(cleaned(request.args.get("after")))
    shown = commenting.in_state(state, after=after, most=PAGE)
    if shown:
        with transaction():
            trail.note(
                "comments.read",
                by=guards.me(),
                about=f"comments:{state}",
                reason=f"{len(shown)}",
                now=utc_now(),
            )
    waiting, _oldest = commenting.waiting()
    return render_template(
        "moderation/comments.html",
        state=state,
        states=STATE_NAMES,
        comments=shown,
        waiting=waiting,
        after=shown[-1].signature.ref if len(shown) == PAGE else None,
        pick_of=_pick_of,
        form=form,
        **_done(),
    )


def _done() -> dict[str, object]:
    """What was decided a moment ago, for saying so and for taking it back."""
    done = _STATES.get(request.args.get("done", ""))
    refs = [cleaned(ref) for ref in request.args.getlist("of")[:PAGE]]
    return {
        "done": done,
        "decided": commenting.by_refs(refs, done) if done else [],
        "left": asked_number("left", 0),
    }


@bp.post("/decide")
def decide() -> ResponseReturnValue:
    """Pass or refuse the one whose button it is, or all that are ticked; or let them wait again."""
    form = StaffPress()
    standing = _STATES.get(request.form.get("standing", ""), CommentState.WAITING)
    to, ticked = _decision()
    picks = dict(pick for pick in map(_read, ticked) if pick)
    if not form.validate() or not to or not picks:
        if not form.errors:
            form.form_errors = [*form.form_errors, _("Tick at least one comment.")]
        return _page(form), 422
    with transaction():
        decided = commenting.decide(picks, standing=standing, to=to)
        for ref in decided:
            trail.note(f"comment.{to}", by=guards.me(), about=f"signature:{ref}", now=utc_now())
    left = len(picks) - len(decided)
    return redirect(
        url_for(".index", state=standing.value, done=to.value, of=decided, left=left or None), 303
    )


def _decision() -> tuple[CommentState | None, list[str]]:
    for name, state in _STATES.items():
        if name in request.form:
            return state, [request.form[name]]
    return _STATES.get(request.form.get("deed", "")), request.form.getlist("pick")[:PAGE]


def _pick_of(signature: Signature) -> str:
    """What a tick sends: which one, and when it was signed."""
    return f"{signature.ref}/{signature.signed_at.isoformat()}"


def _read(pick: str) -> tuple[str, datetime] | None:
    ref, _slash, moment = cleaned(pick).partition("/")
    try:
        signed_at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (ref, signed_at) if signed_at.tzinfo else None
