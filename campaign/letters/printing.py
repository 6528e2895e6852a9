"""Printing: letters, labels, envelopes and other sheets as PDF, by typst.

The templates are ours (templates/letters/print); people's words reach them only as strings in one
JSON document, never as markup. What comes out claims PDF/A-2a and PDF/UA-1, which typst checks.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from threading import Lock, local
from typing import Any, cast

import msgspec
import typst

from campaign.config import ROOT
from campaign.letters import glyphs, layouts
from campaign.letters.glyphs import Run
from campaign.letters.joining import joined
from campaign.letters.layouts import ENVELOPES, LABELS, Layout
from campaign.letters.typography import is_right_to_left

TEMPLATES = ROOT / "templates"
STANDARDS: Any = ["a-2a", "ua-1"]

#: Letters that are compiled at once: more in one document take more memory (0.25 MB each).
BATCH = 100
#: Size of a document's words, in bytes, from which it is printed alone and forgotten at once.
_LARGE = 20_000
_one_at_a_time = Lock()
_compilers = local()
#: typst keeps its work for so many compilations, should the next be about the same document.
_REMEMBERED = 11

#: The type of a letter, in points. One that would be a little too long for one page is set smaller;
#: one for which that is not enough gets a second page.
TEXT_SIZES = (11.0, 10.5, 10.0)
#: The type of the line above the address, in points.
RETURN_SIZES = (6.5, 6.0, 5.5)
#: Above the printed name, in mm.
SIGNING_ROOM = 16.0


class CannotPrint(Exception):
    """typst refused. Forms ask `glyphs.unprintable` first, so no visitor should meet this."""

    def __init__(self, reason: str, characters: Sequence[str] = ()) -> None:
        super().__init__(reason)
        #: The ones no font of ours holds, if that is the reason.
        self.characters = tuple(characters)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter, word for word as it is to stand on paper."""

    #: Language tag. Chinese and Arabic-script passages in it are found by their letters.
    language: str
    #: Name and address of the writer; may be empty.
    sender: tuple[str, ...]
    #: As `layouts.lines_that_fit` gives them.
    address: tuple[str, ...]
    #: In words.
    date: str
    subject: str
    #: From the salutation to the farewell. Line breaks in them are kept.
    paragraphs: tuple[str, ...]
    #: The printed name; without it there is a line to sign on.
    signature: str
    #: "Copy: Embassy of …", for the foot of the letter.
    copy_to: str = ""
    #: "Copy of a letter to …", above the subject.
    heading: str = ""

    @property
    def blocks(self) -> list[str]:
        """Everything it says, from top to bottom, without what is empty."""
        parts = (
            "\n".join(self.sender),
            "\n".join(self.address),
            self.date,
            self.heading,
            self.subject,
            *self.paragraphs,
            self.signature,
            self.copy_to,
        )
        return [part for part in parts if part]


def letters_pdf(
    letters: Sequence[Letter], layout: Layout, *, title: str, made_at: datetime
) -> bytes:
    """The letters, at least one, in one file, each on pages of its own. Raises CannotPrint."""

    def compiled(sheets: Mapping[str, object]) -> bytes:
        return compile("letters/print/letter.typ", sheets, title=title, made_at=made_at)

    if len(letters) <= BATCH:
        return compiled(letter_sheets(letters, layout))
    batches = (letters[n : n + BATCH] for n in range(0, len(letters), BATCH))
    # A thread of its own, so that the next batch is being compiled while one is joined.
    with ThreadPoolExecutor(1) as press:
        return joined(press.map(compiled, (letter_sheets(batch, layout) for batch in batches)))


def letter_sheets(letters: Sequence[Letter], layout: Layout) -> dict[str, object]:
    """What letter.typ needs, by itself or included in another template."""
    measures = {
        **msgspec.to_builtins(layout),
        "paper_mm": layout.paper_mm,
        "top": layouts.TOP_MARGIN,
        "bottom": layouts.BOTTOM_MARGIN,
        "signing_room": SIGNING_ROOM,
    }
    return {"layout": measures, "letters": [_sheet(letter, layout) for letter in letters]}


def labels_pdf(
    addresses: Sequence[Sequence[str]],
    *,
    count: int,
    paper: str,
    title: str,
    made_at: datetime,
) -> bytes:
    """Sheets of labels, `count` of each address, on "a4" or "us-letter". Raises CannotPrint."""
    labels = label_sheets(addresses, count=count, paper=paper)
    return compile("letters/print/labels.typ", labels, title=title, made_at=made_at)


def label_sheets(
    addresses: Sequence[Sequence[str]], *, count: int, paper: str
) -> dict[str, object]:
    """What labels.typ needs, by itself or included in another template.

    The addresses are as `layouts.lines_that_fit` gives them for LABELS.
    """
    sheet = LABELS[paper]
    labels = [
        {"size": layouts.size_that_fits(lines, sheet), "lines": list(map(passage, lines))}
        for lines in addresses
        for _ in range(count)
    ]
    return {"sheet": sheet, "labels": labels}


def envelope_pdf(
    envelopes: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    envelope: str,
    title: str,
    made_at: datetime,
) -> bytes:
    """A page to print on each envelope, "dl" or "us-10": sender (may be empty) and address.

    The address is as `layouts.lines_that_fit` gives it for ENVELOPES. Raises CannotPrint.
    """
    form = ENVELOPES[envelope]
    pages = [
        {
            "sender": list(map(passage, sender)),
            "size": layouts.size_that_fits(address, form),
            "address": list(map(passage, address)),
        }
        for sender, address in envelopes
    ]
    return compile(
        "letters/print/envelope.typ", {"form": form, "pages": pages}, title=title, made_at=made_at
    )


def compile(template: str, data: Mapping[str, object], *, title: str, made_at: datetime) -> bytes:
    """The PDF that a template of ours makes of the data: the same bytes for the same input.

    It is named by its path under templates/, and finds `data`, with the title added, in `data` of
    sheet.typ. Raises CannotPrint.
    """
    words = glyphs.plain_words(msgspec.to_builtins({**data, "title": title}))
    try:
        document = msgspec.json.encode(words).decode()
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
    document = msgspec.json.encode(words).decode()
    try:
        png = _compiler(template).compile(sys_inputs={"data": document}, format="png", ppi=72)
    except typst.TypstError as error:
        raise _cannot_print(words, error.message) from error
    return cast(bytes, png)


def _compile(template: str, document: str, words: object, made_at: datetime) -> bytes:
    compiler = _compiler(template)
    try:
        pdf = compiler.compile(
            sys_inputs={"data": document},
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=int(made_at.timestamp()),
        )
    except typst.TypstError as error:
        raise _cannot_print(words, error.message) from error
    return cast(bytes, pdf)


def _compiler(template: str) -> typst.Compiler:
    """This thread's compiler of that template: making one takes longer than it seems.

    Two calls at once on one compiler are an error, so threads do not share them.
    """
    own: dict[str, typst.Compiler] = _compilers.__dict__
    if template not in own:
        own[template] = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts())
    return own[template]


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


def _sheet(letter: Letter, layout: Layout) -> dict[str, object]:
    """The letter as letter.typ wants it."""
    address_size = layouts.size_that_fits(letter.address, layout)
    top = layouts.text_top(letter.address, address_size, layout)
    size = _text_size(letter, layout, top)
    return {
        "language": glyphs.primary(letter.language),
        "rtl": glyphs.primary(letter.language) in glyphs.IN_ARABIC_SCRIPT,
        "address_size": address_size,
        "address_top": layouts.top_of(letter.address, address_size, layout),
        "text_top": top,
        "return_line": _return_line(letter, layout),
        "size": size or TEXT_SIZES[0],
        "long": size is None,
        **{
            name: [passage(text, letter.language) for text in getattr(letter, name)]
            for name in ("sender", "address", "paragraphs")
        },
        **{
            name: passage(getattr(letter, name), letter.language)
            for name in ("date", "heading", "subject", "signature", "copy_to")
        },
    }


def _return_line(letter: Letter, layout: Layout) -> dict[str, object] | None:
    """Where the postman brings the letter back to, in small type; None without an address."""
    if len(letter.sender) < 2:
        return None
    name, *address = letter.sender
    ways = [" · ".join(lines) for lines in (letter.sender, (name, *address[-3:]), address[-3:])]
    for text in ways:
        for size in RETURN_SIZES:
            if glyphs.width(text, size) <= layout.address.width:
                return {"size": size, "text": passage(text, letter.language)}
    return None


def _text_size(letter: Letter, layout: Layout, top: float) -> float | None:
    """The largest type in which the letter goes on one page; None when it needs a second one.

    The measures in em are those of sheet.typ and letter.typ.
    """
    wide = layout.paper_mm[0] - layout.left - layout.right
    high = layout.paper_mm[1] - top - layouts.BOTTOM_MARGIN - SIGNING_ROOM - 2
    arabic = 1.12 if letter.language in glyphs.IN_ARABIC_SCRIPT else 1.0
    around = sum(map(bool, (letter.date, letter.heading, letter.copy_to, True)))
    for size in TEXT_SIZES:
        count = sum(glyphs.line_count(text, size * arabic, wide) for text in letter.paragraphs)
        subject = glyphs.line_count(letter.subject, size * 1.06, wide)
        gaps = 0.64 * len(letter.paragraphs) + 1.97 * around + 2.9
        if (1.33 * (count * arabic + subject) + gaps) * size * 25.4 / 72 <= high:
            return size
    return None


def passage(text: str, language: str = "en") -> str | dict[str, object]:
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
