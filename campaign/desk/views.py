"""The staff's door to campaigns: the list, where each stands, how it will look, closing it."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from campaign import showing
from campaign.accounts import guards
from campaign.accounts.rules import ADMITS
from campaign.campaigns import moving, queries as campaigns
from campaign.campaigns.rules import Outcome
from campaign.desk import forms, frame, queries
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import cleaned
from campaign.lib.http import asked_number, found
from campaign.lib.languages import current

bp = Door("desk", __name__, audience=Audience.STAFF, url_prefix="/staff/campaigns")


@bp.get("/")
def index() -> str:
    """The campaigns of one's teams; moderators and administrators see all."""
    query, state = cleaned(request.args.get("q")), request.args.get("state", "")
    me = guards.me()
    return render_template(
        "desk/index.html",
        page=queries.listed(me, query=query, state=state, page=asked_number("page", 1)),
        chosen={"q": query, "state": state},
        stage_names=forms.STAGE_NAMES,
        may_begin=me.role in ADMITS[Audience.ORGANISERS],
    )


@bp.get("/<slug:slug>")
def overview(slug: str) -> str:
    """Where it stands and what comes next."""
    return frame.overview(found(campaigns.seen_by(guards.me(), slug)))


@bp.get("/<slug:slug>/preview")
def preview(slug: str) -> Response:
    """The page as readers will see it; its form does nothing."""
    campaign = found(campaigns.seen_by(guards.me(), slug))
    values = showing.to_team(campaign, utc_now())
    is_unfinished = any(
        not words.is_whole for words in campaign.translations if words.language == current()
    )
    page = render_template(
        "pages/campaign.html", is_preview=True, is_unfinished=is_unfinished, **values
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.post("/<slug:slug>/close")
def close(slug: str) -> ResponseReturnValue:
    """The team or a moderator ends it and says what came of it."""
    campaign = found(campaigns.seen_by(guards.me(), slug))
    form = forms.OutcomeForm()

    def do() -> None:
        moving.end(
            campaign,
            outcome=Outcome(form.outcome.data),
            outcome_text=form.outcome_text.data or "",
            by=guards.me(),
            now=utc_now(),
        )

    return frame.press(campaign, "outcome_form", form, do, done="closed")
