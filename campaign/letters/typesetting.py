"""Typesetting: what typst makes of our templates and of people's words.

The templates are ours (templates/*/print); people's words reach them only as strings in one JSON
document, a file in memory, never as markup. What comes out as PDF claims PDF/A-2a and PDF/UA-1,
which typst checks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from threading import Lock, local
from typing import Any, cast

import msgspec
import typst

from campaign.config import ROOT
from campaign.letters import glyphs
from campaign.letters.glyphs import Run
from campaign.letters.typography import is_right_to_left

TEMPLATES = ROOT / "templates"
STANDARDS: Any = ["a-2a", "ua-1"]

#: Size of a document's words, in bytes, from which it is printed alone and forgotten at once.
_LARGE = 20_000
_one_at_a_time = Lock()
_own = local()
#: typst keeps its work for so many compilations, should the next be about the same document.
_REMEMBERED = 11

#: Words of people for a template, as `passage` makes them.
Words = str | dict[str, object]


class CannotPrint(Exception):
    """typst refused. Forms ask `glyphs.unprintable` first, so no visitor should meet this."""

    def __init__(self, reason: str, characters: Sequence[str] = ()) -> None:
        super().__init__(reason)
        #: The ones no font of ours holds, if that is the reason.
        self.characters = tuple(characters)


def compile(template: str, data: Mapping[str, object], *, title: str, made_at: datetime) -> bytes:
    """The PDF that a template of ours makes of the data: the same bytes for the same input.

    It is named by its path under templates/, and finds `data`, with the title added, in `data` of
    sheet.typ. Raises CannotPrint.
    """
    words = glyphs.plain_words(msgspec.to_builtins({**data, "title": title}))
    try:
        document = msgspec.json.encode(words)
    except UnicodeEncodeError as error:
        raise _cannot_print(words, str(error.reason)) from error
    if len(document) < _LARGE:
        return _compile(template, document, words, made_at)
    # Eight visitors who each print an evening's letters wait for one another: the memory they need
    # is that of one. The short letters of others pass them by.
    with _one_at_a_time:
        try:
            return _compile(template, document, words, made_at)
        finally:
            _forget()


def picture(template: str, data: Mapping[str, object]) -> bytes:
    """The PNG that a template of ours makes of the data, a pixel a point. Raises CannotPrint.

    A sign that no font holds is an empty box in it.
    """
    words = glyphs.plain_words(msgspec.to_builtins(dict(data)))
    document = msgspec.json.encode(words)
    try:
        png = _compiler().compile(_files(template, document), format="png", ppi=72)
    except typst.TypstError as error:
        raise _cannot_print(words, error.message) from error
    return cast(bytes, png)


def _compile(template: str, document: bytes, words: object, made_at: datetime) -> bytes:
    try:
        pdf = _compiler().compile(
            _files(template, document),
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=int(made_at.timestamp()),
        )
    except typst.TypstError as error:
        raise _cannot_print(words, error.message) from error
    return cast(bytes, pdf)


def _files(template: str, document: bytes) -> Any:
    """What typst reads besides our templates: files in memory, as bytes (a string would be a path).

    `sys.inputs` could bring the words too, but for those typst makes its library anew and forgets
    what it knows of the templates: a letter took half as long again.
    """
    return {"main.typ": f'#include "/{template}"'.encode(), "data.json": document}


def _compiler() -> typst.Compiler:
    """This thread's compiler: making one takes longer than it seems.

    Two calls at once on one compiler are an error, so threads do not share them.
    """
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(root=TEMPLATES, font_paths=_fonts())
    return cast(typst.Compiler, _own.compiler)


@cache
def _fonts() -> typst.Fonts:
    """Ours and no others, so that every machine prints the same."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[glyphs.FOLDER]
    )


def _forget() -> None:
    """Have typst give back the memory of a large document, by as many empty ones as it remembers.

    Without this, ten evenings' letters printed one after the other would all stay in memory.
    """
    compiler = typst.Compiler(font_paths=_fonts())
    for _ in range(_REMEMBERED):
        compiler.compile(b" ", format="pdf")


def _cannot_print(words: object, reason: str) -> CannotPrint:
    found = list(dict.fromkeys(s for text in glyphs.texts(words) for s in glyphs.unprintable(text)))
    names = " ".join("+".join(f"U+{ord(sign):04X}" for sign in signs) for signs in found)
    return CannotPrint(f"no font holds {names}" if found else reason, found)


def passage(text: str, language: str = "en") -> Words:
    """Words with their languages, as `passage` in sheet.typ prints them.

    The text itself where it is all in the language around it; otherwise its runs, each with the
    language that its letters tell: a screen reader changes its voice by it, typst its rules.
    """
    text, language = glyphs.plain(text), glyphs.primary(language)
    usual = language not in glyphs.IN_ARABIC_SCRIPT
    if usual and not glyphs.ELSEWHERE.search(text):
        return text
    right_to_left = is_right_to_left(text)
    runs = list(glyphs.runs(text, language))
    foreign = [run for run in runs if isinstance(run, Run)]
    if not foreign and right_to_left != usual:
        return text
    rest = "".join(run for run in runs if isinstance(run, str))
    if len({run.lang for run in foreign}) == 1 and not any(sign.isalpha() for sign in rest):
        language, runs = foreign[0].lang, [foreign[0]._replace(text=text)]
    described = [run._asdict() if isinstance(run, Run) else run for run in runs]
    return {"lang": language, "rtl": right_to_left, "runs": described}
