"""Papers and envelopes: where on the sheet what stands, and whether an address fits.

All measures are in mm from the top left corner of the sheet. Their sources, and the arithmetic of
the safe zones:

- `din-a`, `din-b`: DIN 5008, as in KOMA-Script’s DINmtext.lco and DIN.lco: a field of 85 × 45 mm,
  20 from the left, 27 or 45 from the top; window of 90 × 45, 20 from the left and 15 from the
  bottom of an envelope of 220 × 110 (DL) or 229 × 114 (C6/5).
- `us-10`: window of 4½ × 1⅛ inches, ⅞ from the left and ½ from the bottom of a #10 envelope.
- `uk-dl`: window of 90 × 35 mm, 20 from the left and 18 from the bottom: the trade's habit, for
  which we found no standard.

A folded sheet is smaller than its envelope, so it slides: what shows wherever it comes to rest is
the safe zone. Lines of an address may stand only there. What must not show through the window (the
date, the sender's block) stays out of all that can ever be seen, not only of the field.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from campaign.letters.glyphs import width
from campaign.lib.languages import gettext
from campaign.lib.refusals import Refused

#: The types of an address, in points, largest first. Below the last, capitals would be less than
#: 2 mm high, and sorting machines want no less (USPS Domestic Mail Manual 202); labels do not mind.
ADDRESS_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5)
LABEL_SIZES = (11.0, *ADDRESS_SIZES, 8.0, 7.5, 7.0)
#: Below this, own script in several lines would crowd the window: it is joined in one.
ROOMY = 10.0
#: From the highest accent or Chinese sign to the lowest descender, in em.
_LINE = 1.1
TOP_MARGIN = 20.0
BOTTOM_MARGIN = 20.0

_POINT = 25.4 / 72


class Box(msgspec.Struct, frozen=True):
    """A rectangle on the sheet."""

    left: float
    top: float
    width: float
    height: float


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """One paper with its envelope."""

    name: str
    paper: str = "a4"
    left: float = 25
    right: float = 28
    #: Where the sender's block and the date begin: beyond all that a window can show.
    column: float = 125
    #: What of the sheet the window can show, however it slides; None where there is none.
    seen: Box | None = None
    #: The safe zone, without the return line: the lines of an address stand in it.
    address: Box
    #: Where they begin when they are few enough.
    address_top: float
    sizes: tuple[float, ...] = ADDRESS_SIZES
    #: From line to line of the address, in em.
    pitch: float = 1.2
    #: The small line that tells the postman where to bring the letter back.
    return_top: float | None = None
    #: Where the date stands. None: it follows the address, because no window asks for room.
    text_top: float | None = None
    folds: tuple[float, ...] = ()
    #: For the punch.
    hole: float | None = None

    @property
    def paper_mm(self) -> tuple[float, float]:
        """Width and height of the sheet."""
        return PAPERS[self.paper]


class LabelSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet of address labels."""

    paper_mm: tuple[float, float]
    columns: int
    rows: int
    #: The top left label.
    first: Box
    #: From one label's left edge to the next one's.
    step: float
    #: What may be printed on, from the label's corner.
    address: Box
    sizes: tuple[float, ...] = LABEL_SIZES
    pitch: float = 1.15


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope to print on."""

    paper_mm: tuple[float, float]
    sender: Box
    address: Box
    sizes: tuple[float, ...] = LABEL_SIZES
    pitch: float = 1.25


#: Where an address can stand.
Place = Layout | LabelSheet | Envelope

PAPERS = {"a4": (210.0, 297.0), "us-letter": (215.9, 279.4)}

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            name="din-b",
            seen=Box(10, 45, 100, 50),
            address=Box(25, 56, 75, 34),
            address_top=60,
            return_top=51,
            text_top=98.5,
            folds=(105, 210),
            hole=148.5,
        ),
        Layout(
            name="din-a",
            seen=Box(10, 27, 100, 50),
            address=Box(25, 38, 75, 34),
            address_top=42,
            return_top=33,
            text_top=81,
            folds=(87, 192),
            hole=148.5,
        ),
        Layout(
            name="us-10",
            paper="us-letter",
            left=25.4,
            column=130,
            seen=Box(-3.2, 51.8, 139.7, 40.3),
            address=Box(25.4, 63.5, 85.1, 16.9),
            address_top=63.5,
            pitch=1.13,
            return_top=58.6,
            text_top=95.3,
            folds=(93.1, 186.3),
        ),
        Layout(
            name="uk-dl",
            seen=Box(10, 46, 100, 46),
            address=Box(25, 57, 73, 24),
            address_top=58,
            return_top=52.8,
            text_top=98.5,
            folds=(99, 198),
        ),
        Layout(name="plain", address=Box(25, 45, 95, 58), address_top=45),
        Layout(
            name="plain-us",
            paper="us-letter",
            left=25.4,
            column=130,
            address=Box(25.4, 45, 100, 58),
            address_top=45,
        ),
    )
}

LABELS = {
    # 24 labels of 70 × 37 mm, edge to edge; printers leave about 5 mm of the sheet white.
    "a4": LabelSheet(
        paper_mm=PAPERS["a4"],
        columns=3,
        rows=8,
        first=Box(0, 0.5, 70, 37),
        step=70,
        address=Box(7, 4.5, 58, 28),
    ),
    # 30 labels of 2⅝ × 1 inch, ½ inch from the top, ⅛ inch between columns.
    "us-letter": LabelSheet(
        paper_mm=PAPERS["us-letter"],
        columns=3,
        rows=10,
        first=Box(4.76, 12.7, 66.68, 25.4),
        step=69.85,
        address=Box(4, 2, 59, 21.4),
    ),
}

ENVELOPES = {
    # DL. The lowest 15 mm stay free: sorting machines print their code there.
    "dl": Envelope(paper_mm=(220, 110), sender=Box(12, 12, 80, 30), address=Box(100, 52, 105, 40)),
    # #10: 9½ × 4⅛ inches.
    "us-10": Envelope(
        paper_mm=(241.3, 104.8), sender=Box(12, 12, 80, 30), address=Box(110, 48, 116, 39)
    ),
}

#: ISO 3166 codes of the countries that write on US Letter. Source: Unicode CLDR, supplemental data,
#: paperSize US-Letter.
_US_LETTER_COUNTRIES = frozenset(
    ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"]
)
_BRITISH_WINDOW = frozenset({"GB", "IE"})


class DoesNotFit(Refused):
    """The address cannot be seen whole through that window, or does not go on that paper."""

    def __init__(self, message: str) -> None:
        self.message = message  # type: ignore[misc]
        super().__init__(message)


def for_country(code: str | None) -> Layout:
    """The paper and the window envelope that are usual where the letter is posted."""
    if code in _US_LETTER_COUNTRIES:
        return LAYOUTS["us-10"]
    return LAYOUTS["uk-dl" if code in _BRITISH_WINDOW else "din-b"]


def without_window(layout: Layout) -> Layout:
    """The same paper for a plain envelope."""
    return LAYOUTS["plain-us" if layout.paper == "us-letter" else "plain"]


def lines_that_fit(
    latin: Sequence[str], own: Sequence[str], country: str, place: Place
) -> tuple[str, ...]:
    """The richest form of an address that fits: both scripts, the own one in one line, Latin alone.

    `latin` is name, role and address; `country`, in capitals, may be empty for a letter at home.
    The own script stands first, for those who deliver; below it Latin and the country, alone in the
    last line, for those who sort (USPS International Mail Manual 122). A line that is too wide is
    broken in two between words, and the type may be smaller. Raises DoesNotFit.
    """
    roomy = [size for size in place.sizes if size >= ROOMY]
    joined = (" ".join(own),) if own else ()
    end = (country,) if country else ()
    for first, allowed in ((own, roomy), (joined, place.sizes), ((), place.sizes)):
        for size in allowed:
            lines = (*_broken((*first, *latin), size, place.address.width), *end)
            if _fit(lines, size, place):
                return lines
    raise _refusal((*latin, *end), place)


def size_that_fits(lines: Sequence[str], place: Place) -> float:
    """The type for the lines of an address; the smallest when they fit in none."""
    return next((size for size in place.sizes if _fit(lines, size, place)), place.sizes[-1])


def top_of(lines: Sequence[str], size: float, layout: Layout) -> float:
    """Where the first line's box begins so that the last one stays in the safe zone."""
    bottom = layout.address.top + layout.address.height
    return max(layout.address.top, min(layout.address_top, bottom - _height(lines, size, layout)))


def text_top(lines: Sequence[str], size: float, layout: Layout) -> float:
    """Where the date stands: below the window, or a little below the address."""
    return layout.text_top or top_of(lines, size, layout) + _height(lines, size, layout) + 14


def _fit(lines: Sequence[str], size: float, place: Place) -> bool:
    widest = max((width(line, size) for line in lines), default=0)
    room = place.address
    return widest <= room.width and _height(lines, size, place) <= room.height


def _height(lines: Sequence[str], size: float, place: Place) -> float:
    return ((len(lines) - 1) * place.pitch + _LINE) * size * _POINT


def _broken(lines: Sequence[str], size: float, most: float) -> Iterator[str]:
    """Those that are too wide in two parts of about equal width, if they are made of words."""
    for line in lines:
        gaps = re.finditer(r"\s+", line) if width(line, size) > most else ()
        parts = [(line[: gap.start()], line[gap.end() :]) for gap in gaps]
        yield from min(parts, key=lambda two: max(width(x, size) for x in two), default=(line,))


def _refusal(lines: Sequence[str], place: Place) -> DoesNotFit:
    """Why, and what to do next."""
    if not isinstance(place, Layout) or place.seen is None:
        return DoesNotFit(
            gettext("This address is too long to be printed. Please write it by hand.")
        )
    way_out = gettext(
        "Please choose an envelope without a window, and print a label or the envelope."
    )
    least, room = place.sizes[-1], place.address
    for line in lines:
        if any(width(part, least) > room.width for part in _broken([line], least, room.width)):
            why = gettext(
                "This line of the address is too wide for the window: “%(line)s”.", line=line
            )
            return DoesNotFit(f"{why} {way_out}")
    why = gettext(
        "The address has %(lines)s lines, and the window shows only %(most)s.",
        lines=len(tuple(_broken(lines, least, room.width))),
        most=int((room.height / (least * _POINT) - _LINE) / place.pitch) + 1,
    )
    return DoesNotFit(f"{why} {way_out}")
