"""Kits: the papers for an evening of letter-writing, made once and kept an hour behind a link.

They may bear names, so each is sealed with a key that is in its link and nowhere else.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, repeat

from nacl.secret import SecretBox
from sqlalchemy import delete

from campaign.letters import sheets
from campaign.letters.drafting import Brief, Draft
from campaign.letters.layouts import Layout
from campaign.letters.models import Kit, LetterAction
from campaign.letters.printing import Letter
from campaign.letters.rules import KIT_LIFETIME
from campaign.letters.sheets import Evening
from campaign.letters.typography import date_in_words
from campaign.lib.db import db


@dataclass(frozen=True)
class Order:
    """What an evening needs."""

    brief: Brief
    letters: int
    layout: Layout
    #: The target's address as it fits the layout.
    address: tuple[str, ...]
    #: Printed below the first letters; the others are signed by hand alone.
    names: Sequence[str]
    place_and_day: str
    #: The campaign's page.
    link: str
    now: datetime


def make(action: LetterAction, order: Order, drafts: Sequence[Draft]) -> bytes:
    """The file: poster, case card, sign-up and tally sheets, labels, letters."""
    language = order.brief.language
    day = date_in_words(order.now.date(), language)
    letters = [
        Letter(
            language=language,
            sender=(),
            address=order.address,
            date=day,
            subject=draft.subject,
            paragraphs=(draft.salutation, *draft.paragraphs, draft.farewell),
            signature=name,
        )
        for draft, name in zip(drafts, chain(order.names, repeat("")), strict=False)
    ]
    return sheets.kit_pdf(_evening(action, order), letters, order.layout, made_at=order.now)


def _evening(action: LetterAction, order: Order) -> Evening:
    """What the sheets beside the letters say."""
    case, language = action.case, order.brief.language
    words = action.campaign.words_in(language)
    person = f"{case.person.name} ({case.person.own_script})" if case.person else ""
    return Evening(
        language=language,
        title=words.title,
        ask=words.ask,
        person=person,
        role=order.brief.target.role.get(language, ""),
        deadline=date_in_words(case.appeals_before, language) if case.appeals_before else "",
        place_and_day=order.place_and_day,
        asks=tuple(ask.text for ask in case.asks),
        say=case.say,
        avoid=case.avoid,
        link=order.link,
        posted_link=f"{order.link}/posted",
        letters=order.letters,
        target_lines=order.address,
    )


def new_token() -> str:
    """What the link to a kit says: 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def keep(file: bytes, token: str, *, now: datetime) -> None:
    """Keep the file for whoever has the token."""
    sealed = bytes(SecretBox(_key(token)).encrypt(file))
    db.session.add(Kit(digest=_digest(token), sealed=sealed, made_at=now))
    db.session.flush()


def fetch(token: str, *, now: datetime) -> bytes | None:
    """The file behind the token; None when it is unknown or its hour is over."""
    kit = db.session.get(Kit, _digest(token))
    if kit is None or kit.made_at < now - KIT_LIFETIME:
        return None
    return SecretBox(_key(token)).decrypt(kit.sealed)


def forget(now: datetime) -> None:
    """Delete the kits whose hour is over."""
    db.session.execute(delete(Kit).where(Kit.made_at < now - KIT_LIFETIME))


def _digest(token: str) -> str:
    return hashlib.sha256(f"digest {token}".encode()).hexdigest()


def _key(token: str) -> bytes:
    return hashlib.sha256(f"key {token}".encode()).digest()
