"""Texts in several languages: readers get theirs, signers are bound to what they read."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from campaign.campaigns import images, moving
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import PostRole
from campaign.lib import meanwhile
from campaign.lib.db import db, transaction
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition
from campaign.posts import services as posts
from campaign.posts.models import Post
from tests import factories
from tests.page_reader import Page, PageReader

PAGE = "/campaigns/archive"


@pytest.fixture(autouse=True)
def spring() -> Iterator[None]:
    """The day of the factories, so that what they open is open."""
    with time_machine.travel(factories.NOW, tick=False):
        yield


@pytest.fixture
def petition(app: Flask) -> Petition:
    """A petition that can be signed in English and in French."""
    made = factories.petition(factories.campaign("archive"))
    factories.translation(made.campaign)
    return made


def post_in_french(slug: str = "walls") -> Post:
    post = factories.post(slug)
    words = {
        "title": "Un mur tombe",
        "summary": "Ce qui est arrivé.",
        "body": "C’était **hier**.",
        "source_note": "D’après [une source](https://example.org/).",
    }
    with transaction():
        posts.put_translation(
            post, "fr", words, translated_from=meanwhile.fingerprint(posts.original(post))
        )
    return post


def heads(page: Page, rel: str) -> dict[str, str]:
    """What the head says of other addresses: language → address."""
    return {
        str(link.get("hreflang", "")): str(link["href"])
        for link in page.soup.select(f'head link[rel="{rel}"]')
        if link.get("type") is None
    }


def test_readers_get_the_words_of_their_language(reader: PageReader, petition: Petition) -> None:
    french, english = reader.get(f"/fr{PAGE}"), reader.get(PAGE)

    assert french.h1 == "Ouvrez les archives"
    assert english.h1 == "Open the archive"
    for selector in ("h1", "header p.lede", ".words", ".rest > .chapter > .prose"):
        for page, language in ((french, "fr"), (english, "en")):
            assert page.one(f"main {selector}")["lang"] == language, selector
            assert page.one(f"main {selector}")["dir"] == "ltr"
    assert "la gardienne des archives" in french.one("header .kicker").get_text()
    description = french.one('meta[name="description"]')["content"]
    assert description == "Les archives doivent ouvrir leurs portes."
    assert french.one("[data-enhance=share]")["data-title"] == "Ouvrez les archives"
    assert french.one(".other-languages a")["href"] == PAGE
    assert english.one(".other-languages a")["href"] == f"/fr{PAGE}"


def test_search_engines_are_told_where_the_text_is(reader: PageReader, petition: Petition) -> None:
    of_both = {
        "en": f"http://campaign.test{PAGE}",
        "fr": f"http://campaign.test/fr{PAGE}",
        "x-default": f"http://campaign.test{PAGE}",
    }
    page = reader.get(f"/fr{PAGE}?via=poster")
    assert heads(page, "alternate") == of_both
    assert heads(page, "canonical") == {"": of_both["fr"]}

    factories.campaign("walls")
    alone = reader.get("/fr/campaigns/walls")

    assert list(heads(alone, "alternate")) == ["en", "x-default"]
    assert heads(alone, "canonical") == {"": "http://campaign.test/campaigns/walls"}


def test_an_original_in_a_language_we_do_not_speak_can_be_read(reader: PageReader) -> None:
    german = factories.campaign("mauern", title="Eine Mauer fällt", language="de")
    factories.translation(german, "en", title="A wall comes down")

    page = reader.get("/campaigns/mauern")
    original = reader.get(page.link("Read the original (German)"))

    assert page.h1 == "A wall comes down"
    assert original.h1 == "Eine Mauer fällt"
    assert heads(original, "canonical") == {"": f"http://campaign.test{original.address}"}


def test_what_is_not_translated_is_shown_as_it_is(app: Flask, reader: PageReader) -> None:
    campaign = factories.campaign("archive", notice="As of May.")
    image = factories.image(campaign)
    factories.translation(campaign)

    page = reader.get(f"/fr{PAGE}")

    assert page.h1 == "Ouvrez les archives"
    assert page.one("p.note")["lang"] == "en"
    assert page.one("figure img")["alt"] == image.alt
    assert page.one("figure img")["lang"] == "en"
    factories.translation(campaign, notice="État de mai.", image_alt="Ada Adil à la porte.")
    page = reader.get(f"/fr{PAGE}")
    assert page.one("p.note").get_text() == "État de mai."
    assert page.one("p.note")["lang"] == "fr"
    assert page.one("figure img")["alt"] == "Ada Adil à la porte."


def test_another_image_wants_other_words(app: Flask, reader: PageReader) -> None:
    campaign = factories.campaign("archive")
    image = factories.image(campaign)
    factories.translation(campaign, image_alt="Ada Adil à la porte.")

    factories.image(campaign, alt="A wall.", seen=images.fingerprint(image))

    assert reader.get(f"/fr{PAGE}").one("figure img")["alt"] == "A wall."


def test_what_came_of_it_is_told_in_the_language_or_else_in_the_original(
    reader: PageReader, petition: Petition
) -> None:
    factories.close(petition.campaign, at=factories.NOW)
    assert reader.get(f"/fr{PAGE}").one(".outcome .prose")["lang"] == "en"

    factories.translation(petition.campaign, outcome_text="C’est fini.")

    told = reader.get(f"/fr{PAGE}").one(".outcome .prose")
    assert (told["lang"], told.get_text().strip()) == ("fr", "C’est fini.")


def test_without_the_words_of_its_petition_it_is_no_translation(
    app: Flask, reader: PageReader
) -> None:
    petition = factories.petition(factories.campaign("archive"))
    factories.translation(petition.campaign, statement="")

    page = reader.get(f"/fr{PAGE}")

    assert page.h1 == "Open the archive"
    assert list(heads(page, "alternate")) == ["en", "x-default"]
    assert factories.sign(petition, language="fr").version.language == "en"


def test_whoever_signs_in_french_signs_the_french_words(
    reader: PageReader, petition: Petition
) -> None:
    page = reader.press(
        reader.get(f"/fr{PAGE}"),
        "Signer la pétition",
        name="Sam Signer",
        email="sam@example.org",
        country="CA",
    )

    assert "Retour à « Ouvrez les archives »" in page.text
    (signature,) = factories.signatures()
    assert signature.version.words == petition.wording_in("fr")
    assert signature.language == "fr"


def test_one_count_and_one_signature_a_mailbox_in_all_languages(
    app: Flask, petition: Petition
) -> None:
    first = factories.sign(petition, language="en")
    again = factories.sign(petition, language="fr")
    factories.confirm(again)
    factories.confirmed(petition, "lena@example.org", language="en")
    late = factories.sign(petition, language="en")

    assert first.id == again.id == late.id
    assert late.version.language == "fr", "what was confirmed stays bound to its words"
    db.session.refresh(petition)
    assert petition.confirmed_count == 2


def test_who_read_other_words_is_asked_to_read_them_first(app: Flask, reader: PageReader) -> None:
    petition = factories.petition(factories.campaign("archive"))
    page = reader.get(f"/fr{PAGE}")
    factories.translation(petition.campaign)

    again = reader.press(
        page,
        "Signer la pétition",
        status=409,
        name="Sam Signer",
        email="sam@example.org",
        country="CA",
    )

    assert "Nous vous demandons d’ouvrir les archives." in again.text
    assert factories.signatures() == []


def test_owner_and_mail_are_told_of_the_words_that_were_signed(
    app: Flask, petition: Petition
) -> None:
    signature = factories.confirmed(petition, language="fr")
    factories.translation(petition.campaign, title="Autre titre", statement="Autre chose.")

    held = petitions.all_we_hold(signature)

    assert held["campaign"] == "Ouvrez les archives"
    assert held["statement"] == "Nous vous demandons d’ouvrir les archives."
    assert factories.sign(petition, "lena@example.org", language="fr").version.number == 3


def test_lists_search_and_data_speak_the_language(
    app: Flask, reader: PageReader, petition: Petition
) -> None:
    factories.campaign("walls", title="Walls")

    found = reader.get("/fr/campaigns/?q=gardienne")
    assert "Ouvrez les archives" not in found.text, "addressees were never searched"
    found = reader.get("/campaigns/?q=fermees+archives")
    assert [a.get_text() for a in found.soup.select(".entry h3 a")] == ["Open the archive"]
    listed = reader.get("/fr/campaigns/")
    assert {h3["lang"] for h3 in listed.soup.select(".entry h3")} == {"en", "fr"}
    assert "Ouvrez les archives" in reader.get("/fr/").text
    data = reader.get(f"/fr{PAGE}.json").response.get_json()
    assert (data["title"], data["language"]) == ("Ouvrez les archives", "fr")
    assert data["petition"]["addressee"] == "la gardienne des archives"
    assert data["translations"] == {"fr": f"http://campaign.test/fr{PAGE}"}


def test_posts_too(app: Flask, reader: PageReader) -> None:
    post = post_in_french()
    factories.campaign("archive", posts={PostRole.BACKGROUND: [post]})

    page = reader.get("/fr/posts/walls")

    assert page.h1 == "Un mur tombe"
    assert page.one("main article.chapter")["lang"] == "fr"
    assert list(heads(page, "alternate")) == ["en", "fr", "x-default"]
    assert page.one(".other-languages a")["href"] == "/posts/walls"
    assert "Un mur tombe" in reader.get("/fr/posts/").text
    assert "Un mur tombe" in reader.get(f"/fr{PAGE}").text
    assert "A wall comes down" in reader.get("/posts/?q=tombe").text
    feed = reader.get("/fr/posts/feed.atom").response.get_data(as_text=True)
    assert '<entry xml:lang="fr">' in feed
    assert "Un mur tombe" in feed


def test_topics_are_named_in_the_language(app: Flask, reader: PageReader) -> None:
    with transaction():
        topic = posts.name_topic("lawyers", name="Lawyers", names={"fr": "Avocats"})
    factories.campaign("archive", topics=[topic])

    assert reader.get(f"/fr{PAGE}").one(".topics").get_text().strip() == "Avocats"
    assert reader.get(PAGE).one(".topics").get_text().strip() == "Lawyers"
    assert "Avocats" in reader.get("/fr/campaigns/").one("select#topic").get_text()
    assert "Open the archive" in reader.get("/campaigns/?q=avocats").text


def test_a_campaign_that_closes_by_itself_says_so_in_each_language(
    app: Flask, petition: Petition
) -> None:
    campaign: Campaign = petition.campaign
    with transaction():
        campaign.closes_at = factories.NOW
    with transaction():
        moving.close_due(factories.NOW)

    told = campaign.outcome_in("fr")
    assert told
    assert (told.language, "Cette campagne a fermé" in told.text) == ("fr", True)
