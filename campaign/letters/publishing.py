"""The organisers' door to a case as a whole: begin it, look at samples, publish, go back."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import State
from campaign.letters import completing, queries, samples, services
from campaign.letters.case_forms import LikeForm, PublishForm, ThrowAwayForm
from campaign.letters.case_frame import campaign_of, frame
from campaign.letters.linting import NotReady
from campaign.letters.working import Content
from campaign.lib import just_done, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.refusals import Refused

bp = Door(
    "letters_publishing",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/letters",
)


@bp.get("/preview")
def preview(slug: str) -> str:
    """Three letters as volunteers would get them, from made-up people."""
    campaign = campaign_of(slug)
    content = queries.content(campaign)
    reading = completing.read(content)
    written = list(reading.case.passages)
    asked = request.args.get("language", "")
    language = asked if asked in written else (written or [campaign.language])[0]
    case = samples.drawable(reading, language)
    target = case.main_targets[0] if case else None
    return render_template(
        "letters/case_preview.html",
        **frame(campaign, content, reading, "preview"),
        language=language,
        written=written,
        target=target,
        letters=samples.letters(case, language, target) if case and target else [],
    )


@bp.get("/publish")
def publish_page(slug: str) -> str:
    """What stands in the way of publishing, and the button."""
    campaign = campaign_of(slug)
    content = queries.content(campaign)
    return _publish_page(campaign, content, PublishForm(seen=meanwhile.fingerprint(content)))


@bp.post("/publish")
def publish(slug: str) -> ResponseReturnValue:
    """Let volunteers write with the working copy."""
    campaign = campaign_of(slug)
    form = PublishForm()
    if not form.validate():
        return _publish_page(campaign, queries.content(campaign), form), 422
    try:
        with transaction():
            services.publish(campaign, seen=form.seen.data or "", by=guards.me(), now=utc_now())
    except NotReady:
        return _publish_page(campaign, queries.content(campaign), form, refused=True), 422
    except Refused as refusal:
        form.show(refusal)
        content = queries.content(campaign)
        form.seen.data = meanwhile.fingerprint(content)
        return _publish_page(campaign, content, form), refusal.status
    return just_done.lead_to(url_for("letters_manage.overview", slug=slug), "published")


@bp.post("/throw-away")
def throw_away(slug: str) -> ResponseReturnValue:
    """Back to what is published."""
    campaign = campaign_of(slug)
    form = ThrowAwayForm()
    if not form.validate():
        return _not_thrown_away(campaign, form), 422
    try:
        with transaction():
            services.throw_away(campaign, seen=form.seen.data or "", by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        form.ask_again(queries.content(campaign))
        return _not_thrown_away(campaign, form), refusal.status
    return just_done.lead_to(url_for("letters_manage.overview", slug=slug), "thrown-away")


def _not_thrown_away(campaign: Campaign, form: ThrowAwayForm) -> str:
    content = queries.content(campaign)
    to_publish = PublishForm(formdata=None, seen=meanwhile.fingerprint(content))
    return _publish_page(campaign, content, to_publish, throw_away=form)


@bp.get("/begin")
def begin(slug: str) -> str:
    """For a campaign without letters: begin with a blank case, or with another campaign's."""
    campaign = campaign_of(slug)
    return _begin_page(campaign, LikeForm(_to_copy(campaign)))


@bp.post("/begin")
def begin_like(slug: str) -> ResponseReturnValue:
    """Begin with another campaign's letters."""
    campaign = campaign_of(slug)
    form = LikeForm(found(_to_copy(campaign) or None))
    if not form.validate():
        return _begin_page(campaign, form), 422
    other = found(campaigns.of_team(guards.me(), form.slug.data))
    try:
        with transaction():
            services.copy_to(campaign, of=other, by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _begin_page(campaign, form), refusal.status
    return just_done.lead_to(url_for("letters_case.show", slug=slug, part="page"), "saved")


def _to_copy(campaign: Campaign) -> list[Campaign]:
    return [other for other in queries.with_letters(guards.me()) if other != campaign]


def _publish_page(
    campaign: Campaign,
    content: Content,
    form: PublishForm,
    *,
    refused: bool = False,
    throw_away: ThrowAwayForm | None = None,
) -> str:
    return render_template(
        "letters/case_publish.html",
        **frame(campaign, content, completing.read(content), "publish"),
        form=form,
        refused=refused,
        needs_all=campaign.state is State.OPEN,
        throw_away=throw_away or ThrowAwayForm(formdata=None, seen=meanwhile.fingerprint(content)),
    )


def _begin_page(campaign: Campaign, form: LikeForm) -> str:
    return render_template("letters/case_begin.html", campaign=campaign, form=form)
