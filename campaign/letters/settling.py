"""The organisers' door to what was posted: count or refuse what is held, note what came back."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.letters import queries, tally
from campaign.letters.answer_forms import AnswerForm
from campaign.letters.models import LetterAction
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.refusals import Refused

bp = Door(
    "letters_settling",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/letters",
)

_DEEDS = {"count": tally.release, "refuse": tally.refuse}


@bp.post("/held/<int:number>/<any(count, refuse):deed>")
def settle(slug: str, number: int, deed: str) -> ResponseReturnValue:
    """Let held letters count, or never. What was settled already stays as it is."""
    told = found(queries.told_by_id(_action(slug), number))
    if not StaffPress().validate():
        return just_done.lead_to(url_for("letters_manage.overview", slug=slug), "once-more")
    with transaction():
        done = _DEEDS[deed](told, by=guards.me(), now=utc_now())
    said = deed if done else "settled"
    return just_done.lead_to(url_for("letters_manage.overview", slug=slug), said)


@bp.get("/answers/new")
def answer(slug: str) -> str:
    """A form for what came back."""
    action = _action(slug)
    return _page(action, AnswerForm(action, came_on=utc_now().date()))


@bp.post("/answers/new")
def note(slug: str) -> ResponseReturnValue:
    """Write down what came back."""
    action = _action(slug)
    form = AnswerForm(action)
    if not form.validate():
        return _page(action, form), 422
    try:
        with transaction():
            tally.note_answer(action, **form.answers(), by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _page(action, form), refusal.status
    return just_done.lead_to(url_for("letters_manage.overview", slug=slug), "noted")


def _action(slug: str) -> LetterAction:
    return found(queries.of_campaign(found(campaigns.of_team(guards.me(), slug))))


def _page(action: LetterAction, form: AnswerForm) -> str:
    return render_template("letters/manage_answer.html", campaign=action.campaign, form=form)
