"""Papers and envelopes: where on the sheet what stands. Pure data.

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

import msgspec

#: The types of an address, in points, largest first. Below the last, capitals would be less than
#: 2 mm high, and sorting machines want no less (USPS Domestic Mail Manual 202); labels do not mind.
ADDRESS_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5)
LABEL_SIZES = (11.0, *ADDRESS_SIZES, 8.0, 7.5, 7.0)
TOP_MARGIN = 20.0
BOTTOM_MARGIN = 20.0


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

    @property
    def text_width(self) -> float:
        """Of the letter's lines."""
        return self.paper_mm[0] - self.left - self.right

    @property
    def sender_width(self) -> float:
        """Of the sender's block; letter.typ knows it too."""
        return self.paper_mm[0] - self.column - 15


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


def for_country(code: str | None) -> Layout:
    """The paper and the window envelope that are usual where the letter is posted."""
    if code in _US_LETTER_COUNTRIES:
        return LAYOUTS["us-10"]
    return LAYOUTS["uk-dl" if code in _BRITISH_WINDOW else "din-b"]


def without_window(layout: Layout) -> Layout:
    """The same paper for a plain envelope."""
    return LAYOUTS["plain-us" if layout.paper == "us-letter" else "plain"]
