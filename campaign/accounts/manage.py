"""The administrators' door: who has an account."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards, queries, services
from campaign.accounts.forms import ROLE_NAMES, InviteForm, ProofForm, RoleForm
from campaign.accounts.models import Account
from campaign.accounts.rules import NameTaken, Role
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.refusals import Refused

bp = Door("accounts", __name__, audience=Audience.ADMINISTRATORS, url_prefix="/staff")

_INVITE_AGAIN = "invite-again"
#: What an administrator does to an account with a button and proof.
_DEEDS = {
    "disable": services.disable,
    "enable": services.enable,
    _INVITE_AGAIN: services.invite_again,
    "second-step-off": services.take_off_second_step,
}
_NAMES = ",".join(f"'{deed}'" for deed in _DEEDS)


@bp.get("/accounts/")
def index() -> str:
    """Everybody, and a form to invite somebody new."""
    return _index(InviteForm(formdata=None))


def _index(form: InviteForm) -> str:
    return render_template(
        "accounts/index.html",
        accounts=queries.everybody(),
        roles=ROLE_NAMES,
        form=form,
        proved=guards.has_proved(),
        done=just_done.told(),
    )


@bp.post("/accounts/invite")
def invite() -> ResponseReturnValue:
    """Invite somebody: a mail with a link goes out."""
    form, now = InviteForm(), utc_now()
    if not form.validate_on_submit():
        return _index(form), 422
    try:
        guards.prove(form, now)
        with transaction():
            services.invite(**form.answers(), by=guards.me(), now=now)
    except NameTaken as refusal:
        form.name.errors = [str(refusal)]
        return _index(form), refusal.status
    except Refused as refusal:
        form.show(refusal)
        return _index(form), refusal.status
    return just_done.lead_to(url_for(".index"), "invited")


@bp.get("/accounts/<int:number>")
def show(number: int) -> str:
    """One account."""
    account = found(queries.by_id(number))
    return _show(account, RoleForm(formdata=None, role=account.role.value))


def _show(account: Account, form: RoleForm) -> str:
    return render_template(
        "accounts/show.html",
        account=account,
        email=queries.email_of(account),
        roles=ROLE_NAMES,
        form=form,
        proved=guards.has_proved(),
        done=just_done.told(),
    )


@bp.post("/accounts/<int:number>/role")
def give_role(number: int) -> ResponseReturnValue:
    """Change what somebody may do."""
    account, form, now = found(queries.by_id(number)), RoleForm(), utc_now()
    if not form.validate_on_submit():
        return _show(account, form), 422
    try:
        guards.prove(form, now)
        with transaction():
            services.give_role(account, Role(form.role.data), by=guards.me(), now=now)
    except Refused as refusal:
        form.show(refusal)
        return _show(account, form), refusal.status
    return just_done.lead_to(url_for(".show", number=number), "saved")


@bp.get(f"/accounts/<int:number>/<any({_NAMES}):deed>")
def ask(number: int, deed: str) -> ResponseReturnValue:
    """What the deed means, with proof and a button."""
    account = found(queries.by_id(number))
    if not _fits(account, deed):
        return redirect(url_for(".show", number=number), 303)
    return _ask(account, deed, ProofForm(formdata=None))


def _fits(account: Account, deed: str) -> bool:
    """Whether there is a button for it; an older page may still lead here."""
    return account.is_invited or deed != _INVITE_AGAIN


def _ask(account: Account, deed: str, form: ProofForm) -> str:
    return render_template(
        "accounts/deed.html",
        account=account,
        deed=deed,
        form=form,
        fits=_fits(account, deed),
        proved=guards.has_proved(),
    )


@bp.post(f"/accounts/<int:number>/<any({_NAMES}):deed>")
def press(number: int, deed: str) -> ResponseReturnValue:
    """Disable, enable, invite again, take off the second step."""
    account, form, now = found(queries.by_id(number)), ProofForm(), utc_now()
    if not form.validate_on_submit():
        return _ask(account, deed, form), 422
    try:
        guards.prove(form, now)
        with transaction():
            _DEEDS[deed](account, by=guards.me(), now=now)
    except Refused as refusal:
        form.show(refusal)
        return _ask(account, deed, form), refusal.status
    return just_done.lead_to(url_for(".show", number=number), "saved")
