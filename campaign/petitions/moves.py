"""How a signature moves from state to state: the only place that changes a state.

Whatever else the tallies see of a signature is changed here too, by `rewrite`.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, case, func, insert, literal, update
from sqlalchemy.sql.dml import ReturningInsert

from campaign.lib.db import db, dialect, upserting
from campaign.lib.refusals import Busy
from campaign.petitions import counting
from campaign.petitions.counting import Change, Standing
from campaign.petitions.models import Signature, SignatureEvent
from campaign.petitions.rules import MAY_START_FROM, Deed, HeldFor, State

#: Whichever a held signature has earned meanwhile.
_EARNED: ColumnElement[State] = case(
    (Signature.confirmed_at.is_(None), State.PENDING), else_=State.CONFIRMED
)

_NOBODY = {
    "envelope": None,
    "fingerprint": None,
    "shows_name": False,
    "wants_updates": False,
    "has_comment": False,
    "comment_state": None,
}

_NEW = {"state": State.PENDING, "confirmed_at": None}

#: What each deed writes into the row, given the state it leaves and the time. Of many rows at once,
#: the state is the column.
_CHANGES: dict[Deed, Callable[[Any, datetime], dict[str, Any]]] = {
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
        "voided_in": None,
    },
    Deed.ERASE: lambda left, now: {
        "state": State.WITHDRAWN,
        # Who had withdrawn before did so then, not now.
        "withdrawn_at": func.coalesce(
            Signature.withdrawn_at, literal(now, Signature.withdrawn_at.type)
        ),
        "voided_from": None,
        "held_for": None,
        "voided_in": None,
        "country": None,
        "source": None,
        **_NOBODY,
    },
    Deed.ANONYMISE: lambda left, now: {"state": left, **_NOBODY},
}

#: Of deeds that can be done to many: what a row has left, as the row tells afterwards. What one is
#: held from, `_earned` tells: in what an UPDATE returns, SQLite (3.40) takes no column for NULL.
_LEFT: dict[Deed, Any] = {
    Deed.HOLD: literal(None, Signature.state.type),
    Deed.RELEASE: literal(State.HELD, Signature.state.type),
    Deed.VOID: Signature.voided_from,
    Deed.RESTORE: literal(State.VOIDED, Signature.state.type),
}
#: Inline, as nobody asks for the ids.
_ADD_EVENTS = insert(cast(Table, SignatureEvent.__table__)).inline()


class Moved(NamedTuple):
    """One of many that a deed was done to."""

    id: int
    ref: str
    petition_id: int
    left: State
    reached: Standing


def add(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Add signatures that wait for their owners, with their tallies and diaries; ids by reference.

    `rows` have all columns of what is new. Whose mailbox has a signature is left out: the database
    decides, so of two at once one is added.
    """
    rows = [{**_NEW, **row} for row in rows]
    inserted = db.session.connection().execute(_add_signatures(dialect()), rows)
    added = {ref: number for number, ref in inserted}
    new = [(row, added[row["ref"]]) for row in rows if row["ref"] in added]
    counting.note(
        *(
            Change(row["petition_id"], None, Standing(*map(row.__getitem__, Standing._fields)))
            for row, _ in new
        )
    )
    _add_events(
        *(
            {
                "signature_id": number,
                "deed": Deed.SIGN,
                "from_state": None,
                "to_state": State.PENDING,
                "at": row["signed_at"],
                "reason": None,
            }
            for row, number in new
        )
    )
    return added


@cache
def _add_signatures(_dialect: str) -> ReturningInsert[int, str]:
    """The statement, kept: to build it takes longer than to run it."""
    return (
        upserting(Signature)
        .on_conflict_do_nothing(index_elements=["petition_id", "fingerprint"])
        .returning(Signature.id, Signature.ref)
    )


def move(
    signature: Signature,
    deed: Deed,
    *,
    now: datetime,
    reason: str | None = None,
    **words: Any,
) -> State | None:
    """Do the deed, with its tallies (the count is one of them) and its diary row.

    Returns the state it left; None when the deed may not start from there.

    The UPDATE names the state it starts from, so of two deeds at once one wins and the other looks
    again.
    """
    for _ in range(5):
        left = counting.standing(signature)
        if left is None or left.state not in MAY_START_FROM[deed]:
            return None
        if deed is Deed.CONFIRM and left.confirmed_at:  # a held one, by another press
            return None
        reached = _step(signature, left, {**_CHANGES[deed](left.state, now), **words})
        if reached is not None:
            if State.CONFIRMED in (left.state, reached.state):
                db.session.expire(signature.petition, ["confirmed_count"])
            counting.note(Change(signature.petition_id, left, reached))
            _add_events(
                {
                    "signature_id": signature.id,
                    "deed": deed,
                    "from_state": left.state,
                    "to_state": reached.state,
                    "at": now,
                    "reason": reason,
                }
            )
            return left.state
    raise Busy


def hold_unconfirmed(signature: Signature, held_for: HeldFor | None, *, now: datetime) -> None:
    """Hold what is not confirmed yet, if there is a reason."""
    if held_for and signature.state is State.PENDING:
        move(signature, Deed.HOLD, now=now, reason=held_for, held_for=held_for)


def move_many(
    ids: Sequence[int],
    deed: Deed,
    *,
    now: datetime,
    reason: str | None = None,
    batch: str | None = None,
    **words: Any,
) -> list[Moved]:
    """Do the deed to all of these that it may start from, with tallies and diary rows.

    As `move` does to one, in as many statements as for one. For hold, release, void and restore.
    Who wants to do it to rows that others may be moving locks them first, in the order of ids.
    """
    others = set(State) - MAY_START_FROM[deed]  # asked so, SQLite goes by the ids
    rows = db.session.execute(
        update(Signature)
        .where(Signature.id.in_(ids), Signature.state.not_in(others))
        .values(**_CHANGES[deed](Signature.state, now), **words)
        .returning(
            Signature.id, Signature.ref, Signature.petition_id, _LEFT[deed], *counting.STANDING
        )
        .execution_options(synchronize_session=False)
    )
    moved = [
        Moved(number, ref, petition_id, left or _earned(stands), stands)
        for number, ref, petition_id, left, *reached in rows
        for stands in [Standing(*reached)]
    ]
    counting.note(
        *(Change(m.petition_id, m.reached._replace(state=m.left), m.reached) for m in moved)
    )
    _note_events(moved, deed, now=now, reason=reason, batch=batch)
    return moved


def _earned(stands: Standing) -> State:
    return State.PENDING if stands.confirmed_at is None else State.CONFIRMED


def _note_events(
    moved: Sequence[Moved], deed: Deed, *, now: datetime, reason: str | None, batch: str | None
) -> None:
    """A row in the diary of each."""
    of_all = {"deed": deed, "at": now, "reason": reason, "batch": batch}
    _add_events(
        *(
            {**of_all, "signature_id": m.id, "from_state": m.left, "to_state": m.reached.state}
            for m in moved
        )
    )


def _add_events(*rows: dict[str, Any]) -> None:
    if rows:
        # One is sent by itself: drivers take longer for a list of one.
        db.session.connection().execute(_ADD_EVENTS, rows if rows[1:] else rows[0])


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

    These five are enough to tell: unless one of them changes, nothing does that is counted.
    """
    written = db.session.scalar(
        update(Signature)
        .where(
            Signature.id == signature.id,
            Signature.state == left.state,
            Signature.signed_at == left.signed_at,
            Signature.confirmed_at.is_not_distinct_from(left.confirmed_at),
            Signature.wants_updates == left.wants_updates,
            Signature.has_comment == left.has_comment,
        )
        .values(**values)
        .returning(Signature)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return Standing.of(written) if written else None
