"""Comparing: whoever has also signed online, or stands in an earlier row, counts once.

Organisers type the addresses, and must not learn from the count who has signed online. So rows
count as they come, and are compared later, once a day at most, when enough of them wait together;
what is told is one number. This does not stop somebody who makes up nine rows to test one address:
but that is slow, one number a day, and stands in the trail under their name, as an export does.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import aliased

from campaign.lib.db import db
from campaign.paper import counting, due_queries, queries, rules, services
from campaign.paper.models import PaperBatch, PaperSignature
from campaign.paper.rules import RowState, State
from campaign.petitions.models import Petition, Signature


def is_due(now: datetime) -> bool:
    """Whether there is anything to compare."""
    return bool(due_queries.to_compare(now))


def compare_due(now: datetime) -> int:
    """Compare the rows of each petition that is due. Returns how many petitions."""
    done = 0
    for petition in due_queries.to_compare(now):
        services.lock(petition)
        if petition in due_queries.to_compare(now):  # unless another worker was quicker
            _compare(petition, now)
            done += 1
    return done


def _compare(petition: Petition, now: datetime) -> None:
    """All its rows anew: a row whose double has gone counts again."""
    ours = PaperSignature.petition_id == petition.id
    is_counted = PaperSignature.batch_id.in_(
        select(PaperBatch.id).where(
            PaperBatch.petition_id == petition.id, PaperBatch.state == State.COUNTED
        )
    )
    # An anonymised row has nothing to be compared by, and stays what it was.
    known = ours & is_counted & PaperSignature.fingerprint.is_not(None)
    doubles = _is_double(petition)
    counting.give_back(petition)
    # What adds comes first: the count is never below zero on the way.
    became = [
        (known & ~doubles, RowState.DOUBLE, RowState.STANDS, 1),
        (known & doubles, RowState.STANDS, RowState.DOUBLE, -1),
    ]
    for which, left, reached, change in became:
        _move(which, left, reached, change)
    db.session.execute(
        update(PaperSignature)
        .where(known, PaperSignature.compared_at.is_(None))
        .values(compared_at=now)
        .execution_options(synchronize_session=False)
    )


def _move(which: ColumnElement[bool], left: RowState, reached: RowState, change: int) -> None:
    batches = db.session.scalars(
        update(PaperSignature)
        .where(which, PaperSignature.state == left)
        .values(state=reached)
        .returning(PaperSignature.batch_id)
        .execution_options(synchronize_session=False)
    ).all()
    for number in set(batches):
        batch = db.session.get_one(PaperBatch, number, populate_existing=True)
        counting.count(batch, change * batches.count(number))


def _is_double(petition: Petition) -> ColumnElement[bool]:
    earlier, its_batch = aliased(PaperSignature), aliased(PaperBatch)
    on_paper = exists().where(
        earlier.petition_id == petition.id,
        earlier.fingerprint == PaperSignature.fingerprint,
        earlier.id < PaperSignature.id,
        earlier.state.in_(queries.LEFT),
        its_batch.id == earlier.batch_id,
        its_batch.state == State.COUNTED,
    )
    online = exists().where(
        Signature.petition_id == petition.id,
        Signature.fingerprint == PaperSignature.fingerprint,
        Signature.state.in_(rules.SPEAKS_FOR_ITSELF),
    )
    return or_(online, on_paper)
