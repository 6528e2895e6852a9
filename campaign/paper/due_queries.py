"""What the worker finds due: petitions to compare, and what is to be forgotten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from campaign.campaigns.models import Campaign
from campaign.lib.db import db
from campaign.paper import rules
from campaign.paper.models import PaperBatch, PaperSignature
from campaign.paper.rules import RowState, State
from campaign.petitions.models import Petition
from campaign.petitions.rules import KEPT_AFTER_CLOSING


def to_compare(now: datetime) -> Sequence[Petition]:
    """Petitions of which enough rows wait to be compared, and that were not compared lately."""
    waiting = _waits()
    enough = (
        select(PaperSignature.petition_id)
        .join(PaperSignature.batch)
        .where(PaperBatch.state == State.COUNTED)
        .group_by(PaperSignature.petition_id)
        .having(func.sum(case((waiting, 1), else_=0)) >= rules.COMPANY)
    )
    lately = select(PaperSignature.petition_id).where(
        PaperSignature.compared_at > now - rules.PAUSE
    )
    return db.session.scalars(
        select(Petition)
        .where(Petition.id.in_(enough), Petition.id.not_in(lately))
        .order_by(Petition.id)
    ).all()


def _waits() -> ColumnElement[bool]:
    return and_(
        PaperSignature.compared_at.is_(None),
        PaperSignature.fingerprint.is_not(None),
        PaperSignature.state == RowState.STANDS,
    )


def to_forget(now: datetime, *, most: int) -> Sequence[PaperSignature]:
    """Rows that still hold personal data though their time is over."""
    return db.session.scalars(
        select(PaperSignature)
        .join(PaperSignature.batch)
        .join(Petition, Petition.id == PaperSignature.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(PaperSignature.envelope.is_not(None), _is_over(now))
        .limit(most)
    ).all()


def batches_to_forget(now: datetime, *, most: int) -> Sequence[PaperBatch]:
    """Batches that still tell who collected them though their time is over."""
    return db.session.scalars(
        select(PaperBatch)
        .join(PaperBatch.petition)
        .join(Petition.campaign)
        .where(PaperBatch.keepers.is_not(None), _is_over(now))
        .limit(most)
    ).all()


def _is_over(now: datetime) -> ColumnElement[bool]:
    return or_(
        Campaign.closes_at < now - KEPT_AFTER_CLOSING,
        and_(
            PaperBatch.state == State.REFUSED,
            PaperBatch.decided_at < now - rules.REFUSED_KEPT,
        ),
    )
