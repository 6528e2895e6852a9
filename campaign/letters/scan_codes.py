"""Codes to scan on printed sheets: they lead to the page of the campaign."""

from io import BytesIO

import segno

from campaign.lib.languages import gettext


def code(link: str) -> dict[str, object]:
    """The link as a code for a template of ours, with the white around it that scanners need."""
    made, drawing = segno.make(link, error="m"), BytesIO()
    made.save(drawing, kind="svg", border=4, xmldecl=False)
    return {
        "svg": drawing.getvalue().decode(),
        "squares": len(made.matrix),
        "alt": gettext("Code that leads to the address below"),
    }


def typed(link: str) -> str:
    """The link as people type it, who have nothing to scan with."""
    return link.partition("://")[2]
