"""Decisions: each with its room's own deed, one of a hundred, told, mailed, taken back."""

import contextvars
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.accounts.rules import OwnThing, Role
from campaign.campaigns import moving, taking_down as campaigns_down
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import AT_ONCE, State
from campaign.letters.models import Posted
from campaign.letters.rules import PostedState
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.hiding import Because
from campaign.lib.refusals import Busy, Refused
from campaign.mail import delivery
from campaign.moderation import deciding
from campaign.moderation.kinds import DECIDABLE
from campaign.moderation.queue_models import Decision, Reason
from campaign.moderation.queue_rules import (
    ClaimedByOther,
    DecidedMeanwhile,
    MailHasGone,
    MovedOn,
    TooLateToUndo,
    Verdict,
)
from campaign.moderation.rules import UNDO
from campaign.paper.models import PaperBatch
from campaign.paper.rules import State as PaperState
from campaign.posts import taking_down as posts_down
from campaign.posts.models import Post
from campaign.posts.rules import State as PostState
from campaign.updates import sending, services as updates
from campaign.updates.models import Update
from campaign.updates.rules import State as UpdateState
from tests import factories
from tests.conftest import mo
from tests.moderation.queueing import (
    QUEUE,
    address,
    campaign,
    decisions,
    held_letters,
    join,
    letters_counted,
    mira,
    olive,
    paper,
    post,
    reason,
    state,
    told,
    update,
    waiting_campaign,
    waiting_post,
)
from tests.outgoing import mails
from tests.paper.entering import enter
from tests.staff import StaffReader

__all__ = ["campaign", "mira", "mo", "olive", "paper", "post", "reason", "told", "update"]

Thing = Campaign | Post | Update | Posted


def decide(kind: str, thing: Thing, verdict: Verdict, by: Account, **more: object) -> Decision:
    """Read it and decide, as one moderator."""
    of = DECIDABLE[kind]
    values = {"reason": None, "words": "", "note": "", "seen": of.seen(thing), "now": utc_now()}
    if verdict is not Verdict.APPROVE and of.has_author:
        values["words"] = "Because."
    with transaction():
        return deciding.decide(of, thing, verdict, by=by, **{**values, **more})


def undo(decision: Decision, by: Account, *, later: timedelta = timedelta(minutes=1)) -> None:
    with transaction():
        deciding.undo(decision, by=by, now=utc_now() + later)


@pytest.fixture
def account(mo: StaffReader) -> Account:
    """Mo's."""
    assert mo.account
    return mo.account


def test_a_moderator_opens_a_campaign_and_its_team_hears_of_it(
    mo: StaffReader, campaign: Campaign
) -> None:
    page = mo.press(
        mo.get(address("campaign", campaign)),
        "Save the decision",
        verdict="approve",
        note="Checked both sources.",
    )

    assert state(campaign) is State.OPEN
    assert page.address.startswith(QUEUE)
    assert "approved" in page.one("[role=status]").get_text()
    (made,) = decisions()
    assert (made.who, made.verdict, made.note) == ("Mo", "approve", "Checked both sources.")
    (mail,) = mails()
    assert mail["to"] == "olive@example.org"
    assert "Checked both" not in mail["text"]


def test_a_no_needs_words_and_they_are_mailed(
    mo: StaffReader, campaign: Campaign, reason: Reason
) -> None:
    page = mo.get(address("campaign", campaign))
    silent = mo.press(page, "Save the decision", status=422, note="Kept while I slip.")
    assert "Choose what you decide." in silent.one(".summary").get_text()
    assert silent.value("note") == "Kept while I slip."
    unexplained = mo.press(silent, "Save the decision", status=422, verdict="reject")
    assert "the author has to know" in unexplained.one(".summary").get_text()

    mo.press(
        unexplained,
        "Save the decision",
        verdict="reject",
        reason=str(reason.id),
        words="The second figure is wrong too.",
    )

    assert state(campaign) is State.DRAFT
    (mail,) = mails()
    for words in ("This was rejected.", "Name your sources.", "The second figure is wrong too."):
        assert words in mail["text"]
    assert "Kept while I slip." not in mail["text"]


def test_a_yes_mails_no_words(mo: StaffReader, campaign: Campaign, reason: Reason) -> None:
    page = mo.press(
        mo.get(address("campaign", campaign)),
        "Save the decision",
        status=422,
        verdict="approve",
        words="Well done.",
        reason=str(reason.id),
    )

    assert "Nothing is mailed with a yes." in page.one(".summary").get_text()
    assert state(campaign) is State.IN_REVIEW


def test_nonsense_is_told_and_changes_nothing(mo: StaffReader, campaign: Campaign) -> None:
    page = mo.get(address("campaign", campaign))
    for answers in (
        {"verdict": "burn"},
        {"verdict": "reject", "reason": "999", "words": "x"},
        {"verdict": "reject", "words": "x" * 501},
        {"verdict": "reject", "words": b"\xff\xfe"},
        {"verdict": "approve", "seen": "other"},
    ):
        status = 409 if "seen" in answers else 422
        refused = mo.press(page, "Save the decision", status=status, **answers)
        assert refused.one(".summary")
    assert state(campaign) is State.IN_REVIEW


def test_authors_who_write_in_french_read_french(
    olive: Account, account: Account, reason: Reason
) -> None:
    post = waiting_post(olive, "Un mur tombe", "fr")

    decide("post", post, Verdict.CHANGES, account, reason=reason, words="")

    (mail,) = mails()
    assert "Citez vos sources." in mail["text"]


@pytest.mark.parametrize(
    ("verdict", "ends"), [("approve", PostState.PUBLISHED), ("changes", PostState.DRAFT)]
)
def test_a_post_is_published_or_returned(
    mo: StaffReader, post: Post, verdict: str, ends: PostState
) -> None:
    words = {} if verdict == "approve" else {"words": "Name the day."}

    mo.press(mo.get(address("post", post)), "Save the decision", verdict=verdict, **words)

    assert post.state is ends
    assert post.return_reason == words.get("words")


@pytest.mark.parametrize(
    ("verdict", "ends"), [("approve", UpdateState.APPROVED), ("reject", UpdateState.RETURNED)]
)
def test_an_update_is_approved_or_returned(
    mo: StaffReader, update: Update, verdict: str, ends: UpdateState
) -> None:
    words = {} if verdict == "approve" else {"words": "Say it shorter."}

    mo.press(mo.get(address("update", update)), "Save the decision", verdict=verdict, **words)

    assert update.state is ends
    assert [mail["to"] for mail in mails()] == (["olive@example.org"] if words else [])


@pytest.mark.parametrize(("verdict", "counted"), [("approve", 900), ("reject", 0)])
def test_held_letters_count_or_never_do(
    mo: StaffReader, told: Posted, verdict: str, counted: int
) -> None:
    page = mo.get(address("letters", told))
    assert "More for the author" not in page.text

    mo.press(page, "Save the decision", verdict=verdict)

    assert letters_counted() == counted
    assert told.state is not PostedState.HELD


@pytest.mark.usefixtures("app")
def test_an_office_is_marked_with_the_language_it_is_named_in(mo: StaffReader) -> None:
    role = {"en": "Keeper of the archive", "fr": "Gardienne des archives"}
    told = held_letters(targets=(factories.keeper(role=role),))

    office = mo.get(f"/fr{address('letters', told)}").one("dd bdi[lang]")

    assert (office.get_text(), office["lang"]) == ("Gardienne des archives", "fr")


def test_the_next_item_of_the_same_filter_follows_and_is_claimed(
    mo: StaffReader, mira: StaffReader, olive: Account, campaign: Campaign
) -> None:
    waiting_post(olive, "First post")
    second = waiting_post(olive, "Second post")
    waiting_post(olive, "Third post")
    mira.press(mira.get(address("post", second)), "Tell colleagues that I look at it")
    page = mo.get(mo.get(f"{QUEUE}?kind=post").link("First post"))

    following = mo.press(page, "Save the decision", verdict="approve")

    assert following.h1 == "Third post", "Mira has the second"
    assert "Mo is looking at it" in mira.get(following.address.partition("?")[0]).text
    last = mo.press(following, "Save the decision", verdict="approve")
    assert last.h1 == "Queue"
    assert "kind=post" in last.address


def test_deed_and_decision_are_written_both_or_neither(
    app: Flask, campaign: Campaign, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("campaign.moderation.claiming.release", fail)
        with pytest.raises(RuntimeError):
            decide("campaign", campaign, Verdict.APPROVE, account)
    with monkeypatch.context() as broken:
        broken.setattr("campaign.campaigns.mails.your_campaign_was_accepted", fail)
        with pytest.raises(RuntimeError):
            decide("campaign", campaign, Verdict.APPROVE, account)

    assert state(campaign) is State.IN_REVIEW
    assert decisions() == []
    assert mails() == []


def test_of_a_hundred_presses_at_once_one_decides(
    app: Flask, campaign: Campaign, account: Account
) -> None:
    kind = DECIDABLE["campaign"]
    number, seen, results = campaign.id, kind.seen(campaign), Counter[str]()
    mo = account.id
    db.session.rollback()
    start = threading.Barrier(100)

    def press(verdict: Verdict) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    deciding.decide(
                        kind,
                        kind.find(number),
                        verdict,
                        seen=seen,
                        reason=None,
                        words="No." if verdict is Verdict.CHANGES else "",
                        note="",
                        by=db.session.get_one(Account, mo),
                        now=utc_now(),
                    )
                results["decided"] += 1
            except Busy:
                results["busy"] += 1
            except Refused as refusal:
                results[type(refusal).__name__] += 1

    verdicts = [Verdict.APPROVE, Verdict.CHANGES] * 50
    threads = [
        threading.Thread(target=contextvars.Context().run, args=(press, verdict))
        for verdict in verdicts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results["decided"] == 1
    assert set(results) <= {"decided", "DecidedMeanwhile", "busy"}
    assert sum(results.values()) == 100
    assert len(decisions()) == len(mails()) == 1
    notes = select(TrailEntry).where(TrailEntry.deed.in_(["campaign.opened", "campaign.sent-back"]))
    assert len(db.session.scalars(notes).all()) == 1


def test_whoever_comes_second_reads_who_decided_what(
    mo: StaffReader, mira: StaffReader, campaign: Campaign
) -> None:
    page = mira.get(address("campaign", campaign))
    mo.press(
        mo.get(address("campaign", campaign)), "Save the decision",
        verdict="changes", words="Name the day.", note="I know the team.",
    )  # fmt: skip

    late = mira.press(page, "Save the decision", status=409, verdict="approve")

    assert late.h1 == "This does not wait"
    assert "Somebody was quicker" in late.one(".summary").get_text()
    for words in ("Mo : changes asked for", "Name the day.", "I know the team."):
        assert words in late.text
    assert state(campaign) is State.DRAFT


def test_who_decided_on_the_page_of_the_thing_itself_is_told_too(
    mo: StaffReader, mira: StaffReader, campaign: Campaign
) -> None:
    page = mira.get(address("campaign", campaign))
    mo.press(mo.get("/staff/campaigns/archive"), "Open this campaign")

    late = mira.press(page, "Save the decision", status=409, verdict="approve")

    assert "Mo decided about it on its own page" in late.text


def test_another_batch_of_the_campaign_leaves_a_decision_in_sight_and_undoable(
    mo: StaffReader, olive: Account, paper: PaperBatch
) -> None:
    other = enter(paper.petition, olive, 800, now=utc_now())
    page = f"{QUEUE}paper/{paper.id}"
    mo.press(mo.get(page), "Save the decision", verdict="approve")
    mo.press(
        mo.get(f"{QUEUE}paper/{other.id}"), "Save the decision", verdict="reject", words="Too many."
    )

    decided = mo.get(page)
    mo.press(decided, "Undo")

    assert "Mo : approved" in decided.text
    assert db.session.get_one(PaperBatch, paper.id).state is PaperState.HELD


def test_nothing_is_decided_while_a_colleague_looks_at_it(
    mo: StaffReader, mira: StaffReader, campaign: Campaign
) -> None:
    page = mira.get(address("campaign", campaign))
    mo.press(mo.get(address("campaign", campaign)), "Tell colleagues that I look at it")

    late = mira.press(page, "Save the decision", status=409, verdict="approve")

    assert "Mo is looking at it" in late.text
    assert state(campaign) is State.IN_REVIEW
    with pytest.raises(ClaimedByOther):
        decide("campaign", campaign, Verdict.APPROVE, mira.account or factories.account())


def test_what_was_changed_meanwhile_is_read_again(mo: StaffReader, post: Post) -> None:
    page = mo.get(address("post", post))
    with transaction():
        post.body = "Something else."

    refused = mo.press(
        page, "Save the decision", status=409, verdict="changes", words="Longer, please."
    )

    assert "was changed while you had the page open" in refused.one(".summary").get_text()
    assert refused.value("words") == "Longer, please."
    mo.press(refused, "Save the decision", verdict="changes", words="Longer, please.")
    assert post.state is PostState.DRAFT


def test_what_the_room_refuses_is_told(mo: StaffReader, campaign: Campaign) -> None:
    with transaction():
        campaign.story = ""

    page = mo.press(
        mo.get(address("campaign", campaign)),
        "Save the decision",
        status=422,
        verdict="approve",
    )

    assert "Something is still missing" in page.one(".summary").get_text()
    assert "Tell the story." in page.text


def test_nobody_decides_about_their_own_thing_but_administrators(
    app: Flask, mo: StaffReader, ada: StaffReader, account: Account
) -> None:
    assert ada.account
    mine = waiting_campaign("mine", account)
    page = mo.press(
        mo.get(address("campaign", mine)),
        "Save the decision",
        status=409,
        verdict="approve",
    )
    assert "You made this yourself." in page.one(".summary").get_text()
    other = factories.account()
    with transaction():
        join(mine, other)

    mo.press(mo.get(address("campaign", mine)), "Save the decision", verdict="approve")

    assert state(mine) is State.OPEN, "somebody else is in the team"
    hers = waiting_post(ada.account)
    ada.press(ada.get(address("post", hers)), "Save the decision", verdict="approve")
    noted = select(TrailEntry.who).where(TrailEntry.deed == "decision.about-own")
    assert db.session.scalars(noted).all() == ["Ada"]


@pytest.mark.parametrize(
    "changes",
    [{"disabled_at": utc_now()}, {"password": None, "joined_at": None}],
    ids=["disabled", "has not joined"],
)
def test_a_colleague_who_cannot_sign_in_makes_it_no_less_ones_own(
    app: Flask, account: Account, changes: dict[str, Any]
) -> None:
    mine, other = waiting_campaign("mine", account), factories.account(**changes)
    with transaction():
        join(mine, other)

    with pytest.raises(OwnThing):
        decide("campaign", mine, Verdict.APPROVE, account)

    decide("campaign", mine, Verdict.APPROVE, factories.account("moderator", "Mira"))


@pytest.mark.parametrize("hides", [False, True])
@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("kind", [name for name, kind in DECIDABLE.items() if kind.has_author])
def test_whoever_made_something_of_any_kind_gives_no_verdict_about_it(
    request: pytest.FixtureRequest,
    olive: Account,
    reason: Reason,
    kind: str,
    verdict: Verdict,
    hides: bool,
) -> None:
    thing, of = request.getfixturevalue(kind), DECIDABLE[kind]
    with transaction():
        olive.role, reason.hides = Role.MODERATOR, hides

    with pytest.raises(OwnThing):
        decide(kind, thing, verdict, olive, reason=reason if hides else None)

    assert of.item(thing) is not None
    with transaction():
        olive.role = Role.ADMINISTRATOR
    decide(kind, thing, verdict, olive, reason=reason if hides else None)
    noted = select(TrailEntry.about).where(TrailEntry.deed == "decision.about-own")
    assert db.session.scalars(noted).all() == [of.about(thing)]


@pytest.mark.parametrize("hides", [False, True])
@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("kind", [name for name, kind in DECIDABLE.items() if kind.has_author])
def test_whoever_made_something_takes_no_decision_about_it_back(
    request: pytest.FixtureRequest,
    olive: Account,
    account: Account,
    reason: Reason,
    kind: str,
    verdict: Verdict,
    hides: bool,
) -> None:
    thing, of = request.getfixturevalue(kind), DECIDABLE[kind]
    if verdict not in of.verdicts:
        return
    with transaction():
        olive.role, reason.hides = Role.MODERATOR, hides
    made = decide(kind, thing, verdict, account, reason=reason if hides else None)

    with pytest.raises(OwnThing):
        undo(made, olive)

    assert of.item(thing) is None
    with transaction():
        olive.role = Role.ADMINISTRATOR
    undo(made, olive)
    noted = select(TrailEntry.about).where(TrailEntry.deed == "decision.about-own")
    assert db.session.scalars(noted).all() == [of.about(thing)]


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("kind", list(DECIDABLE))
def test_a_decision_is_taken_back_as_if_it_had_not_been(
    request: pytest.FixtureRequest, account: Account, kind: str, verdict: Verdict
) -> None:
    fixture = {"letters": "told"}.get(kind, kind)
    thing, of = request.getfixturevalue(fixture), DECIDABLE[kind]
    if verdict not in of.verdicts:
        return
    columns = [column.name for column in type(thing).__table__.columns]
    stood = {name: getattr(thing, name) for name in columns}
    item = of.item(thing)
    made = decide(kind, thing, verdict, account)
    assert of.item(thing) is None

    undo(made, account)

    db.session.expire_all()
    assert {name: getattr(thing, name) for name in columns} == stood
    assert of.item(thing) == item
    assert mails() == []
    assert made.undone_at
    decide(kind, thing, verdict, account)
    assert len(decisions()) == 2
    if kind == "letters":
        assert letters_counted() == (900 if verdict is Verdict.APPROVE else 0)


@pytest.mark.parametrize("kind", ["campaign", "post"])
def test_some_reasons_take_it_down_so_that_it_is_not_submitted_again(
    request: pytest.FixtureRequest, account: Account, reason: Reason, kind: str
) -> None:
    with transaction():
        reason.hides = True
    thing = request.getfixturevalue(kind)

    made = decide(kind, thing, Verdict.REJECT, account, reason=reason)

    assert thing.state == "hidden"
    (mail,) = mails()
    assert "Name your sources." in mail["text"]
    undo(made, account)
    assert thing.state == "in_review"
    assert mails() == []
    decide(kind, thing, Verdict.CHANGES, account, reason=reason)
    assert thing.state == "draft", "asking for changes takes nothing down"


@pytest.mark.parametrize("kind", ["campaign", "post"])
def test_undoing_brings_nothing_back_that_a_colleague_has_taken_down(
    request: pytest.FixtureRequest, account: Account, kind: str
) -> None:
    thing = request.getfixturevalue(kind)
    made = decide(kind, thing, Verdict.REJECT, account)
    take_down = {"campaign": campaigns_down, "post": posts_down}[kind].take_down
    with transaction():
        take_down(thing, because=Because.LAW, words="A court.", by=account, now=utc_now())

    with pytest.raises(Refused):
        undo(made, account)

    assert thing.state == "hidden"
    assert decisions()[0].undone_at is None


def test_undo_is_a_button_for_ten_minutes(mo: StaffReader, campaign: Campaign) -> None:
    page = mo.press(mo.get(address("campaign", campaign)), "Save the decision", verdict="approve")
    again = mo.press(page, "Undo")
    assert again.h1 == "Open the archive"
    assert state(campaign) is State.IN_REVIEW
    assert "Opening a campaign undone" in again.text

    late = mo.press(page, "Undo", status=409)
    assert "can no longer be taken back" in late.one(".summary").get_text()
    second = mo.press(again, "Save the decision", verdict="approve")
    with time_machine.travel(utc_now() + timedelta(minutes=10), tick=False):
        assert "Undo" not in mo.get(address("campaign", campaign)).text
        mo.press(second, "Undo", status=409)
    assert state(campaign) is State.OPEN


def test_the_mail_of_a_decision_waits_till_it_cannot_be_taken_back(
    post: Post, account: Account
) -> None:
    made = decide("post", post, Verdict.CHANGES, account)

    assert delivery.deliver_due(utc_now() + timedelta(minutes=9)) == 0
    assert delivery.deliver_due(utc_now() + timedelta(minutes=10, seconds=1)) == 1

    with pytest.raises(MailHasGone):
        undo(made, account)
    assert post.state is PostState.DRAFT
    assert decisions()[0].undone_at is None


def test_what_has_gone_on_is_not_taken_back(
    campaign: Campaign, update: Update, account: Account, olive: Account
) -> None:
    opened = decide("campaign", campaign, Verdict.APPROVE, account)
    petition = factories.petition(campaign)
    factories.sign(petition, now=utc_now())
    with pytest.raises(MovedOn):
        undo(opened, account)

    sent = decide("update", update, Verdict.APPROVE, account)
    sending.send_due(utc_now() + UNDO)
    with pytest.raises(Refused):
        undo(sent, account)

    assert [one.undone_at for one in decisions()] == [None, None]


def test_an_approved_update_goes_to_nobody_as_long_as_that_can_be_taken_back(
    update: Update, account: Account
) -> None:
    made = decide("update", update, Verdict.APPROVE, account)

    sending.send_due(made.at + UNDO - timedelta(seconds=1))
    undo(made, account)

    assert (update.state, update.began_at) == (UpdateState.IN_REVIEW, None)


def test_what_its_author_changed_or_submitted_again_is_not_taken_back(
    campaign: Campaign, update: Update, post: Post, account: Account, olive: Account
) -> None:
    returned = decide("post", post, Verdict.CHANGES, account)
    with transaction():
        post.body = "Mended."
    with pytest.raises(MovedOn):
        undo(returned, account)

    sent_back = decide("campaign", campaign, Verdict.CHANGES, account)
    with transaction():
        moving.submit(campaign, by=olive, now=utc_now())
    with pytest.raises(MovedOn):
        undo(sent_back, account)

    rejected = decide("update", update, Verdict.REJECT, account)
    with transaction():
        newer = updates.write(
            update.campaign, subject="Newer", text="It.", post_id=None, by=olive, now=utc_now()
        )
        updates.submit(newer, seen=DECIDABLE["update"].seen(newer), by=olive, now=utc_now())
    with pytest.raises(Refused):
        undo(rejected, account)
    assert update.state is UpdateState.RETURNED


def test_two_who_take_it_back_at_once_do_it_once(post: Post, account: Account) -> None:
    made = decide("post", post, Verdict.APPROVE, account)
    undo(made, account)

    with pytest.raises(TooLateToUndo):
        undo(made, account)


def test_opening_at_once_is_taken_back_to_opening_at_once(
    campaign: Campaign, account: Account
) -> None:
    made = decide("campaign", campaign, Verdict.APPROVE, account)
    assert campaign.opens_at > AT_ONCE

    undo(made, account)

    assert campaign.opens_at == AT_ONCE


def test_decided_already_is_refused(post: Post, account: Account) -> None:
    seen = DECIDABLE["post"].seen(post)
    decide("post", post, Verdict.APPROVE, account)

    with pytest.raises(DecidedMeanwhile):
        decide("post", post, Verdict.APPROVE, account, seen=seen)
