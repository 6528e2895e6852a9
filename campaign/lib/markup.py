"""Markdown from people, as HTML that is safe to show.

No raw HTML, few tags, no pictures that could track a reader.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

#: What counts as Markdown here.
MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False})
# Whoever begins a paragraph with spaces means no program.
MARKDOWN.disable("code")
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_TAGS = {"p", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr", "code"} | _HEADINGS


#: Texts whose HTML is kept: the same ones are shown over and over, and seldom changed.
_KEPT = 100


@lru_cache(_KEPT)
def html(text: str, *, top: int = 2) -> Markup:
    """The text as HTML. Its highest headings (`##`) get the level `top`, under the page's own."""
    rendered = re.sub(
        r"(</?h)([1-6])>",
        lambda tag: f"{tag[1]}{min(6, max(int(tag[2]), 2) - 2 + top)}>",
        MARKDOWN.render(text),
    )
    return Markup(  # noqa: S704  (nh3 has just cleaned it)
        nh3.clean(
            rendered,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"https", "http", "mailto"},
            link_rel="noopener noreferrer",
        )
    )


def links(text: str) -> Iterator[str]:
    """Where the links in the text lead."""
    for block in MARKDOWN.parse(text):
        for token in block.children or ():
            if token.type == "link_open":
                yield str(token.attrGet("href") or "")


def isolated(text: str) -> Markup:
    """A name or address inside a sentence, whatever direction its script runs."""
    return Markup("<bdi>{}</bdi>").format(text)
