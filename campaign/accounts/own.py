"""The door to one's own account: name, password, second step, sessions, sign out."""

import segno
from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from campaign.accounts import guards, queries, second_step, services, sessions, trail
from campaign.accounts.forms import NameForm, NewPasswordForm, ProofForm, SecondStepForm
from campaign.accounts.rules import NameTaken
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.refusals import Refused
from campaign.lib.vault import Unreadable, vault

bp = Door("account", __name__, audience=Audience.STAFF, url_prefix="/staff/account")


@bp.get("/")
def page() -> str:
    """One's own account."""
    return _page()


def _page(
    *,
    names: NameForm | None = None,
    new: NewPasswordForm | None = None,
    press: StaffPress | None = None,
) -> str:
    account, now = guards.me(), utc_now()
    return render_template(
        "accounts/own.html",
        account=account,
        email=queries.email_of(account),
        sessions=queries.sessions_of(account, now),
        this=guards.this_session(),
        codes_left=queries.recovery_codes_left(account),
        name_form=names or NameForm(formdata=None, name=account.name),
        password_form=new or NewPasswordForm(formdata=None),
        press_form=press or StaffPress(formdata=None),
        done=just_done.told(),
    )


@bp.post("/name")
def rename() -> ResponseReturnValue:
    """What colleagues see."""
    form = NameForm()
    if not form.validate_on_submit():
        return _page(names=form), 422
    try:
        with transaction():
            services.rename(guards.me(), form.name.data or "", now=utc_now())
    except NameTaken as refusal:
        form.name.errors = [str(refusal)]
        return _page(names=form), refusal.status
    return just_done.lead_to(url_for(".page"), "saved")


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """Another password; every other browser is signed out."""
    form, account, now = NewPasswordForm(), guards.me(), utc_now()
    if not form.validate_on_submit():
        return _page(new=form), 422
    try:
        guards.prove(form, now)
        with transaction():
            services.choose_password(account, form.password.data or "", now=now)
            guards.sign_in(account, now)
    except Refused as refusal:
        form.show(refusal)
        return _page(new=form), refusal.status
    return just_done.lead_to(url_for(".page"), "password")


@bp.get("/second-step")
def second_step_page() -> str:
    """The QR code for the app, and a field for its first code."""
    form = SecondStepForm(formdata=None)
    return _second_step_page(form, second_step.new_secret())


def _second_step_page(form: SecondStepForm, secret: str) -> str:
    account = guards.me()
    form.secret.data = vault().seal_text({"secret": secret})
    address = second_step.address(
        secret, account=queries.email_of(account), site=current_app.config["SITE_NAME"]
    )
    return render_template(
        "accounts/second_step.html",
        form=form,
        account=account,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        code=_drawn(address),
        demo_code=second_step.code_of(secret, utc_now()) if current_app.config["DEMO"] else None,
    )


@bp.post("/second-step")
def set_up_second_step() -> ResponseReturnValue:
    """Ask for codes from now on, and show the recovery codes once."""
    form, account, now = SecondStepForm(), guards.me(), utc_now()
    try:
        secret = vault().open_text(form.secret.data or "")["secret"]
    except (Unreadable, KeyError):  # or an envelope of another page's
        return redirect(url_for(".second_step_page"), 303)
    if not form.validate_on_submit():
        return _second_step_page(form, secret), 422
    try:
        guards.prove(form, now)
        with transaction():
            codes = second_step.set_up(
                account, secret=secret, code=form.first_code.data or "", now=now
            )
            sessions.end_all(account, but=guards.this_session())
            trail.note("account.second-step-on", by=account, about=services.about(account), now=now)
    except Refused as refusal:
        form.show(refusal)
        return _second_step_page(form, secret), refusal.status
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.get("/recovery-codes")
def ask_for_codes() -> str:
    """Fresh codes on paper: they ask for proof."""
    return render_template("accounts/new_codes.html", form=ProofForm(formdata=None))


@bp.post("/recovery-codes")
def new_codes() -> ResponseReturnValue:
    """Show fresh recovery codes once; the old ones are good for nothing."""
    form, account, now = ProofForm(), guards.me(), utc_now()
    if not form.validate_on_submit():
        return render_template("accounts/new_codes.html", form=form), 422
    try:
        guards.prove(form, now)
    except Refused as refusal:
        form.show(refusal)
        return render_template("accounts/new_codes.html", form=form), refusal.status
    with transaction():
        codes = second_step.new_recovery_codes(account)
        trail.note("account.recovery-codes", by=account, about=services.about(account), now=now)
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.post("/sessions/end")
def end_others() -> ResponseReturnValue:
    """Sign every other browser out."""
    press = StaffPress()
    if not press.validate_on_submit():
        return _page(press=press), 422
    with transaction():
        sessions.end_all(guards.me(), but=guards.this_session())
    return just_done.lead_to(url_for(".page"), "ended")


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign this browser out."""
    press = StaffPress()
    if not press.validate_on_submit():
        return _page(press=press), 422
    with transaction():
        guards.sign_out()
    return just_done.lead_to(url_for("sign_in.page"), "out")


def _drawn(address: str) -> Markup:
    """The address as a QR code, for apps to read."""
    drawing = segno.make(address, error="m").svg_inline(
        scale=5, dark="#000", light="#fff", title="QR", omitsize=False
    )
    return Markup(drawing)  # noqa: S704  (drawn by segno from numbers alone)
