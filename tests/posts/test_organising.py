"""Organisers write posts, moderators publish or return them, and what readers see is corrected."""

import threading
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from campaign.accounts.models import Account, TrailEntry
from campaign.accounts.rules import Role
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail import delivery
from campaign.mail.models import Mail
from campaign.posts import queries, services
from campaign.posts.models import Post
from campaign.posts.rules import SlugTaken, State, Words
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

ATOM = {"a": "http://www.w3.org/2005/Atom"}
WORDS = {
    "title": "Walls come down",
    "summary": "What happened, in a sentence.",
    "body": "It happened *today*.",
    "source_note": "From [a source](https://example.org/).",
    "published_on": "2019-01-09",
}


@pytest.fixture
def olive(app: Flask) -> StaffReader:
    """Olive organises."""
    return StaffReader(app, factories.account("organiser", "Olive", email="olive@example.org"))


@pytest.fixture
def xan(app: Flask) -> StaffReader:
    """Xan organises too, but wrote none of these posts."""
    return StaffReader(app, factories.account("organiser", "Xan"))


def write(reader: StaffReader, *, status: int = 200, **typed: object) -> Page:
    page = reader.get("/staff/posts/new")
    return reader.press(page, "Save draft", status=status, **{**WORDS, **typed})


def in_review(reader: StaffReader, **typed: object) -> Page:
    return reader.press(write(reader, **typed), "Submit for review")


def published(olive: StaffReader, mo: StaffReader, **typed: object) -> str:
    """The address of its staff page."""
    address = in_review(olive, **typed).address.partition("?")[0]
    mo.press(mo.get(address), "Publish")
    return address


def only_post() -> Post:
    return db.session.scalars(select(Post)).one()


def trail() -> list[tuple[str, str, str | None]]:
    entries = db.session.scalars(select(TrailEntry).order_by(TrailEntry.id))
    return [(entry.deed, entry.about, entry.reason) for entry in entries]


def test_a_post_is_written_reviewed_and_read(
    olive: StaffReader, mo: StaffReader, reader: PageReader
) -> None:
    form = olive.get(olive.get("/staff/posts/").link("Write a post"))
    draft = olive.press(form, "Save and preview", **WORDS)
    assert "A preview of a draft: its author and administrators see it" in draft.text
    assert draft.h1 == "Walls come down"
    assert draft.one('meta[name="robots"]')["content"] == "noindex"
    assert draft.response.headers["Cache-Control"] == "no-store"
    reader.get("/posts/walls-come-down", status=404)

    olive.press(olive.get(draft.link("Back to the post")), "Submit for review")
    (waiting,) = queries.awaiting_review()
    assert waiting.submitted_at is not None
    address = mo.get("/staff/posts/").link("Walls come down")
    assert "It happened today ." in mo.get(address).text
    done = mo.press(mo.get(address), "Publish")

    assert "Published. Readers see it now." in done.text
    assert reader.get("/posts/walls-come-down").h1 == "Walls come down"
    assert queries.awaiting_review() == []
    assert trail() == [("post.published", "post:walls-come-down", None)]


@pytest.mark.parametrize("step", ["draft", "in review"])
def test_what_is_not_published_leaks_nowhere(
    olive: StaffReader, reader: PageReader, step: str
) -> None:
    factories.post("other", title="Another one")
    with transaction():
        topic = services.name_topic("secrets", name="Secrets")
    page = (write if step == "draft" else in_review)(olive, title="Zanzibar", topics=["secrets"])
    post = db.session.scalars(select(Post).where(Post.slug == "zanzibar")).one()
    factories.campaign("archive", posts={"background": [post], "update": []})

    for address in (
        "/",
        "/posts/",
        "/posts/?q=zanzibar",
        "/posts/?topic=secrets",
        "/campaigns/archive",
        "/fr/posts/",
        "/posts/feed.atom",
        "/campaigns/archive.json",
        "/campaigns.json",
    ):
        found = reader.get(address).response.get_data(as_text=True).lower()
        typed = found.count('value="zanzibar"') + found.count("q=zanzibar")
        assert found.count("zanzibar") == typed, address
        assert ">secrets<" not in found, address
    reader.get("/posts/zanzibar", status=404)
    reader.get("/fr/posts/zanzibar", status=404)
    assert topic not in queries.topics()
    assert queries.by_slugs(["zanzibar", "other"]).keys() == {"other"}
    assert queries.listed(query="zanzibar").items == []
    assert StaffReader(reader.app).get(f"{page.address.partition('?')[0]}/preview").h1 == "Sign in"


def test_a_draft_is_its_author_s_and_administrators_alone(
    olive: StaffReader, xan: StaffReader, mo: StaffReader, ada: StaffReader
) -> None:
    address = write(olive).address.partition("?")[0]

    for other in (xan, mo):
        assert "Walls" not in other.get("/staff/posts/?state=draft").text
        for page in ("", "/preview", "/edit", "/delete"):
            other.get(address + page, status=404)
        for deed in ("edit", "submit", "delete"):
            other.post(f"{address}/{deed}", status=404, data=WORDS)
    assert "Walls" in ada.get("/staff/posts/").text
    assert ada.get(f"{address}/edit").value("title") == "Walls come down"


def test_a_post_in_review_is_read_by_moderators_and_not_by_other_organisers(
    olive: StaffReader, xan: StaffReader, mo: StaffReader
) -> None:
    address = in_review(olive).address.partition("?")[0]

    xan.get(address, status=404)
    assert "Walls" not in xan.get("/staff/posts/").text
    assert "its author, moderators and administrators" in mo.get(f"{address}/preview").text
    mo.get(f"{address}/edit", status=404)


def test_organisers_neither_publish_nor_return(olive: StaffReader, xan: StaffReader) -> None:
    address = in_review(olive).address.partition("?")[0]

    for reader in (olive, xan):
        for deed in ("publish", "return"):
            reader.post(f"{address}/{deed}", status=403, data={"reason": "Because"})

    assert only_post().state is State.IN_REVIEW


def test_moderators_begin_no_posts(mo: StaffReader) -> None:
    assert "Write a post" not in mo.get("/staff/posts/").text
    mo.get("/staff/posts/new", status=403)


def test_signed_out_visitors_are_asked_to_sign_in(app: Flask, olive: StaffReader) -> None:
    address = write(olive).address.partition("?")[0]

    for page in ("/staff/posts/", "/staff/posts/new", address, f"{address}/preview"):
        assert StaffReader(app).get(page).h1 == "Sign in"


def test_an_administrator_publishes_a_draft_directly(ada: StaffReader, reader: PageReader) -> None:
    ada.press(write(ada), "Publish")

    assert reader.get("/posts/walls-come-down").h1 == "Walls come down"
    assert trail() == [
        ("decision.about-own", "post:walls-come-down", None),
        ("post.published", "post:walls-come-down", None),
    ]


def test_whoever_wrote_a_post_does_not_decide_about_it_once_they_moderate(
    olive: StaffReader,
) -> None:
    address = in_review(olive).address.partition("?")[0]
    assert olive.account
    with transaction():
        olive.account.role = Role.MODERATOR

    for press, typed in (("Publish", {}), ("Return to its author", {"reason": "Mine."})):
        refused = olive.press(olive.get(address), press, status=409, **typed)
        assert "You made this yourself." in refused.text

    assert only_post().state is State.IN_REVIEW
    assert trail() == []


def test_a_moderator_does_not_publish_a_draft(olive: StaffReader, mo: StaffReader) -> None:
    page = in_review(olive)
    seen = mo.get(page.address.partition("?")[0])
    mo.press(seen, "Return to its author", reason="The date is wrong.")

    mo.press(seen, "Publish", status=404)

    assert only_post().state is State.DRAFT


def test_a_post_comes_back_with_a_reason_by_mail(olive: StaffReader, mo: StaffReader) -> None:
    address = in_review(olive).address.partition("?")[0]
    page = mo.get(address)
    refused = mo.press(page, "Return to its author", status=422, reason=" \x00 ")
    assert "Say what should be changed" in refused.text

    mo.press(page, "Return to its author", reason="The second date is wrong.\nSee the source.")

    assert "The second date is wrong." in olive.get(address).text
    sent = delivery.message_of(db.session.scalars(select(Mail)).one())
    assert sent["To"] == "olive@example.org"
    assert "Walls" not in sent["Subject"]
    body = sent.get_body(("plain",))
    assert body is not None
    assert "Mo sent your post “Walls come down” back" in body.get_content()
    assert "The second date is wrong.\nSee the source." in body.get_content()
    assert f"http://campaign.test{address}" in body.get_content()
    assert trail()[-1] == (
        "post.returned",
        "post:walls-come-down",
        "The second date is wrong.\nSee the source.",
    )
    olive.press(olive.get(address), "Submit for review")
    assert "The second date" not in olive.get(address).text


def test_only_the_words_that_were_read_are_published(olive: StaffReader, mo: StaffReader) -> None:
    address = in_review(olive).address.partition("?")[0]
    read = mo.get(address)
    olive.press(olive.get(f"{address}/edit"), "Save", body="Something quite different.")

    refused = mo.press(read, "Publish", status=409)

    assert "The text was changed while you were reading." in refused.text
    assert "Something quite different." in refused.text
    assert only_post().state is State.IN_REVIEW
    mo.press(refused, "Publish")
    assert only_post().state is State.PUBLISHED


def test_a_second_press_of_publish_says_that_somebody_was_quicker(
    olive: StaffReader, mo: StaffReader
) -> None:
    page = mo.get(in_review(olive).address)
    mo.press(page, "Publish")

    again = mo.press(page, "Publish", status=409)

    assert "Somebody was quicker" in again.text
    assert len(trail()) == 1


def test_a_correction_is_dated_and_the_feed_follows(
    olive: StaffReader, mo: StaffReader, reader: PageReader
) -> None:
    address = published(olive, mo)
    form = olive.get(olive.get(address).link("Correct"))
    assert not form.soup.select('[name="slug"]')

    with time_machine.travel(utc_now() + timedelta(minutes=5), tick=False):
        done = olive.press(
            form,
            "Publish the correction",
            body="It happened *yesterday*.",
            says="It happened yesterday, not today.",
        )
        corrected_at = utc_now()

    assert "Corrected. Readers see the new text" in done.text
    page = reader.get("/posts/walls-come-down")
    words = f"Corrected on {corrected_at.day} {corrected_at:%B %Y}: It happened yesterday, not"
    assert words in page.text
    arabic = reader.get("/ar/posts/walls-come-down")
    assert arabic.one("ul.source-note > li")["dir"] == "rtl", "in an English text"
    feed = ElementTree.fromstring(  # noqa: S314  (our own)
        reader.get("/posts/feed.atom").response.get_data()
    )
    assert feed.findtext("a:entry/a:updated", "", ATOM) == f"{corrected_at:%Y-%m-%dT%H:%M:%SZ}"
    assert feed.findtext("a:updated", "", ATOM) == f"{corrected_at:%Y-%m-%dT%H:%M:%SZ}"
    assert trail()[-1] == (
        "post.corrected",
        "post:walls-come-down",
        "It happened yesterday, not today.",
    )


def test_a_correction_needs_its_sentence_and_a_change(
    olive: StaffReader, mo: StaffReader, reader: PageReader
) -> None:
    form = olive.get(f"{published(olive, mo)}/edit")
    press = "Publish the correction"

    silent = olive.press(form, press, status=422, body="Other.")
    same = olive.press(form, press, status=422, says="Nothing at all.")
    emptied = olive.press(form, press, status=422, says="All of it.", body="")
    olive.post(
        form.address,
        status=303,
        follow=False,
        data={
            **WORDS,
            "slug": "elsewhere",
            "says": "The slug?",
            "body": "Other.",
            "form_token": form.value("form_token"),
            "seen": form.value("seen"),
            "language": "en",
        },
    )

    assert "Say in one sentence what was corrected." in silent.one("#says-error").get_text()
    assert silent.value("body") == "Other."
    assert "Nothing in the text differs" in same.text
    assert "needs a title, a summary, a text" in emptied.text
    assert only_post().slug == "walls-come-down"
    assert reader.get("/posts/walls-come-down").text.count("Corrected on") == 1


def test_seeded_posts_are_corrected_by_moderators_and_administrators_alone(
    olive: StaffReader, mo: StaffReader, reader: PageReader
) -> None:
    post = factories.post("seeded")

    seen = olive.get(f"/staff/posts/{post.id}")
    assert "Nobody here wrote it" in seen.text
    olive.get(f"/staff/posts/{post.id}/edit", status=404)
    olive.post(f"/staff/posts/{post.id}/edit", status=404, data=WORDS)
    form = mo.get(f"/staff/posts/{post.id}/edit")
    mo.press(form, "Publish the correction", title="Another", says="The title was wrong.")

    assert reader.get("/posts/seeded").h1 == "Another"
    factories.post("seeded", title="As it was in seeds/")
    assert reader.get("/posts/seeded").h1 == "Another", "seeding undoes no correction"


def test_of_two_who_edit_the_second_sees_both_texts(olive: StaffReader, ada: StaffReader) -> None:
    address = write(olive).address.partition("?")[0]
    hers, mine = ada.get(f"{address}/edit"), olive.get(f"{address}/edit")
    ada.press(hers, "Save draft", body="Ada's words.", slug="adas")

    both = olive.press(mine, "Save draft", status=409, body="Olive's words.")

    assert both.value("body") == "Olive's words."
    assert "This stands there now: Ada's words." in both.text
    assert "This stands there now: adas" in both.text
    assert only_post().body == "Ada's words."
    olive.press(both, "Save draft")
    assert only_post().body == "Olive's words."


def test_what_was_typed_survives_a_publishing_in_between(
    olive: StaffReader, mo: StaffReader
) -> None:
    address = in_review(olive).address.partition("?")[0]
    mine = olive.get(f"{address}/edit")
    mo.press(mo.get(address), "Publish")

    page = olive.press(mine, "Save", status=422, body="Olive's words.")

    assert page.h1 == "Correct “Walls come down”"
    assert page.value("body") == "Olive's words."
    assert only_post().body == WORDS["body"]


def test_a_draft_is_deleted_after_a_question(olive: StaffReader) -> None:
    page = write(olive)

    asked = olive.get(page.link("Delete …"))
    assert only_post().state is State.DRAFT
    done = olive.press(asked, "Delete the draft")

    assert "The draft is deleted." in done.text
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0
    assert trail() == [("post.deleted", "post:walls-come-down", None)]


def test_what_readers_saw_is_not_deleted(olive: StaffReader, mo: StaffReader) -> None:
    page = write(olive)
    asked = olive.get(page.link("Delete …"))
    olive.press(page, "Submit for review")
    refused = olive.press(asked, "Delete the draft", status=409)
    mo.press(mo.get(page.address.partition("?")[0]), "Publish")

    olive.press(asked, "Delete the draft", status=409)

    assert "Somebody was quicker" in refused.text
    olive.get(f"{page.address.partition('?')[0]}/delete", status=404)
    assert only_post().state is State.PUBLISHED


def test_a_draft_may_be_unfinished_but_goes_no_further(olive: StaffReader) -> None:
    page = write(olive, summary="", body="", source_note="")

    refused = olive.press(page, "Submit for review", status=422)

    assert "needs a title, a summary, a text, and a word about its sources" in refused.text
    assert only_post().state is State.DRAFT


def test_a_post_of_next_month_waits(olive: StaffReader) -> None:
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()

    refused = olive.press(write(olive, published_on=day), "Submit for review", status=422)

    assert "a day that is still to come" in refused.text


@on_one_database
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Give the post a title."),
        ("title", " \x00\u200b ", "Give the post a title."),
        ("title", "A" * 201, "At most 200 characters, please; this has 201."),
        ("title", "W\ufffdlls", "Some characters could not be read."),
        ("slug", "Walls Come Down", "Write the address with small letters"),
        ("slug", "-walls-", "Write the address with small letters"),
        ("slug", "../staff", "Write the address with small letters"),
        ("slug", "wälle", "Write the address with small letters"),
        ("slug", "a" * 81, "At most 80 characters"),
        ("summary", "b" * 501, "At most 500 characters"),
        ("body", "b" * 50_001, "At most 50,000 characters, please; this has 50,001."),
        ("source_note", "b" * 5_001, "At most 5,000 characters"),
        ("byline", "b" * 121, "At most 120 characters"),
        ("published_on", "", "Give the post a day."),
        ("published_on", "2019-02-30", "There is no such day."),
        ("published_on", "yesterday", "There is no such day."),
        ("published_on", "0019-01-09", "The day is before 1900."),
        ("topics", ["unknown"], "not"),
        ("language", "xx", "Not a valid choice"),
    ],
)
def test_a_slip_in_one_field_is_told_there_and_the_rest_is_kept(
    olive: StaffReader, field: str, value: object, words: str
) -> None:
    with transaction():
        services.name_topic("walls", name="Walls")

    page = write(olive, status=422, **{"byline": "Olive", "topics": ["walls"], field: value})

    assert words in page.one(f"#{field}-error").get_text()
    assert len(page.soup.select(".field-error")) == 1
    for other in {"title", "summary", "body", "source_note", "published_on"} - {field}:
        assert page.value(other) == WORDS[other]
    if field in ("published_on", "slug"):
        assert page.value(field) == value, "what was wrong stays, to be mended"
    assert db.session.scalar(select(func.count()).select_from(Post)) == 0


def test_a_title_that_gives_no_address_asks_for_one(olive: StaffReader) -> None:
    page = write(olive, status=422, title="倪玉兰")

    assert "Write the address with small letters" in page.one("#slug-error").get_text()
    write(olive, title="倪玉兰", slug="ni-yulan")
    assert only_post().title == "倪玉兰"


def test_a_taken_address_is_told_at_its_field(olive: StaffReader, xan: StaffReader) -> None:
    write(olive)

    page = write(xan, status=409, body="Xan's words.")

    assert "Another post has this address already." in page.one("#slug-error").get_text()
    assert page.value("body") == "Xan's words."
    second = write(xan, slug="walls-again")
    again = xan.press(
        xan.get(second.link("Edit")), "Save draft", status=409, slug="walls-come-down", body="Kept."
    )
    assert "Another post has this address already." in again.one("#slug-error").get_text()
    assert again.value("body") == "Kept."


def test_a_second_press_lands_on_the_draft_of_the_first(olive: StaffReader) -> None:
    page = olive.get("/staff/posts/new")
    words = {**WORDS, "topics": []}

    first, again = (olive.press(page, "Save draft", **words) for _ in range(2))

    assert again.address == first.address
    assert only_post().title == WORDS["title"]
    other = olive.press(page, "Save draft", status=409, **{**words, "body": "Something else."})
    assert "Another post has this address already." in other.one("#slug-error").get_text()


def test_two_presses_at_once_begin_one_post(app: Flask, olive: StaffReader) -> None:
    assert olive.account
    author = olive.account.id
    words = Words("Walls", "walls", date(2019, 1, 9), "", "", "", "", "en", ())
    db.session.rollback()
    begun: list[int] = []
    start = threading.Barrier(4)

    def press() -> None:
        with app.app_context():
            start.wait()
            with transaction():
                begun.append(services.write(words, by=db.session.get_one(Account, author)).id)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert begun == [only_post().id] * 4


def test_scripts_and_control_signs_are_only_words(
    olive: StaffReader, mo: StaffReader, reader: PageReader
) -> None:
    odd = "<script>alert(1)</script>\x00 [x](javascript:alert(2)) ![p](https://evil.example/p.png)"
    published(olive, mo, title="Odd <b>\x00</b>", slug="odd", body=odd, source_note=odd)

    page = reader.get("/posts/odd")

    assert page.h1 == "Odd <b></b>"
    assert "<script>alert(1)</script>" in page.text
    assert not page.soup.select('main img, a[href^="javascript"], main script')


def test_nested_lists_keep_their_indents(olive: StaffReader) -> None:
    body = "- one\n  - two\n\n    more"

    write(olive, body=body)

    assert only_post().body == body


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "-1", "x"])
def test_numbers_that_are_no_post_lead_nowhere(ada: StaffReader, number: str) -> None:
    for page in ("", "/edit", "/preview", "/delete"):
        ada.get(f"/staff/posts/{number}{page}", status=404)


def test_opening_pages_changes_nothing(olive: StaffReader, mo: StaffReader) -> None:
    address = in_review(olive).address.partition("?")[0]
    before = services.fingerprint(only_post())

    for reader in (olive, mo):
        for page in ("", "/preview"):
            reader.get(address + page)
    olive.get(f"{address}/edit")

    assert services.fingerprint(only_post()) == before
    assert only_post().state is State.IN_REVIEW
    assert trail() == []


def test_the_list_is_narrowed_by_whose_and_state(olive: StaffReader) -> None:
    factories.post(title="Somebody else's")
    write(olive)

    page = olive.get("/staff/posts/")
    mine = olive.press(page, "Show", whose="mine")
    public = olive.press(page, "Show", state="published")

    assert "2 posts" in page.text
    assert "Somebody else's" not in mine.text
    assert "Walls come down" in mine.text
    assert "Walls come down" not in public.text
    olive.get("/staff/posts/?state=hidden&whose=nobody&page=x&q=%00")


def test_posts_wait_for_moderators_in_the_order_they_came(olive: StaffReader) -> None:
    first = write(olive, title="First written")
    second = write(olive, title="Second written")
    olive.press(second, "Submit for review")
    olive.press(first, "Submit for review")

    assert [post.title for post in queries.awaiting_review()] == ["Second written", "First written"]


def test_public_pages_are_the_same_for_staff(olive: StaffReader, mo: StaffReader) -> None:
    published(olive, mo)

    assert (
        olive.get("/posts/walls-come-down").response.get_data()
        == PageReader(olive.app).get("/posts/walls-come-down").response.get_data()
    )


def test_a_campaign_begins_from_a_public_post(olive: StaffReader, mo: StaffReader) -> None:
    address = published(olive, mo)
    words, door = "Start a campaign from this post", "/staff/campaigns/new?post=walls-come-down"

    for page in ("/staff/posts/", address, f"{address}/edit"):
        links = [a["href"] for a in olive.get(page).soup.select("a") if a.get_text() == words]
        assert links == [door], page
        assert words not in mo.get(page).text


def test_a_seed_never_takes_over_what_staff_wrote(olive: StaffReader) -> None:
    write(olive)

    with pytest.raises(SlugTaken):
        factories.post("walls-come-down", title="From seeds/")

    assert only_post().state is State.DRAFT
