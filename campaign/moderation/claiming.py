"""Claims: a colleague sees who is looking at what. One row a thing, one upsert a claim."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, or_, select

from campaign.accounts.models import Account
from campaign.lib.db import db, upserting
from campaign.moderation.queue_models import Claim
from campaign.moderation.queue_rules import CLAIM_LIFETIME, ClaimedByOther


def claim(kind: str, number: int, *, by: Account, now: datetime, from_others: bool = False) -> None:
    """Tell colleagues that one is looking at it.

    Raises ClaimedByOther while somebody else is, unless it is to be taken over `from_others`.
    """
    mine = {"account_id": by.id, "since": now}
    lapsed = Claim.since <= now - CLAIM_LIFETIME
    upsert = (
        upserting(Claim)
        .values(kind=kind, number=number, **mine)
        .on_conflict_do_update(
            index_elements=["kind", "number"],
            set_=mine,
            where=None if from_others else or_(Claim.account_id == by.id, lapsed),
        )
        .returning(Claim.number)
    )
    if db.session.execute(upsert).one_or_none() is None:
        raise ClaimedByOther
    # Some are never decided here: nothing else would clear them away.
    db.session.execute(delete(Claim).where(lapsed))


def check(kind: str, number: int, *, by: Account, now: datetime) -> None:
    """Raises ClaimedByOther when somebody else is looking at it."""
    found = alive(now).get((kind, number))
    if found is not None and found.account_id != by.id:
        raise ClaimedByOther


def release(kind: str, number: int, *, by: Account | None = None) -> None:
    """Nobody is looking at it any more; or, where it is told, not this one."""
    claims = delete(Claim).where(Claim.kind == kind, Claim.number == number)
    db.session.execute(claims.where(Claim.account_id == by.id) if by else claims)


def alive(now: datetime) -> Mapping[tuple[str, int], Claim]:
    """All claims that hold, by kind and number."""
    found = db.session.scalars(
        select(Claim)
        .where(Claim.since > now - CLAIM_LIFETIME)
        .execution_options(populate_existing=True)
    )
    return {(claim.kind, claim.number): claim for claim in found}
