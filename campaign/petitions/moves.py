"""How a signature moves from state to state: the only place that changes a state or a count.

Whatever else the tallies see of a signature is changed here too, by `rewrite`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, case, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from campaign.lib.db import db
from campaign.lib.refusals import Busy
from campaign.petitions import counting
from campaign.petitions.counting import Change, Standing
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import MAY_START_FROM, Deed, State

#: Whichever a held signature has earned meanwhile.
_EARNED: ColumnElement[State] = case(
    (Signature.confirmed_at.is_(None), State.PENDING), else_=State.CONFIRMED
)

#: What to read again after a deed; the petition and the version stay the same.
_COLUMNS = [column.key for column in Signature.__table__.columns]

_NOBODY = {
    "envelope": None,
    "fingerprint": None,
    "shows_name": False,
    "wants_updates": False,
    "has_comment": False,
    "comment_state": None,
}

#: What each deed writes into the row, given the state it leaves and the time.
_CHANGES: dict[Deed, Callable[[State, datetime], dict[str, Any]]] = {
    Deed.SIGN_AGAIN: lambda left, now: {
        "state": State.PENDING,
        "confirmed_at": None,
        "withdrawn_at": None,
        "held_for": None,
    },
    Deed.CONFIRM: lambda left, now: {
        "state": State.HELD if left is State.HELD else State.CONFIRMED,
        "confirmed_at": now,
    },
    Deed.HOLD: lambda left, now: {"state": State.HELD},
    Deed.RELEASE: lambda left, now: {"state": _EARNED, "held_for": None},
    Deed.WITHDRAW: lambda left, now: {
        "state": State.WITHDRAWN,
        "withdrawn_at": now,
        "shows_name": False,
        "wants_updates": False,
        "comment_state": None,
    },
    Deed.VOID: lambda left, now: {"state": State.VOIDED, "voided_from": left},
    Deed.RESTORE: lambda left, now: {
        "state": Signature.voided_from,
        "voided_from": None,
    },
    Deed.ERASE: lambda left, now: {
        "state": State.WITHDRAWN,
        "withdrawn_at": now,
        "voided_from": None,
        "held_for": None,
        "country": None,
        "source": None,
        **_NOBODY,
    },
    Deed.ANONYMISE: lambda left, now: {"state": left, **_NOBODY},
}


def move(
    signature: Signature,
    deed: Deed,
    *,
    now: datetime,
    reason: str | None = None,
    **words: Any,
) -> State | None:
    """Do the deed, with its counter, its tallies and its diary row.

    Returns the state it left; None when the deed may not start from there.

    The UPDATE names the state it starts from, so of two deeds at once one wins and the other looks
    again.
    """
    for _ in range(5):
        left = counting.standing(signature)
        if left is None or left.state not in MAY_START_FROM[deed]:
            return None
        reached = _step(signature, left, {**_CHANGES[deed](left.state, now), **words})
        if reached is not None:
            _count(signature, left=left.state, reached=reached.state)
            counting.note(Change(signature.petition_id, left, reached))
            db.session.add(
                SignatureEvent(
                    signature_id=signature.id,
                    deed=deed,
                    from_state=left.state,
                    to_state=reached.state,
                    at=now,
                    reason=reason,
                )
            )
            db.session.flush()
            db.session.refresh(signature, _COLUMNS)
            return left.state
    raise Busy


def move_many(
    ids: Collection[int], deed: Deed, *, now: datetime, reason: str | None, batch: str
) -> Sequence[int]:
    """Do the deed to all of these that it may start from, as `move` does it to one.

    Returns which. The rows are locked in their order, so that two deeds to many never wait for
    each other.
    """
    rows = db.session.execute(
        select(Signature.id, Signature.petition_id, *counting.STANDING)
        .where(Signature.id.in_(ids), Signature.state.in_(MAY_START_FROM[deed]))
        .order_by(Signature.id)
        .with_for_update()
    ).all()
    changes: list[Change] = []
    events: list[dict[str, Any]] = []
    for left in {row.state for row in rows}:
        starting = {row.id: row for row in rows if row.state is left}
        reached = _step_all(starting, {**_CHANGES[deed](left, now)})
        for number, after in sorted(reached.items()):
            _id, petition_id, *before = starting[number]
            changes.append(Change(petition_id, Standing(*before), after))
            events.append(
                {
                    "signature_id": number,
                    "deed": deed,
                    "from_state": left,
                    "to_state": after.state,
                    "at": now,
                    "reason": reason,
                    "batch": batch,
                }
            )
    _count_all(changes)
    counting.note(*changes)
    if events:
        db.session.execute(insert(cast(Table, SignatureEvent.__table__)), events)
    return [event["signature_id"] for event in events]


def rewrite(signature: Signature, *, while_in: Collection[State], **values: Any) -> None:
    """Write the values where the signature stands in one of these states, with its tallies."""
    for _ in range(5):
        left = counting.standing(signature)
        if left is None or left.state not in while_in:
            return
        reached = _step(signature, left, values)
        if reached is not None:
            counting.note(Change(signature.petition_id, left, reached))
            return
    raise Busy


def _step(signature: Signature, left: Standing, values: dict[str, Any]) -> Standing | None:
    """Write the values, if the row still stands where it was seen; how it stands then.

    These four are enough to tell: unless one of them changes, nothing does that is counted.
    """
    row = db.session.execute(
        update(Signature)
        .where(
            Signature.id == signature.id,
            Signature.state == left.state,
            Signature.signed_at == left.signed_at,
            Signature.wants_updates == left.wants_updates,
            Signature.has_comment == left.has_comment,
        )
        .values(**values)
        .returning(*counting.STANDING)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Standing(*row) if row else None


def _step_all(ids: Collection[int], values: dict[str, Any]) -> dict[int, Standing]:
    """Write the values into rows that nobody else can change just now; how they stand then."""
    rows = db.session.execute(
        update(Signature)
        .where(Signature.id.in_(ids))
        .values(**values)
        .returning(Signature.id, *counting.STANDING)
        .execution_options(synchronize_session=False)
    )
    return {number: Standing(*standing) for number, *standing in rows}


def _count_all(changes: Iterable[Change]) -> None:
    """Change the counters by what came and went, one petition after the other in their order."""
    sums: Counter[int] = Counter()
    for petition_id, before, after in changes:
        came = after is not None and after.state is State.CONFIRMED
        went = before is not None and before.state is State.CONFIRMED
        sums[petition_id] += came - went
    for petition_id, change in sorted(sums.items()):
        if change:
            db.session.execute(
                update(Petition)
                .where(Petition.id == petition_id)
                .values(confirmed_count=Petition.confirmed_count + change)
                .execution_options(synchronize_session=False)
            )


def _count(signature: Signature, *, left: State, reached: State) -> None:
    change = (reached is State.CONFIRMED) - (left is State.CONFIRMED)
    if not change:
        return
    count = db.session.scalars(
        update(Petition)
        .where(Petition.id == signature.petition_id)
        .values(confirmed_count=Petition.confirmed_count + change)
        .returning(Petition.confirmed_count)
        .execution_options(synchronize_session=False)
    ).one()
    set_committed_value(signature.petition, "confirmed_count", count)
