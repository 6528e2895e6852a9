"""Markdown as plain text."""

import pytest

from campaign.lib.plain_text import plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("## News *today*\n\nSome **bold** words.", "News today\n\nSome bold words."),
        (
            "See [the page](https://example.org/?a=1&b=2).",
            "See the page <https://example.org/?a=1&b=2>.",
        ),
        ("<https://example.org/>", "https://example.org/"),
        ("one\ntwo", "one\ntwo"),
        ("- one\n- two\n  more\n  - inner\n\nAfter", "- one\n- two\n  more\n  - inner\n\nAfter"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("> said\n> so", "> said\n> so"),
        ("> - one\n>   more", "> - one\n>   more"),
        ("```\ncode\n  more\n```", "code\n  more"),
        ("above\n\n***\n\nbelow", "above\n\n* * *\n\nbelow"),
        ("`x` and <b>no tag</b>", "x and <b>no tag</b>"),
        ("![a picture](https://example.org/x.png)", "a picture"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("", ""),
    ],
)
def test_marks_go_and_links_are_written_out(written: str, read: str) -> None:
    assert plain(written) == read
