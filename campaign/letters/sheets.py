"""What lies and hangs around at an evening of letter-writing, and cards of solidarity.

Nothing printed here asks for an address, and a card has no room for a case: those who write cards
to somebody in prison must not bring the case up.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Literal

import msgspec

from campaign.letters import fitting, glyphs, printing, scan_codes, typesetting
from campaign.letters.case import Phrase
from campaign.letters.layouts import LABELS, Layout
from campaign.letters.printing import Letter
from campaign.letters.typesetting import Words, passage
from campaign.letters.typography import is_right_to_left
from campaign.lib import languages
from campaign.lib.languages import gettext, ngettext

#: More boxes to tick would be too small; then there are lines for strokes.
MOST_BOXES = 100
SIGN_UP_ROWS = 20
MOST_CARDS = 100
#: ISO 216, landscape, in mm.
CARD_SIZES = {"a5": (210, 148), "a6": (148, 105)}

#: The smallest type of place and day on the poster, in points, and their room in mm.
_PLACE = (13.0, 114.0)
_STROKES_A_LINE = 120
_SHORT_NAME = 20
_LATIN = re.compile("[A-Za-zÀ-ɏ]")


class Evening(msgspec.Struct, frozen=True, kw_only=True):
    """What the papers of one evening say, in words of the letters' language."""

    language: str
    #: Of the campaign.
    title: str
    #: One sentence: who should do what.
    ask: str
    #: "Ni Yulan (倪玉兰)"; may be empty.
    person: str = ""
    #: The office written to.
    role: str
    #: The day before which the letters should leave; may be empty.
    deadline: str = ""
    #: Without it, the poster has lines to write it on.
    place_and_day: str = ""
    #: Clauses that begin with a verb.
    asks: tuple[str, ...] = ()
    say: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    #: The campaign's page, and the one that asks how many letters were posted.
    link: str
    posted_link: str
    letters: int
    #: For the labels; empty where no address is known.
    target_lines: tuple[str, ...] = ()


def kit_pdf(
    evening: Evening, letters: Sequence[Letter], layout: Layout, *, made_at: datetime
) -> bytes:
    """The papers of an evening in one file, in the order in which a host lays them out.

    Poster, case card, sign-up sheet, tally sheet, labels, letters. There is a label for each letter
    where the envelopes have no window; otherwise one sheet, for envelopes that come without.
    Raises fitting.DoesNotFit when an address that needs labels does not go on them, CannotPrint.
    """
    spoken = languages.spoken(evening.language)
    with languages.speaking(spoken):
        papers = {
            "language": spoken,
            "poster": _poster(evening),
            "case_card": _case_card(evening),
            "sign_up": _sign_up(evening),
            "tally": _tally(evening),
        }
        title = gettext("An evening of letters: %(title)s", title=evening.title)
    return typesetting.compile(
        "letters/print/kit.typ",
        papers | _labels(evening, layout) | printing.letter_sheets(letters, layout),
        title=title,
        made_at=made_at,
    )


def _poster(evening: Evening) -> dict[str, object]:
    name, own = _both_scripts(evening.person)
    return {
        "kicker": gettext("An evening of letters"),
        "title": _said(evening.title, evening),
        "ask": _said(evening.ask, evening),
        "person": {"name": _said(name, evening), "own": _said(own, evening)} if name else None,
        "place_and_day": _said(glyphs.breakable(evening.place_and_day, *_PLACE), evening),
        "blanks": [gettext("Place"), gettext("Day and time")],
        "bring": gettext("Bring a pen. The letters are ready."),
        "more": gettext("Read more, or write from home:"),
        "address": scan_codes.typed(evening.link),
        "code": scan_codes.code(evening.link),
    }


def _case_card(evening: Evening) -> dict[str, object]:
    name, own = _both_scripts(evening.person)
    about = {
        gettext("About"): f"{name} ({own})" if own else name,
        gettext("To"): evening.role,
        gettext("Post before"): evening.deadline,
    }
    return {
        "kicker": gettext("For every table"),
        "title": _said(evening.title, evening),
        "about": [(label, _said(value, evening)) for label, value in about.items() if value],
        "asks_title": gettext("What to ask for"),
        "asks": [_said(ask, evening) for ask in evening.asks],
        "say_title": gettext("What to say"),
        "say": [_said(line, evening) for line in evening.say],
        "avoid_title": gettext("What to leave out"),
        "avoid": [_said(line, evening) for line in evening.avoid],
        "hint": gettext("Read the letter before you sign it. A line of your own makes it yours."),
        "foot": scan_codes.typed(evening.link),
    }


def _sign_up(evening: Evening) -> dict[str, object]:
    return {
        "kicker": gettext("Sign-up sheet"),
        "title": gettext("Who is writing"),
        "privacy": [
            gettext("A first name or initials are enough. Please write no addresses here."),
            gettext(
                "This list stays with the host. It is never sent to anybody, and it is destroyed"
                " after the evening."
            ),
        ],
        "columns": [gettext("Name or initials"), gettext("How many letters")],
        "rows": SIGN_UP_ROWS,
        "foot": _said(evening.title, evening),
    }


def _tally(evening: Evening) -> dict[str, object]:
    boxes = min(evening.letters, MOST_BOXES)
    return {
        "kicker": gettext("Tally sheet"),
        "title": gettext("How many letters"),
        "instructions": ngettext(
            "Tick a box when the letter is signed and in its envelope.",
            "Tick one of the %(num)s boxes for every letter that is signed and in its envelope.",
            boxes,
        ),
        "boxes": boxes,
        "more": gettext("More, in strokes of five"),
        "more_lines": 1 + min((evening.letters - boxes) // _STROKES_A_LINE, 3),
        "totals": [gettext("Letters posted"), gettext("Posted by"), gettext("Posted on")],
        "tell_title": gettext("Tell how many were posted"),
        "tell": gettext("Scan the code or open the address. All it asks is a number."),
        "address": scan_codes.typed(evening.posted_link),
        "code": scan_codes.code(evening.posted_link),
        "foot": _said(evening.title, evening),
    }


def _labels(evening: Evening, layout: Layout) -> dict[str, object]:
    """What labels.typ needs; no labels without an address, nor where none is needed or fits."""
    sheet = LABELS[layout.paper]
    count = sheet.columns * sheet.rows if layout.seen else evening.letters
    addresses = []
    if evening.target_lines:
        *lines, last = evening.target_lines
        # A label is smaller than a sheet: the lines in the target's own script, which come first,
        # may have to be joined or left out.
        own = list(takewhile(lambda line: not _LATIN.search(line), lines))
        try:
            addresses = [fitting.lines_that_fit(lines[len(own) :], own, last, sheet)]
        except fitting.DoesNotFit:
            if layout.seen is None:
                raise
    return printing.label_sheets(addresses, count=count, paper=layout.paper)


def cards_pdf(
    phrases: Sequence[Phrase],
    *,
    size: Literal["a5", "a6"],
    count: int,
    language: str,
    made_at: datetime,
) -> bytes:
    """Cards of solidarity, two pages each: the phrase as the picture, and a back to write on.

    `count` from 1 to MOST_CARDS; the phrases are taken in turn. On the back stands what the phrase
    says, in `language` where the case knows it. Raises CannotPrint.
    """
    if not phrases or not 1 <= count <= MOST_CARDS:
        raise ValueError(f"{count} cards of {len(phrases)} phrases")
    spoken = languages.spoken(language)
    with languages.speaking(spoken):
        cards = {
            "language": spoken,
            "size": CARD_SIZES[size],
            "kinds": [_card(phrase, language, spoken) for phrase in phrases],
            "count": count,
            "means": gettext("The card says:"),
            "guidance": gettext("Not more than your first name and country"),
        }
        title = gettext("Cards of solidarity")
    return typesetting.compile("letters/print/cards.typ", cards, title=title, made_at=made_at)


def _card(phrase: Phrase, language: str, around: str) -> dict[str, Words]:
    known = [
        x
        for x in (language, glyphs.primary(language), languages.DEFAULT, *phrase.means)
        if x in phrase.means
    ]
    means = _in(known[0], phrase.means[known[0]], around) if known else ""
    return {"phrase": _in(phrase.language, phrase.text, around), "means": means}


def _said(text: str, evening: Evening) -> Words:
    """Words of the campaign among ours; lines do not break inside a short name of the person."""
    name, _ = _both_scripts(evening.person)
    if len(name) <= _SHORT_NAME:
        text = text.replace(name, name.replace(" ", "\u00a0"))
    return _in(evening.language, text, languages.spoken(evening.language))


def _in(language: str, text: str, around: str) -> Words:
    """Words with their language, unless it is the one around them; "" stays ""."""
    if not text:
        return ""
    words = passage(text, language)
    language = glyphs.primary(language)
    if isinstance(words, str) and language != around:
        run = {"lang": language, "rtl": is_right_to_left(words)}
        return {**run, "runs": [{**run, "text": words}]}
    return words


def _both_scripts(person: str) -> tuple[str, str]:
    """Name, and name in its own script or "": "Ni Yulan (倪玉兰)" is "Ni Yulan" and "倪玉兰"."""
    name, bracket, own = person.removesuffix(")").rpartition(" (")
    if not bracket or not person.endswith(")"):
        return person, ""
    return name, "" if own == name else own
