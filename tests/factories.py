"""What the tests talk about, with honest defaults: only what matters is written in a test.

The cast: Olive organises, Sam signs, Lena writes letters, Mo moderates, Xan has no rights here.
"""

import io
import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import select

from campaign.accounts import queries as account_queries
from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.campaigns import images, imaging, services as campaigns, taking_down
from campaign.campaigns.image_models import CampaignImage
from campaign.campaigns.models import Campaign, CampaignMember, CampaignTranslation
from campaign.campaigns.rules import AT_ONCE, Outcome
from campaign.letters import services as letters
from campaign.letters.case import (
    Ask,
    Case,
    Fact,
    Need,
    Passage,
    Passages,
    Person,
    Point,
    Source,
    Target,
)
from campaign.letters.models import LetterAction
from campaign.lib import meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.hiding import Because
from campaign.lib.vault import vault
from campaign.petitions import services as petitions, setting_aside, signing, taking_up, wording
from campaign.petitions.models import Petition, Signature
from campaign.posts import services as posts
from campaign.posts.models import Post

_number = itertools.count(1)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def post(slug: str = "", **changes: Any) -> Post:
    """A published post."""
    values = {
        "title": "A wall comes down",
        "published_on": date(2019, 1, 9),
        "summary": "What happened, in a sentence.",
        "body": "It happened **yesterday**.",
        "source_note": "From [a source](https://example.org/).",
        "topics": [],
    }
    with transaction():
        return posts.seed(slug or f"post-{next(_number)}", **{**values, **changes})


_CAMPAIGN = {
    "title": "Open the archive",
    "ask": "The archive must open its doors.",
    "story": "It closed them.",
    "country": "CA",
    "topics": [],
    "posts": {},
}


def campaign(slug: str = "", **changes: Any) -> Campaign:
    """An open campaign, without petition or letters."""
    values = {**_CAMPAIGN, "opens_at": NOW - timedelta(days=100), **changes}
    with transaction():
        made = campaigns.write(slug or f"campaign-{next(_number)}", **values)
        campaigns.open_(made)
    return made


FRENCH = {
    "title": "Ouvrez les archives",
    "ask": "Les archives doivent ouvrir leurs portes.",
    "story": "On les a fermées.",
    "notice": "",
    "outcome_text": "",
    "image_alt": "",
    "addressee": "la gardienne des archives",
    "statement": "Nous vous demandons d’ouvrir les archives.",
}


def translation(of: Campaign, language: str = "fr", **changes: Any) -> CampaignTranslation:
    """The campaign in French; without a petition two of its words stand for nothing."""
    with transaction():
        return wording.translate(
            of,
            language,
            {**FRENCH, **changes},
            translated_from=meanwhile.fingerprint(wording.original(of)),
            reason=None,
            now=NOW,
        )


def image_file(size: tuple[int, int] = (1200, 800)) -> bytes:
    """A JPEG that shows red above blue."""
    file = io.BytesIO()
    drawn = Image.new("RGB", size, (200, 30, 30))
    drawn.paste((30, 30, 200), (0, size[1] // 2, *size))
    drawn.save(file, "JPEG")
    return file.getvalue()


def image(of: Campaign, **changes: Any) -> CampaignImage:
    """An image of the campaign, put there by somebody of its team."""
    values = {
        "alt": "Ada Adil before a closed door.",
        "credit": "Photo: Sam Signer, CC BY 4.0",
        "seen": images.fingerprint(None),
        "by": account(team_of=[of]),
        "now": NOW,
    }
    with transaction():
        return images.put(of, imaging.pictures(image_file()), **{**values, **changes})


def draft(slug: str = "", **changes: Any) -> Campaign:
    """A campaign that nobody but its team has seen, with a petition that lacks nothing."""
    values = {**_CAMPAIGN, "opens_at": AT_ONCE, **changes}
    with transaction():
        made = campaigns.write(slug or f"draft-{next(_number)}", **values)
    petition(made)
    return made


def petition(of: Campaign | None = None, **changes: Any) -> Petition:
    """An open petition that asks for all it can."""
    values = {
        "addressee": "the keeper of the archive",
        "statement": "We ask you to open the archive.",
        "goal": None,
        "asks_country": True,
        "asks_postcode": True,
        "asks_comment": True,
        "now": NOW,
    }
    of = of or campaign()
    with transaction():
        return petitions.put_to(of, **{**values, **changes})


#: As many different beginnings as a section needs passages.
_BEGINNINGS = (
    "Today",
    "Briefly",
    "Openly",
    "Gladly",
    "Plainly",
    "Again",
    "Quietly",
    "Truly",
    "Now",
)


def passages(**changes: Any) -> Passages:
    """Enough English passages for a letter about Ada Adil."""
    several = [Passage(f"{word} somebody thinks of {{called}}.") for word in _BEGINNINGS]
    about = [
        Passage(f"{word} this comes from {{place}}.", needs=(Need.PLACE,)) for word in _BEGINNINGS
    ]
    values = {
        "subject": tuple(Passage(f"{word}: {{person}}") for word in _BEGINNINGS),
        "opening": tuple(several),
        "who": tuple(about),
        "facts": {
            key: Point(
                label=f"The {key}",
                wordings=tuple(
                    Passage(f"{word} the {key} of {{on}} is remembered.")
                    for word in _BEGINNINGS[:4]
                ),
            )
            for key in ("door", "key", "lock", "window")
        },
        "ask": tuple(Passage(f"{word} there are two requests:") for word in _BEGINNINGS),
        "asks": {
            key: tuple(Passage(f"{word} please open the {key}.") for word in _BEGINNINGS[:4])
            for key in ("door", "window")
        },
        "closing": tuple(Passage(f"{word} an answer would be welcome.") for word in _BEGINNINGS),
        "farewell": (Passage("Yours faithfully,"), Passage("Yours sincerely,")),
    }
    return Passages(**{**values, **changes})


def case(**changes: Any) -> Case:
    """A case that volunteers can write about, in English: Ada Adil, who is made up."""
    facts = [
        Fact(
            key=key,
            happened_on=date(2010 + n, 5, 1 + n),
            says=f"The {key} was closed.",
            sources=(Source("A newspaper", "https://example.org/"),),
            checked_on=date(2026, 1, 1),
            always=key == "lock",
        )
        for n, key in enumerate(("door", "key", "lock", "window"))
    ]
    values = {
        "asks": (Ask("door", "open the door"), Ask("window", "open the window")),
        "say": ("Be polite.",),
        "avoid": ("Do not threaten.",),
        "guidance": "One page is enough.",
        "targets": (keeper(), mission()),
        "person": Person(
            name="Ada Adil",
            own_script="倪玉兰",
            script="zh-Hans",
            family_name="Adil",
            called={"en": "Ms. Adil"},
            pronouns={"en": "she/her"},
        ),
        "appeals_before": date(2026, 12, 31),
        "facts": tuple(facts),
        "passages": {"en": passages()},
    }
    return Case(**{**values, **changes})


def keeper(**changes: Any) -> Target:
    """Whom the letters go to."""
    values = {
        "key": "keeper",
        "role": {"en": "Keeper of the archive"},
        "salutation": {"en": "Dear Keeper"},
        "address": ("1 Main Street", "Beijing 100740"),
        "own_address": ("北京市东城区前门东大街9号",),
        "script": "zh-Hans",
        "country": "CN",
    }
    return Target(**{**values, **changes})


def mission() -> Target:
    """Who gets a copy when the writer lives in Canada."""
    return Target(
        key="embassy",
        role={"en": "Ambassador in Canada"},
        salutation={"en": "Dear Ambassador"},
        address=("515 St. Patrick Street", "Ottawa, Ontario K1N 5H3"),
        country="CA",
        copy_only=True,
        for_writers_in="CA",
    )


def letter_action(of: Campaign | None = None, **changes: Any) -> LetterAction:
    """A letter action with one target and a mission, ready to be written about."""
    of = of or campaign()
    with transaction():
        return letters.give_to(of, case(**changes), now=NOW)


def close(of: Campaign, *, at: datetime | None = None, outcome: Outcome = Outcome.ENDED) -> None:
    """Close the campaign."""
    with transaction():
        of.closes_at = at or of.closes_at
        campaigns.close(of, outcome=outcome, outcome_text="It is over.", now=at or utc_now())


def hide(of: Campaign) -> None:
    """A moderator takes the campaign down."""
    mo = account("moderator", "Mo")
    with transaction():
        taking_down.take_down(of, because=Because.FACTS, words="Look again.", by=mo, now=NOW)


def sign(of: Petition, email: str = "sam@example.org", **changes: Any) -> Signature:
    """Sam signs, and has not confirmed yet."""
    values = {"name": "Sam Signer", "country": "CA", "language": "en", "now": NOW, **changes}
    with transaction():
        signing.send_in(signing.prepare(of, email=email, **values))
        (ref,) = taking_up.take_up(values["now"])
    return db.session.scalars(select(Signature).where(Signature.ref == ref)).one()


def take_up() -> None:
    """A worker makes signatures of what was sent in by the form."""
    taking_up.take_up_due(utc_now())


def signatures() -> list[Signature]:
    """All that there are as soon as a worker has been here."""
    take_up()
    return list(db.session.scalars(select(Signature)))


def confirm(signature: Signature, *, now: datetime = NOW) -> int | None:
    """The owner presses the button."""
    with transaction():
        return signing.confirm(signature, now=now)


def confirmed(of: Petition, email: str = "sam@example.org", **changes: Any) -> Signature:
    """Sam has signed and confirmed."""
    signature = sign(of, email, **changes)
    confirm(signature, now=changes.get("now", NOW))
    return signature


def not_counted(of: Petition) -> None:
    """Four signatures: one waits to be confirmed, one is held, one taken back, one voided."""
    sign(of, "pending@example.org")
    names = ("held", "withdrawn", "voided")
    held, withdrawn, voided = (confirmed(of, f"{name}@example.org") for name in names)
    with transaction():
        setting_aside.hold(held, reason="?", now=NOW)
        petitions.withdraw(withdrawn, now=NOW)
        setting_aside.void(voided, reason="?", now=NOW)


#: What the app of every account with a second step was told.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#: What every account in the tests has for a password, and its hash as tests make it (conftest.py).
PASSWORD = "three lamps by the harbour"
_HASH = (
    "$argon2id$v=19$m=64,t=1,p=1$aDT5mucXwsx7rFoWfHtwrQ$Fl0zScBpvmFoY4L+YG0hL66MN8dafLe/V5b01/KpoA0"
)


def account(
    role: str = "organiser",
    name: str = "Olive",
    *,
    team_of: Sequence[Campaign] = (),
    second_step: bool | None = None,
    **changes: Any,
) -> Account:
    """Somebody who has joined; administrators have the second step unless told otherwise."""
    number = next(_number)
    email = changes.pop("email", f"{name.lower()}-{number}@example.org")
    if second_step is None:
        second_step = role == "administrator"
    values = {
        "name": name,
        "role": Role(role),
        "email_key": account_queries.key_of(email),
        "envelope": vault().seal({"email": email}),
        "password": _HASH,
        "second_step": vault().seal({"secret": SECRET}) if second_step else None,
        "invited_at": NOW,
        "joined_at": NOW,
    }
    with transaction():
        made = Account(**{**values, **changes})
        db.session.add(made)
        db.session.flush()
        db.session.add_all(CampaignMember(campaign_id=of.id, account_id=made.id) for of in team_of)
    return made
