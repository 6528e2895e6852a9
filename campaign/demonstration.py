"""The demonstration's made-up signers and letters.

Through the services, and the same every time (counted back from today).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from campaign.accounts import (
    passwords,
    queries as accounts,
    second_step,
    services as account_services,
)
from campaign.accounts.rules import Role
from campaign.campaigns.models import Campaign, CampaignMember
from campaign.letters import queries as letters, tally
from campaign.lib import limits, meanwhile
from campaign.lib.db import db, transaction
from campaign.mail import outbox
from campaign.moderation import queries as moderation, reasons
from campaign.paper import services as paper
from campaign.paper.rules import Keepers, Provenance, Row
from campaign.petitions import (
    commenting,
    mails,
    queries,
    services,
    setting_aside,
    signing,
    taking_up,
)
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import CommentState, HeldFor
from campaign.posts import services as posts
from campaign.posts.rules import Words
from campaign.updates import services as updates

#: How many sign which petition.
SIGNERS = {
    "drop-dragonfly": 240,
    "ni-yulan": 110,
    "where-are-they": 70,
    "free-xinjiang-detainees": 40,
}
#: How many letters were posted; the large number is held.
POSTED = {
    "ni-yulan": (3, 1, 24, 1, 2, 120),
    "wang-family-in-peace": (2, 9, 1),
}
#: How many stand on the one sheet.
ON_PAPER = 14
DAYS = 30
#: Who can sign in to the demonstration, all with this password.
PASSWORD = "demonstration only"  # noqa: S105  (printed on the screen)
STAFF = {
    "olive@example.org": ("Olive", Role.ORGANISER),
    "mo@example.org": ("Mo", Role.MODERATOR),
    "ada@example.org": ("Ada", Role.ADMINISTRATOR),
}

#: Given and family names are paired by chance within a row; none is meant to be anybody.
_NAMES = (
    ("Amina Chidi Ngozi Tunde Zainab", "Adeyo Balogu Okaf Umeh", "NG"),
    ("Léa Hugo Chloé Théo Inès", "Morellet Fabrizy Gauvrin Lestrade", "FR"),
    ("Emma Noah Olivia Liam Sophie", "Tremblette McArdin Bouchardy Singhal", "CA"),
    ("Grace Oliver Isla Harry Freya", "Ashdowne Pembry Whitlocke Farrowby", "GB"),
    ("Jonas Mia Felix Lena Paul", "Brandtner Vogelin Kästnick Weißhaupt", "DE"),
    ("María José Lucía Ángel Íñigo", "Peñalver Ibarroz Quintanar Ñuflo", "ES"),
    ("Анна Дмитрий Ольга Иван", "Берёзкина Лугов Соловейко", "KZ"),
    ("Ελένη Γιώργος Μαρία", "Παπαδής Νικολάκης", "GR"),
    ("小明 美玲 志强 雅婷", "林 陈 黄 吴", "TW"),
    ("さくら 蓮 葵", "青柳 北里 森川", "JP"),
    ("서연 민준 지우", "김 박 최", "KR"),
    ("ليلى يوسف مريم عمر", "الهادي النجار السالم", "JO"),
    ("ئايگۈل ئەركىن گۈلنار", "تۇرسۇن ئىمىن", "TR"),
    ("अनन्या रोहन मीरा", "वर्माली शर्मित", "IN"),
    ("נועה דניאל", "לויאן כהנוב", "IL"),
    ("Nguyễn Trần", "Thảo Minh Linh", "VN"),
    ("Aroha Tane", "Parewai", "NZ"),
    ("Suharti", "", "ID"),
)
_COMMENTS = (
    "",
    "",
    "",
    "",
    "Because everybody should be able to look things up without fear.",
    "Parce que le silence ne protège que les puissants.",
    "My family knows what it is to have no news.",
    "A home is where the door stays shut.",
)


def let_staff_in(now: datetime) -> None:
    """Make the three accounts, where there are none; Olive is in the team of every campaign."""
    with transaction():
        for email, (name, role) in STAFF.items():
            if accounts.by_email(email):
                continue
            account = account_services.invite(email, name=name, role=role, by=None, now=now)
            outbox.take_back(f"account:{account.id}")
            account.password = passwords.hashed(PASSWORD)
            account.joined_at = now
            if role is Role.ADMINISTRATOR:
                secret = second_step.new_secret()
                code = second_step.code_of(secret, now)
                second_step.set_up(account, secret=secret, code=code, now=now)
                db.session.refresh(account)
                account.code_used = 0  # whoever is quick signs in with the same code
            if role is Role.ORGANISER:
                everywhere = db.session.scalars(select(Campaign.id))
                db.session.add_all(
                    CampaignMember(campaign_id=campaign, account_id=account.id)
                    for campaign in everywhere
                )


def let_things_wait(now: datetime) -> None:
    """Give the moderators something to decide, once: a post and an update of Olive's."""
    olive = accounts.by_email("olive@example.org")
    petition = queries.public_by_slug("drop-dragonfly")
    if olive is None or petition is None or moderation.reasons():
        return
    with transaction():
        reasons.add_usual(by=None, now=now)
        post = posts.write(_POST, by=olive)
        posts.submit(post, now=now - timedelta(days=16))
        update = updates.write(petition.campaign, **_UPDATE, post_id=None, by=olive, now=now)
        seen = meanwhile.fingerprint(update.words)
        updates.submit(update, seen=seen, by=olive, now=now - timedelta(days=12))


#: They say nothing about anybody: what is told about real people comes with its sources.
_POST = Words(
    title="A post that waits for a moderator",
    slug="a-post-that-waits",
    published_on=date(2026, 1, 9),
    byline="",
    summary="It is part of the demonstration: publish it, ask for changes, or reject it.",
    body="Olive has written this, and readers do not see it yet.\n\n> A moderator reads it first.",
    source_note="Made up for the demonstration.",
    language="en",
    topics=(),
)
_UPDATE = {
    "subject": "An update that waits for a moderator",
    "text": "It is part of the demonstration. Whoever asked for updates gets it **once approved**.",
}


def enter_paper(now: datetime) -> None:
    """Olive enters one sheet from a stall, once; two on it have also signed online."""
    olive = accounts.by_email("olive@example.org")
    petition = queries.public_by_slug("drop-dragonfly")
    if olive is None or petition is None or petition.paper_version_id:
        return
    chance = Random("paper")
    people = [
        *_people(chance, "stall", ON_PAPER - 2, now),
        *_people(chance, petition.campaign.slug, 2, now),
    ]
    rows = [
        Row(person.name, person.email, country=person.country, shows_name=chance.random() < 0.45)
        for person in people
    ]
    with transaction():
        paper.enter(petition, _STALL, rows=rows, by=olive, now=now)


_STALL = Provenance(
    sheets=2,
    collected_on=date(2026, 1, 10),
    keepers=Keepers(
        collected_at="A stall at the market, made up for the demonstration",
        collected_by="The Tuesday group",
        kept_by="Olive",
    ),
)


@dataclass(frozen=True)
class _Person:
    """One made-up signer."""

    name: str
    email: str
    country: str
    comment: str
    signed_at: datetime


def demonstrate(now: datetime) -> int:
    """Let the made-up people sign, confirm, withdraw, be held and be voided, and post letters.

    Returns how many signed.
    """
    chance = Random("demonstration")
    total = 0
    for slug, number in SIGNERS.items():
        petition = queries.public_by_slug(slug)
        if petition is None:
            continue
        with transaction():
            people = list(_people(chance, slug, number, now))
            signatures = _sign(chance, petition, people, now)
            for signature, person in zip(signatures, people, strict=True):
                _live(chance, signature, person, now)
            limits.forget(before=now + timedelta(days=1))
        total += len(people)
    for slug, told in POSTED.items():
        action = letters.public_by_slug(slug)
        if action is not None:
            with transaction():
                for number in told:
                    target = action.case.main_targets[0].key
                    tally.tell(action, target=target, letters=number, now=now)
                limits.forget(before=now + timedelta(days=1))
    return total


def _people(chance: Random, slug: str, number: int, now: datetime) -> Iterator[_Person]:
    moments = sorted(now - timedelta(days=DAYS) * chance.random() ** 0.8 for _ in range(number))
    for position, moment in enumerate(moments):
        given, family, country = chance.choice(_NAMES)
        first = chance.choice(given.split())
        last = chance.choice(family.split() or [""])
        yield _Person(
            name=last + first if country in ("TW", "JP", "KR") else f"{first} {last}".strip(),
            email=f"{slug}-{position + 1}@example.org",
            country=country,
            comment=chance.choice(_COMMENTS),
            signed_at=moment,
        )


def _sign(
    chance: Random, petition: Petition, people: Sequence[_Person], now: datetime
) -> list[Signature]:
    """All of them send their form in, and a worker takes all of it up."""
    for person in people:
        prepared = signing.prepare(
            petition,
            name=person.name,
            email=person.email,
            country=person.country,
            comment=person.comment if petition.asks_comment else "",
            shows_name=chance.random() < 0.45,
            wants_updates=chance.random() < 0.3,
            language="fr" if person.country == "FR" else "en",
            source=chance.choice([None, None, "mail", "poster", "mastodon"]),
            now=person.signed_at,
        )
        signing.send_in(prepared)
    refs: list[str] = []
    while taken_up := taking_up.take_up(now):
        refs += taken_up
    # They have no mailbox: what was posted to them is taken back.
    outbox.take_back(*map(mails.about, refs))
    found = db.session.scalars(select(Signature).where(Signature.ref.in_(refs)))
    by_ref = {signature.ref: signature for signature in found}
    return [by_ref[ref] for ref in refs]


def _live(chance: Random, signature: Signature, person: _Person, now: datetime) -> None:
    later = min(now, person.signed_at + timedelta(minutes=chance.randrange(2, 600)))
    _act(
        signature,
        chance.random(),
        later,
        is_recent=now - person.signed_at < timedelta(days=6),
    )
    if now - person.signed_at > timedelta(days=4):
        picks = {signature.ref: signature.signed_at}
        commenting.decide(picks, standing=CommentState.WAITING, to=CommentState.PASSED)


def _act(signature: Signature, fate: float, later: datetime, *, is_recent: bool) -> None:
    """Most confirm; some change their mind, some wait, and a moderator has a little to do."""
    if is_recent and fate > 0.8:
        return
    if fate > 0.97:
        setting_aside.hold(signature, reason=HeldFor.NAME, held_for=HeldFor.NAME, now=later)
        return
    signing.confirm(signature, now=later)
    if fate < 0.03:
        services.withdraw(signature, now=later)
    elif fate < 0.05:
        setting_aside.hold(signature, reason=HeldFor.BURST, held_for=HeldFor.BURST, now=later)
    elif fate < 0.07:
        setting_aside.void(signature, reason="Demonstration: not a name", now=later)
