"""Printing: letters, labels and envelopes as PDF, each address where its window shows it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec

from campaign.letters import fitting, glyphs, layouts, typesetting
from campaign.letters.joining import joined
from campaign.letters.layouts import ENVELOPES, LABELS, Layout
from campaign.letters.typesetting import Words, passage

#: Letters that are compiled at once: more in one document take more memory (0.25 MB each).
BATCH = 100
#: The type of a letter, in points. One that would be a little too long for one page is set smaller;
#: one for which that is not enough gets a second page.
TEXT_SIZES = (11.0, 10.5, 10.0)
#: The type of the sender's block, in points.
SENDER_SIZE = 9.5
ENVELOPE_SENDER_SIZE = 9.0
#: As large as the subject comes out: 11.5 points, in bold, which is up to a tenth wider.
SUBJECT_SIZE = 12.6
#: The type of the line above the address, in points.
RETURN_SIZES = (6.5, 6.0, 5.5)
#: A last paragraph that is no longer than this stays on one page with the signature.
FAREWELL_LINES = 12
#: Above the printed name, in mm.
SIGNING_ROOM = 16.0


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter, word for word as it is to stand on paper."""

    #: Language tag. Chinese and Arabic-script passages in it are found by their letters.
    language: str
    #: Name and address of the writer; may be empty.
    sender: tuple[str, ...]
    #: As `fitting.lines_that_fit` gives them.
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
        return typesetting.compile("letters/print/letter.typ", sheets, title=title, made_at=made_at)

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
    return typesetting.compile("letters/print/labels.typ", labels, title=title, made_at=made_at)


def label_sheets(
    addresses: Sequence[Sequence[str]], *, count: int, paper: str
) -> dict[str, object]:
    """What labels.typ needs, by itself or included in another template.

    The addresses are as `fitting.lines_that_fit` gives them for LABELS.
    """
    sheet = LABELS[paper]
    labels = [
        {"size": size, "lines": _set_in(lines, size, sheet.address.width)}
        for lines in addresses
        for size in [fitting.size_that_fits(lines, sheet)]
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

    The address is as `fitting.lines_that_fit` gives it for ENVELOPES. Raises CannotPrint.
    """
    form = ENVELOPES[envelope]
    pages = [
        {
            "sender": _set_in(sender, ENVELOPE_SENDER_SIZE, form.sender.width),
            "size": fitting.size_that_fits(address, form),
            "address": list(map(passage, address)),
        }
        for sender, address in envelopes
    ]
    return typesetting.compile(
        "letters/print/envelope.typ", {"form": form, "pages": pages}, title=title, made_at=made_at
    )


def _set_in(lines: Sequence[str], size: float, wide: float) -> list[Words]:
    """Each of the lines, broken where it is wider than that, in mm, at that size in points."""
    return [passage(glyphs.breakable(line, size, wide)) for line in lines]


def _sheet(letter: Letter, layout: Layout) -> dict[str, object]:
    """The letter as letter.typ wants it."""
    address_size = fitting.size_that_fits(letter.address, layout)
    top = fitting.text_top(letter.address, address_size, layout)
    fitting_size = _text_size(letter, layout, top)
    size, wide = fitting_size or TEXT_SIZES[0], layout.text_width

    def words(text: str, size: float = size, most: float = wide) -> Words:
        return passage(glyphs.breakable(text, size, most), letter.language)

    return {
        "language": glyphs.primary(letter.language),
        "rtl": glyphs.primary(letter.language) in glyphs.IN_ARABIC_SCRIPT,
        "address_size": address_size,
        "address_top": fitting.top_of(letter.address, address_size, layout),
        "text_top": top,
        "return_line": _return_line(letter, layout),
        "size": size,
        "long": fitting_size is None,
        "has_farewell": fitting_size is not None or _has_farewell(letter, wide),
        "sender": [words(line, SENDER_SIZE, layout.sender_width) for line in letter.sender],
        "address": [passage(line, letter.language) for line in letter.address],
        "subject": words(letter.subject, SUBJECT_SIZE),
        "paragraphs": list(map(words, letter.paragraphs)),
        **{
            name: words(getattr(letter, name))
            for name in ("date", "heading", "signature", "copy_to")
        },
    }


def _has_farewell(letter: Letter, wide: float) -> bool:
    """Whether the last paragraph is short enough to be kept on one page with the signature."""
    last = letter.paragraphs[-1:]
    return all(glyphs.line_count(text, TEXT_SIZES[0], wide) <= FAREWELL_LINES for text in last)


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
    wide = layout.text_width
    high = layout.paper_mm[1] - top - layouts.BOTTOM_MARGIN - SIGNING_ROOM - 2
    arabic = glyphs.ARABIC_SIZE if letter.language in glyphs.IN_ARABIC_SCRIPT else 1.0
    around = sum(map(bool, (letter.date, letter.heading, letter.copy_to, True)))
    for size in TEXT_SIZES:
        count = sum(glyphs.line_count(text, size * arabic, wide) for text in letter.paragraphs)
        subject = glyphs.line_count(letter.subject, size * 1.06, wide)
        gaps = 0.64 * len(letter.paragraphs) + 1.97 * around + 2.9
        if (1.33 * (count * arabic + subject) + gaps) * size * 25.4 / 72 <= high:
            return size
    return None
