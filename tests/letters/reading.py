"""What a reader, a screen reader and a printer find in a PDF, by poppler's tools."""

import subprocess
from shutil import which

from tests.conftest import missing


def words_of(pdf: bytes) -> str:
    """All words in reading order, single-spaced."""
    return " ".join(poppler("pdftotext", "-raw", "-", "-", pdf=pdf).decode().split())


def squeezed(text: str) -> str:
    """The text without its spaces and line ends."""
    return "".join(text.split())


def poppler(tool: str, *options: str, pdf: bytes) -> bytes:
    """What the tool says about the PDF it is given as «-»."""
    program = which(tool)
    if not program:
        missing(f"No {tool}: run apt-get install poppler-utils.")
    ran = subprocess.run([str(program), *options], input=pdf, capture_output=True, check=True)
    return ran.stdout
