"""What search engines are told: sitemap, robots, the head of each page."""

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from flask import Flask

from campaign.lib.languages import DEFAULT, LANGUAGES, locale_tag
from campaign.reach import queries
from tests import factories
from tests.page_reader import HOST, Page, PageReader

NAMES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def told(page: Page) -> ElementTree.Element:
    assert page.response.mimetype == "application/xml"
    return ElementTree.fromstring(page.response.get_data(as_text=True))  # noqa: S314


def entries(reader: PageReader) -> dict[str, dict[str, str]]:
    """Every address in the sitemap with its alternates, by language."""
    listed: dict[str, dict[str, str]] = {}
    for file in told(reader.get("/sitemap.xml")).iterfind("map:sitemap/map:loc", NAMES):
        for url in told(reader.get(str(file.text))).iterfind("map:url", NAMES):
            links = url.findall("xhtml:link", NAMES)
            address = str(url.findtext("map:loc", namespaces=NAMES))
            listed[address] = {link.attrib["hreflang"]: link.attrib["href"] for link in links}
    return listed


@pytest.fixture
def site(app: Flask) -> None:
    """Something public, and something that is not."""
    factories.confirmed(factories.petition(factories.campaign("archive")))
    factories.translation(factories.campaign("walls"))
    mauern = factories.campaign("mauern", language="de")
    factories.translation(mauern, "en", title="A wall comes down")
    factories.close(factories.campaign("closed"))
    factories.post("wall")
    factories.draft("draft")
    factories.hide(factories.campaign("hidden"))


@pytest.mark.usefixtures("site")
def test_the_sitemap_lists_what_readers_may_read_in_its_languages(reader: PageReader) -> None:
    listed = entries(reader)

    paths = {address.removeprefix(HOST) for address in listed}
    english = {"/", "/campaigns/", "/posts/", "/about", "/privacy"}
    in_each = len(english) * len(LANGUAGES)
    slugs = ("archive", "closed", "mauern", "walls")
    english |= {"/posts/wall", *(f"/campaigns/{slug}" for slug in slugs)}
    prefixes = tuple(f"/{code}/" for code in LANGUAGES if code != DEFAULT)
    assert {path for path in paths if not path.startswith(prefixes)} == english
    assert "/fr/campaigns/walls" in paths
    assert len(listed) == in_each + 3 + 2 + 2


@pytest.mark.usefixtures("site")
def test_each_address_in_it_answers_and_says_the_same_of_itself(reader: PageReader) -> None:
    for address, alternates in entries(reader).items():
        page = reader.get(address)
        links = page.soup.select('link[rel="alternate"][hreflang]')

        assert page.one('link[rel="canonical"]')["href"] == address
        assert {str(link["hreflang"]): str(link["href"]) for link in links} == alternates
        assert not page.soup.select('meta[name="robots"]')


@pytest.mark.usefixtures("site")
def test_alternates_name_one_another(reader: PageReader) -> None:
    listed = entries(reader)

    for address, alternates in listed.items():
        assert address in alternates.values()
        for other in alternates.values():
            assert listed[other] == alternates


def test_a_large_site_has_several_files(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "IN_A_SITEMAP", 2)
    for n in range(5):
        factories.post(f"post-{n}")

    listed = entries(reader)

    assert {f"{HOST}/posts/post-{n}" for n in range(5)} <= set(listed)
    reader.get("/sitemaps/posts-4.xml", status=404)
    reader.get("/sitemaps/posts-0.xml", status=404)


def test_it_tells_when_the_words_of_a_campaign_last_changed(reader: PageReader) -> None:
    factories.petition(factories.campaign("archive"))

    file = told(reader.get("/sitemaps/campaigns-1.xml"))

    changed = [str(moment.text) for moment in file.iterfind("map:url/map:lastmod", NAMES)]
    assert len(changed) == 1
    assert all(moment.endswith("Z") for moment in changed)


def test_robots_may_read_what_is_public_and_nothing_else(reader: PageReader) -> None:
    rules = RobotFileParser()
    rules.parse(reader.get("/robots.txt").response.get_data(as_text=True).splitlines())

    for path in ("/", "/campaigns/archive", "/fr/posts/wall", "/share.png", "/embed/archive"):
        assert rules.can_fetch("*", f"{HOST}{path}"), path
    for path in ("/staff/", "/staff/sign-in", "/confirm/x", "/my-signature/x", "/dev/mail/"):
        assert not rules.can_fetch("*", f"{HOST}{path}"), path
    assert rules.site_maps() == [f"{HOST}/sitemap.xml"]


@pytest.mark.parametrize(
    "path",
    ["/confirm/x", "/my-signature/x", "/nothing", "/staff/sign-in", "/campaigns/archive/sign"],
)
def test_other_pages_ask_not_to_be_found_and_have_no_card(app: Flask, path: str) -> None:
    factories.petition(factories.campaign("archive"))
    reader = PageReader(app)

    page = Page(reader._open("GET", path), path)

    assert page.one('meta[name="robots"]')["content"] == "noindex"
    assert not page.soup.select('link[rel="canonical"], [hreflang][rel], meta[property]')


def test_a_card_tells_the_words_of_the_page(reader: PageReader) -> None:
    factories.petition(factories.campaign("archive"))

    page = reader.get("/fr/campaigns/archive?via=mail")
    card = {str(m["property"]): str(m["content"]) for m in page.soup.select("meta[property]")}

    assert card["og:title"] == "Open the archive"
    assert card["og:description"] == "The archive must open its doors."
    assert card["og:url"] == f"{HOST}/fr/campaigns/archive"
    assert card["og:image"] == f"{HOST}/fr/campaigns/archive/share.png"
    assert card["og:image:alt"].startswith("Open the archive")
    assert card["og:locale"] == "en_GB"
    assert page.one('meta[name="twitter:card"]')["content"] == "summary_large_image"


def test_pages_of_a_list_are_each_their_own_and_a_search_is_the_list(reader: PageReader) -> None:
    for n in range(11):
        factories.post(f"post-{n}")

    second = reader.get("/posts/?page=2").one('link[rel="canonical"]')["href"]
    searched = reader.get("/posts/?q=wall").one('link[rel="canonical"]')["href"]

    assert second == f"{HOST}/posts/?page=2"
    assert searched == f"{HOST}/posts/"


@pytest.mark.parametrize(
    ("language", "tag"),
    [("en", "en_GB"), ("fr", "fr_FR"), ("zh-Hans", "zh_CN"), ("ar", "ar_EG"), ("pt-BR", "pt_BR")],
)
def test_a_locale_has_its_country(language: str, tag: str) -> None:
    assert locale_tag(language) == tag


def test_a_campaign_says_in_schema_org_words_how_many_endorse_it(reader: PageReader) -> None:
    factories.confirmed(factories.petition(factories.campaign("archive")))
    factories.translation(factories.campaign("walls"))

    page = reader.get("/campaigns/archive")
    counter = page.one('[itemtype="https://schema.org/InteractionCounter"]')
    action = page.one('[itemprop="potentialAction"]')

    assert counter.select_one('[itemprop="userInteractionCount"]')["content"] == "1"  # type: ignore[index]
    assert action.select_one('[itemprop="target"]')["href"] == f"{HOST}/campaigns/archive/sign"  # type: ignore[index]


def test_a_closed_campaign_offers_no_action(reader: PageReader) -> None:
    petition = factories.petition(factories.campaign("archive"))
    factories.close(petition.campaign)

    assert not reader.get("/campaigns/archive").soup.select('[itemprop="potentialAction"]')


def test_a_post_is_a_news_article(reader: PageReader) -> None:
    factories.post("wall")

    article = reader.get("/posts/wall").one('[itemtype="https://schema.org/NewsArticle"]')

    said = {str(e["itemprop"]): e.get("content") for e in article.select("[itemprop]")}
    assert said["headline"] == "A wall comes down"
    assert said["datePublished"] == "2019-01-09"


def test_phones_learn_name_colours_and_icons(app: Flask, reader: PageReader) -> None:
    address = reader.get("/fr/").one('link[rel="manifest"]')["href"]

    manifest = reader.get(str(address)).response
    told = manifest.get_json(force=True)

    assert manifest.mimetype == "application/manifest+json"
    assert (told["name"], told["start_url"], told["lang"]) == ("Campaign", "/fr/", "fr")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    for icon in told["icons"]:
        with app.test_client().get(icon["src"], base_url=HOST) as answer:
            assert answer.status_code == 200
            assert answer.mimetype == icon["type"]
