"""The paper count of a petition, which is what its batches count."""

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from campaign.campaigns.models import Campaign
from campaign.lib.db import db
from campaign.paper import queries
from campaign.paper.models import PaperBatch
from campaign.paper.rules import RowState
from campaign.petitions.models import Petition


def count(batch: PaperBatch, change: int) -> None:
    """Let the batch count so many more or fewer, and its petition too; the petition is locked.

    Where that would take the count below zero, what it is owed is given back first.
    """
    if not change:
        return
    if batch.petition.paper_count + change < 0:
        give_back(batch.petition)
    batch.counted += change
    db.session.flush()
    total = db.session.scalars(
        update(Petition)
        .where(Petition.id == batch.petition_id)
        .values(paper_count=Petition.paper_count + change)
        .returning(Petition.paper_count)
        .execution_options(synchronize_session=False)
    ).one()
    set_committed_value(batch.petition, "paper_count", total)


def give_back(petition: Petition) -> None:
    """Put right what was taken off for doubles that left in a small company."""
    for row in queries.owed(petition):
        row.state = RowState.REMOVED
        count(row.batch, 1)


def put_right(slug: str, *, change: int) -> None:
    """Let the campaign's paper count be what its batches count, though no batch changes."""
    campaign = select(Campaign.id).where(Campaign.slug == slug).scalar_subquery()
    db.session.execute(
        update(Petition)
        .where(Petition.campaign_id == campaign)
        .values(paper_count=Petition.paper_count + change)
    )
