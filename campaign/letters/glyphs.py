"""What our fonts can print, how wide it is, and which words are in which script.

typst raises for a character that no font holds (under PDF/A-2a and PDF/UA-1; without them it prints
an empty box and says nothing). So the form asks here first. Found by trying every character of the
basic plane and random mixes of them: whatever `unprintable` lets pass, typst prints.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, repeat
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "fonts"
#: In the order in which typst tries them (`families` in templates/letters/print/sheet.typ).
FILES = ("SourceSerif4-Regular.ttf", "NotoSerifSC-Regular.ttf", "ScheherazadeNew-Regular.ttf")
#: Languages (primary tags) in Arabic script: they run from right to left.
IN_ARABIC_SCRIPT = frozenset({"ar", "ckb", "fa", "ps", "sd", "ug", "ur"})

_MM_PER_POINT = 25.4 / 72
_LINE_ENDS = "\r\v\f\x85\u2028\u2029"
#: Spaces that no font of ours holds and typst cannot make up from others.
_ODD_SPACES = "\t\u1680"
#: What has no shape of its own: controls, marks of direction, variation selectors, fillers, tags.
#: Joiners stay, Arabic needs them; so do the soft hyphen and the place to break a line. (A mark of
#: direction could show an address in another order than it was typed.)
_SHAPELESS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff"
)
_ODD = re.compile(f"[{_LINE_ENDS}{_ODD_SPACES}{_SHAPELESS}]")
#: Typst makes these from the widths of others where a font lacks them.
_FREE = frozenset(" \u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u205f")

_HAN = "\u2e80-\u2fdf\u3001-\u3011\u3014-\u301f\u3021-\u3029\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
#: From the first to the last sign of a script, with whatever stands between them but letters of
#: another: 北京市 100740 号 is one run, and so is the year within brackets in an Uyghur sentence.
_RUN = re.compile("|".join(rf"[{s}](?:[{s}\W\d_]*[{s}])?" for s in (_HAN, _ARABIC)))
_AN_ARABIC_LETTER = re.compile(f"[{_ARABIC}]")
#: How much larger they are set than the words around them: `arabic` in sheet.typ.
ARABIC_SIZE = 1.12
#: By how much kerning can make Latin words wider than `width` says (f after T is the worst), and
#: joined forms Arabic ones (repeated heh is).
_WIDER, _WIDER_ARABIC = 1.09, 1.4
#: A line may end here, and nothing shows.
BREAK = "\u200b"
#: What typst keeps on one line, if it is long enough to be a matter: a line may end between Chinese
#: signs, and after a hyphen or slash that a letter follows. It is looked for where words begin, and
#: only in long ones: most texts have none.
_BREAKS = rf" \n{BREAK}/\-\u3400-\u9fff\uf900-\ufaff"
_UNBROKEN = re.compile(
    rf"(?<![^{_BREAKS}])(?=[^ \n]{{12}})(?:[^{_BREAKS}]|[/-](?![^\W\d_])){{12,}}[/-]?"
)
#: Letters of Uyghur that Arabic, Persian, Urdu and Kurdish do without.
_UYGHUR = re.compile("[ۇۈۋېڭ]")
#: What is neither Latin, Greek or Cyrillic nor a sign that goes with them.
ELSEWHERE = re.compile("[^\x00-\u052f\u1d00-\u20cf\u2100-\u2bff]")
_BRACKETS = {")": "(", "]": "[", "»": "«", "”": "“", "’": "‘"}


class Run(NamedTuple):
    """Words in one script within words in another."""

    lang: str
    rtl: bool
    text: str


class _Holdings(NamedTuple):
    """What the fonts hold, once read."""

    #: For each font, the characters it prints, alone or composed of others.
    fonts: tuple[frozenset[str], ...]
    held: frozenset[str]
    #: What always prints, whatever stands beside it: no combining marks.
    plain: frozenset[str]
    #: A run of marks with the character that carries it.
    marked: re.Pattern[str]
    #: Character → advance in em, of the first font that holds it.
    advances: dict[str, float]


def plain(text: str) -> str:
    r"""The text as it is printed: composed (NFC), lines ended by \n, nothing without a shape."""
    text = unicodedata.normalize("NFC", text)
    if not _ODD.search(text):
        return text
    text = re.sub(f"\r\n|[{_LINE_ENDS}]", "\n", text)
    return re.sub(f"[{_SHAPELESS}]", "", re.sub(f"[{_ODD_SPACES}]", " ", text))


def unprintable(text: str) -> list[str]:
    """Each character that no font of ours can print, once, in order of appearance.

    A combining mark that does not go with its letter comes with that letter; one that begins a line
    has none to go with.
    """
    text = plain(text)
    ours = _holdings()
    if ours.plain.issuperset(text):
        return []
    found = [(n, sign) for n, sign in enumerate(text) if sign not in ours.held]
    for pair in ours.marked.finditer(text):
        if not any(font.issuperset(pair[0]) for font in ours.fonts):
            found.append((pair.start(), pair[0].strip()))
    return list(dict.fromkeys(sign for _, sign in sorted(found)))


def width(text: str, size: float) -> float:
    """How wide that line is, in mm, at that size in points.

    Without kerning, which makes Latin lines up to 1 % shorter than said, and without the joined
    forms of Arabic letters.
    """
    ems = sum(map(_holdings().advances.get, plain(text), repeat(1.0)))
    return ems * size * _MM_PER_POINT


def line_count(text: str, size: float, most: float) -> int:
    """How many lines the text takes at that size in points, when a line is at most so many mm wide.

    It breaks where typst does, except that typst may also break after a hyphen.
    """
    most /= size * _MM_PER_POINT
    return sum(_line_count(line.rstrip(), most) for line in text.split("\n"))


def breakable(text: str, size: float, most: float) -> str:
    """The text, with places to break a line in whatever would not go into one.

    A line is at most so many mm wide, at that size in points.
    """
    most /= size * _MM_PER_POINT
    return _UNBROKEN.sub(lambda found: BREAK.join(_parts(found[0], most)), text)


def primary(language: str) -> str:
    """The language of a tag alone, which is all typst knows: zh-Hans is zh."""
    return language.partition("-")[0].lower()


def plain_words(value: Any) -> Any:
    """Data of dicts, lists and texts, with each text as it is printed."""
    match value:
        case str():
            return plain(value)
        case dict():
            return {key: plain_words(item) for key, item in value.items()}
        case list() | tuple():
            return [plain_words(item) for item in value]
        case _:
            return value


def texts(value: Any) -> Iterator[str]:
    """All the texts in such data."""
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from texts(item)
        case list():
            for item in value:
                yield from texts(item)


def runs(text: str, language: str) -> Iterator[str | Run]:
    """The text in order: what is in the language around it, and runs in other scripts."""
    end = 0
    for match in _RUN.finditer(text):
        start, stop = max(match.start(), end), match.end()
        # A mark stays with the letter that carries it.
        while start < stop and _is_mark(text[start]):
            start += 1
        if start >= stop:
            continue
        while stop < len(text) and (_is_mark(text[stop]) or _closes(text[stop], text[start:stop])):
            stop += 1
        if start > end:
            yield text[end:start]
        arabic = bool(_AN_ARABIC_LETTER.match(text[start]))
        yield Run(_language_of(text, language, arabic=arabic), arabic, text[start:stop])
        end = stop
    if text[end:]:
        yield text[end:]


def _language_of(text: str, language: str, *, arabic: bool) -> str:
    """What a run in Arabic or Chinese script is written in, within a text of that language."""
    if not arabic:
        return language if language in {"zh", "ja"} else "zh"
    if language in IN_ARABIC_SCRIPT:
        return language
    return "ug" if _UYGHUR.search(text) else "ar"


def _closes(sign: str, run: str) -> bool:
    """Whether the sign closes a bracket or quotation that was opened in the run."""
    opening = _BRACKETS.get(sign)
    return opening is not None and run.count(opening) > run.count(sign)


def _line_count(line: str, most: float) -> int:
    """As much to a line as goes; the spaces where it breaks do not count. Widths in em."""
    ends = _ends(line)
    count, start = 1, 0
    while ends[-1] - ends[start] > most:
        stop = bisect_right(ends, ends[start] + most) - 1
        breaks = (n for n in range(stop, start, -1) if _may_break(line[n - 1], line[n]))
        start = next(breaks, max(stop, start + 1))
        start += len(line) - start - len(line[start:].lstrip())
        count += 1
    return count


def _parts(word: str, most: float) -> Iterator[str]:
    """As much to a line as goes; a mark stays with its letter. Widths in em."""
    most /= ARABIC_SIZE * _WIDER_ARABIC if _AN_ARABIC_LETTER.search(word) else _WIDER
    ends, start = _ends(word), 0
    while ends[-1] - ends[start] > most:
        stop = max(bisect_right(ends, ends[start] + most) - 1, start + 1)
        while stop < len(word) and _is_mark(word[stop]):
            stop += 1
        yield word[start:stop]
        start = stop
    yield word[start:]


def _ends(text: str) -> list[float]:
    """How far it reaches before each sign and at its end, in em."""
    return list(accumulate(map(_holdings().advances.get, text, repeat(1.0)), initial=0.0))


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between the two. Chinese breaks anywhere."""
    return before == " " or after == " " or max(before, after) >= "\u2e80"


@cache
def _holdings() -> _Holdings:
    """Reads the fonts, some 50 ms. Two threads at once may both do it; the result is the same."""
    # No start waits for what is only needed here.
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    fonts: list[frozenset[str]] = []
    advances: dict[str, float] = {}
    for name in FILES:
        with TTFont(FOLDER / name, lazy=True) as font:
            glyphs, metrics = font.getBestCmap(), font["hmtx"]
            em = font["head"].unitsPerEm
            signs = {chr(code): metrics[glyph][0] / em for code, glyph in glyphs.items()}
        # Private characters mean nothing to a reader: PDF/A refuses them.
        signs = {sign: wide for sign, wide in signs.items() if unicodedata.category(sign) != "Co"}
        composed = _composed(signs)
        fonts.append(_FREE.union(signs, composed))
        advances = composed | signs | advances
    held = frozenset("\n").union(*fonts)
    marks = frozenset(sign for sign in held if _is_mark(sign))
    marked = re.compile(f"[^{_any_of(marks)}]?[{_any_of(marks)}]+")
    return _Holdings(tuple(fonts), held, held - marks, marked, advances)


def _composed(signs: dict[str, float]) -> dict[str, float]:
    """Letters the font lacks but whose parts it holds, with their widths: typst composes them."""
    return {
        letter: signs[parts[0]]
        for letter, parts in _decompositions().items()
        if letter not in signs and all(part in signs for part in parts)
    }


@cache
def _decompositions() -> dict[str, str]:
    """Letter → what it is composed of, wholly taken apart; for the scripts our fonts know."""
    letters = (chr(code) for code in range(0xC0, 0x2000))
    apart = {letter: unicodedata.normalize("NFD", letter) for letter in letters}
    return {letter: parts for letter, parts in apart.items() if len(parts) > 1}


def _is_mark(sign: str) -> bool:
    """Whether it is drawn upon the character before it, and so must be in the same font.

    What a font holds but this Python's Unicode does not know yet may be one (U+0897 is).
    """
    return unicodedata.category(sign) in {"Mn", "Mc", "Me", "Cn"} or sign in "\u200c\u200d"


def _any_of(signs: Iterable[str]) -> str:
    return "".join(re.escape(sign) for sign in sorted(signs))
