"""Markdown from people, as HTML that is safe to show: no raw HTML, few tags, no pictures that could track a reader."""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKDOWN = MarkdownIt(
    "js-default", {"html": False, "linkify": False, "typographer": False}
)
_TAGS = {
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "strong",
    "em",
    "a",
    "br",
    "hr",
    "code",
}


def html(text: str) -> Markup:
    """The text as HTML. A heading of the first level becomes one of the second: the page has its own."""
    rendered = re.sub(r"(</?)h1>", r"\1h2>", _MARKDOWN.render(text))
    return Markup(
        nh3.clean(
            rendered,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"https", "http", "mailto"},
            link_rel="noopener noreferrer",
        )
    )


def plain(text: str) -> str:
    """The words alone, for descriptions and feeds."""
    return " ".join(nh3.clean(_MARKDOWN.render(text), tags=set()).split())
