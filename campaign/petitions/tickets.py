"""What one page tells the next in its address, so that nobody needs a cookie.

It is sealed, because addresses of pages end up in logs.
"""

from datetime import timedelta
from typing import Any

from campaign.lib import addresses, tokens
from campaign.lib.vault import Unreadable, vault

#: A page that was left open for longer simply says less.
LIFETIME = timedelta(hours=24)
_PURPOSE = "ticket"


def mail_was_sent(fingerprint: bytes, *, to: str, of: int) -> str:
    """For «check your mail».

    Where the mail goes, as the visitor typed it, and whose mailbox that is, to send it again.
    """
    return _write({"mailbox": fingerprint.hex(), "to": addresses.masked(to)}, of)


def confirmed_as(number: int | None, *, of: int) -> str:
    """For «thank you»: which number the signature is."""
    return _write({"number": number}, of)


def read(ticket: str | None, *, of: int) -> dict[str, Any]:
    """What the ticket says; nothing when it is missing, old, not ours or of another campaign."""
    try:
        sealed = tokens.read(_PURPOSE, ticket or "", lifetime=LIFETIME)
        said = vault().open(bytes.fromhex(sealed))
    except (tokens.Unknown, tokens.Expired, Unreadable):
        return {}
    return said if said.get("campaign") == of else {}


def _write(words: dict[str, Any], of: int) -> str:
    return tokens.issue(_PURPOSE, vault().seal({**words, "campaign": of}).hex())
