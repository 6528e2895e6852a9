"""The tallies: how many signatures of each kind a petition has, whatever their number.

Whoever changes a signature notes the change in the same transaction, as entries of a ledger. The
worker folds entries into the tally. Tally and ledger together (`tally_queries.tallies`) are exact
at any moment.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Table, delete, insert, select

from campaign.lib.db import db, upserting
from campaign.petitions.models import Signature
from campaign.petitions.rules import State, Tallied
from campaign.petitions.tally_models import Tally, TallyEntry
from campaign.petitions.tally_queries import Drift

#: How many entries one transaction folds.
BATCH = 5000

_ADD_ENTRIES = insert(cast(Table, TallyEntry.__table__)).inline()


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

    @classmethod
    def of(cls, signature: Signature) -> "Standing":
        """How the signature stands, as it was read."""
        return cls(*(getattr(signature, name) for name in cls._fields))


#: The columns of a standing, in its order.
STANDING = tuple(getattr(Signature, name) for name in Standing._fields)


class Change(NamedTuple):
    """What became of one signature: there was none before, or it was something else."""

    petition_id: int
    before: Standing | None
    #: None when nobody confirmed it in time and the row was deleted.
    after: Standing | None


class _Alike(NamedTuple):
    """What signatures have in common that share an entry of the ledger."""

    petition_id: int
    expired: bool
    state: State
    signed_on: str
    confirmed_on: str | None
    country: str | None
    language: str
    source: str | None
    wants_updates: bool
    has_comment: bool


def standing(signature: Signature) -> Standing | None:
    """How the row stands in the database just now; None when it is gone."""
    row = db.session.execute(select(*STANDING).where(Signature.id == signature.id)).one_or_none()
    return Standing(*row) if row else None


def note(*changes: Change) -> None:
    """Write into the ledger how signatures no longer stand, and how they do now.

    Those that stand alike share an entry.
    """
    numbers: Counter[_Alike] = Counter()
    for petition_id, before, after in changes:
        if before:
            numbers[_alike(petition_id, before, expired=after is None)] -= 1
        if after:
            numbers[_alike(petition_id, after)] += 1
    entries = [{**alike._asdict(), "number": number} for alike, number in numbers.items() if number]
    if entries:
        # One, as each signing has, is sent by itself: drivers take longer for a list of one.
        db.session.connection().execute(_ADD_ENTRIES, entries if entries[1:] else entries[0])


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
        .returning(*cast(Table, TallyEntry.__table__).columns)
        .execution_options(synchronize_session=False)
    ).all()
    sums: Counter[tuple[Tallied, int, str]] = Counter()
    for entry in entries:
        for kind, key in _counts_as(entry):
            sums[kind, entry.petition_id, key] += entry.number
        if entry.expired:
            sums[Tallied.EXPIRED, entry.petition_id, entry.signed_on] -= entry.number
    _add_to_tally(sums)
    return len(entries)


def put_right(drift: Iterable[Drift]) -> None:
    """Add to the tally what it is short of, and take off what it has too much.

    Right whatever is signed and folded meanwhile: both leave the difference as it is.
    """
    _add_to_tally(
        Counter({(one.kind, one.petition_id, one.key): one.rows - one.told for one in drift})
    )


def _alike(petition_id: int, of: Standing, *, expired: bool = False) -> _Alike:
    return _Alike(
        petition_id=petition_id,
        expired=expired,
        state=of.state,
        signed_on=_day(of.signed_at),
        confirmed_on=_day(of.confirmed_at) if of.confirmed_at else None,
        country=of.country,
        language=of.language,
        source=of.source,
        wants_updates=of.wants_updates,
        has_comment=of.has_comment,
    )


def _counts_as(entry: Row[Any]) -> Iterator[tuple[Tallied, str]]:
    """Every kind and key under which its signatures are; in SQL: `tally_queries._by_kind`."""
    yield Tallied.STATE, entry.state
    yield Tallied.SIGNED, entry.signed_on
    if entry.confirmed_on:
        yield Tallied.PROVED, entry.signed_on
    if entry.confirmed_on and entry.state is State.CONFIRMED:
        yield Tallied.CONFIRMED, entry.confirmed_on
        yield Tallied.COUNTRY, entry.country or ""
        yield Tallied.LANGUAGE, entry.language
        yield Tallied.SOURCE, entry.source or ""
        if entry.wants_updates:
            yield Tallied.WANTS_UPDATES, ""
        if entry.has_comment:
            yield Tallied.HAS_COMMENT, ""


def _add_to_tally(sums: Counter[tuple[Tallied, int, str]]) -> None:
    rows = [
        {"kind": kind, "petition_id": petition_id, "key": key, "number": number}
        for (kind, petition_id, key), number in sorted(sums.items())
        if number
    ]
    if rows:
        adding = upserting(Tally)
        db.session.connection().execute(
            adding.on_conflict_do_update(
                index_elements=["kind", "petition_id", "key"],
                set_={"number": Tally.number + adding.excluded.number},
            ),
            rows,
        )


def _day(moment: datetime) -> str:
    """The day in UTC, as the database keeps all moments."""
    return moment.date().isoformat()
