"""The page of patterns: nothing that pages are made of is missing on it."""

import re
from pathlib import Path

from campaign import create_app
from campaign.config import ROOT
from tests.conftest import settings
from tests.factories import campaign, petition, post
from tests.page_reader import PageReader

COMPONENTS = ROOT / "templates" / "components"


def test_every_component_is_on_the_page(reader: PageReader) -> None:
    petition(campaign())
    post()
    source = (ROOT / "templates" / "pages" / "patterns.html").read_text("utf-8")
    macros = {
        name
        for file in COMPONENTS.glob("*.html")
        if file.name != "reach.html"  # what stands in a page's head has no look
        for name in re.findall(r"{% macro (\w+)\(", file.read_text("utf-8"))
    }

    page = reader.get("/dev/patterns")

    assert page.h1 == "Patterns"
    assert {name for name in macros if f"{name}(" not in source} == set()


def test_every_drawing_is_on_the_page(reader: PageReader) -> None:
    source = (COMPONENTS / "drawing.html").read_text("utf-8")
    names = set(re.findall(r'name == "(\w+)"', source))

    drawn = reader.get("/dev/patterns").soup.select("#drawings ~ ul svg.drawing")

    assert names
    assert len(drawn) == len(names)
    assert all(drawing.find("path") for drawing in drawn)


def test_it_is_in_the_demonstration_alone(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, f"sqlite:///{tmp_path}/some.sqlite3", demo=False))

    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dev/pat")]
