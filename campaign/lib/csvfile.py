"""CSV for spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

#: What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); also the full-width
#: forms, which some turn into the others.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def lines(header: Sequence[str], pages: Iterable[Iterable[Sequence[str]]]) -> Iterator[bytes]:
    """The file in pieces: the header, then each page of rows."""
    yield "\ufeff".encode() + _written([header])
    for rows in pages:
        yield _written([disarmed(cell) for cell in row] for row in rows)


def disarmed(cell: str) -> str:
    """The cell, with a leading apostrophe where a spreadsheet would run it."""
    return f"'{cell}" if cell[:1] in _FORMULA and cell else cell


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
