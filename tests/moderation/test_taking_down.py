"""A moderator takes something down and brings it back: nothing leaks, and nothing is lost."""

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from campaign import seeding
from campaign.accounts.models import Account, TrailEntry
from campaign.accounts.rules import Role
from campaign.campaigns import moving, rules, taking_down
from campaign.campaigns.models import Campaign
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.hiding import Because
from campaign.lib.refusals import Refused
from campaign.mail import delivery
from campaign.mail.models import Mail
from campaign.petitions.models import Petition
from campaign.petitions.owner_links import Purpose, path
from campaign.petitions.rules import State as SignatureState
from campaign.posts.models import Post
from campaign.posts.rules import State as PostState
from campaign.updates import sending
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader
from tests.updates import updating

DESK = "/staff/campaigns/archive"
WHY = {"because": "facts", "words": "The date is wrong.\nPlease check it."}


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign about Zanzibar, with a petition and letters."""
    made = factories.campaign("archive", title="Zanzibar", ask="Zanzibar must open.")
    factories.petition(made)
    factories.letter_action(made)
    return made


@pytest.fixture
def petition(campaign: Campaign) -> Petition:
    return db.session.scalars(select(Petition)).one()


@pytest.fixture
def olive(campaign: Campaign) -> Account:
    return factories.account("organiser", "Olive", team_of=[campaign], email="olive@example.org")


@pytest.fixture
def mo(app: Flask) -> StaffReader:
    return StaffReader(app, factories.account("moderator", "Mo"))


def take_down(mo: StaffReader, address: str = DESK, **answers: str) -> Page:
    page = mo.get(f"{address}/take-down")
    return mo.press(page, "Take it down", **{**WHY, **answers})


def bring_back(mo: StaffReader, address: str = DESK, *, status: int = 200) -> Page:
    return mo.press(mo.get(f"{address}/bring-back"), "Bring it back", status=status)


def typed(page: str) -> int:
    """How often a page repeats what was typed into its search."""
    return page.count('value="zanzibar"') + page.count("q=zanzibar")


def mailed() -> list[tuple[str, str]]:
    """Kind and text of all mails."""
    mails = db.session.scalars(select(Mail).order_by(Mail.id))
    return [
        (mail.kind, str(delivery.message_of(mail).get_body(("plain",)).get_content()))  # type: ignore[union-attr]
        for mail in mails
    ]


def trail() -> list[tuple[str, str, str | None]]:
    entries = db.session.scalars(select(TrailEntry).order_by(TrailEntry.id))
    return [(entry.deed, entry.about, entry.reason) for entry in entries]


def test_a_campaign_is_taken_down_and_brought_back(
    campaign: Campaign, olive: Account, mo: StaffReader, reader: PageReader
) -> None:
    done = take_down(mo)

    assert "Taken down. The team is mailed your words." in done.text
    gone = reader.get("/campaigns/archive", status=410)
    assert gone.h1 == "This page was taken down"
    assert "A fact in it is in doubt and is being checked." in gone.text
    assert "The date is wrong" not in gone.text, "these words are for the team"
    assert "Zanzibar" not in gone.text
    told = StaffReader(reader.app, olive).get(DESK)
    assert "Taken down by a moderator on" in told.text
    assert "The date is wrong. Please check it." in told.text
    assert "Bring it back" not in told.text
    kind, text = mailed()[-1]
    assert kind == "your_campaign_was_taken_down"
    assert "Mo took “Zanzibar” down." in text
    assert "The date is wrong." in text

    back = bring_back(mo)

    assert "It is back where it was." in back.text
    assert reader.get("/campaigns/archive").h1 == "Zanzibar"
    assert mailed()[-1][0] == "your_campaign_is_back"
    assert trail() == [
        ("campaign.taken-down", "campaign:archive", "facts: The date is wrong.\nPlease check it."),
        ("campaign.brought-back", "campaign:archive", None),
    ]


@pytest.mark.parametrize("kind", ["campaign", "post"])
def test_whoever_made_it_does_not_bring_it_back_once_they_moderate(
    app: Flask, campaign: Campaign, mo: StaffReader, kind: str
) -> None:
    olive = factories.account(team_of=[campaign], second_step=True)
    post = factories.post("zanzibar")
    with transaction():
        post.author_id, olive.role = olive.id, Role.MODERATOR
    address = DESK if kind == "campaign" else f"/staff/posts/{post.id}"
    thing, author = {"campaign": campaign, "post": post}[kind], StaffReader(app, olive)
    take_down(mo, address)

    refused = bring_back(author, address, status=409)

    assert "You made this yourself." in refused.one(".summary").get_text()
    db.session.expire_all()
    assert thing.state == "hidden"
    with transaction():
        olive.role = Role.ADMINISTRATOR
    bring_back(author, address)
    assert [deed for deed, *_ in trail()][1:] == ["decision.about-own", f"{kind}.brought-back"]


def test_it_leaks_nowhere(
    campaign: Campaign, petition: Petition, mo: StaffReader, reader: PageReader
) -> None:
    factories.confirmed(petition)
    take_down(mo)

    for address in ("/", "/campaigns/", "/campaigns/?q=zanzibar", "/campaigns.json", "/fr/"):
        found = reader.get(address).response.get_data(as_text=True).lower()
        assert found.count("zanzibar") == typed(found), address
    for address in (".json", "/count.json", "/sign", "/write", "/posted", "/evening", "/signed"):
        page = reader.get(f"/campaigns/archive{address}", status=410)
        assert "zanzibar" not in page.response.get_data(as_text=True).lower(), address
    assert "1 person has signed" not in reader.get("/").text


@pytest.mark.parametrize("before", ["draft", "in_review", "open", "closed"])
def test_it_goes_back_to_exactly_where_it_was(
    app: Flask, mo: StaffReader, reader: PageReader, before: str
) -> None:
    olive = factories.account("organiser", "Olive")
    made = (factories.draft if before in ("draft", "in_review") else factories.campaign)("archive")
    if before == "in_review":
        with transaction():
            moving.submit(made, by=olive, now=utc_now())
    if before == "closed":
        factories.close(made)
    columns = [column.key for column in Campaign.__table__.columns]
    stood = {name: getattr(made, name) for name in columns}

    take_down(mo)
    status = 404 if before in ("draft", "in_review") else 410
    reader.get("/campaigns/archive", status=status)
    bring_back(mo)

    db.session.refresh(made)
    assert {name: getattr(made, name) for name in columns} == stood


def test_signing_and_writing_lose_nothing_that_was_typed(
    campaign: Campaign, mo: StaffReader, reader: PageReader
) -> None:
    form, letter = reader.get("/campaigns/archive"), reader.get("/campaigns/archive/write")
    take_down(mo)

    refused = reader.press(
        form,
        "Sign the petition",
        status=410,
        name="Sam Signer",
        email="sam@example.org",
        comment="For my <b>sister</b>.",
    )

    kept = refused.one("#typed").get_text()
    assert "Sam Signer" in kept
    assert "For my <b>sister</b>." in kept
    assert factories.signatures() == []
    drafting = letter.soup.select("form[method=post]")[0]
    sent = reader.post(str(drafting["action"]), status=410, data={"own_words": "I was there."})
    assert "I was there." in sent.one("#typed").get_text()


def test_confirming_meanwhile_is_kept_and_counts_afterwards(
    campaign: Campaign, petition: Petition, mo: StaffReader, reader: PageReader
) -> None:
    signature = factories.sign(petition, now=utc_now())
    take_down(mo)

    page = reader.get(path(Purpose.CONFIRM, signature.ref))
    assert "The moderators have taken this campaign down for now." in page.text
    done = reader.press(page, "Confirm and count my signature")

    assert done.h1 == "Thank you. Your signature is kept"
    assert "Zanzibar" not in done.text
    again = reader.press(page, "Confirm and count my signature")
    assert again.h1 == "Thank you. Your signature is kept"
    assert reader.get(path(Purpose.CONFIRM, signature.ref)).h1 == again.h1
    assert signature.state is SignatureState.CONFIRMED
    bring_back(mo)
    assert reader.get("/campaigns/archive/count.json").response.get_json()["count"] == 1


def test_the_thanks_page_is_for_those_who_have_just_confirmed(
    campaign: Campaign, mo: StaffReader, reader: PageReader
) -> None:
    take_down(mo)

    reader.get("/campaigns/archive/signed?ticket=nonsense", status=410)


def test_a_campaign_that_nobody_saw_confirms_nothing(
    app: Flask, mo: StaffReader, reader: PageReader
) -> None:
    signature = factories.sign(factories.petition(factories.campaign("archive")), now=utc_now())
    take_down(mo)
    with transaction():
        signature.petition.campaign.hidden_from = rules.State.DRAFT

    page = reader.get(path(Purpose.CONFIRM, signature.ref))

    reader.press(page, "Confirm and count my signature", status=409)


@pytest.mark.parametrize(
    ("button", "state"),
    [
        ("Take my signature back", SignatureState.WITHDRAWN),
        ("Take it back and erase everything", SignatureState.WITHDRAWN),
    ],
)
def test_owners_go_on_having_their_way(
    petition: Petition, mo: StaffReader, reader: PageReader, button: str, state: SignatureState
) -> None:
    signature = factories.confirmed(petition, now=utc_now())
    take_down(mo)

    page = reader.get(path(Purpose.OWN, signature.ref))
    assert "/campaigns/archive" not in [link["href"] for link in page.soup.select("main a")]
    reader.press(page, button)

    assert signature.state is state
    db.session.refresh(petition)
    assert petition.confirmed_count == 0


def test_its_closing_time_passes_meanwhile_and_it_closes_when_it_is_back(
    campaign: Campaign, mo: StaffReader
) -> None:
    closes_at = utc_now() + timedelta(hours=1)
    with transaction():
        campaign.closes_at = closes_at
    take_down(mo)
    later = closes_at + timedelta(hours=1)

    with transaction():
        assert moving.close_due(later) == 0
    with transaction():
        taking_down.bring_back(campaign, by=mo.account, now=later)
    with transaction():
        assert moving.close_due(later) == 1


def test_updates_rest_meanwhile_and_then_go_on(
    campaign: Campaign, petition: Petition, olive: Account, mo: StaffReader
) -> None:
    for who in ("sam", "lena"):
        factories.confirmed(petition, f"{who}@example.org", wants_updates=True)
    updating.forget_mails()
    updating.approve(campaign, olive, mo.account)
    updating.send()
    assert len(updating.queued()) == 2
    take_down(mo)

    with time_machine.travel(utc_now() + timedelta(days=30), tick=False):
        assert updating.send() == 0
        updating.deliver()
        assert [mail.settled_at for mail in updating.queued()] == [None, None]
    bring_back(mo)
    updating.deliver()

    assert [mail.settled_at is None for mail in updating.queued()] == [False, False]


def test_a_worker_who_had_read_of_an_update_adds_no_mail_once_it_is_taken_down(
    campaign: Campaign, petition: Petition, olive: Account, mo: StaffReader
) -> None:
    factories.confirmed(petition, wants_updates=True)
    updating.forget_mails()
    update = updating.approve(campaign, olive, mo.account)
    sending._begin_due(utc_now())
    take_down(mo)

    assert sending._go_on(update, utc_now()) == 0
    assert updating.queued() == []


def test_of_two_who_press_at_once_one_wins(app: Flask, campaign: Campaign) -> None:
    mo, ada = factories.account("moderator", "Mo"), factories.account("administrator", "Ada")
    ids, results = (campaign.id, (mo.id, ada.id)), []
    barrier = threading.Barrier(2)

    def press(account_id: int) -> None:
        with app.app_context():
            it = db.session.get_one(Campaign, ids[0])
            by = db.session.get_one(Account, account_id)
            barrier.wait(10)
            try:
                with transaction():
                    taking_down.take_down(it, because=Because.LAW, words="x", by=by, now=utc_now())
                results.append("done")
            except Refused:
                results.append("refused")

    threads = [threading.Thread(target=press, args=(number,)) for number in ids[1]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["done", "refused"]
    assert [deed for deed, *_ in trail()] == ["campaign.taken-down"]
    db.session.refresh(campaign)
    assert campaign.hidden_from is rules.State.OPEN


def test_a_stale_page_does_nothing_and_says_so(campaign: Campaign, mo: StaffReader) -> None:
    first, second = mo.get(f"{DESK}/take-down"), mo.get(f"{DESK}/take-down")
    mo.press(first, "Take it down", **WHY)

    late = mo.press(second, "Take it down", status=409, **{**WHY, "because": "law"})

    assert "Somebody was quicker" in late.text
    assert late.value("words").replace("\r", "") == WHY["words"]
    mo.get(f"{DESK}/take-down", status=404)
    back = mo.get(f"{DESK}/bring-back")
    mo.press(back, "Bring it back")
    mo.press(back, "Bring it back", status=409)
    mo.get(f"{DESK}/bring-back", status=404)


def test_only_what_was_read_is_brought_back(
    app: Flask, campaign: Campaign, olive: Account, mo: StaffReader, reader: PageReader
) -> None:
    take_down(mo)
    page = mo.get(f"{DESK}/bring-back")
    editor = StaffReader(app, olive)
    editor.press(editor.get(f"{DESK}/edit"), "Save draft", title="Zanzibar, corrected")

    refused = mo.press(page, "Bring it back", status=409)

    assert "The campaign was changed since you opened this page" in refused.text
    reader.get("/campaigns/archive", status=410)
    bring_back(mo)
    assert reader.get("/campaigns/archive").h1 == "Zanzibar, corrected"


@on_one_database
@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"because": "", "words": "It is wrong."}, "Choose a reason."),
        ({"because": "whim", "words": "It is wrong."}, "Not a valid choice"),
        ({"because": "facts", "words": "  \n"}, "Say what is wrong"),
        ({"because": "facts", "words": "x" * 501}, "At most 500 characters"),
    ],
)
def test_a_reason_is_needed(
    campaign: Campaign, mo: StaffReader, answers: dict[str, str], message: str
) -> None:
    slip = mo.press(mo.get(f"{DESK}/take-down"), "Take it down", status=422, **answers)

    assert message in slip.text
    assert slip.value("words") == answers["words"].strip()
    db.session.refresh(campaign)
    assert campaign.state is rules.State.OPEN


def test_who_does_not_moderate_takes_nothing_down(
    app: Flask, campaign: Campaign, olive: Account, reader: PageReader
) -> None:
    post = factories.post()
    editor = StaffReader(app, olive)

    for address in (DESK, f"/staff/posts/{post.id}"):
        for deed in ("take-down", "bring-back"):
            editor.get(f"{address}/{deed}", status=403)
            editor.post(f"{address}/{deed}", status=403, data=WHY)
            assert reader.get(f"{address}/{deed}").h1 == "Sign in"
    assert "Take down" not in editor.get(DESK).text


def test_a_former_address_says_it_too(
    app: Flask, campaign: Campaign, olive: Account, mo: StaffReader, reader: PageReader
) -> None:
    editor = StaffReader(app, olive)
    editor.press(editor.get(f"{DESK}/address"), "Change the address", slug="library")
    take_down(mo, "/staff/campaigns/library")

    assert reader.get("/campaigns/archive", status=410).h1 == "This page was taken down"


def test_a_post_is_taken_down_mended_and_brought_back(
    app: Flask, mo: StaffReader, reader: PageReader
) -> None:
    olive = factories.account("organiser", "Olive", email="olive@example.org")
    post = factories.post("zanzibar", title="Zanzibar")
    with transaction():
        post.author_id = olive.id
    factories.campaign("archive", posts={"background": [post]})
    address, author = f"/staff/posts/{post.id}", StaffReader(app, olive)

    done = take_down(mo, address, because="privacy")

    assert "Taken down. Its author is mailed your words." in done.text
    gone = reader.get("/posts/zanzibar", status=410)
    assert "It tells something about a person who did not agree to it." in gone.text
    for page in ("/", "/posts/", "/posts/?q=zanzibar", "/posts/feed.atom", "/campaigns/archive"):
        found = reader.get(page).response.get_data(as_text=True).lower()
        assert found.count("zanzibar") == typed(found), page
    assert "Mo took your post “Zanzibar” down." in mailed()[-1][1]
    assert "The date is wrong." in author.get(address).text
    stale = mo.get(f"{address}/bring-back")
    form = author.get(author.get(address).link("Correct"))
    author.press(form, "Save the correction", body="Mended.", says="The date was wrong.")
    reader.get("/posts/zanzibar", status=410)

    mo.press(stale, "Bring it back", status=409)
    bring_back(mo, address)

    shown = reader.get("/posts/zanzibar")
    assert "Mended." in shown.text
    assert "The date was wrong." in shown.text
    assert "Zanzibar" in reader.get("/campaigns/archive").text
    assert mailed()[-1][0] == "your_post_is_back"
    assert [deed for deed, *_ in trail()] == [
        "post.taken-down",
        "post.corrected",
        "post.brought-back",
    ]


def test_a_post_in_review_goes_back_to_review_and_was_never_public(
    app: Flask, mo: StaffReader, reader: PageReader
) -> None:
    post = factories.post("zanzibar")
    with transaction():
        post.state, post.submitted_at = PostState.IN_REVIEW, factories.NOW

    take_down(mo, f"/staff/posts/{post.id}")

    reader.get("/posts/zanzibar", status=404)
    mo.get(f"/staff/posts/{post.id}/preview")
    StaffReader(app, factories.account("organiser", "Xan")).get(
        f"/staff/posts/{post.id}", status=404
    )
    bring_back(mo, f"/staff/posts/{post.id}")
    db.session.refresh(post)
    assert (post.state, post.submitted_at) == (PostState.IN_REVIEW, factories.NOW)


def test_a_post_that_is_down_cannot_be_published_submitted_or_deleted(
    app: Flask, mo: StaffReader
) -> None:
    post = factories.post()
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    take_down(mo, f"/staff/posts/{post.id}")

    for deed in ("publish", "submit"):
        page = ada.get(f"/staff/posts/{post.id}/bring-back")
        sent = {"form_token": page.value("form_token"), "seen": page.value("seen")}
        ada.post(f"/staff/posts/{post.id}/{deed}", status=409, data=sent)
    db.session.refresh(post)
    assert post.state is PostState.HIDDEN


def test_loading_the_seeds_again_leaves_it_down(app: Flask, mo: StaffReader) -> None:
    with transaction():
        seeding.seed(demo=True, now=factories.NOW)
    campaign = db.session.scalars(select(Campaign).order_by(Campaign.id)).first()
    post = db.session.scalars(select(Post).order_by(Post.id)).first()
    assert campaign
    assert post
    take_down(mo, f"/staff/campaigns/{campaign.slug}")
    take_down(mo, f"/staff/posts/{post.id}")

    with transaction():
        seeding.seed(demo=True, now=factories.NOW)

    db.session.expire_all()
    assert campaign.state is rules.State.HIDDEN
    assert post.state is PostState.HIDDEN


@pytest.mark.parametrize("lacks", ["hidden_from", "hidden_at", "hidden_because"])
def test_what_is_down_knows_where_from_since_when_and_why(
    campaign: Campaign, mo: StaffReader, lacks: str
) -> None:
    take_down(mo)
    db.session.refresh(campaign)

    setattr(campaign, lacks, None)
    with pytest.raises(IntegrityError):
        db.session.flush()
