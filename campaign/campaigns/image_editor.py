"""The team's door to their campaign's image."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.accounts import guards
from campaign.campaigns import images, queries
from campaign.campaigns.image_form import ImageForm
from campaign.campaigns.image_models import CampaignImage
from campaign.campaigns.models import Campaign
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.languages import gettext
from campaign.lib.meanwhile import ChangedMeanwhile
from campaign.lib.refusals import Refused

bp = Door(
    "campaign_image",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/image",
)

#: Bytes of a request. Far more than an image may have, so that one which is too large is told so
#: beside everything else that was typed.
MOST_SENT = 24_000_000


@bp.url_value_preprocessor
def _take_more(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """This door alone takes files; before the guards look, who keep what was typed."""
    request.max_content_length = MOST_SENT


@bp.get("")
def show(slug: str) -> str:
    """The image as it is, and the form."""
    campaign = _campaign(slug)
    return _page(campaign, _form_of(images.of(campaign)))


@bp.post("")
def save(slug: str) -> ResponseReturnValue:
    """Put another image there, or other words to the one there is."""
    campaign = _campaign(slug)
    try:
        form = ImageForm()
    except RequestEntityTooLarge as trouble:
        form = _form_of(images.of(campaign))
        form.image.errors = [
            gettext("This file is far too large: at most 10 MB. What you typed was not read.")
        ]
        return _page(campaign, form), trouble.code or 413
    if not form.validate():
        return _again(campaign, form), 422
    if "image" not in request.files:
        # They were signed out in between: their words were kept for them, a file cannot be.
        form.ask_for_file()
        return _page(campaign, form), 422
    try:
        with transaction():
            images.put(
                campaign,
                form.pictures,
                alt=form.alt.data or "",
                credit=form.credit.data or "",
                seen=form.seen.data or "",
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        form.show(refusal)
        return _again(campaign, form, refusal), refusal.status
    return just_done.lead_to(url_for(".show", slug=slug), "saved")


@bp.post("/remove")
def remove(slug: str) -> ResponseReturnValue:
    """Take the image away."""
    campaign = _campaign(slug)
    press = StaffPress()
    if not press.validate():
        form = _form_of(images.of(campaign))
        form.show_mistakes_of(press)
        return _page(campaign, form), 422
    with transaction():
        images.remove(campaign, by=guards.me(), now=utc_now())
    return just_done.lead_to(url_for(".show", slug=slug), "removed")


def _campaign(slug: str) -> Campaign:
    return found(queries.of_team(guards.me(), slug))


def _form_of(image: CampaignImage | None) -> ImageForm:
    return ImageForm(formdata=None, obj=image, seen=images.fingerprint(image))


def _again(campaign: Campaign, form: ImageForm, refusal: Refused | None = None) -> str:
    """The page with what was typed; beside it what stands there, where somebody was quicker."""
    if form.pictures:
        form.ask_for_file()
    theirs = None
    if isinstance(refusal, ChangedMeanwhile):
        theirs = images.of(campaign)
        form.seen.data = images.fingerprint(theirs)
    return _page(campaign, form, theirs)


def _page(campaign: Campaign, form: ImageForm, theirs: CampaignImage | None = None) -> str:
    return render_template(
        "campaigns/image.html",
        campaign=campaign,
        image=images.of(campaign),
        form=form,
        theirs=theirs,
        press=StaffPress(formdata=None),
        done=just_done.told(),
    )
