"""The list of all that waits: order, ages, filters, claims; who may not see it."""

from datetime import timedelta

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.campaigns import moving
from campaign.campaigns.models import Campaign
from campaign.letters.models import Posted
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.moderation import claiming, queries, queue_rules as rules
from campaign.moderation.queue_rules import Age, ClaimedByOther
from campaign.petitions import setting_aside
from campaign.posts.models import Post
from campaign.updates.models import Update
from tests import factories
from tests.conftest import mo
from tests.moderation.queueing import (
    QUEUE,
    address,
    campaign,
    mira,
    olive,
    post,
    reason,
    told,
    update,
    waiting_campaign,
    waiting_post,
)
from tests.page_reader import Page
from tests.paper.entering import enter
from tests.staff import StaffReader

__all__ = ["campaign", "mira", "mo", "olive", "post", "reason", "told", "update"]


def titles(page: Page) -> list[str]:
    return [link.get_text(strip=True) for link in page.soup.select("main [data-row]")]


def grow_old(thing: Campaign | Post, days: int) -> None:
    with transaction():
        thing.submitted_at = utc_now() - timedelta(days=days, minutes=1)


def test_a_large_number_has_its_separators_in_each_language(
    mo: StaffReader, olive: Account
) -> None:
    enter(factories.petition(), olive, 10_000, now=utc_now())

    assert titles(mo.get(QUEUE)) == ["10,000 signatures on paper"]
    assert titles(mo.get(f"/fr{QUEUE}")) == ["10\u202f000 signatures sur papier"]


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, Age.NEW), (10.9, Age.NEW), (11, Age.SOON), (14, Age.SOON), (14.1, Age.LATE)],
)
def test_what_waits_grows_old(days: float, age: Age) -> None:
    assert rules.age(factories.NOW - timedelta(days=days), factories.NOW) is age


def test_all_rooms_are_in_one_list_the_oldest_first(
    mo: StaffReader, campaign: Campaign, post: Post, update: Update, told: Posted
) -> None:
    grow_old(post, 15)
    grow_old(campaign, 12)

    page = mo.get(QUEUE)

    assert titles(page) == [
        "A wall comes down",
        "Open the archive",
        "News of the dam",
        "900 letters posted",
    ]
    assert "15 days: overdue" in page.one("main li:nth-child(1) .tag.late").get_text()
    assert "12 days: soon overdue" in page.one("main li:nth-child(2) .tag.soon").get_text()
    assert "Waits since today" in page.one("main li:nth-child(3)").get_text()
    assert "By Olive" in page.text
    assert "All 4" in page.one("nav.tabs [aria-current]").get_text()


def test_the_list_is_narrowed_by_kind_campaign_and_language(
    mo: StaffReader, olive: Account, campaign: Campaign, update: Update
) -> None:
    waiting_post(olive, "Un mur tombe", "fr")

    assert titles(mo.get(f"{QUEUE}?kind=post")) == ["Un mur tombe"]
    assert titles(mo.get(f"{QUEUE}?language=fr")) == ["Un mur tombe"]
    assert titles(mo.get(f"{QUEUE}?campaign=dam")) == ["News of the dam"]
    assert titles(mo.get(f"{QUEUE}?campaign=archive&kind=campaign")) == ["Open the archive"]
    assert "Nothing of that waits." in mo.get(f"{QUEUE}?kind=nonsense&page=x").text
    assert "Nothing of that waits." in mo.get(f"{QUEUE}?language=%00&campaign=%ff").text


def test_an_empty_queue_says_so(mo: StaffReader) -> None:
    assert "Nothing waits. Everything is decided." in mo.get(QUEUE).text


def test_long_queues_have_pages(
    mo: StaffReader, olive: Account, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PAGE_SIZE", 1)
    waiting_post(olive)

    second = mo.get(mo.get(QUEUE).link("Next page"))

    assert titles(second) == ["A wall comes down"]
    assert titles(mo.get(f"{QUEUE}?page=99")) == ["A wall comes down"]


def test_the_dashboard_is_told_how_many_wait_since_when(
    campaign: Campaign, olive: Account, post: Post
) -> None:
    grow_old(post, 20)
    now = utc_now()

    waits = queries.waits_of(queries.everything(now), now)

    assert (waits["campaign"].count, waits["campaign"].overdue) == (1, 0)
    assert (waits["post"].count, waits["post"].overdue) == (1, 1)
    assert waits["update"].oldest is None
    total = queries.in_all(waits)
    assert (total.count, total.overdue, total.oldest) == (2, 1, post.submitted_at)


def test_colleagues_see_who_looks_at_it_and_can_take_it_over(
    mo: StaffReader, mira: StaffReader, campaign: Campaign
) -> None:
    page = mo.press(mo.get(address("campaign", campaign)), "Tell colleagues that I look at it")
    assert "You are looking at it." in mo.get(QUEUE).text
    assert "Leave it to others" in page.text

    hers = mira.get(address("campaign", campaign))

    assert "Mo is looking at it" in mira.get(QUEUE).text
    assert "Save the decision" not in hers.text
    taken = mira.press(hers, "Take it over")
    assert "Save the decision" in taken.text
    assert "Mira is looking at it" in mo.get(address("campaign", campaign)).text
    mira.press(taken, "Leave it to others")
    assert "Nobody is looking at it." in mo.get(address("campaign", campaign)).text


def test_whoever_comes_second_is_told_and_takes_nothing(
    mo: StaffReader, mira: StaffReader, campaign: Campaign
) -> None:
    page = mira.get(address("campaign", campaign))
    mo.press(mo.get(address("campaign", campaign)), "Tell colleagues that I look at it")

    late = mira.press(page, "Tell colleagues that I look at it", status=409)

    assert "A colleague is looking at this just now" in late.one(".summary").get_text()
    assert "Mo is looking at it" in late.text


def test_a_claim_lapses_after_half_an_hour(app: Flask) -> None:
    mo, mira = factories.account("moderator", "Mo"), factories.account("moderator", "Mira")
    now = utc_now()
    with transaction():
        claiming.claim("post", 1, by=mo, now=now)
    with pytest.raises(ClaimedByOther), transaction():
        claiming.claim("post", 1, by=mira, now=now + timedelta(minutes=29))

    later = now + timedelta(minutes=30)
    assert claiming.alive(later) == {}
    with transaction():
        claiming.claim("post", 1, by=mira, now=later)

    assert claiming.alive(later)["post", 1].account.name == "Mira"


def test_organisers_and_strangers_see_no_queue(
    app: Flask, olive: Account, campaign: Campaign
) -> None:
    of_olive, stranger = StaffReader(app, olive), StaffReader(app)

    for page in (QUEUE, address("campaign", campaign), f"{QUEUE}reasons/"):
        assert "not for your account" in of_olive.get(page, status=403).text
        assert stranger.get(page).h1 == "Sign in"
    for deed in (address("campaign", campaign), f"{QUEUE}reasons/"):
        of_olive.post(deed, status=403)
        stranger.post(deed, status=403)


def test_what_is_not_there_is_not_found(mo: StaffReader) -> None:
    for page in ("campaign/1", "nonsense/1", "post/2147483647", "post/99999999999"):
        mo.get(f"{QUEUE}{page}", status=404)
    mo.post(f"{QUEUE}decisions/7/undo", status=404)


def test_a_draft_tells_moderators_nothing(mo: StaffReader, olive: Account) -> None:
    draft = factories.draft("secret", title="Nobody has seen this")

    page = mo.get(address("campaign", draft))

    assert page.h1 == "This does not wait"
    assert "Nobody has seen this" not in page.text


def test_buttons_without_their_token_do_nothing(mo: StaffReader, campaign: Campaign) -> None:
    claimed = mo.post(f"{address('campaign', campaign)}/claim", status=422, data={})
    mo.post(address("campaign", campaign), status=422, data={"verdict": "approve"})

    assert "One thing to mend" in claimed.text
    assert "Nobody is looking at it." in claimed.text


def test_every_kind_shows_its_thing_in_full(
    mo: StaffReader, campaign: Campaign, post: Post, update: Update, told: Posted, olive: Account
) -> None:
    for kind, thing, words in (
        ("campaign", campaign, "We ask you to open the archive."),
        ("post", post, "It happened ."),
        ("update", update, "It is closed ."),
        ("letters", told, "Keeper of the archive"),
    ):
        assert words in mo.get(address(kind, thing)).text
    waiting_campaign("second", olive)
    page = mo.get(address("campaign", campaign))
    assert mo.get(page.link("The next"))


@pytest.mark.parametrize(
    ("language", "submitted", "sent_back"),
    [
        ("en", "Campaign submitted", "Campaign sent back"),
        ("fr", "Campagne soumise", "Campagne renvoyée"),
        ("zh-Hans", "行动已提交", "行动已退回"),
        ("ar", "قُدِّمت الحملة", "أُعيدت الحملة إلى فريقها"),
    ],
)
def test_the_history_is_told_in_the_language_of_the_page(
    mo: StaffReader,
    campaign: Campaign,
    olive: Account,
    language: str,
    submitted: str,
    sent_back: str,
) -> None:
    with transaction():
        moving.send_back(campaign, reason="Name the day.", by=olive, now=utc_now())
        moving.submit(campaign, by=olive, now=utc_now())

    page = mo.get(f"{'' if language == 'en' else '/' + language}{address('campaign', campaign)}")

    rows = page.soup.select("main table tr")[1:]
    told = [row.select("td")[2].get_text(strip=True) for row in rows]
    assert told == [submitted, sent_back, submitted]


def test_what_is_decided_elsewhere_is_listed_and_leads_there(
    mo: StaffReader, campaign: Campaign
) -> None:
    petition = factories.petition(factories.campaign("dam", title="Close the dam"))
    for who in ("sam", "lena"):
        held = factories.confirmed(petition, f"{who}@example.org")
        with transaction():
            setting_aside.hold(held, reason="Looks like a test", now=factories.NOW)
    later = factories.NOW + timedelta(days=1)
    factories.confirmed(petition, "nora@example.org", comment="Because.", now=later)

    page = mo.get(QUEUE)

    assert titles(page) == ["2 held signatures", "1 comment", "Open the archive"]
    assert page.link("2 held signatures") == "/staff/signatures/held"
    assert mo.get(page.link("1 comment")).h1 == "Comments"
    assert titles(mo.get(f"{QUEUE}?kind=held&campaign=dam")) == ["2 held signatures"]
    assert titles(mo.get(f"{QUEUE}?kind=reports")) == []
    now = utc_now()
    assert queries.waits_of(queries.everything(now), now)["held"].count == 2
