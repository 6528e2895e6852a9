"""Every word that people see is marked for translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from campaign.config import ROOT

TEMPLATES = ROOT / "templates"
CODE = ROOT / "campaign"
#: Words for those who build, and for robots.
NOT_FOR_READERS = {"pages/patterns.html", "reach/robots.txt"}
#: What a reader sees, or hears, of an attribute.
ATTRIBUTES = re.compile(r'\b(?:alt|title|placeholder|aria-label|aria-description)="([^"]*)"')
#: What is the same in every language: comments, addresses, code, entities, tags.
WITHOUT_WORDS = re.compile(r"<!--.*?-->|<(code|style|bdi)\b.*?</\1>|&\w+;|<[^>]*>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"[A-Z][a-z]+ .*[.?!]")
#: Where a form or a refusal takes words, by name and by the first place in the call.
SPEAKS = {"label", "message", "description"}
SPEAKS_FIRST = re.compile(r"\w+Field|ValidationError")


def files(folder: Path, *endings: str) -> list[str]:
    found = (path.relative_to(folder).as_posix() for end in endings for path in folder.rglob(end))
    return sorted(found)


def unmarked(source: str) -> Iterator[str]:
    """The words of a template that stand outside of every mark."""
    pieces = Environment(autoescape=True, trim_blocks=True).lex(source)
    text = "".join(
        value if kind == "data" else "\n"
        for _, kind, value in pieces
        if kind in ("data", "variable_begin")
    )
    for seen in [*ATTRIBUTES.findall(text), *WITHOUT_WORDS.sub("\n", text).splitlines()]:
        if WORD.search(seen):
            yield seen.strip()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Sign it</p>", ["Sign it"]),
        ('<p>{{ _("Sign it") }}</p>', []),
        ("{% if signed %}Thank you{% endif %}", ["Thank you"]),
        ('<img src="cat.png" alt="A cat">', ["A cat"]),
        ("<code>make run</code> &middot; {{ number }}", []),
    ],
)
def test_words_without_a_mark_are_found(source: str, words: list[str]) -> None:
    assert list(unmarked(source)) == words


@pytest.mark.parametrize("name", files(TEMPLATES, "*.html", "*.txt", "*.xml"))
def test_no_template_has_words_without_a_mark(name: str) -> None:
    if name not in NOT_FOR_READERS:
        assert list(unmarked((TEMPLATES / name).read_text("utf-8"))) == []


@pytest.mark.parametrize("name", files(CODE, "*.py"))
def test_no_code_that_speaks_to_readers_has_words_without_a_mark(name: str) -> None:
    """A file that marks some of its sentences marks all of them; forms mark whatever they say."""
    source = (CODE / name).read_text("utf-8")
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    marks = {id(part) for node in nodes if is_mark(node) for part in ast.walk(node)}
    docs = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}

    sentences = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SENTENCE.fullmatch(node.value)
        and id(node) not in marks | docs
    ]
    said = [text for node in nodes if isinstance(node, ast.Call) for text in said_by(node)]

    assert not marks or sentences == []
    assert said == [] or name == "pages/patterns.py"


def is_mark(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node) in {"_", "gettext", "ngettext"}


def called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def said_by(call: ast.Call) -> list[str]:
    """What a field or a refusal says in so many words."""
    first = call.args[:1] if SPEAKS_FIRST.fullmatch(called(call)) else []
    named = [keyword.value for keyword in call.keywords if keyword.arg in SPEAKS]
    return [
        words.value
        for words in (*first, *named)
        if isinstance(words, ast.Constant)
        and isinstance(words.value, str)
        and WORD.search(words.value)
    ]
