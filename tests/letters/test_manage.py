"""The staff's overview of letters: the meter, what the case lacks, the tally, what is held."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import TrailEntry
from campaign.campaigns.models import Campaign
from campaign.letters import queries, tally
from campaign.letters.models import Posted
from campaign.letters.rules import AnswerKind, PostedState
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import PageReader
from tests.staff import StaffReader

PAGE = "/staff/campaigns/archive/letters"


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign without letters."""
    return factories.campaign("archive")


@pytest.fixture
def olive(app: Flask, campaign: Campaign) -> StaffReader:
    """Olive, in its team."""
    return StaffReader(app, factories.account("organiser", "Olive", team_of=[campaign]))


def tell(campaign: Campaign, letters: int) -> Posted:
    action = queries.of_campaign(campaign)
    assert action is not None
    with transaction():
        return tally.tell(action, target="keeper", letters=letters, now=factories.NOW)


def test_it_shows_the_meter_and_the_tally(olive: StaffReader, campaign: Campaign) -> None:
    action = factories.letter_action(campaign)
    tell(campaign, 7)
    tell(campaign, 99)
    with transaction():
        tally.note_answer(
            action,
            target="keeper",
            kind=AnswerKind.RETURNED,
            letters=2,
            came_on=date(2026, 3, 1),
            note="Moved away.",
            by=None,
            now=factories.NOW,
        )

    page = olive.get(PAGE)

    for words in (
        "Measured on 100 drafts",
        "Nearest two letters",
        "Write the next passage for",
        "Nothing: the campaign may be opened.",
        "Keeper of the archive 7",
        "99 letters, told on 1 March 2026",
        "2 letters returned by the post. Moved away.",
    ):
        assert words in page.text


def test_it_lists_what_a_case_lacks(olive: StaffReader, campaign: Campaign) -> None:
    factories.close(campaign, at=factories.NOW)
    factories.letter_action(campaign, appeals_before=None, passages={})

    page = olive.get(PAGE)

    assert "appeals_before: say until when letters are asked for" in page.text
    assert "there is nothing to measure" in page.text


def test_a_case_that_only_says_farewell_is_not_measured(
    olive: StaffReader, campaign: Campaign
) -> None:
    factories.close(campaign, at=factories.NOW)
    nothing: dict[str, object] = dict.fromkeys(("subject", "opening", "who", "ask", "closing"), ())
    words = factories.passages(**nothing, facts={}, asks={})
    factories.letter_action(campaign, passages={"en": words})

    assert "there is nothing to measure" in olive.get(PAGE).text


def test_another_sample_can_be_chosen_and_nonsense_is_not(
    olive: StaffReader, campaign: Campaign
) -> None:
    factories.letter_action(campaign)

    assert "Measured on 300 drafts" in olive.get(f"{PAGE}?letters=300").text
    assert "Measured on 100 drafts" in olive.get(f"{PAGE}?letters=999999").text


def test_without_letters_the_team_may_begin_them_and_others_may_not(
    olive: StaffReader, mo: StaffReader
) -> None:
    assert olive.get(PAGE).link("Begin letters") == f"{PAGE}/begin"
    assert "Begin letters" not in mo.get(PAGE).text


def test_an_office_has_a_name_where_nobody_named_it_in_the_campaigns_language(
    olive: StaffReader, campaign: Campaign
) -> None:
    role = {"fr": "Gardienne des archives"}
    factories.letter_action(campaign, passages={}, targets=(factories.keeper(role=role),))
    tell(campaign, 7)

    for page in (olive.get(PAGE), olive.get("/campaigns/archive")):
        (office,) = [tag for tag in page.soup.select("main [lang=fr]") if tag.get_text(strip=True)]
        assert "Gardienne des archives" in office.get_text()


def test_moderators_read_and_decide_nothing(mo: StaffReader, campaign: Campaign) -> None:
    factories.letter_action(campaign)
    held = tell(campaign, 99)

    page = mo.get(PAGE)

    assert "99 letters, told on" in page.text
    assert f"To Keeper of the archive; number {held.id}" in page.text
    assert "Edit the letters" not in page.text
    assert not page.soup.select("main form")
    mo.post(f"{PAGE}/held/{held.id}/count", status=403)
    mo.get(f"{PAGE}/answers/new", status=403)


def test_other_teams_and_visitors_see_nothing(app: Flask, campaign: Campaign) -> None:
    factories.letter_action(campaign)
    held = tell(campaign, 99)
    xan = StaffReader(app, factories.account("organiser", "Xan"))

    for page in (PAGE, f"{PAGE}/answers/new"):
        xan.get(page, status=404)
        PageReader(app).get(page).one('[name="password"]')
    xan.post(f"{PAGE}/held/{held.id}/count", status=404)
    xan.post(f"{PAGE}/answers/new", status=404)


@pytest.mark.parametrize(
    ("button", "state", "posted", "says"),
    [
        ("Count 99", PostedState.COUNTED, 99, "They count now."),
        ("Refuse 99", PostedState.REFUSED, 0, "They do not count."),
    ],
)
def test_held_letters_are_settled_by_a_button_once(
    olive: StaffReader,
    campaign: Campaign,
    button: str,
    state: PostedState,
    posted: int,
    says: str,
) -> None:
    action = factories.letter_action(campaign)
    held = tell(campaign, 99)
    before = olive.get(PAGE)

    page = olive.press(before, button)

    assert says in page.text
    assert db.session.get_one(Posted, held.id).state is state
    assert queries.of_campaign(campaign).posted_count == posted  # type: ignore[union-attr]
    assert "settled these letters already" in olive.press(before, "Count 99").text
    assert queries.of_campaign(campaign).posted_count == posted  # type: ignore[union-attr]
    entry = db.session.scalars(select(TrailEntry).where(TrailEntry.deed.like("letters.%"))).one()
    assert (entry.deed, entry.about) == (f"letters.{state}", "campaign:archive")
    assert action.campaign_id == campaign.id


def test_letters_of_another_campaign_are_not_settled_here(
    olive: StaffReader, campaign: Campaign
) -> None:
    factories.letter_action(campaign)
    other = factories.campaign("other")
    factories.letter_action(other)
    held = tell(other, 99)

    olive.post(f"{PAGE}/held/{held.id}/count", status=404)
    olive.post(f"{PAGE}/held/99999/count", status=404)


def test_a_forged_button_settles_nothing(olive: StaffReader, campaign: Campaign) -> None:
    factories.letter_action(campaign)
    held = tell(campaign, 99)

    page = olive.post(f"{PAGE}/held/{held.id}/count", status=200, data={"form_token": "forged"})

    assert "Please press the button once more." in page.text
    assert db.session.get_one(Posted, held.id).state is PostedState.HELD


def test_what_came_back_is_noted(olive: StaffReader, campaign: Campaign) -> None:
    factories.letter_action(campaign)
    page = olive.get(olive.get(PAGE).link("Note what came back"))

    done = olive.press(
        page,
        "Write it down",
        kind="returned",
        target="embassy",
        letters="3",
        came_on="2026-02-01",
        note="Unknown here.",
    )

    assert "Written down." in done.text
    assert "1 February 2026 3 letters returned by the post. Unknown here." in done.text
    deeds = db.session.scalars(select(TrailEntry.deed)).all()
    assert "letters.returned-noted" in deeds


@on_one_database
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"letters": "0"}, "Enter a number from 1 to 10,000."),
        ({"letters": "some"}, "Enter a whole number."),
        ({"came_on": "2026-02-30"}, "Not a valid date value"),
        ({"came_on": ""}, "Enter a date."),
        ({"came_on": f"{utc_now().date() + timedelta(days=2)}"}, "This day is still to come."),
        ({"target": "nobody"}, "Not a valid choice"),
        ({"kind": "parcel"}, "Not a valid choice"),
        ({"note": "x" * 4001}, "At most 4,000 characters"),
        ({"note": b"caf\xe9"}, "Some characters could not be read."),
    ],
)
def test_a_slip_shows_the_form_again(
    olive: StaffReader, campaign: Campaign, typed: dict[str, object], message: str
) -> None:
    action = factories.letter_action(campaign)

    page = olive.press(
        olive.get(f"{PAGE}/answers/new"), "Write it down", status=422, **{"note": "Kept.", **typed}
    )

    assert message in page.text
    assert "note" in typed or page.value("note") == "Kept."
    assert queries.answers(action) == []
