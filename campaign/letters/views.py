"""The volunteers' door: draft a letter, change it, take it away, tell that it was posted."""

import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import (
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from campaign.letters import drafting, papers, queries, services, tally, variety
from campaign.letters.case import Fact, in_language
from campaign.letters.forms import LetterForm, PostedForm, WriteForm
from campaign.letters.models import LetterAction
from campaign.letters.papers import Writer, Writing
from campaign.letters.rules import KIT_MOST, MAILTO_LENGTH, NoLetters, NoLetterYet
from campaign.letters.typography import date_in_words
from campaign.lib import countries, headers, languages
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.refusals import Refused

bp = Door("letters", __name__, audience=Audience.EVERYBODY)

_FILE = f"/campaigns/<slug:slug>/<any({', '.join(map(repr, papers.FILES))}):file>"


@dataclass(frozen=True)
class Shown:
    """One letter on the page."""

    form: LetterForm
    role: str
    own_percent: int
    #: None when it would be too long for a link.
    mailto: str | None


@bp.route("/campaigns/<slug:slug>/write", methods=["GET", "POST"])
def write(slug: str) -> ResponseReturnValue:
    """Choose, get a draft, change it. Nothing that is typed here is kept."""
    action = found(queries.public_by_slug(slug))
    if request.method == "GET" and not action.campaign.takes_part(utc_now()):
        return redirect(url_for("pages.campaign", slug=slug))
    form = WriteForm(action)
    if not form.is_submitted():
        return _page(action, form)
    if not form.validate():
        return _page(action, form), 422
    try:
        _refuse_when_closed(action)
        if form.do.data == "draft":
            briefs, seed = form.briefs(), secrets.token_hex(8)
            with transaction():
                drafts = services.draft(action, briefs, seed=seed, now=utc_now())
            form.show_drafts(briefs, drafts)
    except Refused as refusal:
        form.show(refusal)
        return _page(action, form), refusal.status
    return _page(action, form)


@bp.get(_FILE)
def no_file(slug: str, file: str) -> ResponseReturnValue:
    """A file is made of what stands on the page, so that is where its address leads."""
    return redirect(url_for(".write", slug=slug))


@bp.post(_FILE)
def take_away(slug: str, file: str) -> ResponseReturnValue:
    """The letters as they stand on the page, with their copy, in one file."""
    action = found(queries.public_by_slug(slug))
    kind = papers.FILES[file]
    form = WriteForm(action, kind=kind)
    if not form.validate():
        return _page(action, form), 422
    try:
        _refuse_when_closed(action)
        if not form.letters:
            raise NoLetterYet
        made = kind.make(_bundle(form))
    except Refused as refusal:
        form.show(refusal)
        return _page(action, form), refusal.status
    return headers.handed_over(
        made,
        kind.media_type,
        name=f"{slug}-{file}",
        opens=form.do.data == "print",
    )


@bp.post("/campaigns/<slug:slug>/posted")
def posted(slug: str) -> ResponseReturnValue:
    """«I posted it.» The next page is the same, whether the number counts at once or is held."""
    action = found(queries.public_by_slug(slug))
    form = PostedForm(action)
    status = 422
    if form.validate_on_submit():
        try:
            _refuse_when_closed(action)
            with transaction():
                tally.tell(action, **form.answers(), now=utc_now())
            return redirect(url_for(".told", slug=slug, thanks=1), 303)
        except Refused as refusal:
            form.show(refusal)
            status = refusal.status
    return _posted_page(action, form), status


@bp.get("/campaigns/<slug:slug>/posted")
def told(slug: str) -> ResponseReturnValue:
    """Where the code on a tally sheet leads: how many? And thank you, once that is said."""
    action = found(queries.public_by_slug(slug))
    if "thanks" in request.args:
        return render_template(
            "letters/thanks.html", campaign=action.campaign, letter_action=action
        )
    if not action.campaign.takes_part(utc_now()):
        return redirect(url_for("pages.campaign", slug=slug))
    return _posted_page(action, PostedForm(action))


def _posted_page(action: LetterAction, form: PostedForm) -> str:
    return render_template(
        "letters/posted.html", campaign=action.campaign, letter_action=action, posted_form=form
    )


@bp.app_template_filter("fact_day")
def fact_day(fact: Fact) -> str:
    """When the fact happened, as exactly as is known, in the language of the page."""
    return date_in_words(fact.happened_on, languages.current(), fact.precision)


def _refuse_when_closed(action: LetterAction) -> None:
    if not action.campaign.takes_part(utc_now()):
        raise NoLetters


def _page(action: LetterAction, form: WriteForm) -> str:
    missions = [t.for_writers_in for t in action.case.targets if t.for_writers_in]
    return render_template(
        "letters/write.html",
        campaign=action.campaign,
        case=action.case,
        form=form,
        letters=[_shown(form, letter) for letter in form.letters],
        missions=[countries.name(code) for code in missions],
        posted_form=PostedForm(action, formdata=None),
        kit_most=KIT_MOST,
        today=utc_now().date(),
    )


def _shown(form: WriteForm, letter: LetterForm) -> Shown:
    text, own = letter.text.data or "", 0.0
    # Of choices that were refused there is no brief; the letter is shown all the same.
    is_refused = any(field.errors for field in (form.language, form.tone, form.points))
    if not is_refused and form.language.data in form.case.passages:
        brief = form.brief_for(letter.target)
        own = variety.own_share(text, drafting.every_sentence(form.case, brief))
    words = {"subject": letter.subject.data or "", "body": text}
    mailto = f"mailto:?{urlencode(words, quote_via=quote)}"
    return Shown(
        form=letter,
        role=in_language(letter.target.role, languages.current()),
        own_percent=round(100 * own),
        mailto=mailto if len(mailto) <= MAILTO_LENGTH else None,
    )


def _bundle(form: WriteForm) -> papers.Bundle:
    return papers.Bundle(
        letters=[
            Writing(
                target=letter.target,
                language=form.language.data,
                subject=letter.subject.data or "",
                text=letter.text.data or "",
            )
            for letter in form.letters
        ],
        writer=Writer(
            name=form.name.data or "",
            address=tuple((form.address.data or "").splitlines()),
            country=form.country.data or None,
        ),
        copy_to=form.mission,
        layout=form.chosen_layout,
        now=utc_now(),
    )
