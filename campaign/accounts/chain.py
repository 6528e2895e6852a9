"""The chain of the trail: it shows when an entry was changed, removed, moved or forged.

Each entry bears a **seal** from the moment it is written: a keyed digest of its words. A moment
later the worker gives it its **place** and a **link**: a keyed digest of the place, the seal, and
the link before. The key is the vault's and lies outside the database, so whoever has the database
alone can make neither. The **head** is one row that says how long the chain is, under a seal of its
own: without it nobody would miss the latest entries.

The links are made by the worker and not in the deed's own transaction: otherwise all of the staff
would wait for one row. Places are given in the order of linking, because on PostgreSQL numbers of
rows become visible in another order than they were given.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select, update

from campaign.accounts.models import TrailEntry, TrailHead
from campaign.lib.db import db, upserting
from campaign.lib.languages import Text, lazy_gettext as _
from campaign.lib.vault import vault

#: So many entries are linked in one transaction, and read at a time when all are checked.
BATCH = 500
#: A chain that was broken on purpose may be so everywhere; the first places say enough.
FAULTS_SHOWN = 20

_NONCE = 16
_HEAD = 1
_WORDS = (TrailEntry.at, TrailEntry.who, TrailEntry.deed, TrailEntry.about, TrailEntry.reason)
_ROW: Select[*tuple[Any, ...]] = select(
    TrailEntry.id, TrailEntry.place, TrailEntry.link, TrailEntry.seal, *_WORDS
)


class Damage(StrEnum):
    """What can be wrong with the chain."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    FORGED = "forged"
    HEAD = "head"


_SAYS: dict[Damage, Text] = {
    Damage.CHANGED: _("Entry %(place)d was changed, or was not written by this site."),
    Damage.MISSING: _("Entry %(place)d is missing."),
    Damage.MOVED: _("Entry %(place)d does not follow on the one before: one was moved or removed."),
    Damage.FORGED: _(
        "Row %(place)d of the table, not in the chain, was changed or not written here."
    ),
    Damage.HEAD: _("The head of the chain, after entry %(place)d, was changed or removed."),
}


class Fault(NamedTuple):
    """One thing that is wrong, and where."""

    damage: Damage
    #: Of the entry; of a forged one outside the chain, its row's number.
    place: int

    def __str__(self) -> str:
        return str(_SAYS[self.damage]) % {"place": self.place}


@dataclass(frozen=True)
class Report:
    """What somebody who looked at every entry has found."""

    #: How many entries the chain has, and its last link.
    length: int
    link: str
    #: How many entries wait for their place.
    waiting: int
    faults: list[Fault] = field(default_factory=list)


def seal(*, at: datetime, who: str, deed: str, about: str, reason: str | None) -> str:
    """What shows that these words were written by this installation."""
    return _sealed(secrets.token_hex(_NONCE // 2), (at, who, deed, about, reason))


def has_waiting() -> bool:
    """Whether any entry waits for its place: asked before anything is locked."""
    waiting = select(TrailEntry.id).where(TrailEntry.place.is_(None)).limit(1)
    return db.session.scalar(waiting) is not None


def lengthen(now: datetime) -> int:
    """Link the entries that wait, a batch of them. Returns how many.

    The head's row is locked meanwhile, so that two workers never give the same place. Nothing is
    linked on to a head that somebody has tampered with: that would make it good again.
    """
    head = _locked_head() or _begin(now)
    if head is None or not _is_genuine_head(head):
        return 0
    waiting = db.session.execute(
        select(TrailEntry.id, TrailEntry.seal)
        .where(TrailEntry.place.is_(None))
        .order_by(TrailEntry.id)
        .limit(BATCH)
    ).all()
    places = []
    for number, its_seal in waiting:
        head.length += 1
        head.link = _link(head.length, head.link, number, its_seal)
        places.append({"id": number, "place": head.length, "link": head.link})
    if places:
        db.session.execute(update(TrailEntry), places)
    _seal_head(head)
    return len(places)


def check() -> Report:
    """Look at every entry. Reads only, so that nobody waits for it."""
    head = db.session.get(TrailHead, _HEAD, populate_existing=True)
    length, link = (head.length, head.link) if head else (0, "")
    faults = list(_faults_of(length, link))
    if head is None and _furthest():
        faults.append(Fault(Damage.HEAD, _furthest()))
    elif head and not _is_genuine_head(head):
        faults.append(Fault(Damage.HEAD, length))
    waiting = db.session.execute(_ROW.where(TrailEntry.place.is_(None))).all()
    forged = [row.id for row in waiting if not _is_genuine(row)] + _beyond_the_end()
    faults += [Fault(Damage.FORGED, number) for number in forged]
    return Report(length, link, len(waiting), faults[:FAULTS_SHOWN])


def write_down(report: Report, now: datetime) -> None:
    """Keep what was found, for the page of the trail."""
    head = _locked_head()
    if head is None or not _is_genuine_head(head):
        return  # that says enough
    head.checked_at, head.checked_length = now, report.length
    head.faults = [[fault.damage.value, fault.place] for fault in report.faults]
    _seal_head(head)


def last_check() -> tuple[TrailHead | None, list[Fault]]:
    """The head, with what the last check has found."""
    head = db.session.get(TrailHead, _HEAD, populate_existing=True)
    if head is None:
        return None, [Fault(Damage.HEAD, _furthest())] if _furthest() else []
    if not _is_genuine_head(head):
        return head, [Fault(Damage.HEAD, head.length)]
    return head, [Fault(Damage(damage), place) for damage, place in head.faults]


def has_link(place: int, link: str) -> bool:
    """Whether the chain has this link at this place still, as somebody wrote it down once."""
    if place > _furthest():  # perhaps a number that no row can hold
        return False
    return db.session.scalar(select(TrailEntry.link).where(TrailEntry.place == place)) == link


def _faults_of(length: int, last: str) -> Iterator[Fault]:
    """Walk along the chain."""
    before, expected, follows = "", 1, True
    for row in _linked(length):
        if row.place > expected:
            yield from (Fault(Damage.MISSING, at) for at in _some(expected, row.place))
            follows = False  # which link came before is not known
        if not _is_genuine(row):
            yield Fault(Damage.CHANGED, row.place)
        elif follows and row.link != _link(row.place, before, row.id, row.seal):
            yield Fault(Damage.MOVED, row.place)
        before, expected, follows = row.link, row.place + 1, True
    if expected <= length:
        yield from (Fault(Damage.MISSING, at) for at in _some(expected, length + 1))
    elif before != last:
        yield Fault(Damage.HEAD, length)


def _beyond_the_end() -> list[int]:
    """Rows with a place that the worker has never given: asked in one statement with its length."""
    length = select(TrailHead.length).scalar_subquery()
    return list(db.session.scalars(select(TrailEntry.id).where(TrailEntry.place > length)))


def _linked(length: int) -> Iterator[Row[*tuple[Any, ...]]]:
    """The entries of the chain in their order, a batch at a time."""
    done = 0
    while rows := db.session.execute(
        _ROW.where(TrailEntry.place > done, TrailEntry.place <= length)
        .order_by(TrailEntry.place)
        .limit(BATCH)
    ).all():
        yield from rows
        done = rows[-1].place


def _some(first: int, end: int) -> range:
    return range(first, min(end, first + FAULTS_SHOWN))


def _furthest() -> int:
    """The last place that any entry has."""
    return db.session.scalar(select(func.max(TrailEntry.place))) or 0


def _locked_head() -> TrailHead | None:
    return db.session.get(TrailHead, _HEAD, with_for_update=True, populate_existing=True)


def _begin(now: datetime) -> TrailHead | None:
    """The head of a chain that has no entry yet; None when there was one, and it was removed."""
    if _furthest():
        return None
    values = {"id": _HEAD, "length": 0, "link": "", "begun_at": now, "faults": [], "seal": ""}
    begun = db.session.execute(
        upserting(TrailHead).values(values).on_conflict_do_nothing().returning(TrailHead.id)
    ).all()
    head = _locked_head()
    if begun and head:
        _seal_head(head)
    return head


def _words(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in _WORDS}


def _is_genuine(row: Row[*tuple[Any, ...]]) -> bool:
    nonce = (row.seal or "")[:_NONCE]
    return bool(row.seal == _sealed(nonce, tuple(_words(row).values())))


def _sealed(nonce: str, words: tuple[Any, ...]) -> str:
    at, *others = words
    return nonce + _digest("trail-seal", [nonce, at.astimezone(UTC).isoformat(), *others])


def _link(place: int, before: str, number: int, its_seal: str | None) -> str:
    return _digest("trail-link", [place, before, number, its_seal])


def _is_genuine_head(head: TrailHead) -> bool:
    return head.seal == _digest("trail-head", head.content)


def _seal_head(head: TrailHead) -> None:
    head.seal = _digest("trail-head", head.content)
    db.session.flush()


def _digest(purpose: str, content: list[Any]) -> str:
    return vault().pseudonym(purpose, json.dumps(content, ensure_ascii=False))
