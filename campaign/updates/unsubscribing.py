"""The supporters' door: no more updates, by the link in one or by their mail program's button."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.petitions import mailing, services
from campaign.petitions.forms import PressForm
from campaign.petitions.models import Signature
from campaign.petitions.owner_links import (
    LinkExpired,
    LinkUnknown,
    Purpose,
    signature_of,
    signature_of_expired,
)

bp = Door(
    "unsubscribing",
    __name__,
    audience=Audience.EVERYBODY,
    url_prefix="/unsubscribe/<token:token>",
    # The mail provider posts, not our page (RFC 8058): it has neither our form's token nor origin.
    from_anywhere=True,
)


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """One button. Mail scanners open links, so opening one changes nothing."""
    try:
        return _page(signature_of(Purpose.UNSUBSCRIBE, token), token)
    except (LinkUnknown, LinkExpired) as trouble:
        return _no_such_link(trouble, token)


@bp.post("")
def press(token: str) -> ResponseReturnValue:
    """No more updates. A second press is as welcome as the first.

    A mail provider follows no redirect, so it gets the page at once.
    """
    try:
        signature = signature_of(Purpose.UNSUBSCRIBE, token)
    except (LinkUnknown, LinkExpired) as trouble:
        return _no_such_link(trouble, token)
    with transaction():
        services.want_updates(signature, wants=False)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return _page(signature, token)
    return redirect(url_for(".show", token=token), 303)


@bp.post("/again")
def fresh_link(token: str) -> ResponseReturnValue:
    """The link had expired: mail one to the signature, which has a button against news too."""
    try:
        signature = signature_of_expired(Purpose.UNSUBSCRIBE, token)
    except LinkUnknown as trouble:
        return _no_such_link(trouble, token)
    if not PressForm().validate_on_submit():
        return _no_such_link(LinkExpired(Purpose.UNSUBSCRIBE, token, signature.ref), token)
    with transaction():
        mailing.mail_owner_link(signature, now=utc_now())
    return render_template("petitions/link_on_its_way.html")


def _page(signature: Signature, token: str) -> str:
    return render_template(
        "updates/unsubscribe.html",
        signature=signature,
        campaign=signature.petition.campaign,
        token=token,
        form=PressForm(formdata=None),
    )


def _no_such_link(trouble: LinkUnknown | LinkExpired, token: str) -> ResponseReturnValue:
    is_old = isinstance(trouble, LinkExpired)
    form = PressForm(formdata=None)
    page = render_template("updates/no_such_link.html", is_old=is_old, token=token, form=form)
    return page, 410 if is_old else 404
