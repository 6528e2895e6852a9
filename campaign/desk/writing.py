"""The organisers' door to a campaign: begin it, write it, submit it, tell what came of it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import moving, queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import PUBLIC_STATES, Outcome, State
from campaign.desk import forms, frame, rules, services
from campaign.desk.edit_form import EditForm, edit_form
from campaign.desk.forms import BeginForm
from campaign.lib import just_done, languages, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.petitions import queries as petitions
from campaign.posts import queries as posts
from campaign.posts.models import Post

bp = Door("desk_writing", __name__, audience=Audience.ORGANISERS, url_prefix="/staff/campaigns")


@bp.get("/new")
def new() -> str:
    """A title, a language, topics: from nothing, from a post, or like another campaign."""
    post = posts.public_by_slug(request.args.get("post", ""))
    like = campaigns.of_team(guards.me(), request.args.get("like", ""))
    given = like or post
    form = BeginForm(
        formdata=None,
        title=given.title if given else "",
        language=given.language if given else languages.current(),
        topics=[topic.slug for topic in given.topics] if given else [],
        post=post.slug if post else "",
        like=like.slug if like else "",
    )
    return _new_page(form, post, like)


@bp.post("/new")
def begin() -> ResponseReturnValue:
    """Make the draft and open its editor."""
    form = BeginForm()
    post = posts.public_by_slug(form.post.data or "")
    like = campaigns.of_team(guards.me(), form.like.data or "")
    form.offer(posts.all_topics())
    if not form.validate():
        return _new_page(form, post, like), 422
    try:
        with transaction():
            campaign = services.begin(
                **form.answers(),
                post=post,
                like=like,
                key=form.key.data,
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        form.show(refusal)
        return _new_page(form, post, like), refusal.status
    return redirect(url_for(".edit", slug=campaign.slug), 303)


def _new_page(form: BeginForm, post: Post | None, like: Campaign | None) -> str:
    form.offer(posts.all_topics())
    return render_template("desk/new.html", form=form, post=post, like=like)


@bp.get("/<slug:slug>/edit")
def edit(slug: str) -> str:
    """All words, dates and posts of the campaign."""
    campaign = found(campaigns.of_team(guards.me(), slug))
    return _edit_page(edit_form(campaign, now=utc_now()))


@bp.post("/<slug:slug>/edit")
def save(slug: str) -> ResponseReturnValue:
    """Keep what was typed. A draft may be unfinished."""
    campaign, now = found(campaigns.of_team(guards.me(), slug)), utc_now()
    form = edit_form(campaign, now=now)
    if not form.validate():
        return _edit_page(form), 422
    try:
        with transaction():
            services.save(
                campaign,
                form.typed(),
                seen=form.seen.data or "",
                reason=form.reason.data or "",
                by=guards.me(),
                now=now,
            )
    except Refused as refusal:
        return _refused(campaign, refusal)
    if request.form.get("do") == "preview":
        return redirect(url_for("desk.preview", slug=slug), 303)
    return just_done.lead_to(url_for(".edit", slug=slug), "saved")


def _refused(campaign: Campaign, refusal: Refused) -> ResponseReturnValue:
    """The page once more, with what was typed and, where somebody else was quicker, theirs."""
    form = edit_form(campaign, now=utc_now())
    form.validate()
    if isinstance(refusal, rules.ReasonMissing):
        form.reason.errors = [str(refusal)]
    else:
        form.show(refusal)
    if isinstance(refusal, meanwhile.ChangedMeanwhile):
        form.put_beside()
    return _edit_page(form), refusal.status


def _edit_page(form: EditForm) -> str:
    campaign = form.campaign
    petition = petitions.of_campaign(campaign)
    return render_template(
        "desk/edit.html",
        campaign=campaign,
        form=form,
        done=just_done.told(),
        petition=petition,
        is_signed=petition is not None and petitions.is_signed(petition.version_id),
        is_shown=campaign.state in PUBLIC_STATES,
        in_review=campaign.state is State.IN_REVIEW,
    )


@bp.post("/<slug:slug>/submit")
def submit(slug: str) -> ResponseReturnValue:
    """Ask a moderator to open it."""
    campaign, form = found(campaigns.of_team(guards.me(), slug)), forms.SubmitForm()

    def do() -> None:
        services.submit(campaign, by=guards.me(), now=utc_now())

    return frame.press(campaign, "submit_form", form, do, done="submitted")


@bp.post("/<slug:slug>/take-back")
def take_back(slug: str) -> ResponseReturnValue:
    """The team wants to go on writing."""
    campaign = found(campaigns.of_team(guards.me(), slug))

    def do() -> None:
        moving.take_back(campaign, by=guards.me(), now=utc_now())

    return frame.press(campaign, "press_form", StaffPress(), do, done="taken-back")


@bp.post("/<slug:slug>/outcome")
def tell_outcome(slug: str) -> ResponseReturnValue:
    """Say anew what came of a closed campaign."""
    campaign, form = found(campaigns.of_team(guards.me(), slug)), forms.OutcomeForm()

    def do() -> None:
        services.tell_outcome(
            campaign,
            outcome=Outcome(form.outcome.data),
            outcome_text=form.outcome_text.data or "",
            seen=form.seen.data or "",
            by=guards.me(),
            now=utc_now(),
        )

    return frame.press(campaign, "outcome_form", form, do, done="outcome-told")
