"""Who may see which campaign on the staff's pages, and who may do what."""

import pytest
from flask import Flask

from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import State
from tests import factories
from tests.page_reader import PageReader
from tests.staff import StaffReader

from .conftest import ARCHIVE

PAGES = ("", "/edit", "/preview", "/team", "/address")
DEEDS = ("/edit", "/submit", "/take-back", "/close", "/outcome", "/team", "/address")
DECISIONS = ("/open", "/send-back", "/reopen")


@pytest.fixture
def xan(app: Flask) -> StaffReader:
    """Xan organises something else."""
    return StaffReader(app, factories.account("organiser", "Xan", team_of=[factories.campaign()]))


def test_another_team_does_not_learn_that_there_is_a_campaign(
    xan: StaffReader, campaign: Campaign
) -> None:
    for page in PAGES:
        assert (
            xan.get(f"{ARCHIVE}{page}", status=404).text
            == xan.get(f"/staff/campaigns/nowhere{page}", status=404).text
        )
    for deed in DEEDS:
        xan.post(f"{ARCHIVE}{deed}", status=404)
    for deed in DECISIONS:
        xan.post(f"{ARCHIVE}{deed}", status=403)
    assert "Open the archive" not in xan.get("/staff/campaigns/?q=archive").soup.select("table")


def test_moderators_read_everything_and_write_nothing(mo: StaffReader, campaign: Campaign) -> None:
    for page in ("", "/preview"):
        mo.get(f"{ARCHIVE}{page}")
    for page in ("/edit", "/team", "/address"):
        mo.get(f"{ARCHIVE}{page}", status=403)
        mo.post(f"{ARCHIVE}{page}", status=403)
    for deed in ("/submit", "/take-back", "/outcome"):
        mo.post(f"{ARCHIVE}{deed}", status=403)
    mo.get("/staff/campaigns/new", status=403)
    page = mo.get("/staff/campaigns/")
    assert "Open the archive" in page.text
    assert "Begin a campaign" not in page.text


def test_organisers_open_nothing_themselves(olive: StaffReader, campaign: Campaign) -> None:
    olive.press(olive.get(ARCHIVE), "Submit for review", sure="y")

    buttons = olive.get(ARCHIVE).soup.select("main button")

    assert [b.get_text(strip=True) for b in buttons] == ["Take the campaign back"]
    for deed in DECISIONS:
        olive.post(f"{ARCHIVE}{deed}", status=403)


def test_whoever_is_signed_out_is_asked_to_sign_in(reader: PageReader, campaign: Campaign) -> None:
    stranger = StaffReader(reader.app)

    for page in PAGES:
        assert stranger.get(f"{ARCHIVE}{page}").h1 == "Sign in"


def test_a_button_without_its_token_does_nothing(olive: StaffReader, campaign: Campaign) -> None:
    olive.post(f"{ARCHIVE}/submit", status=422, data={"sure": "y"})

    assert campaign.state is State.DRAFT


def test_the_list_shows_ones_own_teams_and_is_filtered(
    app: Flask, olive: StaffReader, ada: StaffReader
) -> None:
    other = factories.campaign("dam", title="Close the dam")
    factories.petition(other)

    assert "Close the dam" not in olive.get("/staff/campaigns/").text
    assert "Close the dam" in ada.get("/staff/campaigns/").text
    assert "Close the dam" in ada.get("/staff/campaigns/?state=open&q=dam").text
    assert "No campaign matches." in ada.get("/staff/campaigns/?state=closed&page=9").text
    assert "Open the archive" in ada.get("/staff/campaigns/?state=draft").text
    assert ada.get("/staff/campaigns/?state=nonsense&page=x")


def test_organisers_land_on_their_campaigns(olive: StaffReader, mo: StaffReader) -> None:
    assert olive.get("/staff/").h1 == "Campaigns"
    assert mo.get("/staff/").h1 != "Campaigns"


def test_where_there_is_no_such_page_staff_keep_their_doors(olive: StaffReader) -> None:
    page = olive.get("/staff/campaigns/nowhere", status=404)

    assert page.link("Campaigns") == "/staff/campaigns/"
    assert olive.get(page.link("Olive")).address == "/staff/account/"
