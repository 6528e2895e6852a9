"""What is asked of updates, and of those who want them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from campaign.accounts.models import Account
from campaign.campaigns.models import IS_PUBLIC, Campaign
from campaign.lib.db import db
from campaign.mail import queries as outbox
from campaign.mail.queries import Progress
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State as SignatureState
from campaign.updates.models import Update
from campaign.updates.rules import WAITING, State


def of_campaign(campaign: Campaign) -> Sequence[Update]:
    """Its updates, the newest first."""
    return db.session.scalars(
        select(Update).where(Update.campaign_id == campaign.id).order_by(Update.id.desc())
    ).all()


def by_number(campaign: Campaign, number: int) -> Update | None:
    """The campaign's update with that number."""
    update = db.session.get(Update, number)
    return update if update and update.campaign_id == campaign.id else None


def begun_by(press: str) -> Update | None:
    """The update that this press of a button has begun."""
    return db.session.scalar(select(Update).where(Update.press == press))


def wrote(account: Account, update: Update) -> bool:
    """Whether this account wrote its words last."""
    return update.author_id == account.id


def awaiting_review() -> Sequence[Update]:
    """What moderators have to decide, the longest waiting first."""
    return db.session.scalars(
        select(Update)
        .where(Update.state == State.IN_REVIEW)
        .options(joinedload(Update.author))
        .order_by(Update.submitted_at, Update.id)
    ).all()


def other_waiting(update: Update) -> Update | None:
    """The other update of its campaign that waits to be decided about or sent, if there is one."""
    return db.session.scalar(
        select(Update).where(
            Update.campaign_id == update.campaign_id,
            Update.id != update.id,
            Update.state.in_(WAITING),
            Update.began_at.is_(None),
        )
    )


def last_began_at(campaign: Campaign) -> datetime | None:
    """When the campaign's latest update began."""
    return db.session.scalar(
        select(func.max(Update.began_at)).where(Update.campaign_id == campaign.id)
    )


def progress(update: Update) -> Progress:
    """How many of its mails wait, are delivered, or failed for good."""
    if update.ended_at:
        return Progress(0, update.delivered or 0, update.failed or 0)
    return outbox.progress(update.sending)


def supporters(campaign: Campaign, *, after: int = 0) -> int:
    """How many confirmed signers want updates; of those whose signatures come `after` that id."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Signature)
            .where(_wants_updates(campaign.id), Signature.id > after)
        )
        or 0
    )


def under_way() -> Sequence[Update]:
    """Updates that have begun and not ended. While its campaign is hidden, one rests."""
    return db.session.scalars(
        select(Update)
        .join(Campaign)
        .where(
            Update.began_at.is_not(None),
            Update.ended_at.is_(None),
            or_(
                Update.state == State.STOPPED,
                and_(Update.state == State.APPROVED, IS_PUBLIC),
            ),
        )
        .order_by(Update.id)
        .execution_options(populate_existing=True)
    ).all()


def next_supporters(update: Update, most: int) -> Sequence[Signature]:
    """The next who want it, in the order of their signatures."""
    return db.session.scalars(
        select(Signature)
        .where(_wants_updates(update.campaign_id), Signature.id > update.reached)
        .order_by(Signature.id)
        .limit(most)
        .execution_options(populate_existing=True)
    ).all()


def still_want_updates(signatures: Sequence[Signature]) -> set[int]:
    """The ids of those who want updates in this very transaction.

    Nobody changes their mind until it ends; then their mails are there to be taken back.
    """
    ids = [signature.id for signature in signatures]
    return set(
        db.session.scalars(
            select(Signature.id)
            .where(Signature.id.in_(ids), _is_a_supporter())
            .order_by(Signature.id)
            .with_for_update(read=True)
        )
    )


def _wants_updates(campaign_id: int) -> ColumnElement[bool]:
    petition = select(Petition.id).where(Petition.campaign_id == campaign_id).scalar_subquery()
    return and_(Signature.petition_id == petition, _is_a_supporter())


def _is_a_supporter() -> ColumnElement[bool]:
    return and_(Signature.state == SignatureState.CONFIRMED, Signature.wants_updates)
