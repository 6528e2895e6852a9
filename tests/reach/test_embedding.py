"""A campaign within a page of another site, and oEmbed."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from campaign.campaigns import services as campaigns
from campaign.lib.db import transaction
from tests import factories
from tests.page_reader import HOST, PageReader

ARCHIVE = f"{HOST}/campaigns/archive"


def test_an_embedded_campaign_shows_its_count_and_leads_here_in_a_tab_of_its_own(
    reader: PageReader,
) -> None:
    factories.confirmed(factories.petition(factories.campaign("archive")))

    page = reader.get("/embed/archive")

    assert page.h1 == "Open the archive"
    assert "The archive must open its doors." in page.text
    assert "1 has signed" in page.text
    assert page.link("Sign the petition") == "/campaigns/archive/sign?via=embed"
    assert {link["target"] for link in page.soup.select("a")} == {"_blank"}
    assert not page.soup.select("form, script, input, button")


def test_in_french_it_leads_to_the_french_page(reader: PageReader) -> None:
    factories.petition(factories.campaign("archive"))

    links = reader.get("/fr/embed/archive").soup.select("a")

    assert links
    assert all(str(link["href"]).startswith("/fr/") for link in links)


def test_a_closed_campaign_says_so_and_asks_for_nothing(reader: PageReader) -> None:
    petition = factories.petition(factories.campaign("archive"))
    factories.close(petition.campaign)

    page = reader.get("/embed/archive")

    assert "Closed" in page.text
    assert "Sign the petition" not in page.text
    assert page.link("See the campaign") == "/campaigns/archive?via=embed"


def test_a_campaign_of_letters_leads_to_writing(reader: PageReader) -> None:
    factories.letter_action(factories.campaign("archive"))

    assert reader.get("/embed/archive").link("Write a letter") == "/campaigns/archive/write"


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("/embed/archive", True),
        ("/embed/hidden", True),
        ("/campaigns/archive", False),
        ("/campaigns/archive/sign", False),
        ("/", False),
        ("/oembed?url=http://campaign.test/campaigns/archive", False),
    ],
)
def test_no_other_page_may_be_framed(app: Flask, path: str, may: bool) -> None:
    factories.petition(factories.campaign("archive"))
    factories.hide(factories.campaign("hidden"))

    policy = app.test_client().get(path, base_url=HOST).headers["Content-Security-Policy"]

    assert ("frame-ancestors *" in policy) is may
    assert ("frame-ancestors 'none'" in policy) is not may
    assert policy.startswith("default-src 'none'; script-src 'self'")


def test_what_is_gone_is_gone_here_too_and_an_old_address_leads_on(reader: PageReader) -> None:
    moved = factories.campaign("old")
    factories.hide(factories.campaign("hidden"))
    factories.draft("draft")
    olive = factories.account()
    with transaction():
        campaigns.move_to(moved, "moved", by=olive, now=factories.NOW)

    reader.get("/embed/hidden", status=410)
    reader.get("/embed/draft", status=404)

    assert reader.get("/embed/old").address.endswith("/embed/moved")


def test_a_campaign_page_offers_the_code_and_says_where_programs_find_it(
    reader: PageReader,
) -> None:
    factories.petition(factories.campaign("archive", title='"Open" <b>&amp;</b>'))

    page = reader.get("/campaigns/archive")
    frame = BeautifulSoup(str(page.one("#embed-code")["value"]), "html.parser").iframe
    found = page.one('link[type="application/json+oembed"]')["href"]
    offered = reader.get(str(found)).response.get_json()

    assert frame
    assert frame["src"] == f"{HOST}/embed/archive"
    assert frame["title"] == '"Open" <b>&amp;</b>'
    assert BeautifulSoup(offered["html"], "html.parser").iframe["src"] == frame["src"]  # type: ignore[index]


def test_oembed_tells_all_that_the_standard_asks_for(reader: PageReader) -> None:
    factories.campaign("archive")

    answer = reader.get(f"/oembed?url={ARCHIVE}&maxwidth=300&maxheight=9999&format=json").response
    offered = answer.get_json()

    assert (offered["type"], offered["version"]) == ("rich", "1.0")
    assert (offered["width"], offered["height"]) == (300, 320)
    assert 'width="300" height="320"' in offered["html"]
    assert offered["thumbnail_url"] == f"{ARCHIVE}/share.png"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address",
    [
        "http://campaign.test/fr/campaigns/archive",
        "http://campaign.test/fr/campaigns/archive?via=mail#sign",
        "http://campaign.test/fr/embed/archive",
    ],
)
def test_oembed_keeps_the_language(app: Flask, reader: PageReader, address: str) -> None:
    factories.campaign("archive")

    answer = app.test_client().get("/oembed", query_string={"url": address}, base_url=HOST)

    assert f'src="{HOST}/fr/embed/archive"' in answer.get_json()["html"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "url=",
        "url=http://elsewhere.test/campaigns/archive",
        "url=http://campaign.test/posts/archive",
        "url=http://campaign.test/campaigns/draft",
        "url=http://campaign.test/campaigns/hidden",
    ],
)
def test_oembed_knows_public_campaigns_alone(reader: PageReader, query: str) -> None:
    factories.campaign("archive")
    factories.draft("draft")
    factories.hide(factories.campaign("hidden"))

    reader.get(f"/oembed?{query}", status=404)


def test_oembed_says_that_it_speaks_json_alone(reader: PageReader) -> None:
    factories.campaign("archive")

    reader.get(f"/oembed?url={ARCHIVE}&format=xml", status=501)
