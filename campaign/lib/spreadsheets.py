"""Files for spreadsheets, CSV and XLSX, in pieces, with no cell that runs as a formula.

Both are made as they are sent: nothing is kept, in memory or on the disk, and a file that was
broken off does not pass for a whole one, for a workbook's directory comes last.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile

#: What makes a spreadsheet take a cell for a formula (OWASP, CSV injection); also the full-width
#: forms, which some turn into the others.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
#: What one sheet of a workbook holds, its header among them (ECMA-376, as Excel has it).
XLSX_ROWS = 1_048_576

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN_XML = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_OPEN_XML}/spreadsheetml/2006/main"'
_RELATIONS = f'xmlns="{_OPEN_XML}/package/2006/relationships"'
_RELATION = f"{_OPEN_XML}/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: The least a workbook consists of besides its sheet: one style more than none, for the header.
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_OPEN_XML}/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="rId1" '
    f'Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATION}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships {_RELATIONS}><Relationship Id="rId1" '
    f'Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
    f'Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet {_MAIN}><fonts count="2">'
    '<font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs>'
    "</styleSheet>",
}
_SHEET = "xl/worksheets/sheet1.xml"
#: The header stays in sight.
_SHEET_BEGINS = (
    f'{_XML}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
    'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_SHEET_ENDS = "</sheetData></worksheet>"
#: Signs that XML cannot hold, and what Excel would read as its own way of writing one.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EXCEL_SIGN = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def csv_pieces(header: Sequence[str], pages: Iterable[Iterable[Sequence[str]]]) -> Iterator[bytes]:
    """A CSV file: the header, then each page of rows.

    UTF-8 with a byte order mark, and CRLF, as spreadsheets expect it.
    """
    yield "\ufeff".encode() + _written([header])
    for rows in pages:
        yield _written(_disarmed(rows))


def xlsx_pieces(header: Sequence[str], pages: Iterable[Iterable[Sequence[str]]]) -> Iterator[bytes]:
    """A workbook of one sheet, of at most 26 columns: the header, then each page of rows.

    Every cell is text, disarmed as in CSV, because workbooks are saved as CSV one day.
    """
    written = _Written()
    with ZipFile(cast(IO[bytes], written), "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _PARTS.items():
            book.writestr(name, _XML + content)
        with book.open(_SHEET, "w") as sheet:
            sheet.write((_SHEET_BEGINS + _sheet_rows([header], first=1, style=1)).encode())
            yield written.take()
            number = 2
            for page in pages:
                rows = list(_disarmed(page))
                sheet.write(_sheet_rows(rows, first=number).encode())
                yield written.take()
                number += len(rows)
            sheet.write(_SHEET_ENDS.encode())
    yield written.take()


def disarmed(cell: str) -> str:
    """The cell, with a leading apostrophe where a spreadsheet would run it."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell


def _disarmed(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """A page of rows. Hardly a column has anything to disarm, so it is asked about as a whole."""
    columns = (
        column
        if _FORMULA.isdisjoint({cell[:1] for cell in column})
        else [disarmed(cell) for cell in column]
        for column in zip(*rows, strict=True)
    )
    return zip(*columns, strict=True)


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _sheet_rows(rows: Sequence[Sequence[str]], *, first: int, style: int = 0) -> str:
    """Rows of a sheet as XML, the first of them with that number."""
    if not rows:
        return ""
    cells = "".join(
        f'<c r="{chr(ord("A") + at)}{{0}}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{{{at + 1}}}</t></is></c>'
        for at in range(len(rows[0]))
    )
    as_xml = f'<row r="{{0}}">{cells}</row>'.format
    xml = "".join(
        as_xml(number, *[escape(cell, quote=False) for cell in row])
        for number, row in enumerate(rows, start=first)
    )
    return _EXCEL_SIGN.sub("_x005F_", _NO_XML.sub("\ufffd", xml))


class _Written:
    """What ZipFile has written and nobody has taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits behind us."""

    def take(self) -> bytes:
        """All of it; the next time, what came after."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
