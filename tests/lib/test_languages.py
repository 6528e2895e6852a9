"""Times in words, with the moment behind them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask, render_template_string

from campaign.lib import languages

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def told(app: Flask, moment: datetime, path: str = "/") -> str:
    prefix = "fr" if path == "/fr" else "en"
    with (
        time_machine.travel(NOW, tick=False),
        app.test_request_context("/", environ_base={"campaign.language": prefix}),
    ):
        return render_template_string("{{ moment | ago }}", moment=moment)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (timedelta(seconds=20), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=-2), "in 2 days"),
    ],
)
def test_a_list_says_how_long_ago_and_keeps_the_moment(
    app: Flask, since: timedelta, words: str
) -> None:
    shown = told(app, NOW - since)

    assert f">{words}</time>" in shown
    assert f'datetime="{(NOW - since).isoformat()}"' in shown
    assert "2026, " in shown


def test_in_french_it_is_french(app: Flask) -> None:
    assert ">il y a 2 jours</time>" in told(app, NOW - timedelta(days=2), "/fr")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "10,000 posts"), ("fr", "10\u202f000 articles"), ("zh-Hans", "10,000篇文章")],
)
def test_a_counted_number_is_written_as_the_language_does(
    app: Flask, language: str, said: str
) -> None:
    words = ("%(num)s post", "%(num)s posts", 10_000)

    with app.test_request_context("/", environ_base={"campaign.language": language}):
        on_a_page = render_template_string("{{ ngettext(*words) }}", words=words)
    with languages.speaking(language):
        in_a_mail = languages.ngettext(*words)

    assert on_a_page == in_a_mail == said


@pytest.mark.parametrize("page", ["/fr/", "/fr/nothing-like-it"])
def test_the_language_of_a_request_ends_with_it(app: Flask, page: str) -> None:
    assert 'lang="fr"' in app.test_client().get(page).get_data(as_text=True)

    assert languages.current() == "en"
