"""The audit trail: one row for whoever read or took personal data, or decided something."""

import getpass
from datetime import datetime

from campaign.accounts import chain
from campaign.accounts.models import Account, TrailEntry
from campaign.lib.db import db


def note(
    deed: str, *, by: Account | None, about: str, reason: str | None = None, now: datetime
) -> None:
    """Write down who did what to what, in the transaction of the deed itself.

    `by` is None on the command line and in the worker: then it is whom the operating system knows.
    """
    who = by.name if by else _system_user()
    seal = chain.seal(at=now, who=who, deed=deed, about=about, reason=reason)
    db.session.add(
        TrailEntry(
            at=now,
            account_id=by.id if by else None,
            who=who,
            deed=deed,
            about=about,
            reason=reason,
            seal=seal,
        )
    )


def _system_user() -> str:
    """In a container the user may have a number alone."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "system"
