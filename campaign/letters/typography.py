"""What a letter's language asks of print: its quotation marks, its dates."""

import re
import unicodedata
from datetime import date

from babel.dates import format_date, format_skeleton

from campaign.letters.case import Precision
from campaign.lib.languages import babel_locale

#: Language → opening and closing marks, outer and inner. Others get the English ones.
_MARKS = {
    "en": ("“", "”", "‘", "’"),
    "fr": ("«\u202f", "\u202f»", "“", "”"),
    "de": ("„", "“", "‚", "‘"),
}
_OPENS = r"(^|[\s(\[{«“„—–-])"
_SKELETONS = {Precision.MONTH: "yMMMM", Precision.YEAR: "y"}


def curled(text: str, language: str) -> str:
    """The text with typewriter quotes and apostrophes as that language prints them."""
    outer_open, outer_close, inner_open, inner_close = _MARKS.get(language[:2], _MARKS["en"])
    for straight, opening, closing in (
        ('"', outer_open, outer_close),
        ("'", inner_open, inner_close),
    ):
        text = re.sub(_OPENS + straight, rf"\1{opening}", text)
        text = re.sub(rf"(\w){straight}(\w)", r"\1’\2", text) if straight == "'" else text
        text = text.replace(straight, closing)
    return text


def date_in_words(day: date, language: str, precision: Precision = Precision.DAY) -> str:
    """The date as a letter in that language writes it: 27 April 2002, 1er avril 2002, 2002年4月."""
    locale = babel_locale(language)
    if precision is not Precision.DAY:
        return format_skeleton(_SKELETONS[precision], day, locale=locale)
    words = format_date(day, "long", locale=locale)
    return f"1er{words[1:]}" if language.startswith("fr") and day.day == 1 else words


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction of its own runs from right to left."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((way for way in strong if way in ("L", "R", "AL")), "L") != "L"
