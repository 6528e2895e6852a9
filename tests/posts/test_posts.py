"""Readers find posts by date, topic and words."""

from datetime import date
from xml.etree import ElementTree

import pytest
from flask import Flask

from campaign.lib.db import transaction
from campaign.posts import queries, services
from tests.factories import campaign, post
from tests.page_reader import PageReader

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def titles(**question: object) -> list[str]:
    return [found.title for found in queries.listed(**question).items]  # type: ignore[arg-type]


def test_the_newest_post_comes_first(app: Flask) -> None:
    post(title="Older", published_on=date(2015, 6, 4))
    post(title="Newer", published_on=date(2019, 1, 9))

    assert titles() == ["Newer", "Older"]


@pytest.mark.parametrize(
    "words",
    ["Uyghur", "uighurs", "OUÏGHOUR", "ozil", "Özil", "row özil", "Peking", "pékin", "吕频"],
)
def test_words_are_found_in_any_spelling_case_and_order(app: Flask, words: str) -> None:
    post(title="The row over Özil", body="Uyghurs, Beijing, and Lü Pin.")
    post(title="Something else")

    assert titles(query=words) == ["The row over Özil"]


def test_every_word_has_to_be_there(app: Flask) -> None:
    post(title="A lawyer in Beijing")

    assert titles(query="lawyer Toronto") == []


@pytest.mark.parametrize("signs", ["%", "_", "\\", "% %"])
def test_signs_that_a_database_reads_as_wildcards_are_only_signs(app: Flask, signs: str) -> None:
    post(title="Plain")

    assert titles(query=f"zz{signs}") == []


def test_a_topic_shows_its_posts_alone(app: Flask) -> None:
    with transaction():
        lawyers = services.name_topic("lawyers", name="Lawyers")
    post(title="With", topics=[lawyers])
    post(title="Without")

    assert titles(topic="lawyers") == ["With"]
    assert [topic.slug for topic in queries.topics()] == ["lawyers"]


def test_publishing_again_under_the_same_slug_corrects_the_post(app: Flask) -> None:
    post("one", title="With a tpyo")
    post("one", title="Without")

    assert titles() == ["Without"]
    assert titles(query="tpyo") == []


def test_long_lists_have_pages_that_lead_to_one_another(reader: PageReader) -> None:
    for number in range(25):
        post(title=f"Number {number:02}", published_on=date(2020, 1, 1 + number))

    first = reader.get("/posts/")
    second = reader.get(first.link("Next page"))
    third = reader.get(second.link("Next page"))

    assert "Page 3 of 3" in third.text
    assert "Number 04" in third.text
    assert "Number 05" not in third.text
    assert reader.get("/posts/?page=99").text == third.text, "past the end is the last page"


def test_a_search_from_the_page_keeps_what_was_typed(reader: PageReader) -> None:
    post(title="A lawyer in Beijing")

    page = reader.press(reader.get("/posts/"), "Show", q="Pékin")

    assert page.value("q") == "Pékin"
    assert "1 post" in page.text
    assert "A lawyer in Beijing" in page.text


def test_finding_nothing_says_what_to_try(reader: PageReader) -> None:
    page = reader.get("/posts/?q=nothing")

    assert "No post matches. Try fewer words, another spelling, or all topics." in page.text
    assert page.link("Show all posts") == "/posts/"


def test_a_post_shows_its_words_sources_and_campaigns(reader: PageReader) -> None:
    shown = post("walls", byline="Olive", body="First.\n\n## Then\n\n*Second.*")
    campaign("archive", title="Open the archive", posts={"background": [shown]})

    page = reader.get("/posts/walls")

    assert page.h1 == "A wall comes down"
    assert "First told by Olive" in page.text
    assert page.one("article em").get_text() == "Second."
    assert page.link("a source") == "https://example.org/"
    assert page.link("Open the archive") == "/campaigns/archive"
    assert {link.get_text() for link in page.soup.select(".share li a")} >= {"WhatsApp", "Bluesky"}


def test_html_and_scripts_in_a_post_are_only_words(reader: PageReader) -> None:
    post(
        "odd",
        body="<script>alert(1)</script> ![x](https://evil.example/x.png) [y](javascript:alert(2))",
    )

    page = reader.get("/posts/odd")

    assert "<script>alert(1)</script>" in page.text
    assert not page.soup.select('img, a[href^="javascript"]')


def test_the_feed_is_atom_with_full_addresses(reader: PageReader) -> None:
    post("walls", title="Walls & <bridges>", published_on=date(2019, 1, 9))

    page = reader.get("/posts/feed.atom")
    feed = ElementTree.fromstring(page.response.get_data())  # noqa: S314  (our own)

    assert page.response.mimetype == "application/atom+xml"
    assert feed.findtext("a:updated", namespaces=ATOM) == "2019-01-09T00:00:00Z"
    (entry,) = feed.findall("a:entry", ATOM)
    assert entry.findtext("a:title", namespaces=ATOM) == "Walls & <bridges>"
    assert entry.findtext("a:id", namespaces=ATOM) == "http://campaign.test/posts/walls"
    assert "<strong>yesterday</strong>" in entry.findtext("a:content", "", ATOM)


def test_dates_and_words_follow_the_language_of_the_address(reader: PageReader) -> None:
    post("walls", published_on=date(2019, 1, 9))

    assert "9 January 2019" in reader.get("/posts/walls").text
    assert "9 janvier 2019" in reader.get("/fr/posts/walls").text
