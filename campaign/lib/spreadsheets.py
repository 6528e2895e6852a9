"""Files for spreadsheets, CSV and XLSX, with no cell that runs as a formula.

CSV is UTF-8 with a byte order mark and CRLF, as they expect it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import xlsxwriter

#: What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); also the full-width
#: forms, which some turn into the others.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
#: What one sheet of a workbook holds, its header among them (ECMA-376, as Excel has it).
XLSX_ROWS = 1_048_576


def csv_pieces(header: Sequence[str], pages: Iterable[Iterable[Sequence[str]]]) -> Iterator[bytes]:
    """A CSV file in pieces: the header, then each page of rows."""
    yield "\ufeff".encode() + _written([header])
    for rows in pages:
        yield _written([disarmed(cell) for cell in row] for row in rows)


def write_xlsx(
    file: BinaryIO, header: Sequence[str], pages: Iterable[Iterable[Sequence[str]]]
) -> None:
    """Write a workbook of one sheet; a row is on the disk before the next one is read.

    Every cell is text, disarmed as in CSV, because workbooks are saved as CSV one day.
    """
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        rows = (row for page in pages for row in page)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, disarmed(cell))


def disarmed(cell: str) -> str:
    """The cell, with a leading apostrophe where a spreadsheet would run it."""
    return f"'{cell}" if cell and cell[0] in _FORMULA else cell


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
