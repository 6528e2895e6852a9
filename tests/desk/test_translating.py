"""A team puts its campaign into another language, as guarded as the original's words."""

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import TrailEntry
from campaign.campaigns import queries
from campaign.campaigns.models import Campaign, CampaignTranslation, Version
from campaign.campaigns.rules import State
from campaign.lib.db import db, transaction
from campaign.petitions import queries as petitions
from tests import factories
from tests.page_reader import PageReader
from tests.staff import StaffReader

from .conftest import ARCHIVE

ALL = f"{ARCHIVE}/translations/"
FRENCH = f"{ALL}fr"
PUBLIC = "Save: readers see it at once"
UNFINISHED = "Inachevée : les lecteurs voient l’original."
TYPED = {name: text for name, text in factories.FRENCH.items() if text}


@pytest.fixture
def public(campaign: Campaign) -> Campaign:
    """The campaign, open."""
    with transaction():
        campaign.state, campaign.opens_at = State.OPEN, factories.NOW
    return campaign


def french() -> CampaignTranslation | None:
    db.session.expire_all()
    campaign = queries.by_slug("archive")
    assert campaign
    return next((one for one in campaign.translations if one.language == "fr"), None)


def change(olive: StaffReader, **typed: str) -> None:
    """Other words for the original."""
    olive.press(olive.get(f"{ARCHIVE}/edit"), "Save: readers see it at once", **typed)


def test_from_nothing_to_a_page_in_french(
    olive: StaffReader, reader: PageReader, public: Campaign
) -> None:
    page = olive.get(ALL)
    assert "There is no translation yet." in page.text
    page = olive.get(page.link("Translate : Français"))
    assert "The archive must open its doors." in page.text, "the original is beside it"

    saved = olive.press(page, PUBLIC, **TYPED)

    assert "Saved. Readers see it now." in saved.text
    assert reader.get("/fr/campaigns/archive").h1 == "Ouvrez les archives"
    noted = db.session.scalars(select(TrailEntry).where(TrailEntry.deed == "campaign.translated"))
    assert noted.one().reason == "fr"


def test_in_a_draft_it_may_be_unfinished_but_cannot_be_submitted(olive: StaffReader) -> None:
    page = olive.press(olive.get(FRENCH), "Save draft", title="Ouvrez")

    assert "It is unfinished" in page.text
    assert "Finish the translations, or remove them." in olive.get(ARCHIVE).text
    preview = olive.get(f"/fr{ARCHIVE}/preview")
    assert preview.h1 == "Open the archive"
    assert UNFINISHED in preview.text
    again = olive.press(olive.get(FRENCH), "Save and see the page", **TYPED)
    assert (again.address, again.h1) == (f"/fr{ARCHIVE}/preview", "Ouvrez les archives")
    assert UNFINISHED not in again.text
    assert "Finish the translations" not in olive.get(ARCHIVE).text


def test_where_readers_see_it_nothing_may_be_missing(olive: StaffReader, public: Campaign) -> None:
    again = olive.press(olive.get(FRENCH), PUBLIC, status=422, **{**TYPED, "statement": ""})

    assert "cannot be blank" in again.one("#statement-error").get_text()
    assert again.value("title") == "Ouvrez les archives", "nothing is lost"
    assert french() is None


def test_what_the_original_lacks_is_not_asked_for(olive: StaffReader, campaign: Campaign) -> None:
    olive.press(olive.get(f"{ARCHIVE}/edit"), "Save draft", ask="", notice="")
    factories.hide(campaign)

    page = olive.press(olive.get(FRENCH), "Save draft", title="Ouvrez", status=422)
    saved = olive.press(
        page, "Save draft", **{name: TYPED[name] for name in TYPED if name != "ask"}
    )

    assert "It is unfinished" in saved.text


def test_what_a_moderator_reads_stays_as_it_is(olive: StaffReader, campaign: Campaign) -> None:
    page = olive.get(FRENCH)
    with transaction():
        campaign.state, campaign.submitted_at = State.IN_REVIEW, factories.NOW

    again = olive.press(page, "Save draft", status=409, **TYPED)

    assert "A moderator is reading this campaign" in again.one(".summary").get_text()
    assert french() is None
    assert "Save draft" not in olive.get(FRENCH).text


def test_a_moderator_reads_translations_and_opens_what_they_have_read(
    olive: StaffReader, mo: StaffReader, campaign: Campaign
) -> None:
    factories.translation(campaign)
    with transaction():
        campaign.state, campaign.submitted_at = State.IN_REVIEW, factories.NOW
    page = mo.get(ARCHIVE)
    assert mo.get(page.link("Français")).h1 == "Ouvrez les archives"
    queue = mo.get(f"/staff/queue/campaign/{campaign.id}")
    assert "Nous vous demandons d’ouvrir les archives." in queue.text
    assert "Earlier wordings" not in queue.text, "each is the first of its language"
    factories.translation(campaign, statement="Autre chose.")

    again = mo.press(page, "Open this campaign", status=409)

    assert "The campaign was changed since you opened this page" in again.text


def test_words_that_were_signed_change_with_a_reason_and_make_a_version_of_that_language(
    olive: StaffReader, public: Campaign
) -> None:
    factories.translation(public)
    petition = petitions.of_campaign(public)
    assert petition
    first = factories.confirmed(petition, language="fr")

    again = olive.press(olive.get(FRENCH), PUBLIC, status=422, statement="Autre chose.")
    assert "Say why they change." in again.one("#reason-error").get_text()
    olive.press(again, PUBLIC, reason="Une faute.")

    versions = db.session.scalars(select(Version).order_by(Version.number)).all()
    assert [(v.number, v.language, v.reason) for v in versions] == [
        (1, "en", None),
        (2, "fr", None),
        (3, "fr", "Une faute."),
    ]
    db.session.refresh(first)
    assert first.version.number == 2
    translation = french()
    assert translation
    assert translation.version_id == versions[2].id
    assert "French" in olive.get(ARCHIVE).text, "versions are listed with their language"


def test_two_at_once_see_both_texts(olive: StaffReader, public: Campaign) -> None:
    page = olive.get(FRENCH)
    factories.translation(public, title="Ouvrez donc")

    again = olive.press(page, PUBLIC, status=409, **TYPED)

    assert again.value("title") == "Ouvrez les archives"
    assert "Ouvrez donc" in again.one(".theirs").get_text()
    olive.press(again, PUBLIC)
    translation = french()
    assert translation
    assert translation.title == "Ouvrez les archives"


def test_when_the_original_changes_the_team_is_told_until_somebody_has_looked(
    olive: StaffReader, public: Campaign
) -> None:
    told = "The original has changed since it was translated"
    factories.translation(public)
    assert told not in olive.get(ARCHIVE).text

    change(olive, ask="The archive must open today.")
    for address in (ARCHIVE, ALL, FRENCH):
        assert told in olive.get(address).text, address
    olive.press(olive.get(FRENCH), PUBLIC, story="On les a fermées hier.")
    assert told in olive.get(ARCHIVE).text, "a slip was mended, nothing else"
    olive.press(olive.get(FRENCH), PUBLIC, is_current="y")

    assert told not in olive.get(ARCHIVE).text


def test_removed_it_leaves_signers_their_words(
    olive: StaffReader, reader: PageReader, public: Campaign
) -> None:
    factories.translation(public)
    petition = petitions.of_campaign(public)
    assert petition
    signature = factories.confirmed(petition, language="fr")

    page = olive.press(olive.get(ALL), "Remove the translation")

    assert "Readers of that language see the original." in page.text
    assert reader.get("/fr/campaigns/archive").h1 == "Open the archive"
    db.session.refresh(signature)
    assert signature.version.title == "Ouvrez les archives"
    assert factories.sign(petition, "lena@example.org", language="fr").version.language == "en"


@pytest.mark.parametrize("language", ["en", "xx", "de"])
def test_there_is_no_page_for_other_languages(olive: StaffReader, language: str) -> None:
    olive.get(f"{ALL}{language}", status=404)


def test_it_is_the_teams_alone(app: Flask, public: Campaign) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan"))

    xan.get(ALL, status=404)
    xan.get(FRENCH, status=404)
    xan.post(FRENCH, status=404, data=TYPED)


def test_the_original_cannot_take_the_language_of_a_translation(
    olive: StaffReader, public: Campaign
) -> None:
    factories.translation(public)

    olive.press(olive.get(f"{ARCHIVE}/edit"), PUBLIC, status=422, language="fr")
