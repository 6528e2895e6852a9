"""The letters of a volunteer as files: PDF to print, a document to edit, plain text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Literal, NamedTuple

import docx
import msgspec
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from campaign.letters import layouts, printing
from campaign.letters.case import Target
from campaign.letters.layouts import Layout
from campaign.letters.printing import Letter
from campaign.letters.typography import date_in_words, is_right_to_left
from campaign.lib import languages
from campaign.lib.languages import gettext


@dataclass(frozen=True)
class Writing:
    """One letter as its writer left it: words only."""

    target: Target
    language: str
    subject: str
    #: Below the subject: salutation, paragraphs, farewell, with empty lines between them.
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What stands between empty lines."""
        return tuple(part for part in re.split(r"\n\s*\n", self.text.strip()) if part)


@dataclass(frozen=True)
class Writer:
    """Whose letters they are. All of it may be empty."""

    name: str = ""
    address: tuple[str, ...] = ()
    #: ISO 3166 code of the country where the letter is posted.
    country: str | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """Name and address, as they stand on paper."""
        return tuple(filter(None, (self.name, *self.address)))


@dataclass(frozen=True)
class Bundle:
    """What goes into one file: letters, and a copy of the first for an embassy."""

    letters: Sequence[Writing]
    writer: Writer
    layout: Layout
    now: datetime
    copy_to: Target | None = None

    @property
    def title(self) -> str:
        """The title of the file."""
        return self.letters[0].subject or self.letters[0].target.role[self.letters[0].language]


def pages(bundle: Bundle) -> list[Letter]:
    """Every sheet of paper of the bundle. Raises layouts.DoesNotFit."""
    first, *others = bundle.letters
    made = [_letter(first, bundle, copy_to=bundle.copy_to)]
    made += [_letter(writing, bundle) for writing in others]
    if bundle.copy_to:
        made.append(_copy(first, bundle, bundle.copy_to))
    return made


def _letter(writing: Writing, bundle: Bundle, *, copy_to: Target | None = None) -> Letter:
    language = writing.language
    with languages.speaking(language):
        copy = gettext("Copy: %(role)s", role=_role(copy_to, language)) if copy_to else ""
    return Letter(
        language=language,
        sender=bundle.writer.lines,
        address=address_lines(writing.target, language, bundle.writer.country, bundle.layout),
        date=date_in_words(bundle.now.date(), language),
        subject=writing.subject,
        paragraphs=writing.paragraphs,
        signature=bundle.writer.name,
        copy_to=copy,
    )


def _copy(writing: Writing, bundle: Bundle, mission: Target) -> Letter:
    """The same letter once more, in an envelope to the embassy."""
    language = writing.language
    with languages.speaking(language):
        heading = gettext("Copy of a letter to: %(role)s", role=_role(writing.target, language))
    return msgspec.structs.replace(
        _letter(writing, bundle),
        address=address_lines(mission, language, bundle.writer.country, bundle.layout),
        heading=heading,
    )


def address_lines(
    target: Target, language: str, country: str | None, layout: Layout
) -> tuple[str, ...]:
    """The address of a target for a letter posted in that country, as it fits the layout.

    The country stands last, alone and in capitals, in the language of the letter; not on a letter
    that stays in it. Raises layouts.DoesNotFit.
    """
    abroad = target.country if target.country != country else None
    last = languages.country_names(language)[abroad].upper() if abroad else ""
    latin = tuple(filter(None, (target.name, _role(target, language), *target.address)))
    return layouts.lines_that_fit(latin, target.own_address, last, layout)


def _role(target: Target, language: str) -> str:
    return target.role.get(language) or next(iter(target.role.values()))


def pdf(bundle: Bundle) -> bytes:
    """To print and fold: addresses where the envelope’s window shows them."""
    return printing.letters_pdf(
        pages(bundle), bundle.layout, title=bundle.title, made_at=bundle.now
    )


def envelopes(bundle: Bundle) -> bytes:
    """A page to print on each envelope: for those without a window."""
    return printing.envelope_pdf(
        [(bundle.writer.lines, address) for address in _whole_addresses(bundle)],
        envelope=_ENVELOPES[bundle.layout.paper],
        title=bundle.title,
        made_at=bundle.now,
    )


def labels(bundle: Bundle) -> bytes:
    """A label for each envelope, and one for the sender's corner."""
    lines = [*_whole_addresses(bundle), *([bundle.writer.lines] if bundle.writer.lines else [])]
    return printing.labels_pdf(
        lines, count=1, paper=bundle.layout.paper, title=bundle.title, made_at=bundle.now
    )


def _whole_addresses(bundle: Bundle) -> list[tuple[str, ...]]:
    """Where no window limits them."""
    plain = layouts.without_window(bundle.layout)
    return [letter.address for letter in pages(replace(bundle, layout=plain))]


def text(bundle: Bundle) -> bytes:
    """To paste anywhere: UTF-8, a form feed between letters."""
    return "\n\f\n".join("\n\n".join(_blocks(letter)) for letter in pages(bundle)).encode()


def _blocks(letter: Letter) -> list[str]:
    return list(
        filter(
            None,
            (
                "\n".join(letter.sender),
                "\n".join(letter.address),
                letter.date,
                letter.heading,
                letter.subject,
                *letter.paragraphs,
                letter.signature,
                letter.copy_to,
            ),
        )
    )


def word(bundle: Bundle) -> bytes:
    """To edit in a word processor: one page a letter."""
    document = docx.Document()
    document.core_properties.title = bundle.title
    document.core_properties.author = bundle.writer.name
    document.core_properties.created = bundle.now.replace(tzinfo=None)
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in bundle.layout.paper_mm)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Source Serif 4", Pt(11)
    style.paragraph_format.space_after = Pt(8)
    for number, letter in enumerate(pages(bundle)):
        if number:
            document.add_page_break()  # type: ignore[no-untyped-call]
        for block in _blocks(letter):
            paragraph = document.add_paragraph()
            paragraph.add_run(block).bold = block is letter.subject
            if is_right_to_left(block):
                _turn(paragraph)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _turn(paragraph: Paragraph) -> None:
    """Let it run from the right; python-docx has no word for that."""
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))


#: Paper → the envelope it is folded into.
_ENVELOPES: dict[str, Literal["dl", "us-10"]] = {"a4": "dl", "us-letter": "us-10"}


class Kind(NamedTuple):
    """A kind of file."""

    make: Callable[[Bundle], bytes]
    media_type: str


_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: The files that letters can be taken away in, by name.
FILES = {
    "letter.pdf": Kind(pdf, _PDF),
    "letter.docx": Kind(word, _DOCX),
    "letter.txt": Kind(text, "text/plain; charset=utf-8"),
    "envelope.pdf": Kind(envelopes, _PDF),
    "labels.pdf": Kind(labels, _PDF),
}
