"""How a campaign moves from state to state on the staff's pages: one conditional UPDATE."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from campaign.accounts import impartial, trail
from campaign.accounts.models import Account
from campaign.campaigns import queries
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import MOVES, Move, MovedMeanwhile
from campaign.lib.db import db


def move(
    campaign: Campaign,
    what: Move,
    *,
    by: Account,
    now: datetime,
    reason: str | None = None,
    **changes: Any,
) -> None:
    """Make the move, with what else it writes into the row, and note it in the trail.

    Raises MovedMeanwhile.
    """
    start, end = MOVES[what]
    write(campaign, Campaign.state == start, state=end, **changes)
    trail.note(f"campaign.{what}", by=by, about=about(campaign), reason=reason, now=now)


def write(campaign: Campaign, stands: ColumnElement[bool], **values: Any) -> None:
    """Write into the row, if it still stands so: of two presses at once one wins.

    Raises MovedMeanwhile.
    """
    written = db.session.scalars(
        update(Campaign)
        .where(Campaign.id == campaign.id, stands)
        .values(**values)
        .returning(Campaign.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if written is None:
        raise MovedMeanwhile
    db.session.refresh(campaign)


def must_not_be_own(campaign: Campaign, *, by: Account, now: datetime) -> None:
    """Somebody else decides about it. Raises OwnThing."""
    is_own = queries.is_alone_in_team(by, campaign)
    impartial.must_not_be_own(is_own, about=about(campaign), by=by, now=now)


def about(campaign: Campaign) -> str:
    """How the trail speaks of it."""
    return about_slug(campaign.slug)


def about_slug(slug: str) -> str:
    """The same, of the campaign with that slug."""
    return f"campaign:{slug}"
