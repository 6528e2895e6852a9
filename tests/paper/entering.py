"""Olive enters what came back from the stall."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.lib.db import db, transaction
from campaign.paper import comparing, queries, services
from campaign.paper.models import PaperBatch
from campaign.paper.rules import Keepers, Provenance, Row
from campaign.petitions.models import Petition
from tests.factories import NOW

ADDRESS = "/staff/campaigns/archive/paper"
#: What is typed about where sheets come from.
TYPED = {
    "collected_on": "2026-02-27",
    "collected_at": "Market square, Halifax",
    "collected_by": "The Tuesday group",
    "sheets": "4",
    "kept_by": "Olive, in the safe",
}
PROVENANCE = Provenance(
    sheets=4,
    collected_on=date(2026, 2, 27),
    keepers=Keepers(
        collected_at="Market square, Halifax",
        collected_by="The Tuesday group",
        kept_by="Olive, in the safe",
    ),
)


def rows(*emails: str) -> list[Row]:
    """A row for each address; the names are made up."""
    return [Row(f"Person {n}", email) for n, email in enumerate(emails, 1)]


def strangers(number: int, *, of: str = "stall") -> list[Row]:
    """So many who have signed nowhere else."""
    return rows(*(f"{of}-{n}@example.org" for n in range(number)))


def enter(
    petition: Petition, by: Account, what: int | Sequence[Row], *, now: datetime = NOW
) -> PaperBatch:
    """Enter a number, or rows."""
    told: dict[str, Any] = {"signatures": what} if isinstance(what, int) else {"rows": what}
    with transaction():
        return services.enter(petition, PROVENANCE, **told, by=by, now=now)


def compare(now: datetime = NOW) -> int:
    """The worker compares what is due."""
    with transaction():
        return comparing.compare_due(now)


def paper_count(petition: Petition) -> int:
    """How many count; and no batch says otherwise."""
    assert queries.drift() == []
    found = db.session.scalar(select(Petition.paper_count).where(Petition.id == petition.id))
    assert found is not None
    return found


def trail() -> list[tuple[str, str, str | None]]:
    """Who did what with paper, and why."""
    entries = db.session.scalars(
        select(TrailEntry).where(TrailEntry.deed.startswith("paper.")).order_by(TrailEntry.id)
    )
    return [(entry.who, entry.deed, entry.reason) for entry in entries]
