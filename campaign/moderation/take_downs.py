"""The moderators' door to taking down and bringing back, each on a page that says what it means."""

from collections.abc import Callable
from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries, taking_down as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import OtherThanSeen
from campaign.campaigns.services import lock
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffForm
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.moderation import campaign_words
from campaign.moderation.take_down_forms import BringBackForm, TakeDownForm
from campaign.posts import taking_down as posts
from campaign.posts.frame import NUMBER, locked, read_by_me
from campaign.posts.models import Post
from campaign.posts.services import read_by_moderators
from campaign.updates import resting

bp = Door("take_downs", __name__, audience=Audience.MODERATORS, url_prefix="/staff")


class _Thing(NamedTuple):
    """What is taken down or brought back."""

    kind: str
    title: str
    language: str
    is_hidden: bool
    #: The address of its staff page.
    page: str


@bp.get(f"/posts{NUMBER}/take-down")
def ask_to_take_down_post(number: int) -> str:
    """What taking a post down means, with the reasons."""
    return _page(_post(read_by_me(number)), TakeDownForm(formdata=None))


@bp.post(f"/posts{NUMBER}/take-down")
def take_down_post(number: int) -> ResponseReturnValue:
    """Hide it from readers."""
    post, form = read_by_me(number), TakeDownForm()

    def do() -> None:
        posts.take_down(locked(post), **form.answers(), by=guards.me(), now=utc_now())

    return _press(_post(post), form, do)


@bp.get(f"/posts{NUMBER}/bring-back")
def ask_to_bring_back_post(number: int) -> str:
    """Where it goes back to."""
    post = read_by_me(number)
    return _page(_post(post), BringBackForm(formdata=None, seen=read_by_moderators(post)))


@bp.post(f"/posts{NUMBER}/bring-back")
def bring_back_post(number: int) -> ResponseReturnValue:
    """Put it back."""
    post, form = read_by_me(number), BringBackForm()

    def do() -> None:
        seen = form.seen.data or ""
        posts.bring_back(locked(post), seen=seen, by=guards.me(), now=utc_now())

    return _press(_post(post), form, do)


@bp.get("/campaigns/<slug:slug>/take-down")
def ask_to_take_down_campaign(slug: str) -> str:
    """What taking a campaign down means, with the reasons."""
    return _page(_campaign(_seen_by_me(slug)), TakeDownForm(formdata=None))


@bp.post("/campaigns/<slug:slug>/take-down")
def take_down_campaign(slug: str) -> ResponseReturnValue:
    """Hide it from readers, and let its updates rest."""
    campaign, form = _seen_by_me(slug), TakeDownForm()

    def do() -> None:
        campaigns.take_down(campaign, **form.answers(), by=guards.me(), now=utc_now())
        resting.rest(campaign)

    return _press(_campaign(campaign), form, do)


@bp.get("/campaigns/<slug:slug>/bring-back")
def ask_to_bring_back_campaign(slug: str) -> str:
    """Where it goes back to."""
    campaign = _seen_by_me(slug)
    form = BringBackForm(formdata=None, seen=campaign_words.fingerprint(campaign))
    return _page(_campaign(campaign), form)


@bp.post("/campaigns/<slug:slug>/bring-back")
def bring_back_campaign(slug: str) -> ResponseReturnValue:
    """Put it back, with the words that were read."""
    campaign, form = _seen_by_me(slug), BringBackForm()

    def do() -> None:
        now = utc_now()
        lock(campaign)
        if campaign.hidden_from and campaign_words.fingerprint(campaign) != form.seen.data:
            raise OtherThanSeen
        campaigns.bring_back(campaign, by=guards.me(), now=now)
        resting.go_on(campaign, now=now)

    return _press(_campaign(campaign), form, do)


def _seen_by_me(slug: str) -> Campaign:
    return found(queries.seen_by(guards.me(), slug))


def _campaign(campaign: Campaign) -> _Thing:
    is_hidden = campaign.hidden_from is not None
    page = f"/staff/campaigns/{campaign.slug}"
    return _Thing("campaign", campaign.title, campaign.language, is_hidden, page)


def _post(post: Post) -> _Thing:
    is_hidden = post.hidden_from is not None
    return _Thing("post", post.title, post.language, is_hidden, f"/staff/posts/{post.id}")


def _press(thing: _Thing, form: StaffForm, do: Callable[[], None]) -> ResponseReturnValue:
    """The deed, and back to the page of the thing."""
    if not form.validate():
        return _shown(thing, form), 422
    try:
        with transaction():
            do()
    except Refused as refusal:
        form.show(refusal)
        return _shown(thing, form), refusal.status
    done = "taken-down" if isinstance(form, TakeDownForm) else "brought-back"
    return just_done.lead_to(f"{request.script_root}{thing.page}", done)


def _page(thing: _Thing, form: StaffForm) -> str:
    found(thing if thing.is_hidden is isinstance(form, BringBackForm) else None)
    return _shown(thing, form)


def _shown(thing: _Thing, form: StaffForm) -> str:
    deed = "take_down" if isinstance(form, TakeDownForm) else "bring_back"
    return render_template(f"moderation/{deed}.html", thing=thing, form=form)
