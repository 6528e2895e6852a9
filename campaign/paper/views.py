"""The team's door to signatures on paper: print sheets, enter what came back, put it right."""

from collections.abc import Callable

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.lib import countries, headers, just_done, languages, links
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffForm, StaffPress
from campaign.lib.http import found
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused
from campaign.paper import queries, rules, services, sheet
from campaign.paper.forms import (
    CorrectForm,
    EntryForm,
    NumberForm,
    PasteForm,
    ReasonForm,
    RemoveForm,
    RowsForm,
)
from campaign.paper.models import PaperBatch
from campaign.paper.rules import State
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition

bp = Door(
    "paper",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/paper",
)

STATE_NAMES = {
    State.COUNTED: _("Counts"),
    State.HELD: _("Waits for a moderator"),
    State.REFUSED: _("Refused by a moderator"),
    State.TAKEN_BACK: _("Batch taken back"),
}
_DO: dict[str, Callable[..., None]] = {
    "correct": services.correct,
    "take-back": services.take_back,
    "remove": services.remove_row,
}
_FORMS: dict[str, type[ReasonForm]] = {
    "correct": CorrectForm,
    "take-back": ReasonForm,
    "remove": RemoveForm,
}


@bp.get("")
def index(slug: str) -> str:
    """How many there are, how to enter more, and every batch."""
    campaign = found(campaigns.of_team(guards.me(), slug))
    petition = petitions.of_campaign(campaign)
    return render_template(
        "paper/index.html",
        campaign=campaign,
        petition=petition,
        standing=queries.standing(petition) if petition else None,
        batches=queries.of_petition(petition) if petition else [],
        unprintable=sheet.unprintable(queries.wording(petition)) if petition else [],
        may_enter=queries.may_enter(campaign, utc_now()),
        state_names=STATE_NAMES,
        company=rules.COMPANY,
    )


@bp.get("/sheet.pdf")
def print_sheet(slug: str) -> ResponseReturnValue:
    """The sheet to print, with the words that people sign today."""
    petition = _petition(slug)
    version = queries.wording(petition)
    if sheet.unprintable(version):
        return redirect(url_for(".index", slug=slug), 303)
    file = sheet.pdf(
        petition,
        version,
        link=links.page(f"/campaigns/{slug}"),
        site=current_app.config["SITE_NAME"],
        made_at=utc_now(),
    )
    return headers.handed_over(file, "application/pdf", name=f"{slug}-sheet.pdf", opens=True)


@bp.get("/new/<any(number, rows, csv):way>")
def begin(slug: str, way: str) -> str:
    """An empty form."""
    petition = _petition(slug)
    return _entry_page(petition, _form(petition, way), way)


@bp.post("/new/<any(number, rows, csv):way>")
def enter(slug: str, way: str) -> ResponseReturnValue:
    """Enter what was typed, or show ten more lines."""
    petition = _petition(slug)
    form = _form(petition, way)
    if isinstance(form, RowsForm) and request.form.get("do") == "more":
        form.add_lines()
        return _entry_page(petition, form, way)
    if not form.validate():
        return _entry_page(petition, form, way), 422
    told = {**form.answers(), "by": guards.me(), "now": utc_now()}
    try:
        with transaction():
            services.lock(petition)
            batch = queries.just_entered(petition, **told) or services.enter(petition, **told)
    except Refused as refusal:
        form.show(refusal)
        return _entry_page(petition, form, way), refusal.status
    return just_done.lead_to(url_for(".show", slug=slug, number=batch.id), "entered")


@bp.get("/<int:number>")
def show(slug: str, number: int) -> str:
    """One batch: where it comes from, where it stands, and how to put it right."""
    return _page(_batch(slug, number))


@bp.post("/<int:number>/rows")
def read(slug: str, number: int) -> ResponseReturnValue:
    """Its names, by their numbers. Whoever looks stands in the trail."""
    batch, form = _batch(slug, number), StaffPress()
    if not form.validate():
        return _page(batch, press=form), 422
    with transaction():
        services.read(batch, by=guards.me(), now=utc_now())
    return _page(batch, shows_rows=True)


@bp.post("/<int:number>/<any('correct', 'take-back', 'remove'):deed>")
def put_right(slug: str, number: int, deed: str) -> ResponseReturnValue:
    """Correct its number, take it back, or remove a row."""
    batch = _batch(slug, number)
    form = _FORMS[deed]()
    if not form.validate():
        return _page(batch, **{deed.replace("-", "_"): form}), 422
    try:
        with transaction():
            _DO[deed](batch, **form.answers(), by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _page(batch, **{deed.replace("-", "_"): form}), refusal.status
    return just_done.lead_to(url_for(".show", slug=slug, number=number), deed)


def _petition(slug: str) -> Petition:
    return found(petitions.of_campaign(found(campaigns.of_team(guards.me(), slug))))


def _batch(slug: str, number: int) -> PaperBatch:
    return found(queries.by_id(_petition(slug), number))


def _form(petition: Petition, way: str) -> EntryForm:
    if way == "rows":
        return RowsForm(petition, request.form)
    return NumberForm(petition) if way == "number" else PasteForm(petition)


def _entry_page(petition: Petition, form: EntryForm, way: str) -> str:
    names = countries.names(languages.current()).values() if way == "rows" else ()
    return render_template(
        "paper/enter.html",
        campaign=petition.campaign,
        petition=petition,
        form=form,
        way=way,
        countries=names,
        held_above=rules.HELD_ABOVE,
        lines_most=rules.FORM_ROWS_MOST,
    )


def _page(batch: PaperBatch, *, shows_rows: bool = False, **sent: StaffForm) -> str:
    """The batch; `sent` is a form that was sent and is shown once more."""
    forms: dict[str, StaffForm] = {
        **{deed.replace("-", "_"): form(formdata=None) for deed, form in _FORMS.items()},
        "press": StaffPress(formdata=None),
        **sent,
    }
    return render_template(
        "paper/batch.html",
        campaign=batch.petition.campaign,
        batch=batch,
        left=len(queries.rows_left(batch)) if batch.by_rows else batch.signatures,
        rows=queries.opened(batch) if shows_rows else None,
        state_names=STATE_NAMES,
        slip=next((form for form in sent.values() if form.mistakes()), None),
        done=just_done.told(),
        **forms,
    )
