"""Pseudonyms that nobody can link or look up after two days: each day has a key, then it is gone.

For counting what one network or one mail domain does, without keeping which it was.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model, db, upserting
from campaign.lib.vault import vault

#: From its first use; a key is used for one day in UTC.
LIFETIME = timedelta(hours=48)


class DayKey(Model):
    """The key of one day, sealed: a backup without the key files tells nothing either."""

    __tablename__ = "day_key"

    #: In UTC, as `2026-03-01`.
    day: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes]
    made_at: Mapped[datetime]


#: The key of the day, once it is surely in the database for all processes.
_kept: tuple[Any, str, bytes] | None = None
_SURELY = timedelta(minutes=1)


def pseudonym(purpose: str, text: str, *, now: datetime) -> str:
    """A stand-in for the text, the same all day for all processes."""
    return hmac.digest(_key_of(now), f"{purpose}\0{text}".encode(), hashlib.sha256).hex()[:32]


def forget(now: datetime) -> None:
    """Destroy the keys whose time is over."""
    global _kept
    _kept = None
    db.session.execute(delete(DayKey).where(DayKey.made_at < now - LIFETIME))


def _key_of(now: datetime) -> bytes:
    """The day's key; whoever comes first makes it."""
    global _kept
    day = now.date().isoformat()
    if _kept and _kept[:2] == (db.engine, day):
        return _kept[2]
    wanted = select(DayKey.key, DayKey.made_at).where(DayKey.day == day)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        made = upserting(DayKey).values(day=day, key=vault().new_key(), made_at=now)
        db.session.execute(made.on_conflict_do_nothing(index_elements=["day"]))
        found = db.session.execute(wanted).one()
    key = bytes.fromhex(vault().open(found.key)["key"])
    if found.made_at < now - _SURELY:  # a younger one may vanish with its transaction
        _kept = (db.engine, day, key)
    return key
