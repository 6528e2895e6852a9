"""The guards at the doors: who is signed in, whether they may enter, whether it is really them.

A door without an audience stays shut. Public doors are not looked at: readers get no cookie.
"""

import re
from datetime import datetime

from flask import Flask, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from campaign.accounts import passwords, rules, second_step, sessions, signing_in
from campaign.accounts.forms import ProofFields, SignInForm
from campaign.accounts.models import Account, StaffSession
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience
from campaign.lib.languages import LANGUAGES
from campaign.lib.vault import Unreadable, vault

_KEY = "key"
#: What an administrator without the second step may still do: set it up.
_OWN_DOOR = "account"
#: A path of this site, in any language, and nothing that a browser could read otherwise.
_STAFF_PAGE = re.compile(rf"(/({'|'.join(LANGUAGES)}))?/staff/[^\s\\]*")


def init_app(app: Flask) -> None:
    """Stand at every door of the app."""
    app.before_request(_let_in)
    app.jinja_env.globals["me"] = me


def me() -> Account:
    """Whoever is signed in. Behind staff doors there is always somebody."""
    return this_session().account


def this_session() -> StaffSession:
    """The session of this request."""
    found: StaffSession = g.staff_session
    return found


def has_proved() -> bool:
    """Whether they typed their password a short while ago."""
    return sessions.has_proved(this_session(), now=utc_now())


def prove(form: ProofFields, now: datetime) -> None:
    """Make sure that it is really them, from the password (and code) in the form.

    Nothing is asked if they proved it a short while ago and typed nothing now. Opens its own
    transactions: guesses count even when the deed fails. Raises NotAmongThem, WrongCode,
    TooManyGuesses.
    """
    typed = form.current_password.data or ""
    if not typed and has_proved():
        return
    account = me()
    with transaction():
        signing_in.count_proof(account, now=now)
    if not passwords.matches(account.password, typed):
        raise rules.NotAmongThem
    with transaction():
        if account.has_second_step:
            second_step.use(account, form.code.data or "", now=now)
        sessions.prove(this_session(), now=now)
    # Whatever else is refused, the form shown once more need not ask for it again.
    form.current_password.data = None


def sign_in(account: Account, now: datetime) -> None:
    """Sign this browser in; whoever was signed in here is not any more."""
    before = session.get(_KEY)
    if before:
        sessions.forget_one(before)
    session.clear()
    session[_KEY] = sessions.begin(account, now=now)


def sign_out() -> None:
    """Sign this browser out."""
    sessions.end(this_session().digest, of=me())
    session.clear()


def is_local(address: str) -> bool:
    """Whether it is one of our staff pages: nobody is sent elsewhere after signing in."""
    return _STAFF_PAGE.fullmatch(address) is not None


def kept_answers(kept: str) -> tuple[str, MultiDict[str, str]] | None:
    """What somebody had written when their session ended: for which page, and every answer."""
    try:
        said = vault().open_text(kept)
        return said["path"], MultiDict(said["answers"])
    except (Unreadable, KeyError):  # or an envelope of another page's
        return None


def _let_in() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no address of ours
    door = current_app.blueprints.get(request.blueprint or "")
    audience = getattr(door, "audience", None)
    if audience is Audience.EVERYBODY:
        return None
    if audience is None:
        abort(403)
    now = utc_now()
    found = sessions.alive(session.get(_KEY, ""), now=now)
    if found is None:
        return _ask_to_sign_in()
    g.staff_session = found
    if found.account.role not in rules.ADMITS[audience]:
        abort(403)
    if sessions.is_due(found, now=now):
        with transaction():
            sessions.see(found, now=now)
    must = found.account.role in rules.MUST_HAVE_SECOND_STEP
    if must and not found.account.has_second_step and request.blueprint != _OWN_DOOR:
        return redirect(url_for("account.second_step_page"), 303)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    """The sign-in page. What was being sent is kept through it, so that nothing is lost."""
    if request.method == "GET":
        address = request.full_path.rstrip("?")
        return redirect(url_for("sign_in.page", next=request.script_root + address), 303)
    form = SignInForm(formdata=None)
    form.next.data = ""
    form.kept.data = _keep()
    return render_template("accounts/sign_in.html", form=form, was_ended=True), 403


def _keep() -> str:
    """The answers of this request, sealed. Files cannot be kept."""
    answers = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("form_token", "current_password", "password", "again", "code")
    ]
    return vault().seal_text({"path": request.script_root + request.path, "answers": answers})
