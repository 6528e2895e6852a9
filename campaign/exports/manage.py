"""The organisers' door: choose, count, take the file; and who took which one before."""

from collections.abc import Iterator

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.accounts.rules import Role
from campaign.campaigns import queries as campaigns
from campaign.exports import handing_over, queries, rules, services
from campaign.exports.forms import COLUMN_NAMES, KIND_NAMES, SCOPE_NAMES, ChoiceForm, TakeForm
from campaign.exports.models import Export
from campaign.exports.rules import Column, Kind, Progress
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import cleaned
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition

bp = Door(
    "exports",
    __name__,
    audience=Audience.ORGANISERS,
    url_prefix="/staff/campaigns/<slug:slug>/export",
)

_MEDIA_TYPES = {
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("")
def choose(slug: str) -> str:
    """What the file is to hold; with a query, as it was chosen before."""
    campaign = found(campaigns.of_team(guards.me(), slug))
    petition = petitions.of_campaign(campaign)
    if petition is None:
        return render_template("exports/no_petition.html", campaign=campaign)
    return _choose_page(petition, _asked())


@bp.get("/count")
def count(slug: str) -> ResponseReturnValue:
    """What the file would hold, in words and numbers, and the button that makes it."""
    petition, choice = _petition(slug), _asked()
    if not choice.validate():
        return _choose_page(petition, choice), 422
    return _count_page(petition, choice, TakeForm(formdata=None))


@bp.post("")
def make(slug: str) -> ResponseReturnValue:
    """The file, as it was counted."""
    petition, now = _petition(slug), utc_now()
    choice, form = ChoiceForm(request.form), TakeForm()
    if not choice.validate():
        return _choose_page(petition, choice), 422
    if not form.validate():
        return _count_page(petition, choice, form), 422
    kind = Kind(choice.kind.data)
    export = services.plan(petition, by=guards.me(), **choice.answers(), now=now)
    try:
        services.refuse(export, by=guards.me(), reason=form.reason.data)
        if rules.holds_addresses(export.chosen):
            guards.prove(form, now)
        with transaction():
            services.take(export, kind, by=guards.me(), reason=form.reason.data)
    except Refused as refusal:
        form.show(refusal)
        return _count_page(petition, choice, form), refusal.status
    return _streamed(export, kind)


@bp.get("/taken")
def taken(slug: str) -> str:
    """The files that were taken, and whose a leaked copy is."""
    petition, now = _petition(slug), utc_now()
    ref = cleaned(request.args.get("ref"))
    files = [(export, export.progress(now)) for export in queries.of_petition(petition)]
    return render_template(
        "exports/taken.html",
        campaign=petition.campaign,
        files=files,
        names=COLUMN_NAMES,
        scopes=SCOPE_NAMES,
        watches="watch" in request.args and any(how is Progress.RUNNING for _, how in files),
        ref=ref,
        traced=_traced(petition, ref) if ref else None,
    )


def _petition(slug: str) -> Petition:
    campaign = found(campaigns.of_team(guards.me(), slug))
    return found(petitions.of_campaign(campaign))


def _asked() -> ChoiceForm:
    """The choice in the address; without one, the usual file."""
    return ChoiceForm(request.args if "scope" in request.args else None)


def _traced(petition: Petition, ref: str) -> Export | None:
    """The export of a leaked copy: administrators learn of any, a team of its own alone."""
    export = queries.by_ref(ref)
    if export and (export.petition_id == petition.id or guards.me().role is Role.ADMINISTRATOR):
        return export
    return None


def _choose_page(petition: Petition, choice: ChoiceForm) -> str:
    me = guards.me()
    return render_template(
        "exports/choose.html",
        campaign=petition.campaign,
        petition=petition,
        form=choice,
        last=queries.moment_of_last(services.plan(petition, by=me, columns=[], now=utc_now())),
    )


def _count_page(petition: Petition, choice: ChoiceForm, form: TakeForm) -> str:
    me = guards.me()
    planned = services.plan(petition, by=me, **choice.answers(), now=utc_now())
    holds_addresses = rules.holds_addresses(planned.chosen)
    return render_template(
        "exports/count.html",
        campaign=petition.campaign,
        form=form,
        planned=planned,
        pairs=list(choice.pairs()),
        rows=queries.number(planned),
        addresses=queries.addresses(planned) if holds_addresses else 0,
        columns=[COLUMN_NAMES[column] for column in planned.chosen],
        scope=SCOPE_NAMES[planned.scope],
        kind=KIND_NAMES[Kind(choice.kind.data)],
        only_new=choice.only_new.data,
        last=queries.moment_of_last(planned),
        needs_a_reason=rules.needs_a_reason(planned.chosen, planned.scope),
        holds_addresses=holds_addresses,
        lacks_second_step=holds_addresses and not me.has_second_step,
        asks_for_proof=holds_addresses
        and (not guards.has_proved() or bool(form.current_password.data)),
        names_no_reference=Column.REF not in planned.chosen,
    )


def _streamed(export: Export, kind: Kind) -> Response:
    """The file on its way, kept by nobody; a proxy must not collect it first."""
    pieces: Iterator[bytes] = stream_with_context(handing_over.pieces(export, kind))
    response = Response(pieces, content_type=_MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f"attachment; filename={export.name}.{kind}"
    response.headers["X-Accel-Buffering"] = "no"
    return response
