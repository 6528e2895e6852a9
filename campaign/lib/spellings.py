"""Searching as people type: without accents, in any case, in any spelling of a name.

Text is folded when it is stored and again when it is sought; the two folds are the same function.
"""

import re
import unicodedata

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

#: Spellings that mean the same; the first is the one they are all folded to.
ALIASES = (
    ("uyghur", "uighur", "uygur", "ouighour", "ouïghour"),
    ("xinjiang", "xuar", "sinkiang"),
    ("beijing", "pekin", "peking"),
    ("lu pin", "lü pin", "lv pin", "吕频"),
    ("ni yulan", "倪玉兰", "倪玉蘭"),
    ("wang quanzhang", "王全璋"),
    ("liu ping", "刘萍"),
    ("gao yu", "高瑜"),
    ("li wenliang", "李文亮"),
    ("liu xiaobo", "刘晓波", "劉曉波"),
)
#: Of a question: SQLite takes no pattern of more than 50,000 bytes, and nobody asks so much.
MAX_WORDS = 8
MAX_LENGTH = 200
#: Letters of Cyrillic and Greek, capital and small, and the Latin ones that they look like; accents
#: are off by then. No mere resemblance: И is no N, Я no R.
_LOOK_LIKE = {
    **str.maketrans("АВЕЅІЈКМНОРСТУХҺԌԚԜӀҮѴ", "ABESIJKMHOPCTYXHGQWIYV"),
    **str.maketrans("авеѕіјкмнорстухһԍԛԝӏүѵԁг", "abesijkmhopctyxhgqwlyvdr"),
    **str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ"),
    **str.maketrans("αεηικνορτυχϲϳγω", "aenikvoptuxcjyw"),
}
#: Signs that many fonts draw as another letter.
_DRAWN_LIKE = str.maketrans("I|10", "lllO")
#: Letters of Hangul, as they are folded, that show nothing.
_FILLERS = str.maketrans("", "", "\u115f\u1160")


def folded(text: str) -> str:
    """The text as it is stored for searching."""
    plain = bare(text)
    for pattern, first in _ALIAS_PATTERNS:
        plain = pattern.sub(first, plain)
    return " ".join(re.findall(r"\w+", plain))


def likenesses(name: str) -> frozenset[str]:
    """Two names with one of these in common are such that a reader may take one for the other.

    Spaces count for nothing, as invisible signs between letters are folded to them. Letters count
    as themselves and as what they look like. That goes by their case, so that what they look like
    alone would tell ΑΝΝΑ from Άννα, and OLIVE from Olive.
    """
    latin = unicodedata.normalize("NFD", name).translate(_LOOK_LIKE)
    return frozenset(
        folded(spelt).translate(_FILLERS).replace(" ", "") or name
        for spelt in (name, latin, latin.translate(_DRAWN_LIKE))
    )


def contains(column: InstrumentedAttribute[str], query: str) -> ColumnElement[bool]:
    """A condition.

    The stored folded text has every word of the query, in any order, also as a part of a word.
    """
    words = folded(query[:MAX_LENGTH]).split()[:MAX_WORDS]
    return and_(True, *(column.contains(word, autoescape=True) for word in words))


def bare(text: str) -> str:
    """The text without accents and without capitals."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    ).casefold()


def _any_of(spellings: list[str]) -> re.Pattern[str]:
    """The longest first, so that «peking» is not read as «pekin» and a g."""
    return re.compile("|".join(re.escape(bare(one)) for one in sorted(spellings, key=len)[::-1]))


_ALIAS_PATTERNS = [(_any_of(others), first) for first, *others in ALIASES]
