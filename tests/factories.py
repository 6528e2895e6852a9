"""What the tests talk about, with honest defaults: only what matters is written in a test.

The cast: Olive organises, Sam signs, Lena writes letters, Mo moderates, Xan has no rights here.
"""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from campaign.campaigns import services as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import Outcome
from campaign.letters import services as letters
from campaign.letters.models import LetterAction
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.petitions import services as petitions, signing
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
        return posts.publish(slug or f"post-{next(_number)}", **{**values, **changes})


def campaign(slug: str = "", **changes: Any) -> Campaign:
    """An open campaign, without petition or letters."""
    values = {
        "title": "Open the archive",
        "ask": "The archive must open its doors.",
        "story": "It closed them.",
        "country": "CA",
        "topics": [],
        "posts": {},
        "opens_at": NOW - timedelta(days=100),
    }
    with transaction():
        made = campaigns.write(slug or f"campaign-{next(_number)}", **{**values, **changes})
        campaigns.open_(made)
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


def letter_action(of: Campaign | None = None) -> LetterAction:
    """A letter action with one target."""
    of = of or campaign()
    with transaction():
        return letters.give_to(
            of,
            asks=["open the doors"],
            say=["Be polite."],
            avoid=["Do not threaten."],
            guidance="One page is enough.",
            targets=[letters.Addressee(role="Keeper of the archive", address=["1 Main Street"])],
        )


def close(of: Campaign, *, at: datetime | None = None, outcome: Outcome = Outcome.ENDED) -> None:
    """Close the campaign."""
    with transaction():
        of.closes_at = at or of.closes_at
        campaigns.close(of, outcome=outcome, outcome_text="It is over.", now=at or utc_now())


def sign(of: Petition, email: str = "sam@example.org", **changes: Any) -> Signature:
    """Sam signs, and has not confirmed yet."""
    values = {"name": "Sam Signer", "country": "CA", "language": "en", "now": NOW}
    with transaction():
        return signing.sign(of, email=email, **{**values, **changes})


def confirm(signature: Signature, *, now: datetime = NOW) -> int | None:
    """The owner presses the button."""
    with transaction():
        return signing.confirm(signature, now=now)


def confirmed(of: Petition, email: str = "sam@example.org", **changes: Any) -> Signature:
    """Sam has signed and confirmed."""
    signature = sign(of, email, **changes)
    confirm(signature, now=changes.get("now", NOW))
    return signature
