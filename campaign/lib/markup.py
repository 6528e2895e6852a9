"""Markdown from people, as HTML that is safe to show.

No raw HTML, few tags, no pictures that could track a reader.
"""

import re
from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False})
# Whoever begins a paragraph with spaces means no program.
_MARKDOWN.disable("code")
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_TAGS = {"p", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr", "code"} | _HEADINGS


def html(text: str, *, top: int = 2) -> Markup:
    """The text as HTML. Its highest headings (`##`) get the level `top`, under the page's own."""
    rendered = re.sub(
        r"(</?h)([1-6])>",
        lambda tag: f"{tag[1]}{min(6, max(int(tag[2]), 2) - 2 + top)}>",
        _MARKDOWN.render(text),
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


def isolated(text: str) -> Markup:
    """A name or address inside a sentence, whatever direction its script runs."""
    return Markup("<bdi>{}</bdi>").format(text)


def plain(text: str) -> str:
    """The text for those who read their mail as plain text: links written out, no marks."""
    blocks, marks = [], []  # marks: what each enclosing list or quotation puts before its lines
    for token in _MARKDOWN.parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            marks.append("")
        elif token.type == "blockquote_open":
            marks.append("> ")
        elif token.type == "list_item_open":
            marks[-1] = f"{token.info}. " if token.info else "- "
        elif token.type.endswith(("list_close", "quote_close")):
            marks.pop()
        elif token.type == "hr":
            blocks.append("* * *")
        elif token.content:
            words = _plain_words(token.children or [token])
            blocks.append(_marked(words.rstrip("\n"), marks))
            marks = [mark if mark == "> " else " " * len(mark) for mark in marks]
    return "\n\n".join(blocks)


def _plain_words(tokens: Sequence[Token]) -> str:
    words, link, begun = "", "", 0
    for token in tokens:
        if token.type == "link_open":
            link, begun = str(token.attrs["href"]), len(words)
        elif token.type == "link_close":
            words += "" if words[begun:] == link.removeprefix("mailto:") else f" ({link})"
        elif token.type in ("softbreak", "hardbreak"):
            words += "\n"
        else:
            words += token.content
    return words


def _marked(words: str, marks: Sequence[str]) -> str:
    """The lines of a block behind its marks; a list's own mark stands on the first line alone."""
    after = "".join(mark if mark == "> " else " " * len(mark) for mark in marks)
    first, *rest = words.split("\n")
    return "\n".join([f"{''.join(marks)}{first}", *(f"{after}{line}" for line in rest)])
