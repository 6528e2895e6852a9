"""The signer's own door: see what we hold, show or hide the name, withdraw, erase, download.

The link in the mail is the key.
"""

import json
from collections.abc import Callable

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.petitions import mailing, queries, services
from campaign.petitions.forms import PressForm
from campaign.petitions.models import Signature
from campaign.petitions.owner_links import LinkExpired, Purpose, signature_of, signature_of_expired
from campaign.petitions.rules import State

bp = Door(
    "my_signature", __name__, audience=Audience.EVERYBODY, url_prefix="/my-signature/<token:token>"
)

#: How a signature stands once the deed was done. An address can be opened by hand or much later, so
#: the page says that something was done only where this is so.
_STANDS: dict[str, Callable[[Signature], bool]] = {
    "show": lambda signature: signature.shows_name,
    "hide": lambda signature: not signature.shows_name,
    "updates": lambda signature: signature.wants_updates,
    "no-updates": lambda signature: not signature.wants_updates,
    "withdraw": lambda signature: signature.state is State.WITHDRAWN,
    "erase": lambda signature: signature.envelope is None,
}


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """All we hold, and what can be done with it."""
    signature = signature_of(Purpose.OWN, token)
    done = request.args.get("done", "")
    stands = _STANDS.get(done)
    was_done = stands is not None and stands(signature)
    return _page(signature, token, PressForm(), done=done if was_done else "")


@bp.post("/<any('show', 'hide', 'updates', 'no-updates', 'withdraw', 'erase'):deed>")
def press(token: str, deed: str) -> ResponseReturnValue:
    """Do what the button says, and show the page as it stands then."""
    signature = signature_of(Purpose.OWN, token)
    form = PressForm()
    if not form.validate_on_submit():
        return _page(signature, token, form), 422
    with transaction():
        _do(deed, signature)
    return redirect(url_for(".show", token=token, done=deed), 303)


def _do(deed: str, signature: Signature) -> None:
    match deed:
        case "show" | "hide":
            services.show_name(signature, shows=deed == "show")
        case "updates" | "no-updates":
            services.want_updates(signature, wants=deed == "updates")
        case "withdraw":
            services.withdraw(signature, now=utc_now())
        case "erase":
            services.erase(signature, now=utc_now())


@bp.get("/data.json")
def download(token: str) -> Response:
    """All we hold, as a file."""
    held = queries.all_we_hold(signature_of(Purpose.OWN, token))
    return Response(
        json.dumps(held, ensure_ascii=False, indent=2, default=str),
        mimetype="application/json",
        headers={"Content-Disposition": "attachment; filename=my-signature.json"},
    )


@bp.post("/again")
def fresh_link(token: str) -> ResponseReturnValue:
    """The link had expired: mail a fresh one to the address on the signature."""
    signature = signature_of_expired(Purpose.OWN, token)
    if not PressForm().validate_on_submit():
        raise LinkExpired(Purpose.OWN, token, signature.ref)
    with transaction():
        mailing.mail_owner_link(signature, now=utc_now())
    return render_template("petitions/link_on_its_way.html")


def _page(signature: Signature, token: str, form: PressForm, *, done: str = "") -> str:
    return render_template(
        "petitions/my_signature.html",
        signature=signature,
        campaign=signature.petition.campaign,
        data=queries.personal_data(signature),
        token=token,
        form=form,
        done=done,
    )
