"""The signer's own page, opened by the link in the mail."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import services, setting_aside
from campaign.petitions.models import Petition, Signature
from campaign.petitions.owner_links import Purpose, path
from campaign.petitions.rules import State
from tests import factories
from tests.page_reader import PageReader

NOW = utc_now()


@pytest.fixture
def signature(petition: Petition) -> Signature:
    """Sam's, confirmed."""
    return factories.confirmed(
        petition, name="Sam Signer", postcode="K1N", comment="Because.", now=NOW
    )


@pytest.fixture
def link(signature: Signature) -> str:
    """The second link in the mail."""
    return path(Purpose.OWN, signature.ref)


def test_it_shows_all_we_hold(reader: PageReader, link: str) -> None:
    text = reader.get(link).text

    for held in ("Confirmed", "Sam Signer", "sam@example.org", "K1N", "Because.", "Canada"):
        assert held in text


def test_what_withdrawing_does_is_not_told_as_if_it_were_done(
    reader: PageReader, link: str
) -> None:
    page = reader.get(link)

    assert "Your signature will no longer count" in page.text
    assert "no longer counts" not in page.text


def test_the_name_is_shown_and_hidden_as_its_owner_wishes(
    reader: PageReader, link: str, petition: Petition
) -> None:
    campaign = f"/campaigns/{petition.campaign.slug}"
    assert "Sam Signer" not in reader.get(campaign).text

    shown = reader.press(reader.get(link), "Show my name")
    assert "Sam Signer" in reader.get(campaign).text

    reader.press(shown, "Hide my name")
    assert "Sam Signer" not in reader.get(campaign).text


def test_news_are_asked_for_and_stopped(
    reader: PageReader, link: str, signature: Signature
) -> None:
    page = reader.press(reader.get(link), "Send me news")
    assert signature.wants_updates

    reader.press(page, "No more news")
    assert not signature.wants_updates


@pytest.mark.parametrize("button", ["Show my name", "Send me news"])
@pytest.mark.parametrize(
    "deed",
    [services.withdraw, partial(setting_aside.void, reason="?")],
    ids=["withdrawn", "voided"],
)
def test_a_page_that_was_still_open_shows_and_sends_nothing_of_what_no_longer_counts(
    reader: PageReader, link: str, signature: Signature, deed: Callable[..., bool], button: str
) -> None:
    page = reader.get(link)
    with transaction():
        deed(signature, now=NOW)

    after = reader.press(page, button)

    assert (signature.shows_name, signature.wants_updates) == (False, False)
    assert "Name shown publicly No News by mail No" in after.text
    assert not after.soup.select("[role=status]"), "nothing was saved"


@pytest.mark.parametrize("deed", ["hide", "no-updates"])
def test_a_name_is_hidden_and_news_are_stopped_of_a_voided_one_too(
    reader: PageReader, link: str, signature: Signature, deed: str
) -> None:
    reader.press(reader.press(reader.get(link), "Show my name"), "Send me news")
    page = reader.get(link)
    with transaction():
        setting_aside.void(signature, reason="?", now=NOW)

    reader.press(page, {"hide": "Hide my name", "no-updates": "No more news"}[deed])

    assert (signature.shows_name, signature.wants_updates) == (deed != "hide", deed == "hide")


def test_of_a_voided_one_it_does_not_say_that_the_name_is_shown(
    reader: PageReader, link: str, signature: Signature
) -> None:
    reader.press(reader.press(reader.get(link), "Show my name"), "Send me news")
    assert "Name shown publicly Yes News by mail Yes" in reader.get(link).text

    with transaction():
        setting_aside.void(signature, reason="?", now=NOW)
    assert "Name shown publicly No News by mail No" in reader.get(link).text

    with transaction():
        setting_aside.restore(signature, now=NOW)
    assert "Name shown publicly Yes News by mail Yes" in reader.get(link).text


@pytest.mark.parametrize("button", ["Show my name", "Send me news"])
def test_a_page_that_was_still_open_shows_and_sends_nothing_of_nobody(
    reader: PageReader, link: str, signature: Signature, button: str
) -> None:
    page = reader.get(link)
    with transaction():
        setting_aside.anonymise(signature, now=NOW)

    after = reader.press(page, button)

    assert signature.state is State.CONFIRMED
    assert (signature.shows_name, signature.wants_updates) == (False, False)
    assert "Nothing: they were destroyed" in after.text
    assert not after.soup.select("[role=status]"), "nothing was saved"


def test_erasing_leaves_nothing_to_show_and_says_so(
    reader: PageReader, link: str, petition: Petition
) -> None:
    page = reader.press(reader.get(link), "Take it back and erase everything")

    assert "Everything that could tell who you are was destroyed." in page.text
    assert "Sam" not in page.text
    assert petition.confirmed_count == 0
    assert not page.soup.select("main button"), "there is nothing left to do"


@pytest.mark.parametrize("done", ["show", "updates", "withdraw", "erase", "anything"])
def test_it_never_says_that_something_was_done_which_was_not(
    reader: PageReader, link: str, done: str
) -> None:
    page = reader.get(f"{link}?done={done}")

    assert not page.soup.select("[role=status]")


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("Show my name", "Saved."),
        ("Send me news", "Saved."),
        ("Take my signature back", "Your signature was taken back. It no longer counts."),
    ],
)
def test_it_says_what_was_done(reader: PageReader, link: str, button: str, said: str) -> None:
    page = reader.press(reader.get(link), button)

    assert page.one("[role=status]").get_text(strip=True) == said


def test_who_has_signed_again_is_not_told_of_the_withdrawal_any_more(
    reader: PageReader, link: str, petition: Petition
) -> None:
    page = reader.press(reader.get(link), "Take my signature back")
    factories.sign(petition, now=NOW + timedelta(minutes=5))

    assert "Your signature was taken back." not in reader.get(page.address).text


def test_a_withdrawn_signature_can_still_be_erased(
    reader: PageReader, link: str, signature: Signature
) -> None:
    page = reader.press(reader.get(link), "Take my signature back")

    reader.press(page, "Take it back and erase everything")

    assert signature.envelope is None


def test_a_held_signature_looks_confirmed_to_its_owner(
    reader: PageReader, link: str, signature: Signature
) -> None:
    def told() -> tuple[str, str]:
        file = reader.get(f"{link}/data.json").response
        return reader.get(link).text, file.get_data(as_text=True)

    before = told()
    with transaction():
        setting_aside.hold(signature, reason="?", now=NOW)

    assert told() == before


def test_the_download_has_every_column_but_our_own_keys_and_what_a_script_would_learn_from(
    reader: PageReader, link: str, signature: Signature
) -> None:
    page = reader.get(f"{link}/data.json")

    held = json.loads(page.response.get_data(as_text=True))
    assert "attachment" in page.response.headers["Content-Disposition"]
    assert page.response.headers["Cache-Control"] == "no-store"
    columns = {column.key for column in Signature.__table__.columns}
    ours = {"id", "petition_id", "version_id", "envelope", "fingerprint"}
    secret = {"held_for", "voided_from", "voided_in"}
    assert columns - ours - secret <= set(held)
    assert not secret & set(held)
    assert (held["name"], held["email"], held["comment"]) == (
        "Sam Signer",
        "sam@example.org",
        "Because.",
    )
    assert [event["deed"] for event in held["diary"]] == ["sign", "confirm"]


@pytest.mark.parametrize("deed", ["show", "hide", "withdraw", "erase", "updates", "no-updates"])
def test_nothing_happens_without_the_forms_token(
    reader: PageReader, link: str, signature: Signature, deed: str
) -> None:
    before = (signature.state, signature.shows_name, signature.wants_updates)

    page = reader.post(f"{link}/{deed}", status=422)

    assert "Please press the button once more." in page.text
    db.session.refresh(signature)
    assert (signature.state, signature.shows_name, signature.wants_updates) == before


def test_there_is_no_other_deed(reader: PageReader, link: str) -> None:
    reader.post(f"{link}/void", status=404)


def test_the_page_is_kept_by_nobody(reader: PageReader, link: str) -> None:
    headers = reader.get(link).response.headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_signature_that_was_voided_says_so(
    reader: PageReader, link: str, signature: Signature
) -> None:
    with transaction():
        setting_aside.void(signature, reason="?", now=NOW)

    page = reader.get(link)

    assert "Removed by a moderator, not counted" in page.text
    assert signature.state is State.VOIDED


def test_the_link_stays_good_after_signing_again(
    reader: PageReader, link: str, petition: Petition, signature: Signature
) -> None:
    with transaction():
        services.withdraw(signature, now=NOW)
    factories.sign(petition, now=NOW + timedelta(minutes=5))

    assert "Not confirmed yet" in reader.get(link).text
