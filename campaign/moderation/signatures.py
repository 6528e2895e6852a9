"""The moderators' door to signatures: find them, look at one, decide about it."""

from collections.abc import Callable, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards, trail
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import cleaned
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.mail import queries as outbox
from campaign.moderation import finding, rules
from campaign.moderation.finding import Choice
from campaign.moderation.screening_forms import REASONS
from campaign.moderation.signature_forms import (
    BUTTONS,
    DEED_NAMES,
    STATE_NAMES,
    ReasonForm,
    SearchForm,
)
from campaign.petitions import holds, mails, queries, setting_aside
from campaign.petitions.models import Signature
from campaign.petitions.rules import MAY_START_FROM, Deed

bp = Door("signatures", __name__, audience=Audience.MODERATORS, url_prefix="/staff/signatures")

_DEEDS: dict[Deed, Callable[..., bool]] = {
    Deed.HOLD: setting_aside.hold,
    Deed.RELEASE: setting_aside.release,
    Deed.VOID: setting_aside.void,
    Deed.RESTORE: setting_aside.restore,
}


def choice_of_request() -> Choice:
    """Which signatures the address or the form speaks of."""
    chosen = {name: cleaned(request.values.get(name)) for name in finding.FILTERS}
    picks = request.values.getlist("pick")[: finding.PAGE]
    return Choice(**chosen, picks=tuple(cleaned(ref) for ref in picks))


@bp.get("/")
def index() -> str:
    """The list, the latest first. Each value in it is a link that filters."""
    choice = choice_of_request()
    after = queries.by_ref(cleaned(request.args.get("after")))
    signatures = finding.listed(choice, after=after)
    shown = signatures[: finding.PAGE]
    which = ", ".join(f"{name}={value}" for name, value in choice.filters.items())
    _note("signatures.listed", f"{len(shown)}: {which or 'all'}")
    last = shown[-1] if len(signatures) > finding.PAGE else None
    form = SearchForm(finding.campaigns(), formdata=None, campaign=choice.campaign)
    return _list(choice, shown, form, last=last)


@bp.post("/search")
def search() -> ResponseReturnValue:
    """The signatures of one mailbox; or those in whose envelopes the words are."""
    form = SearchForm(finding.campaigns())
    choice = Choice(campaign=form.campaign.data or "")
    if not form.is_ready():
        return _list(choice, [], form), 422
    if form.address:
        every = queries.of_mailbox(form.address)
        shown = [s for s in every if choice.campaign in ("", s.petition.campaign.slug)]
        _note("signatures.searched", f"{len(shown)} of one address")
        return _list(choice, shown, form, searched=True)
    look = finding.look(choice, form.q.data or "", after=queries.by_ref(cleaned(form.after.data)))
    _note("signatures.searched", f"{len(look.found)} of {look.opened}: campaign={choice.campaign}")
    return _list(choice, look.found, form, searched=True, look=look)


def _note(deed: str, reason: str) -> None:
    """Who looked at whose data; one entry for a list."""
    with transaction():
        trail.note(deed, by=guards.me(), about="signatures", reason=reason, now=utc_now())


def _list(
    choice: Choice,
    shown: Sequence[Signature],
    form: SearchForm,
    *,
    last: Signature | None = None,
    searched: bool = False,
    look: finding.Look | None = None,
) -> str:
    return render_template(
        "moderation/signatures.html",
        choice=choice,
        rows=[(signature, queries.personal_data(signature)) for signature in shown],
        last=last,
        form=form,
        searched=searched,
        deeds=[deed for deed in _DEEDS if not choice.state or choice.state in MAY_START_FROM[deed]],
        look=look,
        state_names=STATE_NAMES,
        buttons=BUTTONS,
        reasons=REASONS,
    )


@bp.get("/held")
def held() -> str:
    """All that is held, in groups that can be decided about at once."""
    return render_template("moderation/held.html", groups=finding.held(), reasons=REASONS)


@bp.get("/search")
def no_search() -> ResponseReturnValue:
    """What was searched for stands in no address, so that of the search leads to its form."""
    return redirect(url_for(".index"))


@bp.get("/<slug:ref>")
def show(ref: str) -> str:
    """One signature: what we hold of it, its diary, its mails, what else the mailbox signed."""
    return _show(found(queries.by_ref(ref)), ReasonForm(formdata=None))


def _show(signature: Signature, form: ReasonForm) -> str:
    with transaction():
        about, now = f"signature:{signature.ref}", utc_now()
        trail.note("signature.read", by=guards.me(), about=about, now=now)
    data = queries.personal_data(signature)
    diary = queries.events_of(signature)
    done = request.args.get("done", "")
    is_fresh = bool(diary) and diary[-1].deed == done and diary[-1].at > now - rules.UNDO
    return render_template(
        "moderation/signature.html",
        signature=signature,
        campaign=signature.petition.campaign,
        data=data,
        diary=diary,
        mails=outbox.about(mails.about(signature.ref)),
        others=[s for s in queries.of_mailbox(data.email) if s.id != signature.id] if data else [],
        deeds=[deed for deed in _DEEDS if signature.state in MAY_START_FROM[deed]],
        undo=rules.OPPOSITE[diary[-1].deed] if is_fresh and diary[-1].deed in _DEEDS else None,
        done=done,
        form=form,
        state_names=STATE_NAMES,
        deed_names=DEED_NAMES,
        reasons=REASONS,
        buttons=BUTTONS,
    )


@bp.post("/<slug:ref>/<any('hold', 'release', 'void', 'restore'):deed>")
def decide(ref: str, deed: str) -> ResponseReturnValue:
    """Hold it, release it, void it, restore it."""
    signature, form, what = found(queries.by_ref(ref)), ReasonForm(), Deed(deed)
    if not form.is_ready_for(what):
        return _show(signature, form), 422
    try:
        with transaction():
            _decide(signature, what, reason=form.reason.data or "", undoes=bool(form.undoes.data))
    except Refused as refusal:
        form.show(refusal)
        return _show(signature, form), refusal.status
    return redirect(url_for(".show", ref=ref, done=deed), 303)


def _decide(signature: Signature, deed: Deed, *, reason: str, undoes: bool) -> None:
    now = utc_now()
    words = {"held_for": holds.HELD_FOR_BEFORE} if undoes and deed is Deed.HOLD else {}
    if not _DEEDS[deed](signature, reason=reason, now=now, **words):
        raise rules.MovedMeanwhile
    about = f"signature:{signature.ref}"
    trail.note(f"signature.{deed}", by=guards.me(), about=about, reason=reason or None, now=now)
