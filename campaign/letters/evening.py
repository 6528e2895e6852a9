"""The host's door: the papers of an evening in one file, and cards of solidarity.

Making them takes a moment, so the page counts along; the file then waits an hour behind its link.
"""

import secrets
from collections.abc import Iterator
from typing import NamedTuple

from flask import redirect, render_template, stream_template, url_for
from flask.typing import ResponseReturnValue

from campaign.letters import kits, queries, services, sheets
from campaign.letters.drafting import Draft
from campaign.letters.models import LetterAction
from campaign.letters.rules import KIT_BATCH, KITS, NoLetters, TooManyKits
from campaign.letters.table_forms import CardsForm, EveningForm
from campaign.lib import headers, languages, limits, links
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.refusals import Refused

bp = Door("evening", __name__, audience=Audience.EVERYBODY)


class Step(NamedTuple):
    """How far the making has come."""

    written: int
    letters: int
    is_ready: bool = False
    #: Why it failed, for the visitor.
    trouble: str = ""


@bp.get("/campaigns/<slug:slug>/evening")
def choose(slug: str) -> ResponseReturnValue:
    """How many letters, to whom, on which paper."""
    action = found(queries.public_by_slug(slug))
    if not action.case.passages or not action.campaign.takes_part(utc_now()):
        return redirect(url_for("letters.write", slug=slug))
    return _page(action, EveningForm(action))


@bp.post("/campaigns/<slug:slug>/evening")
def make(slug: str) -> ResponseReturnValue:
    """Make the kit while the page counts along."""
    action = found(queries.public_by_slug(slug))
    form = EveningForm(action)
    if not form.validate_on_submit():
        return _page(action, form), 422
    try:
        order = _order(action, form)
    except Refused as refusal:
        form.show(refusal)
        return _page(action, form), refusal.status
    token = kits.new_token()
    answer = stream_template(
        "letters/making.html",
        campaign=action.campaign,
        words=action.campaign.words_in(languages.current()),
        token=token,
        steps=_making(action, order, token),
    )
    # A proxy that collects the answer first would hide the counting.
    return answer, {"X-Accel-Buffering": "no"}


@bp.get("/campaigns/<slug:slug>/evening/<token:token>")
def kit(slug: str, token: str) -> ResponseReturnValue:
    """The file, as long as its hour lasts."""
    file = kits.fetch(token, now=utc_now())
    if file is None:
        campaign = found(queries.public_by_slug(slug)).campaign
        return render_template("letters/kit_gone.html", campaign=campaign), 410
    return headers.handed_over(file, "application/pdf", name=f"{slug}-evening.pdf")


@bp.get("/campaigns/<slug:slug>/cards")
def choose_cards(slug: str) -> ResponseReturnValue:
    """Cards of solidarity, where the case allows them."""
    action = found(queries.public_by_slug(slug))
    cards = found(action.case.cards)
    if not action.campaign.takes_part(utc_now()):
        return redirect(url_for("pages.campaign", slug=slug))
    return _cards_page(action, CardsForm(cards))


@bp.get("/campaigns/<slug:slug>/cards.pdf")
def no_cards(slug: str) -> ResponseReturnValue:
    """The file is made of what is chosen, so its address leads there."""
    return redirect(url_for(".choose_cards", slug=slug))


@bp.post("/campaigns/<slug:slug>/cards.pdf")
def make_cards(slug: str) -> ResponseReturnValue:
    """The cards in one file: short phrases of the case, and nothing else."""
    action = found(queries.public_by_slug(slug))
    form = CardsForm(found(action.case.cards))
    if not form.validate_on_submit():
        return _cards_page(action, form), 422
    if not action.campaign.takes_part(utc_now()):
        refusal = NoLetters()
        form.show(refusal)
        return _cards_page(action, form), refusal.status
    file = sheets.cards_pdf(
        form.chosen,
        size=form.size.data,
        count=form.number.data or 1,
        language=languages.current(),
        made_at=utc_now(),
    )
    return headers.handed_over(file, "application/pdf", name=f"{slug}-cards.pdf")


def _cards_page(action: LetterAction, form: CardsForm) -> str:
    return render_template(
        "letters/cards.html", campaign=action.campaign, case=action.case, form=form
    )


def _page(action: LetterAction, form: EveningForm) -> str:
    return render_template(
        "letters/evening.html",
        campaign=action.campaign,
        case=action.case,
        form=form,
        today=utc_now().date(),
    )


def _order(action: LetterAction, form: EveningForm) -> kits.Order:
    """What is to be made, once it is sure that it can be. Raises Refused."""
    if not action.case.passages or not action.campaign.takes_part(utc_now()):
        raise NoLetters
    # The sheets speak the letters' language, whatever the host's; whoever scans them wants theirs.
    language = languages.spoken(form.language.data)
    link = links.page(f"/campaigns/{action.campaign.slug}", language)
    order = form.order(link=link, now=utc_now())
    with transaction():
        if not limits.take("kits", KITS, now=utc_now()):
            raise TooManyKits
    return order


def _making(action: LetterAction, order: kits.Order, token: str) -> Iterator[Step]:
    seed, drafts, number = secrets.token_hex(8), list[Draft](), order.letters
    # The page is sent when the request and its session are over; translations are still to read.
    db.session.add(action)
    try:
        while len(drafts) < number:
            yield Step(len(drafts), number)
            batch = min(KIT_BATCH, number - len(drafts))
            with transaction():
                drafts += services.draft_many(
                    action, order.brief, batch, seed=f"{seed}/{len(drafts)}", now=utc_now()
                )
        yield Step(number, number)
        file = kits.make(action, order, drafts)
        with transaction():
            kits.keep(file, token, now=utc_now())
    except Refused as refusal:
        yield Step(len(drafts), number, trouble=str(refusal))
    else:
        yield Step(number, number, is_ready=True)
