"""The icons for phones are the mark, drawn in their sizes.

After the mark has changed: CAMPAIGN_TEST_UPDATE=goldens, then look at static/img.
"""

import io
import os

import pytest
import typst
from PIL import Image, ImageChops

from campaign.config import ROOT

MARK = (ROOT / "static" / "img" / "mark.svg").read_bytes()
#: Phones of one maker put icons on black, so theirs has no transparent corners.
FILLED = 180


def drawn(size: int) -> bytes:
    """The mark as a square PNG."""
    fill = '"#0b4f4a"' if size == FILLED else "none"
    sheet = f"""
        #let fill = {fill}
        #set page(width: {size}pt, height: {size}pt, margin: 0pt,
          fill: if fill == none {{ none }} else {{ rgb(fill) }})
        #image(bytes(sys.inputs.mark), format: "svg", width: 100%)
    """
    png = typst.compile(sheet.encode(), format="png", ppi=72, sys_inputs={"mark": MARK.decode()})
    assert isinstance(png, bytes)
    return png


@pytest.mark.parametrize("size", [180, 192, 512])
def test_each_icon_shows_the_mark(size: int) -> None:
    file = ROOT / "static" / "img" / f"mark-{size}.png"
    if os.environ.get("CAMPAIGN_TEST_UPDATE") == "goldens":
        file.write_bytes(drawn(size))

    with Image.open(file) as kept, Image.open(io.BytesIO(drawn(size))) as wanted:
        assert kept.size == (size, size)
        assert ImageChops.difference(kept.convert("RGBA"), wanted.convert("RGBA")).getbbox() is None
