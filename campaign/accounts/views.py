"""The door where staff come in: sign in, join, choose a new password."""

from flask import (
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from campaign.accounts import guards, rules, second_step, services, signing_in, staff_links, trail
from campaign.accounts.forms import ChoosePasswordForm, CodeForm, ForgottenForm, SignInForm
from campaign.accounts.models import Account
from campaign.accounts.staff_links import Purpose
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.refusals import Refused

bp = Door("sign_in", __name__, audience=Audience.EVERYBODY, url_prefix="/staff")

_BROWSER = "known"


@bp.get("/sign-in")
def page() -> str:
    """Address and password."""
    form = SignInForm(formdata=None)
    form.next.data = request.args.get("next", "")
    return render_template("accounts/sign_in.html", form=form, done=just_done.told())


@bp.post("/sign-in")
def press() -> ResponseReturnValue:
    """Look at the password; with a second step, ask for the code."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    now, email = utc_now(), form.email.data or ""
    try:
        with transaction():
            signing_in.count_guess(
                email,
                browser=request.cookies.get(_BROWSER, ""),
                address=request.remote_addr,
                now=now,
            )
        account = signing_in.look_at(email, form.password.data or "")
    except Refused as refusal:
        form.show(refusal)
        return render_template("accounts/sign_in.html", form=form), refusal.status
    if signing_in.is_outdated(account):
        with transaction():
            services.hash_anew(account, form.password.data or "")
    if not account.has_second_step:
        return _welcome(account, form.next.data or "", form.kept.data or "")
    asking = CodeForm(formdata=None)
    asking.ticket.data = staff_links.ticket(account)
    asking.next.data, asking.kept.data = form.next.data, form.kept.data
    return _code_page(asking, account)


@bp.post("/sign-in/code")
def code() -> ResponseReturnValue:
    """Look at the code of the app, or a recovery code."""
    form = CodeForm()
    account = staff_links.account_of(form.ticket.data or "")
    if account is None:
        return redirect(url_for(".page", next=form.next.data), 303)
    if not form.validate_on_submit():
        return _code_page(form, account), 422
    now = utc_now()
    try:
        with transaction():
            signing_in.count_code(account, now=now)
        with transaction():
            second_step.use(account, form.code.data or "", now=now)
    except Refused as refusal:
        form.show(refusal)
        return _code_page(form, account), refusal.status
    return _welcome(account, form.next.data or "", form.kept.data or "")


def _code_page(form: CodeForm, account: Account) -> str:
    secret = second_step.secret_of(account) if current_app.config["DEMO"] else None
    return render_template(
        "accounts/code.html",
        form=form,
        demo_code=second_step.code_of(secret, utc_now()) if secret else None,
    )


def _welcome(account: Account, following: str, kept: str) -> Response:
    """Signed in. Whoever was writing when their session ended goes on with that."""
    now = utc_now()
    with transaction():
        guards.sign_in(account, now)
        trail.note("account.signed-in", by=account, about=services.about(account), now=now)
    writing = guards.kept_answers(kept) if kept else None
    if writing:
        response = make_response(
            render_template(
                "accounts/carry_on.html",
                path=writing[0],
                answers=writing[1].items(multi=True),
                form=StaffPress(formdata=None),
            )
        )
    else:
        address = following if guards.is_local(following) else url_for("moderation.home")
        response = make_response(redirect(address, 303))
    _know_again(response, account)
    return response


def _know_again(response: Response, account: Account) -> None:
    """From now on, guesses from this browser are counted apart from those of strangers."""
    response.set_cookie(
        _BROWSER,
        staff_links.browser_token(account),
        max_age=rules.KNOWN_BROWSER_LIFETIME,
        path=url_for("sign_in.press"),  # begins with the language
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Strict",
    )


@bp.get("/forgotten")
def forgotten() -> str:
    """Ask for a link to choose a new password."""
    return render_template("accounts/forgotten.html", form=ForgottenForm())


@bp.post("/forgotten")
def mail_reset() -> ResponseReturnValue:
    """Mail the link, if there is such an account and its limits allow. The page never tells."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten.html", form=form), 422
    with transaction():
        services.mail_reset(form.email.data or "", address=request.remote_addr, now=utc_now())
    return render_template("accounts/link_on_its_way.html")


@bp.get("/join/<token:token>")
def join(token: str) -> ResponseReturnValue:
    """The link of an invitation: choose a password."""
    return _choose_page(Purpose.JOIN, token, ChoosePasswordForm())


@bp.post("/join/<token:token>")
def press_join(token: str) -> ResponseReturnValue:
    """Accept the invitation."""
    return _choose(Purpose.JOIN, token)


@bp.get("/new-password/<token:token>")
def new_password(token: str) -> ResponseReturnValue:
    """The link for a forgotten password."""
    return _choose_page(Purpose.NEW_PASSWORD, token, ChoosePasswordForm())


@bp.post("/new-password/<token:token>")
def press_new_password(token: str) -> ResponseReturnValue:
    """Change the password."""
    return _choose(Purpose.NEW_PASSWORD, token)


def _choose_page(
    purpose: Purpose, token: str, form: ChoosePasswordForm, status: int = 200
) -> ResponseReturnValue:
    account = staff_links.account_of_link(purpose, token)
    if account is None:
        return render_template("accounts/link_used.html", purpose=purpose), 410
    address = url_for(".join" if purpose is Purpose.JOIN else ".new_password", token=token)
    return (
        render_template(
            "accounts/choose_password.html",
            form=form,
            account=account,
            address=address,
            purpose=purpose,
        ),
        status,
    )


def _choose(purpose: Purpose, token: str) -> ResponseReturnValue:
    """A password is chosen. The sign-in page is next, so that the second step is not left out.

    Whoever has the mail is no stranger: they may sign in although others have used up the guesses.
    """
    form, account = ChoosePasswordForm(), staff_links.account_of_link(purpose, token)
    if account is None or not form.validate_on_submit():
        return _choose_page(purpose, token, form, 422)
    try:
        with transaction():
            services.choose_password(account, form.password.data or "", now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _choose_page(purpose, token, form, refusal.status)
    response = make_response(just_done.lead_to(url_for(".page"), "chosen"))
    _know_again(response, account)
    return response
