"""A campaign's whole way: from a post to what came of it."""

import re
import threading
import time

from flask import Flask
from sqlalchemy import func, select

from campaign.accounts.models import Account, TrailEntry
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import PostRole
from campaign.desk import services
from campaign.lib.db import db, transaction
from campaign.petitions.models import Signature
from campaign.posts import services as posts
from tests import factories, outgoing
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

EDIT = "/staff/campaigns/a-wall-comes-down/edit"
WORDS = {
    "ask": "The city must leave the garden alone.",
    "story": "It was there before the wall.",
    "country": "CA",
    "addressee": "the mayor",
    "statement": "We ask you to leave the garden alone.",
    "goal": "1,000",
}


def sign(reader: PageReader, email: str) -> Page:
    page = reader.get("/campaigns/a-wall-comes-down")
    reader.press(page, "Sign the petition", name="Sam", email=email, country="CA")
    factories.take_up()
    found = re.search(
        r"http://campaign\.test(/confirm/\S+)", outgoing.mails("please_confirm")[-1]["text"]
    )
    assert found
    return reader.press(reader.get(found[1]), "Confirm and count my signature")


def test_a_campaign_grows_from_a_post_to_its_outcome(app: Flask, reader: PageReader) -> None:
    with transaction():
        lawyers = posts.name_topic("lawyers", name="Lawyers")
    factories.post("wall", title="A wall comes down", topics=[lawyers])
    olive = StaffReader(app, factories.account("organiser", "Olive", email="olive@example.org"))
    mo = StaffReader(app, factories.account("moderator", "Mo"))
    overview = "/staff/campaigns/a-wall-comes-down"

    new = olive.get("/staff/campaigns/new?post=wall")
    assert "It grows from the post “A wall comes down”" in new.text
    editor = olive.press(new, "Begin this campaign")
    assert editor.address.endswith(EDIT)
    assert editor.soup.select_one('[name="topics"][value="lawyers"][checked]')
    assert "Tell the story." in olive.get(overview).text
    assert reader.get("/campaigns/a-wall-comes-down", status=404)

    saved = olive.press(editor, "Save draft", **WORDS)
    assert saved.value("goal") == "1000"
    olive.press(olive.get(overview), "Submit for review", sure="y")
    assert "waits for a moderator" in mo.get(overview).text
    mo.press(mo.get(overview), "Open this campaign")
    assert "Everybody can take part now" in outgoing.mails("your_campaign_was_accepted")[0]["text"]

    public = reader.get("/campaigns/a-wall-comes-down")
    assert "What it grew from A wall comes down" in re.sub(r"\d+ \w+ \d{4} ", "", public.text)
    sign(reader, "sam@example.org")
    edited = olive.press(
        olive.get(EDIT),
        "Save: readers see it at once",
        story="It was there for ages.",
        reason="The age was not known.",
    )
    assert "Saved. Readers see it now." in edited.text
    sign(reader, "lena@example.org")
    signed = {s.version.story for s in db.session.scalars(select(Signature))}
    assert signed == {"It was there before the wall.", "It was there for ages."}
    assert "The age was not known." in olive.get(overview).text

    olive.press(
        olive.get(overview), "Close this campaign", outcome="won", outcome_text="It **stays**."
    )
    assert "This campaign was won It stays" in reader.get("/campaigns/a-wall-comes-down").text
    olive.press(
        olive.get(overview), "Save what came of it", outcome="ended", outcome_text="It went."
    )
    assert "It went." in reader.get("/campaigns/a-wall-comes-down").text
    entries = db.session.scalars(
        select(TrailEntry.deed)
        .where(TrailEntry.about == "campaign:a-wall-comes-down")
        .order_by(TrailEntry.id)
    ).all()
    assert entries == [
        "campaign.begun",
        "campaign.submitted",
        "campaign.opened",
        "campaign.edited",
        "campaign.closed",
        "campaign.outcome-told",
    ]


def test_a_campaign_can_begin_like_another_of_ones_team(app: Flask) -> None:
    post = factories.post("wall")
    of = factories.draft("archive", posts={PostRole.UPDATE: [post]}, notice="As of 2017.")
    olive = StaffReader(app, factories.account(team_of=[of]))
    xan = StaffReader(app, factories.account("organiser", "Xan"))

    page = olive.get(
        olive.get("/staff/campaigns/archive").link("Begin another campaign like this one")
    )
    copy = olive.press(page, "Begin this campaign")

    assert copy.address.endswith("/staff/campaigns/open-the-archive/edit")
    for name, value in (
        ("story", "It closed them."),
        ("notice", "As of 2017."),
        ("statement", "We ask you to open the archive."),
        ("post-wall", "update"),
        ("opens_at", ""),
    ):
        assert copy.value(name) == value
    stranger = xan.get("/staff/campaigns/new?like=archive")
    assert stranger.value("title") == ""
    begun = xan.press(stranger, "Begin this campaign", title="Mine", like="archive")
    assert begun.value("story") == "", "another team's words are not given away"


def test_titles_that_are_alike_get_addresses_that_differ(app: Flask) -> None:
    olive = StaffReader(app, factories.account())

    def begin(title: str) -> str:
        page = olive.press(olive.get("/staff/campaigns/new"), "Begin this campaign", title=title)
        return page.address.removesuffix("/edit").rpartition("/")[2]

    assert [begin("New"), begin("new!"), begin("自由"), begin("自由")] == [
        "new-2",
        "new-3",
        "campaign",
        "campaign-2",
    ]


def test_a_second_press_lands_on_the_draft_of_the_first(app: Flask) -> None:
    olive = StaffReader(app, factories.account())
    page = olive.get("/staff/campaigns/new")

    def press(page: Page, title: str) -> str:
        begun = olive.press(page, "Begin this campaign", title=title)
        return begun.address.removesuffix("/edit").rpartition("/")[2]

    begun = [press(page, "Garden"), press(page, "Garden"), press(page, "Wall")]

    assert begun == ["garden", "garden", "wall"], "other words are another campaign"
    assert press(olive.get("/staff/campaigns/new"), "Garden") == "garden-2"
    xan = StaffReader(app, factories.account(name="Xan"))
    stolen = {"title": "Garden", "key": page.value("key")}
    mine = xan.press(xan.get("/staff/campaigns/new"), "Begin this campaign", **stolen)
    assert mine.address.endswith("/garden-3/edit")
    noted = select(func.count()).where(TrailEntry.deed == "campaign.begun")
    assert db.session.scalar(noted) == 4


def test_two_presses_at_once_begin_one_campaign(app: Flask) -> None:
    olive = factories.account().id
    begun: list[str] = []

    def press() -> None:
        with app.app_context(), transaction():
            by = db.session.get_one(Account, olive)
            begun.append(
                services.begin(
                    title="Garden", language="en", topics=(), key="drawn", by=by, now=factories.NOW
                ).slug
            )

    thread = threading.Thread(target=press)
    with transaction():
        first = db.session.get_one(Account, olive)
        services.begin(
            title="Garden", language="en", topics=(), key="drawn", by=first, now=factories.NOW
        )
        thread.start()
        time.sleep(0.3)
    thread.join()

    assert begun == ["garden"]
    assert db.session.scalars(select(Campaign.slug)).all() == ["garden"]


def test_a_campaign_without_a_title_is_not_begun(app: Flask) -> None:
    olive = StaffReader(app, factories.account())

    page = olive.press(
        olive.get("/staff/campaigns/new"), "Begin this campaign", status=422, title=" "
    )

    assert "Give it a title." in page.one(".summary").get_text()
