"""Passwords: Argon2id, a few at a time, and the list of those that were stolen elsewhere."""

import gzip
import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

#: 64 MiB, three passes, four lanes (argon2-cffi's defaults, RFC 9106's second recommendation).
_HASHER = PasswordHasher()
#: Each takes 64 MiB: a crowd at the sign-in page must not take the server's memory.
_room = threading.BoundedSemaphore(2)
_LIST = Path(__file__).with_name("stolen_passwords.txt.gz")


def hashed(password: str) -> str:
    """What is stored instead of the password."""
    with _room:
        return _HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Without a stored one it takes as long and says no."""
    with _room:
        try:
            return _HASHER.verify(stored or _nobodys(), _normal(password)) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with weaker settings than today's."""
    return _HASHER.check_needs_rehash(stored)


def is_stolen(password: str) -> bool:
    """Whether attackers try it first: it is on the list, is two of the list, or hardly varies."""
    folded = _normal(password).lower()
    pairs = ((folded[:at], folded[at:]) for at in range(1, len(folded)))
    return (
        len(set(folded)) < 5
        or folded in _stolen()
        or any(first in _stolen() and second in _stolen() for first, second in pairs)
    )


def _normal(password: str) -> str:
    """The same password from any keyboard (NFKC, as NIST SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


@cache
def _stolen() -> frozenset[str]:
    return frozenset(gzip.decompress(_LIST.read_bytes()).decode().splitlines())
