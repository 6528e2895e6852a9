"""The letters of a volunteer as files: PDF to print, a document to edit, plain text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from campaign.letters import fitting, layouts, printing
from campaign.letters.case import Target, in_language
from campaign.letters.layouts import Layout
from campaign.letters.printing import Letter
from campaign.letters.typography import date_in_words
from campaign.lib import countries, languages
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
        first = self.letters[0]
        return first.subject or in_language(first.target.role, first.language)


def pages(bundle: Bundle) -> list[Letter]:
    """Every sheet of paper of the bundle. Raises fitting.DoesNotFit."""
    first, *others = bundle.letters
    made = [_letter(first, bundle, copy_to=bundle.copy_to)]
    made += [_letter(writing, bundle) for writing in others]
    if bundle.copy_to:
        made.append(_copy(first, bundle, bundle.copy_to))
    return made


def _letter(writing: Writing, bundle: Bundle, *, copy_to: Target | None = None) -> Letter:
    language = writing.language
    with languages.speaking(language):
        copy = (
            gettext("Copy: %(role)s", role=in_language(copy_to.role, language)) if copy_to else ""
        )
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
        heading = gettext(
            "Copy of a letter to: %(role)s", role=in_language(writing.target.role, language)
        )
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
    that stays in it. Raises fitting.DoesNotFit.
    """
    abroad = target.country if target.country != country else None
    last = countries.names(language)[abroad].upper() if abroad else ""
    latin = tuple(filter(None, (target.name, in_language(target.role, language), *target.address)))
    return fitting.lines_that_fit(latin, target.own_address, last, layout)


def pdf(bundle: Bundle) -> bytes:
    """To print and fold: addresses where the envelope’s window shows them."""
    return printing.letters_pdf(
        pages(bundle), bundle.layout, title=bundle.title, made_at=bundle.now
    )


def envelopes(bundle: Bundle) -> bytes:
    """A page to print on each envelope: for those without a window."""
    return printing.envelope_pdf(
        [(bundle.writer.lines, letter.address) for letter in _without_window(bundle)],
        envelope=_ENVELOPES[bundle.layout.paper],
        title=bundle.title,
        made_at=bundle.now,
    )


def labels(bundle: Bundle) -> bytes:
    """A label for each envelope, and one for the sender's corner."""
    addresses = [letter.address for letter in _without_window(bundle)]
    if bundle.writer.lines:
        addresses.append(bundle.writer.lines)
    return printing.labels_pdf(
        addresses, count=1, paper=bundle.layout.paper, title=bundle.title, made_at=bundle.now
    )


def _without_window(bundle: Bundle) -> list[Letter]:
    """Its sheets with addresses that no window limits."""
    return pages(replace(bundle, layout=layouts.without_window(bundle.layout)))


def text(bundle: Bundle) -> bytes:
    """To paste anywhere: UTF-8, a form feed between letters."""
    return "\n\f\n".join("\n\n".join(letter.blocks) for letter in _without_window(bundle)).encode()


def word(bundle: Bundle) -> bytes:
    """To edit in a word processor."""
    # Its library takes a tenth of a second of every start, and few ask for it.
    from campaign.letters import word as word_processor

    return word_processor.document(
        _without_window(bundle),
        title=bundle.title,
        author=bundle.writer.name,
        paper_mm=bundle.layout.paper_mm,
        made_at=bundle.now,
    )


#: Paper → the envelope it is folded into.
_ENVELOPES: dict[str, Literal["dl", "us-10"]] = {"a4": "dl", "us-letter": "us-10"}


class Kind(NamedTuple):
    """A kind of file, and what of it our own fonts must hold."""

    make: Callable[[Bundle], bytes]
    media_type: str
    prints_letters: bool = False
    prints_sender: bool = False


_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: The files that letters can be taken away in, by name.
FILES = {
    "letter.pdf": Kind(pdf, _PDF, prints_letters=True, prints_sender=True),
    "letter.docx": Kind(word, _DOCX),
    "letter.txt": Kind(text, "text/plain; charset=utf-8"),
    "envelope.pdf": Kind(envelopes, _PDF, prints_sender=True),
    "labels.pdf": Kind(labels, _PDF, prints_sender=True),
}
