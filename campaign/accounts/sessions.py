"""Sessions: rows that say which browser is signed in, and can be ended at once."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, or_, update

from campaign.accounts.models import Account, StaffSession
from campaign.accounts.rules import ABSOLUTE, IDLE, PROOF_LIFETIME, SEEN_EVERY
from campaign.lib.db import db


def begin(account: Account, *, now: datetime) -> str:
    """Sign a browser in. Returns what its cookie must hold (256 bits); we keep only its hash."""
    key = secrets.token_urlsafe(32)
    db.session.add(
        StaffSession(
            digest=digest(key),
            account_id=account.id,
            began_at=now,
            seen_at=now,
            proved_at=now,
        )
    )
    db.session.flush()
    return key


def alive(key: str, *, now: datetime) -> StaffSession | None:
    """The session of that cookie, unless it was ended, is too old, or has been silent too long."""
    session = db.session.get(StaffSession, digest(key))
    if session is None or not session.account.is_active:
        return None
    if now - session.seen_at > IDLE or now - session.began_at > ABSOLUTE:
        return None
    return session


def is_due(session: StaffSession, *, now: datetime) -> bool:
    """Whether it is time to write down that somebody is there."""
    return now - session.seen_at >= SEEN_EVERY


def see(session: StaffSession, *, now: datetime) -> None:
    """Somebody is there."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.digest == session.digest)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def has_proved(session: StaffSession, *, now: datetime) -> bool:
    """Whether the password was typed a short while ago."""
    return now - session.proved_at <= PROOF_LIFETIME


def prove(session: StaffSession, *, now: datetime) -> None:
    """The password was typed just now."""
    session.proved_at = now
    db.session.flush()


def forget_one(key: str) -> None:
    """The browser with that cookie signs in anew."""
    db.session.execute(delete(StaffSession).where(StaffSession.digest == digest(key)))


def end(session_digest: str, *, of: Account) -> None:
    """Sign one browser of that account out."""
    db.session.execute(
        delete(StaffSession).where(
            StaffSession.digest == session_digest, StaffSession.account_id == of.id
        )
    )


def end_all(account: Account, *, but: StaffSession | None = None) -> None:
    """Sign all its browsers out, perhaps but one."""
    ending = delete(StaffSession).where(StaffSession.account_id == account.id)
    if but is not None:
        ending = ending.where(StaffSession.digest != but.digest)
    db.session.execute(ending.execution_options(synchronize_session=False))
    db.session.expire_all()


def forget(now: datetime) -> None:
    """Delete the rows of sessions that are over."""
    db.session.execute(
        delete(StaffSession).where(
            or_(StaffSession.seen_at < now - IDLE, StaffSession.began_at < now - ABSOLUTE)
        )
    )


def digest(key: str) -> str:
    """What is kept of a cookie."""
    return hashlib.sha256(key.encode()).hexdigest()
