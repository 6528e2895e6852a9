"""Tokens in links and forms: signed, one purpose each, expiring, never logged."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from itsdangerous import (
    BadData,
    SignatureExpired,
    URLSafeSerializer,
    URLSafeTimedSerializer,
)

#: A form stays good for a day: over Tor, and for someone who thinks before signing, an hour is
#: short.
FORM_LIFETIME = timedelta(hours=24)


class Unknown(Exception):
    """The token is not one of ours, or not for this purpose."""


class Expired(Exception):
    """The token was good once. `payload` is what it said, for offering a fresh one."""

    def __init__(self, payload: Any) -> None:
        super().__init__()
        self.payload = payload


def issue(purpose: str, payload: Any) -> str:
    """A token that says `payload` and is good for nothing but `purpose`."""
    return str(_timed(_secret(), purpose).dumps(payload))


def read(purpose: str, token: str, *, lifetime: timedelta) -> Any:
    """What the token says. Raises Unknown or Expired."""
    serializer = _timed(_secret(), purpose)
    try:
        return serializer.loads(token, max_age=int(lifetime.total_seconds()))
    except SignatureExpired as expired:
        raise Expired(serializer.loads(token)) from expired
    except (BadData, UnicodeError) as trouble:
        raise Unknown from trouble


def for_forms(purpose: str, now: datetime) -> str:
    """The token of a public form.

    The same for all visitors of one minute, so that the page can be cached.
    """
    return _of_minute(_secret(), purpose, int(now.timestamp()) // 60)


@lru_cache
def _of_minute(secret: str, purpose: str, minute: int) -> str:
    return str(_plain(secret, f"form:{purpose}").dumps(minute))


def is_for_form(purpose: str, token: str, now: datetime) -> bool:
    """Whether the token came from that form of ours within FORM_LIFETIME."""
    try:
        minute = _plain(_secret(), f"form:{purpose}").loads(token)
        age = now - datetime.fromtimestamp(minute * 60, UTC)
    except (BadData, UnicodeError, TypeError, ValueError, OverflowError, OSError):
        return False
    return timedelta(minutes=-1) <= age <= FORM_LIFETIME


# Kept, since to make one takes as long as to sign with it. They hold nothing of what they signed.


@lru_cache
def _timed(secret: str, salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=salt)


@lru_cache
def _plain(secret: str, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=salt)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
