"""Organisers write, try and submit; moderators decide; nobody else sees any of it."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.campaigns.models import Campaign, CampaignPost
from campaign.campaigns.rules import PostRole
from campaign.lib.db import db, transaction
from campaign.mail import delivery
from campaign.mail.models import Mail
from campaign.petitions.models import Petition
from campaign.updates import queries, rules, services
from campaign.updates.models import Update
from campaign.updates.rules import State
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW
from tests.mail.smtp_server import SmtpServer
from tests.page_reader import PageReader
from tests.staff import StaffReader
from tests.updates.updating import (
    WORDS,
    again,
    approve,
    deeds,
    deliver,
    fingerprint,
    forget_mails,
    send,
    send_all,
)

pytestmark = pytest.mark.usefixtures("clock")

DOOR = "/staff/campaigns/archive/updates"


@pytest.fixture
def supporter(petition: Petition) -> None:
    """One person asked for updates."""
    factories.confirmed(petition, wants_updates=True)
    forget_mails()


def the_update() -> Update:
    """The only one there is."""
    (update,) = db.session.scalars(select(Update))
    return update


@pytest.mark.usefixtures("supporter")
def test_the_whole_trip(
    olive_reads: StaffReader,
    mo_reads: StaffReader,
    smtp: SmtpServer,
    campaign: Campaign,
    clock: time_machine.Traveller,
) -> None:
    overview = olive_reads.get(f"{DOOR}/")
    assert "1 confirmed signer has asked for updates." in overview.text

    form = olive_reads.get(overview.link("Write an update"))
    page = olive_reads.press(form, "Save and see the mail", **WORDS)
    assert "Hello Sam Example," in page.text
    page = olive_reads.press(page, "Submit for approval")
    assert "Waits for a moderator" in page.text
    assert list(queries.awaiting_review()) == [the_update()]

    page = mo_reads.press(mo_reads.get(page.address.split("?")[0]), "Approve and send")
    assert "until then the approval can be taken back" in page.text
    clock.shift(rules.TAKE_BACK)
    assert "within a minute" in mo_reads.get(page.address).text
    send_all()
    deliver()
    send()

    page = olive_reads.get(f"{DOOR}/{the_update().id}")
    assert "Sent" in page.text
    assert "Delivered 1 Failed 0" in page.text
    (arrival,) = smtp.accepted
    assert arrival.message["Subject"] == WORDS["subject"]
    assert deeds() == [
        ("Olive", "update.submitted", "campaign:archive"),
        ("Mo", "update.approved", "campaign:archive"),
        ("Mo", "update.sent", "campaign:archive"),
    ]


def test_a_second_press_lands_on_the_draft_of_the_first(
    olive_reads: StaffReader, campaign: Campaign
) -> None:
    page = olive_reads.get(f"{DOOR}/new")

    begun = [
        olive_reads.press(page, button, **{**WORDS, **words}).address.partition("?")[0]
        for button, words in (
            ("Save draft", {}),
            ("Save draft", {}),
            ("Save and see the mail", {}),
            ("Save draft", {"text": "Typed after going back."}),
        )
    ]

    first, other = db.session.scalars(select(Update).order_by(Update.id))
    assert begun[:3] == [f"{DOOR}/{first.id}/edit"] * 2 + [f"{DOOR}/{first.id}"]
    assert (other.text, begun[3]) == ("Typed after going back.", f"{DOOR}/{other.id}/edit")
    olive_reads.press(olive_reads.get(f"{DOOR}/new"), "Save draft", **WORDS)
    assert db.session.scalar(select(func.count()).select_from(Update)) == 3


def test_two_presses_at_once_begin_one_update(
    app: Flask, campaign: Campaign, olive: Account
) -> None:
    about, author = campaign.id, olive.id
    begun: list[int] = []

    def press() -> None:
        with app.app_context(), transaction():
            of, by = db.session.get_one(Campaign, about), db.session.get_one(Account, author)
            made = services.write(of, **WORDS, post_id=None, key="drawn", by=by, now=NOW)
            begun.append(made.id)

    thread = threading.Thread(target=press)
    with transaction():
        made = services.write(campaign, **WORDS, post_id=None, key="drawn", by=olive, now=NOW)
        thread.start()
        time.sleep(0.3)
    thread.join()

    assert begun == [made.id]
    assert the_update().id == made.id


def test_the_page_shows_the_mail_as_it_is_sent(
    olive_reads: StaffReader, draft: Update, smtp: SmtpServer
) -> None:
    page = olive_reads.get(f"{DOOR}/{draft.id}")

    olive_reads.press(page, "Send a test to me")
    deliver()

    (arrival,) = smtp.accepted
    assert arrival.to == ["olive@example.org"]
    text, html = (str(part.get_content()) for part in arrival.message.iter_parts())
    text = text.replace("\r\n", "\n")
    shown = page.one(".mail-text").get_text()
    first = shown.strip().partition("/my-signature/")[0].replace("Sam Example", "Olive")
    assert first in text
    assert "<strong>moved</strong>" in html
    assert page.one(".sample strong").get_text() == "moved"


@pytest.mark.usefixtures("still")
def test_tests_to_oneself_are_limited(olive_reads: StaffReader, draft: Update) -> None:
    page = olive_reads.get(f"{DOOR}/{draft.id}")
    for _ in range(5):
        olive_reads.press(page, "Send a test to me")

    refused = olive_reads.press(page, "Send a test to me", status=429)

    assert "You have sent yourself many tests." in refused.text
    assert len(db.session.scalars(select(Mail)).all()) == 5


def test_only_a_post_of_the_campaign_can_be_linked(
    olive_reads: StaffReader, campaign: Campaign, draft: Update
) -> None:
    own, other = factories.post("own", title="Its own"), factories.post("other")
    with transaction():
        campaign.post_links = [CampaignPost(post=own, role=PostRole.BACKGROUND)]
    form = olive_reads.get(f"{DOOR}/{draft.id}/edit")

    olive_reads.press(form, "Save draft", status=422, post=str(other.id))
    olive_reads.press(form, "Save draft", status=422, post="9" * 30)
    page = olive_reads.press(form, "Save and see the mail", post=str(own.id))

    assert again(draft).post_id == own.id
    assert page.link("Its own") == "http://campaign.test/posts/own"


@on_one_database
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("subject", "", "Write a subject."),
        ("subject", " \x00\u200b ", "Write a subject."),
        ("subject", "s" * 121, "At most 120 characters, please; this has 121."),
        ("subject", "S\ufffdm", "Some characters could not be read."),
        ("text", "t" * 10_001, "At most 10,000 characters"),
        ("text", "T\ufffdt", "Some characters could not be read."),
        ("post", "nope", "Not a valid choice."),
    ],
)
@pytest.mark.usefixtures("campaign")
def test_a_slip_is_told_at_its_field_and_the_rest_is_kept(
    olive_reads: StaffReader, field: str, value: str, words: str
) -> None:
    form = olive_reads.get(f"{DOOR}/new")

    page = olive_reads.press(form, "Save draft", status=422, **{**WORDS, field: value})

    assert words in page.one(f"#{field}-error").get_text()
    for other in {"subject", "text"} - {field}:
        assert page.value(other) == WORDS[other]
    assert db.session.scalars(select(Update)).all() == []


def test_a_subject_of_several_lines_adds_no_header(olive_reads: StaffReader, draft: Update) -> None:
    form = olive_reads.get(f"{DOOR}/{draft.id}/edit")
    page = olive_reads.press(form, "Save and see the mail", subject="News\r\nBcc: xan@example.org")

    olive_reads.press(page, "Send a test to me")

    message = delivery.message_of(db.session.scalars(select(Mail)).one())
    assert message["Subject"] == "News Bcc: xan@example.org"
    assert "Bcc" not in message


def test_without_text_or_readers_nothing_is_submitted(
    olive_reads: StaffReader, petition: Petition, draft: Update
) -> None:
    page = olive_reads.get(f"{DOOR}/{draft.id}")
    refused = olive_reads.press(page, "Submit for approval", status=409)
    assert "Nobody has asked for updates of this campaign yet" in refused.text

    with transaction():
        again(draft).text = ""
    empty = olive_reads.get(f"{DOOR}/{draft.id}")
    assert "Submit for approval" not in empty.text
    olive_reads.press(page, "Submit for approval", status=409)
    assert again(draft).state is State.DRAFT


def test_the_second_of_two_editors_sees_both_texts(
    app: Flask, olive_reads: StaffReader, campaign: Campaign, draft: Update
) -> None:
    other = StaffReader(app, factories.account("organiser", "Omar", team_of=[campaign]))
    form, others = (who.get(f"{DOOR}/{draft.id}/edit") for who in (olive_reads, other))
    other.press(others, "Save draft", text="Omar was quicker.")

    page = olive_reads.press(form, "Save draft", status=409, text="Olive’s words.")

    assert page.one(".theirs blockquote").get_text() == "Omar was quicker."
    assert page.value("text") == "Olive’s words."
    assert again(draft).text == "Omar was quicker."
    olive_reads.press(page, "Save draft")
    assert again(draft).text == "Olive’s words."
    assert draft.author
    assert draft.author.name == "Olive"


def test_a_post_that_was_taken_off_the_campaign_loses_nobody_s_words(
    app: Flask, olive_reads: StaffReader, campaign: Campaign, draft: Update
) -> None:
    post = factories.post("wall", title="A wall comes down")
    with transaction():
        campaign.post_links = [CampaignPost(post=post, role=PostRole.BACKGROUND)]
    other = StaffReader(app, factories.account("organiser", "Omar", team_of=[campaign]))
    form, others = (who.get(f"{DOOR}/{draft.id}/edit") for who in (olive_reads, other))
    other.press(others, "Save draft", text="Omar was quicker.", post=str(post.id))
    with transaction():
        campaign.post_links = []

    page = olive_reads.press(form, "Save draft", status=409, text="Olive’s words.")

    theirs = [quote.get_text() for quote in page.soup.select(".theirs blockquote")]
    assert theirs == ["Omar was quicker.", "A wall comes down"]
    assert page.value("text") == "Olive’s words."
    olive_reads.press(page, "Save draft")
    assert (again(draft).text, draft.post_id) == ("Olive’s words.", None)


@pytest.mark.usefixtures("supporter")
def test_what_waits_keeps_its_words_until_it_is_taken_back(
    olive_reads: StaffReader, draft: Update
) -> None:
    form = olive_reads.get(f"{DOOR}/{draft.id}/edit")
    olive_reads.press(olive_reads.get(f"{DOOR}/{draft.id}"), "Submit for approval")

    refused = olive_reads.press(form, "Save draft", status=409, text="Other words.")
    assert "This update can no longer be changed." in refused.text
    assert refused.value("text") == "Other words."

    page = olive_reads.get(f"{DOOR}/{draft.id}/edit")
    assert page.address == f"{DOOR}/{draft.id}"
    olive_reads.press(page, "Take it back to change it")
    olive_reads.press(form, "Save draft", text="Other words.")
    assert again(draft).text == "Other words."


@pytest.mark.usefixtures("supporter")
def test_a_moderator_approves_only_what_they_have_read(
    olive_reads: StaffReader, mo_reads: StaffReader, draft: Update
) -> None:
    address = f"{DOOR}/{draft.id}"
    page = olive_reads.press(olive_reads.get(address), "Submit for approval")
    read = mo_reads.get(address)
    olive_reads.press(page, "Take it back to change it")
    form = olive_reads.get(f"{address}/edit")
    changed = olive_reads.press(form, "Save and see the mail", text="Something else.")
    olive_reads.press(changed, "Submit for approval")

    refused = mo_reads.press(read, "Approve and send", status=409)

    assert "The words were changed while you had this page open." in refused.text
    assert again(draft).state is State.IN_REVIEW
    mo_reads.press(refused, "Approve and send")
    assert again(draft).state is State.APPROVED


@pytest.mark.usefixtures("supporter")
def test_a_returned_update_tells_its_author_why_and_can_be_submitted_again(
    olive_reads: StaffReader, mo_reads: StaffReader, draft: Update
) -> None:
    address = f"{DOOR}/{draft.id}"
    olive_reads.press(olive_reads.get(address), "Submit for approval")

    slip = mo_reads.press(mo_reads.get(address), "Return it to the author", status=422)
    assert "Say why: the author has to know what to change." in slip.text
    mo_reads.press(slip, "Return it to the author", reason="Say when it was.")

    (mail,) = db.session.scalars(select(Mail))
    message = delivery.message_of(mail)
    assert message["To"] == "olive@example.org"
    page = olive_reads.get(address)
    assert "Say when it was." in page.text
    olive_reads.press(page, "Submit for approval")
    assert again(draft).state is State.IN_REVIEW
    assert deeds()[1] == ("Mo", "update.returned", "campaign:archive")


@pytest.mark.usefixtures("supporter")
def test_whoever_wrote_an_update_does_not_decide_about_it_unless_they_administer(
    olive_reads: StaffReader, olive: Account, draft: Update
) -> None:
    address = f"{DOOR}/{draft.id}"
    olive_reads.press(olive_reads.get(address), "Submit for approval")
    with transaction():
        olive.role = Role.MODERATOR

    for press, typed in (("Approve and send", {}), ("Return it to the author", {"reason": "No."})):
        refused = olive_reads.press(olive_reads.get(address), press, status=409, **typed)
        assert "You made this yourself." in refused.text
    assert again(draft).state is State.IN_REVIEW

    with transaction():
        olive.role, olive.second_step = Role.ADMINISTRATOR, b"set up"
    olive_reads.press(olive_reads.get(address), "Approve and send")
    assert deeds()[1:] == [
        ("Olive", "decision.about-own", "campaign:archive"),
        ("Olive", "update.approved", "campaign:archive"),
    ]


@pytest.mark.usefixtures("supporter")
def test_of_two_decisions_the_first_stands(
    app: Flask, olive: Account, mo_reads: StaffReader, draft: Update
) -> None:
    with transaction():
        services.submit(draft, seen=fingerprint(draft), by=olive, now=NOW)
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    page, adas = (who.get(f"{DOOR}/{draft.id}") for who in (mo_reads, ada))
    mo_reads.press(page, "Return it to the author", reason="No.")

    late = ada.press(adas, "Approve and send", status=409)

    assert "this update is in another state now" in late.text
    assert again(draft).state is State.RETURNED


@pytest.mark.parametrize("was_approved", [False, True])
def test_a_newer_request_replaces_one_that_has_not_begun(
    approved: Update, campaign: Campaign, olive: Account, was_approved: bool
) -> None:
    if not was_approved:
        with transaction():
            approved.state = State.IN_REVIEW
    with transaction():
        newer = services.write(campaign, **WORDS, post_id=None, by=olive, now=NOW)
    with transaction():
        services.submit(newer, seen=fingerprint(newer), by=olive, now=NOW)

    assert again(approved).state is State.REPLACED
    assert again(newer).state is State.IN_REVIEW


def test_whoever_submits_is_told_first_which_one_that_replaces(
    olive_reads: StaffReader, approved: Update, campaign: Campaign, olive: Account
) -> None:
    with transaction():
        newer = services.write(
            campaign, subject="Newer", text="News.", post_id=None, by=olive, now=NOW
        )

    page = olive_reads.get(f"{DOOR}/{newer.id}")

    assert f"Another update waits: “{approved.subject}”." in page.one(".note").get_text()
    submitted = olive_reads.press(page, "Submit for approval")
    assert "Another update waits" not in submitted.text


def test_one_that_has_begun_is_not_replaced_and_the_next_says_when_it_goes(
    approved: Update,
    campaign: Campaign,
    olive: Account,
    mo: Account,
    app: Flask,
    clock: time_machine.Traveller,
) -> None:
    send()
    clock.shift(timedelta(hours=3))

    second = approve(campaign, olive, mo)

    assert again(approved).is_under_way
    page = StaffReader(app, olive).get(f"{DOOR}/{second.id}")
    assert "2 March 2026, 12:00 UTC: a day after the last update" in page.text


def test_at_most_one_update_of_a_campaign_can_wait(approved: Update, olive: Account) -> None:
    """The database itself refuses a second one."""
    with pytest.raises(IntegrityError), transaction():
        db.session.add(
            Update(
                campaign=approved.campaign,
                state=State.IN_REVIEW,
                subject="Two",
                text="Two",
                changed_at=NOW,
            )
        )


@pytest.mark.parametrize("who", ["olive_reads", "mo_reads"])
def test_organiser_and_moderator_can_stop_it_and_are_told_how_many_had_gone(
    request: pytest.FixtureRequest,
    approved: Update,
    smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
) -> None:
    monkeypatch.setattr(rules, "BATCH", 1)
    send()
    deliver()
    send()
    reader = request.getfixturevalue(who)
    page = reader.get(f"{DOOR}/{approved.id}")
    assert "Still to come 1 Queued 1 Delivered 1 Failed 0" in page.text

    stopped = reader.press(page, "Stop sending")

    assert "Stopped. 1 mail had gone; all others were taken back." in stopped.text
    assert "in another state now" in reader.press(page, "Stop sending", status=409).text


def test_the_list_names_every_state(olive_reads: StaffReader, approved: Update) -> None:
    page = olive_reads.get(f"{DOOR}/")

    assert WORDS["subject"] in page.text
    assert "Approved" in page.text


PAGES = ["/", "/new", "/{number}", "/{number}/edit"]
DEEDS = ["/new", *(f"/{{number}}/{deed}" for deed in ("edit", "test", "submit", "recall", "stop"))]
DECISIONS = ["/{number}/approve", "/{number}/return"]


@pytest.mark.parametrize("path", PAGES)
def test_another_team_does_not_learn_that_there_is_one(
    app: Flask, draft: Update, path: str
) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan", team_of=[factories.campaign()]))

    xan.get(DOOR + path.format(number=draft.id), status=404)


@pytest.mark.parametrize("path", DEEDS)
def test_another_team_does_nothing(app: Flask, draft: Update, path: str) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan", team_of=[factories.campaign()]))

    xan.post(DOOR + path.format(number=draft.id), status=404)

    assert again(draft).state is State.DRAFT


@pytest.mark.parametrize("path", DECISIONS)
def test_organisers_do_not_decide_not_even_their_own(
    olive_reads: StaffReader, draft: Update, path: str
) -> None:
    olive_reads.post(DOOR + path.format(number=draft.id), status=403)


def test_a_moderator_reads_and_does_not_write(mo_reads: StaffReader, draft: Update) -> None:
    assert "Change the words" not in mo_reads.get(f"{DOOR}/{draft.id}").text
    mo_reads.get(f"{DOOR}/")
    mo_reads.get(f"{DOOR}/new", status=403)
    mo_reads.post(f"{DOOR}/{draft.id}/submit", status=403)


@pytest.mark.parametrize("path", [*DEEDS, *DECISIONS])
def test_whoever_is_not_signed_in_does_nothing(
    reader: PageReader, draft: Update, path: str
) -> None:
    reader.sets_cookies = True  # the page to sign in has a session's token
    reader.post(DOOR + path.format(number=draft.id), status=403)

    assert again(draft).state is State.DRAFT


@pytest.mark.parametrize("path", DEEDS)
def test_nothing_happens_without_the_forms_token(
    olive_reads: StaffReader, petition: Petition, approved: Update, path: str
) -> None:
    before = again(approved).state

    olive_reads.post(DOOR + path.format(number=approved.id), status=422)

    assert again(approved).state is before


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_an_update_that_is_none_has_a_page_that_says_so(
    olive_reads: StaffReader, draft: Update, number: str
) -> None:
    olive_reads.get(f"{DOOR}/{number}", status=404)


def test_an_update_is_found_under_its_own_campaign_alone(
    app: Flask, olive_reads: StaffReader, olive: Account
) -> None:
    other = factories.campaign()
    with transaction():
        elsewhere = services.write(other, **WORDS, post_id=None, by=olive, now=NOW)

    olive_reads.get(f"{DOOR}/{elsewhere.id}", status=404)


def test_those_awaiting_review_come_oldest_first(approved: Update, olive: Account) -> None:
    waiting = []
    for hours in (2, 1):
        campaign = factories.campaign()
        factories.confirmed(factories.petition(campaign), wants_updates=True)
        with transaction():
            made = services.write(campaign, **WORDS, post_id=None, by=olive, now=NOW)
        with transaction():
            at = NOW + timedelta(hours=hours)
            services.submit(made, seen=fingerprint(made), by=olive, now=at)
        waiting.append(made)

    assert list(queries.awaiting_review()) == waiting[::-1]
    assert queries.awaiting_review()[0].submitted_at == NOW + timedelta(hours=1)
