"""The list of reasons that moderators keep."""

from sqlalchemy import select

from campaign.accounts.models import TrailEntry
from campaign.campaigns.models import Campaign
from campaign.lib.db import db
from campaign.moderation.queue_models import Reason
from campaign.posts.models import Post
from tests.conftest import mo
from tests.moderation.queueing import (
    QUEUE,
    address,
    campaign,
    olive,
    post,
    reason,
)
from tests.staff import StaffReader

__all__ = ["campaign", "mo", "olive", "post", "reason"]

REASONS = f"{QUEUE}reasons/"


def offered(reader: StaffReader, kind: str, thing: Campaign | Post) -> list[str]:
    options = reader.get(address(kind, thing)).soup.select("#reason option")
    return [option.get_text() for option in options][1:]


def test_the_list_begins_with_the_usual_ones_once(mo: StaffReader) -> None:
    page = mo.get(REASONS)

    first = mo.press(page, "Begin with the usual ones")
    mo.press(page, "Begin with the usual ones")

    assert "A source is missing" in first.text
    assert len(db.session.scalars(select(Reason)).all()) == 6


def test_reasons_are_added_changed_retired_and_offered_again(
    mo: StaffReader, campaign: Campaign, post: Post
) -> None:
    blank = mo.press(mo.get(REASONS), "Add it", status=422, name="Too long")
    assert "Write what the author reads." in blank.one(".summary").get_text()
    assert blank.value("name") == "Too long"
    mo.press(blank, "Add it", says_en="Please shorten it.", kind="post")
    assert offered(mo, "post", post) == ["Too long"]
    assert offered(mo, "campaign", campaign) == []

    page = mo.get(mo.get(REASONS).link("Too long"))
    mo.press(page, "Save", status=422, kind="planet")
    mo.press(page, "Save", kind="", name="Much too long", says_fr="Merci d’abréger.")
    assert offered(mo, "campaign", campaign) == ["Much too long"]

    page = mo.get(mo.get(REASONS).link("Much too long"))
    gone = mo.press(page, "Offer it no longer")
    assert "No longer offered" in gone.text
    assert offered(mo, "campaign", campaign) == []
    mo.press(mo.get(page.address), "Offer it again")
    assert offered(mo, "campaign", campaign) == ["Much too long"]
    deeds = db.session.scalars(
        select(TrailEntry.deed).where(TrailEntry.deed.startswith("reason.")).order_by(TrailEntry.id)
    ).all()
    assert deeds == [f"reason.{did}" for did in ("added", "changed", "retired", "brought-back")]


def test_nobody_changes_a_reason_over_a_colleague_s_words(
    mo: StaffReader, ada: StaffReader, reason: Reason
) -> None:
    page = mo.get(f"{REASONS}{reason.id}")
    adas = {"says_en": "Name a source for each fact.", "says_fr": "", "kind": "post", "hides": "y"}
    ada.press(ada.get(page.address), "Save", **adas)

    refused = mo.press(page, "Save", status=409, name="No source")

    assert "Nothing was overwritten" in refused.one(".summary").get_text()
    theirs = [quote.get_text() for quote in refused.soup.select(".theirs blockquote")]
    assert theirs == [reason.name, "Posts", "Name a source for each fact.", "(blank)", "Yes"]
    assert refused.value("name") == "No source"
    db.session.expire_all()
    assert (reason.name, reason.says_en) == ("A source is missing", "Name a source for each fact.")
    mo.press(refused, "Save", says_en="Name your sources, please.")
    db.session.expire_all()
    assert (reason.name, reason.says_en) == ("No source", "Name your sources, please.")


def test_saving_the_words_that_stand_there_changes_nothing(
    mo: StaffReader, ada: StaffReader, reason: Reason
) -> None:
    page = mo.get(f"{REASONS}{reason.id}")
    ada.press(ada.get(page.address), "Save", name="No source")

    mo.press(page, "Save", name="No source")

    changed = select(TrailEntry.who).where(TrailEntry.deed == "reason.changed")
    assert db.session.scalars(changed).all() == ["Ada"]


def test_a_forged_press_changes_nothing_and_does_not_say_that_it_did(
    mo: StaffReader, reason: Reason
) -> None:
    for deed in ("usual", f"{reason.id}/retire"):
        page = mo.post(f"{REASONS}{deed}", status=200, data={"form_token": "forged"})

        assert "Please press the button once more" in page.text

    assert [one.retired_at for one in db.session.scalars(select(Reason))] == [None]


def test_a_retired_reason_cannot_be_chosen_from_an_old_page(
    mo: StaffReader, campaign: Campaign, reason: Reason
) -> None:
    page = mo.get(address("campaign", campaign))
    mo.press(mo.get(f"{REASONS}{reason.id}"), "Offer it no longer")

    refused = mo.press(
        page, "Save the decision", status=422, verdict="reject", reason=str(reason.id)
    )

    assert refused.one(".summary")
