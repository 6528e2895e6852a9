"""The supporters' door: sign, check your mail, confirm."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.campaigns import queries as campaigns
from campaign.lib import languages
from campaign.lib.clock import utc_now
from campaign.lib.db import single_statement, transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.refusals import Busy, Refused
from campaign.petitions import mailing, queries, rules, signing, tickets
from campaign.petitions.forms import BlankForm, PressForm, SignForm
from campaign.petitions.models import Petition, Signature
from campaign.petitions.owner_links import (
    LinkExpired,
    LinkUnknown,
    Purpose,
    signature_of,
    signature_of_expired,
)

bp = Door("petitions", __name__, audience=Audience.EVERYBODY)


@bp.route("/campaigns/<slug:slug>/sign", methods=["GET", "POST"])
def sign(slug: str) -> ResponseReturnValue:
    """The form alone. A slip shows it again with what was typed.

    A signature leads on to «check your mail».
    """
    petition = found(queries.public_by_slug(slug))
    if request.method == "GET" and not petition.campaign.takes_part(utc_now()):
        return redirect(url_for("pages.campaign", slug=slug))
    if request.method != "POST":
        return _sign_page(petition, BlankForm(petition, via=request.args.get("via")), 200)
    form = SignForm(petition, via=request.args.get("via"))
    status = 200
    if form.validate_on_submit() and not form.has_a_question:
        answers = form.answers()
        try:
            if form.read_other_words:
                raise rules.WordsChanged
            prepared = signing.prepare(
                petition,
                **answers,
                language=languages.current(),
                address=request.remote_addr,
                now=utc_now(),
            )
            with single_statement():
                signing.send_in(prepared)
            ticket = tickets.mail_was_sent(
                prepared.fingerprint, to=answers["email"], of=petition.campaign_id
            )
            return redirect(url_for(".check_your_mail", slug=slug, ticket=ticket), 303)
        except Refused as refusal:
            form.show(refusal)
            status = refusal.status
    else:
        status = 422
    return _sign_page(petition, form, status)


def _sign_page(petition: Petition, form: BlankForm | SignForm, status: int) -> ResponseReturnValue:
    response = make_response(
        render_template(
            "petitions/sign.html",
            campaign=petition.campaign,
            petition=petition,
            form=form,
        ),
        status,
    )
    if status == Busy.status:
        response.headers["Retry-After"] = "10"
    return response


@bp.get("/campaigns/<slug:slug>/check-your-mail")
def check_your_mail(slug: str) -> ResponseReturnValue:
    """What happens next; the same for everybody who has just signed."""
    return _check_your_mail_page(found(queries.public_by_slug(slug)), PressForm())


def _check_your_mail_page(petition: Petition, form: PressForm) -> str:
    ticket = request.args.get("ticket")
    return render_template(
        "petitions/check_your_mail.html",
        campaign=petition.campaign,
        ticket=ticket,
        sent=tickets.read(ticket, of=petition.campaign_id),
        again="again" in request.args,
        form=form,
    )


@bp.post("/campaigns/<slug:slug>/check-your-mail")
def send_again(slug: str) -> ResponseReturnValue:
    """«Send the mail again.» Within the limits a worker does; the page does not say whether."""
    petition, form = found(queries.public_by_slug(slug)), PressForm()
    if not form.validate_on_submit():
        return _check_your_mail_page(petition, form), 422
    ticket = request.args.get("ticket")
    mailbox = tickets.read(ticket, of=petition.campaign_id).get("mailbox")
    if mailbox:
        with single_statement():
            signing.ask_again(petition, bytes.fromhex(mailbox), now=utc_now())
    return redirect(url_for(".check_your_mail", slug=slug, ticket=ticket, again=1), 303)


@bp.get("/confirm/<token:token>")
def confirm(token: str) -> ResponseReturnValue:
    """One button. Mail scanners open links, so opening one changes nothing."""
    return _confirm_page(signature_of(Purpose.CONFIRM, token), token, PressForm())


@bp.post("/confirm/<token:token>")
def press_confirm(token: str) -> ResponseReturnValue:
    """Count the signature. A second press is as welcome as the first."""
    signature = signature_of(Purpose.CONFIRM, token)
    form = PressForm()
    if not form.validate_on_submit():
        return _confirm_page(signature, token, form), 422
    try:
        with transaction():
            number = signing.confirm(signature, address=request.remote_addr, now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return _confirm_page(signature, token, form), refusal.status
    campaign = signature.petition.campaign
    ticket = tickets.confirmed_as(number, of=campaign.id)
    return redirect(url_for(".signed", slug=campaign.slug, ticket=ticket), 303)


def _confirm_page(signature: Signature, token: str, form: PressForm) -> str:
    campaign = signature.petition.campaign
    # A held one looks like any other that its owner has confirmed.
    if signature.confirmed_at and signature.state in rules.MAY_START_FROM[rules.Deed.WITHDRAW]:
        page = "petitions/kept.html" if campaign.hidden_from else "petitions/confirmed.html"
        return render_template(page, signature=signature, campaign=campaign)
    return render_template(
        "petitions/confirm.html",
        signature=signature,
        campaign=campaign,
        data=queries.personal_data(signature),
        token=token,
        form=form,
    )


@bp.get("/campaigns/<slug:slug>/signed")
def signed(slug: str) -> ResponseReturnValue:
    """Thank you: which number you are, what happens next, tell others.

    People send its address on. Whoever comes by it later has signed nothing: they see the campaign.
    """
    ticket, hidden = request.args.get("ticket"), campaigns.taken_down(slug)
    if hidden and "number" in tickets.read(ticket, of=hidden.id):
        return render_template("petitions/kept.html")
    petition = found(queries.public_by_slug(slug))
    said = tickets.read(ticket, of=petition.campaign_id)
    if "number" not in said:
        return redirect(url_for("pages.campaign", slug=slug))
    return render_template(
        "petitions/signed.html",
        campaign=petition.campaign,
        petition=petition,
        number=said["number"],
    )


@bp.post("/confirm/<token:token>/again")
def fresh_link(token: str) -> ResponseReturnValue:
    """The confirm link had expired: mail a fresh one, if the signature still waits."""
    signature = signature_of_expired(Purpose.CONFIRM, token)
    if not PressForm().validate_on_submit():
        raise LinkExpired(Purpose.CONFIRM, token, signature.ref)
    with transaction():
        mailing.mail_again(signature, now=utc_now())
    return render_template("petitions/link_on_its_way.html")


@bp.app_errorhandler(LinkUnknown)
def link_unknown(_: LinkUnknown) -> ResponseReturnValue:
    """The link is broken, or its signature is gone."""
    return render_template("petitions/link_unknown.html"), 404


@bp.app_errorhandler(LinkExpired)
def link_expired(expired: LinkExpired) -> ResponseReturnValue:
    """The link is too old: one button asks for a fresh one."""
    return render_template("petitions/link_expired.html", link=expired, form=PressForm()), 410
