"""The list of a hand-over: who stands in it under which number, on which page, and as a table."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from campaign.exports import hand_over_queries as queries
from campaign.exports.hand_over_rules import ErasedMeanwhile, Naming, initials
from campaign.exports.models import HandOver
from campaign.letters import glyphs, print_words as words
from campaign.letters.typography import is_right_to_left
from campaign.lib import countries, spreadsheets
from campaign.lib.vault import vault

#: Names that are read at a time.
READ = 1000
#: Sizes in points, lengths in mm, as hand_over_names.typ has them.
SIZE, PITCH = 9.5, 11.8
_COUNTRY_SIZE, _COUNTRY_GAP = 8.0, 3.0
_COLUMN_WIDTH, _DIGIT_WIDTH, _NUMBER_GAP = 81.0, 1.45, 2.5
#: typst sets Arabic wider than we reckon, and breaks lines by rules of its own.
_SLACK = 1.5
#: Arabic letters are set larger (sheet.typ).
_WIDEST = 1.12
#: A column has fifty names, or as many as fit this many lines.
_NAMES, _LINES = 50, 51


class Line(NamedTuple):
    """One who is listed."""

    number: int
    #: Or its initials.
    name: str
    #: The name as our fonts can print it.
    printed: str
    #: ISO code; empty where it was not asked.
    country: str
    signed_on: date
    confirmed_on: date
    version: int

    @property
    def is_in_part(self) -> bool:
        """Whether our fonts cannot print the name whole."""
        return words.DAGGER in self.printed and words.DAGGER not in self.name


Column = list[Line]


def read(hand_over: HandOver) -> Iterator[list[Line]]:
    """Those who are listed, by their numbers. Raises ErasedMeanwhile."""
    after, open_ = 0, vault().open
    while rows := queries.listed(hand_over.id, after=after, most=READ):
        if any(row.envelope is None for row in rows):
            raise ErasedMeanwhile
        yield [_line(row, open_(row.envelope)["name"], hand_over.naming) for row in rows]
        after = rows[-1].number


def _line(row: Any, name: str, naming: Naming) -> Line:
    shown = (initials(name) or "–") if naming is Naming.INITIALS else name
    return Line(
        row.number,
        shown,
        words.printable(shown),
        row.country or "",
        row.signed_at.date(),
        row.confirmed_at.date(),
        row.version,
    )


def table(lines: Sequence[Line]) -> bytes:
    """The list as CSV."""
    header = ["number", "name", "country", "signed_on_utc", "confirmed_on_utc", "version"]
    cells = (
        [
            str(line.number),
            line.name,
            line.country,
            line.signed_on.isoformat(),
            line.confirmed_on.isoformat(),
            str(line.version),
        ]
        for line in lines
    )
    return b"".join(spreadsheets.csv_pieces(header, [cells]))


def number_width(highest: int) -> float:
    """How wide the numbers are, in mm, up to that one."""
    return _DIGIT_WIDTH * len(str(highest)) + 0.5


def left(highest: int) -> float:
    """Where the names begin, in mm from the edge of their column."""
    return number_width(highest) + _NUMBER_GAP


def width(highest: int) -> float:
    """How much room a name has, in mm."""
    return _COLUMN_WIDTH - left(highest)


def sheets(lines: Sequence[Line], language: str) -> Iterator[list[Column]]:
    """The names, in two columns a page."""
    wide = width(len(lines)) - _SLACK
    names = countries.names(language)
    columns: list[Column] = []
    room = 0
    for line in lines:
        height = _height(line, names.get(line.country, line.country), wide)
        if not columns or len(columns[-1]) == _NAMES or height > room:
            if len(columns) == 2:
                yield columns
                columns = []
            columns.append([])
            room = _LINES
        columns[-1].append(line)
        room -= height
    if columns:
        yield columns


def _height(line: Line, country: str, wide: float) -> int:
    """How many lines it takes, with its country, which stays whole."""
    size = SIZE * (_WIDEST if is_right_to_left(line.printed) else 1)
    beside = glyphs.width(country, _COUNTRY_SIZE) + _COUNTRY_GAP if country else 0.0
    if glyphs.width(line.printed, size) + beside <= wide:
        return 1
    high = glyphs.line_count(line.printed, size, wide)
    # The country stands on the last line or on one of its own.
    return high + (glyphs.line_count(f"{line.printed} {country}", size, wide) > high or high == 1)
