"""Words of people as hand-overs and sheets to sign print them: data for the template, never markup.

Whatever no font of ours holds is replaced by a dagger, which the sheets explain: nobody is left out
and nothing looks whole that is not.
"""

import re
import unicodedata
from collections.abc import Iterator

from markdown_it.token import Token

from campaign.letters import glyphs
from campaign.letters.typesetting import Words, passage
from campaign.letters.typography import is_right_to_left
from campaign.lib import markup

DAGGER = "†"
#: Several in a row say no more than one; so do joiners between them.
_DAGGERS = re.compile(rf"{DAGGER}(?:[\s\u200c\u200d]*{DAGGER})*[\u200c\u200d]*")

Block = dict[str, object]

_OPENS = {"strong_open": "strong", "em_open": "emph"}
_CLOSES = {"strong_close": "strong", "em_close": "emph"}
_MARKED = {"heading_open": "heading", "blockquote_open": "quote"}


def printable(text: str) -> str:
    """The text, with a dagger for each word or sign that our fonts cannot print."""
    text = glyphs.plain(text)
    missing = glyphs.unprintable(text)
    if not missing:
        return text
    signs = sorted(missing, key=len, reverse=True)
    daggered = re.sub("|".join(map(re.escape, signs)), DAGGER, text)
    return _DAGGERS.sub(DAGGER, daggered)


def words(text: str, language: str) -> Words:
    """A line of text for the template."""
    return passage(printable(text), language)


def name(text: str, size: float, wide: float) -> list[Words]:
    """A printable name, in pieces between which its line may break as well as at spaces.

    There are several only where a word is wider than a line, in mm, at that size in points.
    """
    if glyphs.width(text, size) <= wide or is_right_to_left(text):
        return [passage(text)]
    pieces = (
        _letters(word) if glyphs.width(word, size) > wide else [word]
        for word in re.split("(?<= )", text)
    )
    return [passage(piece) for word in pieces for piece in word]


def _letters(word: str) -> list[str]:
    """Each letter with the marks that it carries."""
    found: list[str] = []
    for sign in word:
        if found and (unicodedata.category(sign).startswith("M") or sign in "\u200c\u200d\xad"):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def blocks(text: str, language: str) -> list[Block]:
    """Markdown as paragraphs, headings, quotations and items of lists."""
    return list(_blocks(markup.MARKDOWN.parse(text), language))


def _blocks(tokens: list[Token], language: str) -> Iterator[Block]:
    kinds: list[str] = []
    numbers: list[int | None] = []
    marker = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            start = int(token.attrGet("start") or 1)
            numbers.append(start if token.type == "ordered_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            marker = "•" if number is None else f"{number}."
            numbers[-1] = None if number is None else number + 1
        elif token.type in _MARKED:
            kinds.append(_MARKED[token.type])
        elif token.type in ("heading_close", "blockquote_close"):
            kinds.pop()
        elif runs := _runs(token, language):
            yield {
                "kind": kinds[-1] if kinds else "text",
                "depth": len(numbers),
                "marker": marker,
                "runs": runs,
            }
            marker = ""


def _runs(token: Token, language: str) -> list[dict[str, object]]:
    """The text of a block in runs, each with its styles."""
    if token.type in ("fence", "code_block"):
        return [_run(token.content.strip() or " ", [], language)]
    runs, styles, link = [], list[str](), ""
    for child in token.children or []:
        if child.type in _OPENS:
            styles.append(_OPENS[child.type])
        elif child.type in _CLOSES:
            styles.remove(_CLOSES[child.type])
        elif child.type == "link_open":
            link = str(child.attrGet("href") or "")
        elif text := _text(child, link):
            runs.append(_run(text, styles, language))
    return runs


def _text(token: Token, link: str) -> str:
    """What is printed of a part of a line; where a link leads, after its words."""
    match token.type:
        case "text" | "code_inline":
            return token.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link_close":
            return f" ({link})"
        case _:
            return ""


def _run(text: str, styles: list[str], language: str) -> dict[str, object]:
    return {"styles": list(styles), "words": words(text, language)}
