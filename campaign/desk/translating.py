"""The team's door to their campaign in other languages: list, write beside the original, remove."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import PUBLIC_STATES, State
from campaign.desk import queries, rules, services
from campaign.desk.translation_forms import TranslationForm, translation_form
from campaign.lib import just_done, links, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.languages import LANGUAGES
from campaign.lib.refusals import Refused
from campaign.petitions import queries as petitions

bp = Door(
    "desk_translating",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/translations",
)


@bp.get("/")
def index(slug: str) -> str:
    """Which languages there are, and how each stands."""
    return _index_page(found(campaigns.of_team(guards.me(), slug)), StaffPress(formdata=None))


def _index_page(campaign: Campaign, press: StaffPress) -> str:
    return render_template(
        "desk/translations.html",
        campaign=campaign,
        offered=_offered(campaign),
        translations={one.language: one for one in campaign.translations},
        outdated=queries.outdated(campaign),
        press=press,
        in_review=campaign.state is State.IN_REVIEW,
        done=just_done.told(),
    )


@bp.get("/<language>")
def edit(slug: str, language: str) -> str:
    """Every text of the campaign, with its translation beside it."""
    return _edit_page(translation_form(_campaign(slug, language), language), language)


@bp.post("/<language>")
def save(slug: str, language: str) -> ResponseReturnValue:
    """Keep what was typed. In a draft it may be unfinished."""
    campaign = _campaign(slug, language)
    form = translation_form(campaign, language)
    if not form.validate():
        return _edit_page(form, language), 422
    try:
        with transaction():
            services.translate(
                campaign,
                language,
                form.typed(),
                translated_from=form.translated_from(),
                seen=form.seen.data or "",
                reason=form.reason.data or "",
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        return _refused(campaign, language, refusal)
    if request.form.get("do") == "preview":
        return redirect(links.within_site(f"/staff/campaigns/{slug}/preview", language), 303)
    return just_done.lead_to(url_for(".edit", slug=slug, language=language), "saved")


def _refused(campaign: Campaign, language: str, refusal: Refused) -> ResponseReturnValue:
    """The page once more, with what was typed and, where somebody else was quicker, theirs."""
    form = translation_form(campaign, language)
    form.validate()
    if isinstance(refusal, rules.ReasonMissing):
        form.reason.errors = [str(refusal)]
    else:
        form.show(refusal)
    if isinstance(refusal, meanwhile.ChangedMeanwhile):
        form.put_beside()
    return _edit_page(form, language), refusal.status


@bp.post("/<language>/remove")
def remove(slug: str, language: str) -> ResponseReturnValue:
    """Show readers of that language the original again."""
    campaign, press = _campaign(slug, language), StaffPress()
    if not press.validate():
        return _index_page(campaign, press), 422
    try:
        with transaction():
            services.take_translation_off(campaign, language, by=guards.me(), now=utc_now())
    except Refused as refusal:
        press.show(refusal)
        return _index_page(campaign, press), refusal.status
    return just_done.lead_to(url_for(".index", slug=slug), "removed")


def _campaign(slug: str, language: str) -> Campaign:
    campaign = found(campaigns.of_team(guards.me(), slug))
    return found(campaign if language in _offered(campaign) else None)


def _offered(campaign: Campaign) -> dict[str, str]:
    """The languages it can be put into, by their own names: those our pages speak."""
    return {code: name for code, name in LANGUAGES.items() if code != campaign.language}


def _edit_page(form: TranslationForm, language: str) -> str:
    campaign, translation = form.campaign, form.translation
    number = translation.version_id if translation else None
    return render_template(
        "desk/translation.html",
        campaign=campaign,
        language=language,
        form=form,
        done=just_done.told(),
        is_signed=number is not None and petitions.is_signed(number),
        is_shown=campaign.state in PUBLIC_STATES,
        in_review=campaign.state is State.IN_REVIEW,
    )
