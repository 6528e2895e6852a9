"""The organisers' door to the pages of a case: what is known, asked, said, and to whom."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns.models import Campaign
from campaign.letters import completing, queries, samples, services, variety, working
from campaign.letters.case_forms import LanguageForm, PartForm, part_form
from campaign.letters.case_frame import campaign_of, frame, parts_of
from campaign.letters.placeholders import PLACEHOLDERS
from campaign.letters.working import Content
from campaign.lib import just_done, languages, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.refusals import Refused

bp = Door(
    "letters_case",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/letters",
)


@bp.get("/edit/<part>")
def show(slug: str, part: str) -> str:
    """One page of the case."""
    campaign = campaign_of(slug)
    content = _content_with(campaign, part)
    form = part_form(content, part, one_more="more" in request.args)
    return _part_page(campaign, content, part, form)


@bp.post("/edit/<part>")
def save(slug: str, part: str) -> ResponseReturnValue:
    """Keep what was typed. Whatever is unfinished is told beside it, and kept all the same."""
    campaign = campaign_of(slug)
    content = _content_for(campaign, part)
    form = part_form(content, part)
    if not form.validate():
        return _part_page(campaign, content, part, form), 422
    try:
        with transaction():
            services.save_part(
                campaign,
                part,
                form.typed(),
                seen=form.seen.data or "",
                gone=form.gone(),
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        return _refused(campaign, part, refusal)
    match request.form.get("do"):
        case "more":
            return just_done.lead_to(url_for(".show", slug=slug, part=part, more=1), "saved")
        case "preview":
            language = working.language_of(part)
            return redirect(
                url_for("letters_publishing.preview", slug=slug, language=language), 303
            )
        case _:
            return just_done.lead_to(url_for(".show", slug=slug, part=part), "saved")


def _refused(campaign: Campaign, part: str, refusal: Refused) -> ResponseReturnValue:
    """The page once more, with what was typed and, where somebody else was quicker, theirs."""
    content = _content_for(campaign, part)
    form = part_form(content, part)
    form.validate()
    form.show(refusal)
    if isinstance(refusal, meanwhile.ChangedMeanwhile):
        form.put_beside(working.part_of(content, part))
    return _part_page(campaign, content, part, form), refusal.status


@bp.post("/languages")
def add_language(slug: str) -> ResponseReturnValue:
    """One more language to write letters in."""
    campaign = campaign_of(slug)
    content = queries.content(campaign)
    form = LanguageForm(content)
    if not form.validate():
        page = part_form(content, "page")
        page.show_mistakes_of(form)
        return _part_page(campaign, content, "page", page, language_form=form), 422
    with transaction():
        services.add_language(campaign, form.language.data, by=guards.me(), now=utc_now())
    part = working.part_of_words(form.language.data)
    return redirect(url_for(".show", slug=slug, part=part), 303)


@bp.post("/languages/<language>/remove")
def remove_language(slug: str, language: str) -> ResponseReturnValue:
    """Take off a language in which nothing is written."""
    campaign = campaign_of(slug)
    content = _content_with(campaign, working.part_of_words(language))
    part = part_form(content, working.part_of_words(language))
    press = StaffPress()
    if not press.validate():
        part.show_mistakes_of(press)
        return _part_page(campaign, content, part.part, part), 422
    try:
        with transaction():
            services.remove_language(campaign, language, by=guards.me(), now=utc_now())
    except Refused as refusal:
        part.show(refusal)
        return _part_page(campaign, content, part.part, part), refusal.status
    return just_done.lead_to(url_for(".show", slug=slug, part="page"), "saved")


def _content_with(campaign: Campaign, part: str) -> Content:
    """What is edited; 404 when it has no such part."""
    content = queries.content(campaign)
    found(part if part in parts_of(content) else None)
    return content


def _content_for(campaign: Campaign, part: str) -> Content:
    """What is edited, where something was typed; 404 when it can have no such part.

    A language may have gone meanwhile, also with the whole working copy. What was typed in it is
    shown and kept all the same.
    """
    content = queries.content(campaign)
    language = working.language_of(part)
    if language and language in dict(languages.known(languages.current())):
        return working.with_language(content, language)
    found(part if part in parts_of(content) else None)
    return content


def _part_page(
    campaign: Campaign,
    content: Content,
    part: str,
    form: PartForm,
    *,
    language_form: LanguageForm | None = None,
) -> str:
    reading, language = completing.read(content), working.language_of(part)
    shown = frame(campaign, content, reading, part)
    if language_form:
        shown["language_form"] = language_form
    case = samples.drawable(reading, language) if language else None
    return render_template(
        "letters/case_part.html",
        **shown,
        form=form,
        done=just_done.told(),
        boxes={box.name for box in form.boxes()},
        language=language,
        placeholders=PLACEHOLDERS,
        meter=samples.measured(case, language) if case and language else None,
        alike=variety.ALIKE,
        may_go=bool(language)
        and language != campaign.language
        and not working.speaks(content, language or ""),
        press=StaffPress(formdata=None),
    )
