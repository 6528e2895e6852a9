"""What the tests of deciding do over and over."""

from sqlalchemy import func, select

from campaign.accounts.models import TrailEntry
from campaign.lib.db import db, transaction
from campaign.petitions import queries, setting_aside, tally_queries
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import HeldFor, State
from tests import factories
from tests.factories import NOW


def held(of: Petition, number: int, **changes: object) -> list[Signature]:
    """So many confirmed signatures that are held."""
    signatures = [
        factories.confirmed(of, f"held-{n}@example.org", name=f"Held {n}", **changes)
        for n in range(number)
    ]
    with transaction():
        for signature in signatures:
            setting_aside.hold(signature, reason="burst", held_for=HeldFor.BURST, now=NOW)
    return signatures


def in_state(state: State) -> int:
    """How many signatures stand so."""
    rows = select(func.count()).select_from(Signature).where(Signature.state == state)
    return db.session.scalars(rows).one()


def deeds(what: str) -> list[tuple[str, str | None]]:
    """The trail's entries of that deed: about what, and why."""
    entries = select(TrailEntry).where(TrailEntry.deed == what).order_by(TrailEntry.id)
    return [(entry.about, entry.reason) for entry in db.session.scalars(entries)]


def diary(signature: Signature) -> list[str]:
    """The deeds in its diary."""
    events = select(SignatureEvent.deed).where(SignatureEvent.signature_id == signature.id)
    return list(db.session.scalars(events.order_by(SignatureEvent.id)))


def all_adds_up() -> None:
    """Counts and tallies are what the rows say."""
    assert queries.drift() == []
    assert tally_queries.tally_drift() == []
