"""What is asked of voiding runs and corrections."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from campaign.lib.db import any_of, db
from campaign.lib.paging import Page, page_of
from campaign.petitions.models import Petition
from campaign.petitions.voiding_models import TotalCorrection, VoidingPart, VoidingRun

PAGE_SIZE = 30

#: Made once: every reader of the page of a corrected petition asks it.
_PUBLISHED = (
    select(TotalCorrection)
    .where(TotalCorrection.petition_id == bindparam("petition"), TotalCorrection.words.is_not(None))
    .order_by(TotalCorrection.published_at.desc(), TotalCorrection.id.desc())
)
#: Whether a petition has any, for statements that ask for more than that.
ANY_PUBLISHED = any_of(
    TotalCorrection.petition_id == Petition.id, TotalCorrection.words.is_not(None)
)


def run_by_number(number: int) -> VoidingRun | None:
    """The run with that number."""
    return db.session.scalar(
        select(VoidingRun)
        .where(VoidingRun.id == number)
        .options(selectinload(VoidingRun.parts).joinedload(VoidingPart.petition))
    )


def runs(page: int) -> Page[VoidingRun]:
    """All runs, the newest first."""
    newest = select(VoidingRun).order_by(VoidingRun.id.desc())
    return page_of(
        newest.options(selectinload(VoidingRun.parts), joinedload(VoidingRun.by)),
        number=page,
        size=PAGE_SIZE,
    )


def by_number(number: int) -> TotalCorrection | None:
    """The correction with that number, published or not."""
    return db.session.get(TotalCorrection, number)


def unpublished(run: VoidingRun | None = None) -> Sequence[TotalCorrection]:
    """Corrections that wait for their words, the oldest first; of that run alone, or all."""
    waiting = (
        select(TotalCorrection).where(TotalCorrection.words.is_(None)).order_by(TotalCorrection.id)
    )
    if run:
        waiting = waiting.where(TotalCorrection.run_id == run.id)
    campaign = joinedload(TotalCorrection.petition).joinedload(Petition.campaign)
    return db.session.scalars(waiting.options(campaign)).all()


def of(petition: Petition) -> Sequence[TotalCorrection]:
    """What the public was told of this petition's total, the latest first."""
    return db.session.scalars(_PUBLISHED, {"petition": petition.id}).all()
