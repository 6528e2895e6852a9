"""Addresses of campaigns: changing them, and where the old ones lead."""

from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.campaigns import services
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import SlugTaken
from campaign.lib import headers
from campaign.lib.db import db, transaction
from campaign.moderation.models import Report
from tests import factories
from tests.page_reader import PageReader
from tests.staff import StaffReader


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign that was called «archive» and is «vault» now."""
    of = factories.campaign("archive")
    factories.petition(of)
    factories.letter_action(of)
    return of


@pytest.fixture
def olive(app: Flask, campaign: Campaign) -> StaffReader:
    """Olive, in its team, who has just changed the address."""
    reader = StaffReader(app, factories.account(team_of=[campaign]))
    page = reader.get(reader.get("/staff/campaigns/archive").link("Change the address"))
    done = reader.press(page, "Change the address", slug="vault")
    assert done.address.partition("?")[0].endswith("/staff/campaigns/vault")
    return reader


def test_old_addresses_lead_to_the_new_one_with_the_rest_of_them(
    reader: PageReader, olive: StaffReader
) -> None:
    rests = [
        *("", "?via=poster", "/sign?via=x%20y", ".json", "/count.json", "/write", "/signed"),
        *("/report", "/report/thanks"),
    ]
    for language, rest in product(["", "/fr"], rests):
        answer = reader._open("GET", f"{language}/campaigns/archive{rest}")

        assert answer.status_code == 301, (language, rest)
        assert answer.headers["Location"] == f"{language}/campaigns/vault{rest}"
        cached = answer.headers["Cache-Control"]
        may_be_kept = cached not in ("no-store", headers.INSTEAD)
        assert not may_be_kept, f"{language}{rest} may go back to its old address"


def test_a_form_that_was_open_is_sent_on_whole(reader: PageReader, olive: StaffReader) -> None:
    answer = reader._open("POST", "/campaigns/archive/sign", data={"name": "Sam"})

    assert (answer.status_code, answer.headers["Location"]) == (308, "/campaigns/vault/sign")


@pytest.mark.parametrize("language", ["", "/fr"])
def test_a_report_reaches_the_campaign_whose_address_has_changed(
    reader: PageReader, campaign: Campaign, olive: StaffReader, language: str
) -> None:
    page = reader.get(f"{language}/campaigns/archive/report")
    sent = {"form_token": page.value("form_token"), "kind": "wrong", "words": "It was May."}

    led = reader._open("POST", f"{language}/campaigns/archive/report", data=sent)

    assert (led.status_code, led.headers["Location"]) == (
        308,
        f"{language}/campaigns/vault/report",
    )
    thanks = reader.post(led.headers["Location"], status=200, data=sent)
    assert thanks.address == f"{language}/campaigns/vault/report/thanks"
    assert db.session.scalars(select(Report.campaign_id)).all() == [campaign.id]


def test_staff_addresses_lead_on_for_those_who_may_see_it(app: Flask, olive: StaffReader) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan"))

    assert olive.get("/staff/campaigns/archive/edit").address.endswith("/vault/edit")
    xan.get("/staff/campaigns/archive/edit", status=404)


def test_nobody_learns_of_a_draft_by_its_old_address(app: Flask, reader: PageReader) -> None:
    of = factories.draft("secret")
    somebody = factories.account()
    with transaction():
        services.move_to(of, "hidden-place", by=somebody, now=factories.NOW)

    reader.get("/campaigns/secret", status=404)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("dam", "Another campaign has this address"),
        ("archive-before", "Another campaign has this address, or had it once"),
        ("new", "This word is used by the site itself"),
        ("Dam!", "Small letters, digits"),
        ("a--b", "Small letters, digits"),
        ("-a", "Small letters, digits"),
        ("", "Type the address."),
        ("x" * 61, "At most 60 characters"),
        ("ﬁ", "Small letters, digits"),
    ],
)
def test_an_address_that_cannot_be_is_told_at_its_field(
    app: Flask, olive: StaffReader, typed: str, message: str
) -> None:
    other = factories.campaign("archive-before")
    somebody = factories.account()
    with transaction():
        services.move_to(other, "dam", by=somebody, now=factories.NOW)
    page = olive.get("/staff/campaigns/vault/address")
    status = 409 if "Another" in message else 422

    again = olive.press(page, "Change the address", status=status, slug=typed)

    assert message in again.one('.summary a[href="#slug"]').get_text()
    assert again.value("slug") == typed.replace("ﬁ", "ﬁ")


def test_a_campaign_may_have_its_old_address_back(olive: StaffReader, reader: PageReader) -> None:
    olive.press(olive.get("/staff/campaigns/vault/address"), "Change the address", slug="archive")

    assert reader._open("GET", "/campaigns/archive").status_code == 200
    assert reader._open("GET", "/campaigns/vault").headers["Location"] == "/campaigns/archive"


def test_a_new_campaign_never_takes_an_old_address(olive: StaffReader) -> None:
    with pytest.raises(SlugTaken):
        factories.campaign("archive")
