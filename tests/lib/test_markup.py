"""Markdown from people is safe to show, whatever it is."""

import re

import pytest
from hypothesis import given, strategies as st

from campaign.lib import markup

ALLOWED = re.compile(r"</?(p|h[2-6]|ul|ol|li|blockquote|strong|em|a|br|hr|code)[ />]")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("*a* **b**", "<p><em>a</em> <strong>b</strong></p>"),
        ("# Top", "<h2>Top</h2>"),
        ("## Next\n\n### Below", "<h2>Next</h2>\n<h3>Below</h3>"),
        ("    Set in from the edge", "<p>Set in from the edge</p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
    ],
)
def test_plain_markdown_is_what_one_expects(typed: str, shown: str) -> None:
    assert str(markup.html(typed)).strip() == shown


def test_headings_move_under_the_pages_own() -> None:
    shown = str(markup.html("## One\n\n### Two", top=3))

    assert "<h3>One</h3>" in shown
    assert "<h4>Two</h4>" in shown


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/track.png)",
    ],
)
def test_dangerous_addresses_and_pictures_do_not_come_through(link: str) -> None:
    shown = str(markup.html(link))

    assert "<img" not in shown
    assert not re.search(r'href="(?!https?:|mailto:|/)', shown)


@given(text=st.text(alphabet=st.sampled_from("<>/=\"'!-[]()*_#`~&;:abijsx \n"), max_size=200))
def test_nothing_but_harmless_tags_ever_comes_out(text: str) -> None:
    shown = str(markup.html(text))

    for tag in re.findall(r"<[^>]*>", shown):
        assert ALLOWED.match(tag.replace(">", " ")), tag


def test_a_name_inside_a_sentence_is_isolated_and_escaped() -> None:
    assert markup.isolated("<b>") == "<bdi>&lt;b&gt;</bdi>"
