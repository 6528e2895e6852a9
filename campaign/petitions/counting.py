"""The tallies: how many signatures of each kind a petition has, whatever their number.

Whoever changes a signature notes the change in the same transaction, as entries of a ledger. The
worker folds entries into the tally. Tally and entries together are exact at any moment, if they are
read in one statement.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, insert, select

from campaign.lib.db import db, upserting
from campaign.petitions.models import Signature, Tally, TallyEntry
from campaign.petitions.rules import State, Tallied

#: How many entries one transaction folds.
BATCH = 5000

_ADD_ENTRIES = insert(cast(Table, TallyEntry.__table__))


class Standing(NamedTuple):
    """What the tallies see of a signature."""

    state: State
    signed_at: datetime
    confirmed_at: datetime | None
    country: str | None
    language: str
    source: str | None
    wants_updates: bool
    has_comment: bool

    def counts_as(self) -> Iterator[tuple[Tallied, str]]:
        """Every kind and key under which this signature is one of the number."""
        yield Tallied.STATE, self.state
        yield Tallied.SIGNED, _day(self.signed_at)
        if self.confirmed_at:
            yield Tallied.PROVED, _day(self.signed_at)
        if self.confirmed_at and self.state is State.CONFIRMED:
            yield Tallied.CONFIRMED, _day(self.confirmed_at)
            yield Tallied.COUNTRY, self.country or ""
            yield Tallied.LANGUAGE, self.language
            yield Tallied.SOURCE, self.source or ""
            if self.wants_updates:
                yield Tallied.WANTS_UPDATES, ""
            if self.has_comment:
                yield Tallied.HAS_COMMENT, ""


#: The columns of a standing, in its order.
STANDING = tuple(getattr(Signature, name) for name in Standing._fields)


class Change(NamedTuple):
    """What became of one signature: there was none before, or it was something else."""

    petition_id: int
    before: Standing | None
    #: None when nobody confirmed it in time and the row was deleted.
    after: Standing | None


def standing(signature: Signature) -> Standing | None:
    """How the row stands in the database just now; None when it is gone."""
    row = db.session.execute(select(*STANDING).where(Signature.id == signature.id)).one_or_none()
    return Standing(*row) if row else None


def note(*changes: Change) -> None:
    """Write the changes into the ledger: what each signature no longer counts as, and now does."""
    sums: Counter[tuple[Tallied, int, str]] = Counter()
    for petition_id, before, after in changes:
        for kind, key in before.counts_as() if before else ():
            sums[kind, petition_id, key] -= 1
        for kind, key in after.counts_as() if after else ():
            sums[kind, petition_id, key] += 1
        if before and after is None:
            sums[Tallied.EXPIRED, petition_id, _day(before.signed_at)] += 1
    entries = _rows(sums)
    if entries:
        db.session.execute(_ADD_ENTRIES, entries)


def is_due() -> bool:
    """Whether there is anything to fold."""
    return db.session.scalar(select(TallyEntry.id).limit(1)) is not None


def fold() -> int:
    """Move a batch of entries into the tally. Returns how many; 0 means done.

    Each entry is taken by one worker; two of them add to the same rows in the same order.
    """
    batch = select(TallyEntry.id).limit(BATCH).with_for_update(skip_locked=True).cte("batch")
    entries = db.session.execute(
        delete(TallyEntry)
        .where(TallyEntry.id.in_(select(batch.c.id)))
        .returning(TallyEntry.kind, TallyEntry.petition_id, TallyEntry.key, TallyEntry.number)
        .execution_options(synchronize_session=False)
    ).all()
    sums: Counter[tuple[Tallied, int, str]] = Counter()
    for kind, petition_id, key, number in entries:
        sums[kind, petition_id, key] += number
    rows = sorted(_rows(sums), key=lambda row: (row["kind"], row["petition_id"], row["key"]))
    if rows:
        adding = upserting(Tally)
        db.session.connection().execute(
            adding.on_conflict_do_update(
                index_elements=["kind", "petition_id", "key"],
                set_={"number": Tally.number + adding.excluded.number},
            ),
            rows,
        )
    return len(entries)


def _rows(sums: Counter[tuple[Tallied, int, str]]) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "petition_id": petition_id, "key": key, "number": number}
        for (kind, petition_id, key), number in sums.items()
        if number
    ]


def _day(moment: datetime) -> str:
    """The day in UTC, as the database keeps all moments."""
    return moment.date().isoformat()
