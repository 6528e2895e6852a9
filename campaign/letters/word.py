"""Letters as a document for word processors (Office Open XML): to edit, one page a letter."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from campaign.letters.printing import Letter
from campaign.letters.typography import is_right_to_left


def document(
    letters: Sequence[Letter],
    *,
    title: str,
    author: str,
    paper_mm: tuple[float, float],
    made_at: datetime,
) -> bytes:
    """The document. Its paragraphs are the letters' blocks, so nothing is lost in it.

    There is at least one letter, and all are in the same language.
    """
    made = docx.Document()
    made.core_properties.title, made.core_properties.author = title, author
    made.core_properties.created = made_at.replace(tzinfo=None)
    section = made.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in paper_mm)
    # By this the spelling is checked; python-docx knows no word for it, and its own is English.
    (spoken,) = made.styles.element.xpath("w:docDefaults//w:lang")
    spoken.set(qn("w:val"), letters[0].language)
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Source Serif 4", Pt(11)
    style.paragraph_format.space_after = Pt(8)
    for number, letter in enumerate(letters):
        if number:
            made.add_page_break()  # type: ignore[no-untyped-call]
        for block in letter.blocks:
            paragraph = made.add_paragraph()
            paragraph.add_run(block).bold = block is letter.subject
            if is_right_to_left(block):
                _turn(paragraph)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _turn(paragraph: Paragraph) -> None:
    """Let it run from the right; python-docx has no word for that."""
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
