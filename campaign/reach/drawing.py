"""Pictures for sharing, drawn by typst in the fonts of the letters: Latin, Chinese, Arabic."""

import hashlib
from functools import cache

import msgspec

from campaign.config import ROOT
from campaign.letters import glyphs, typesetting
from campaign.letters.typography import is_right_to_left
from campaign.reach.rules import PICTURE_SIZE, Card

_TEMPLATE = "reach/print/share.typ"


def digest(card: Card) -> str:
    """Another one whenever the picture would be another: by its words, or by its look."""
    return hashlib.sha256(_look() + msgspec.json.encode(card)).hexdigest()


def drawn(card: Card) -> bytes:
    """The card as a PNG of PICTURE_SIZE: some tenths of a second. Raises CannotPrint.

    Where the title has letters that no font of ours holds, the picture shows the site's name alone.
    """
    site, title = _printable(card.site), _printable(card.title)
    text = _printable(card.text) if title else ""
    return typesetting.picture(
        _TEMPLATE,
        {
            "size": PICTURE_SIZE,
            "language": glyphs.primary(card.language),
            "rtl": is_right_to_left(title or site),
            "title": typesetting.passage(title or site, card.language),
            "text": typesetting.passage(text, card.language),
            "site": typesetting.passage(site if title not in ("", site) else "", card.language),
            "mark": _mark(),
        },
    )


def _printable(text: str) -> str:
    """The text without little pictures and other signs we cannot draw; "" where a letter is lost.

    Half a name is worse than none.
    """
    text = glyphs.plain(text)
    for missing in glyphs.unprintable(text):
        if any(sign.isalpha() for sign in missing):
            return ""
        text = text.replace(missing, "")
    return " ".join(text.split())


@cache
def _mark() -> str:
    return (ROOT / "static" / "img" / "mark.svg").read_text("utf-8")


@cache
def _look() -> bytes:
    return (ROOT / "templates" / _TEMPLATE).read_bytes() + _mark().encode()
