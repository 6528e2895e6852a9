"""The audit trail: one row for whoever read or took personal data, or decided something."""

import getpass
from datetime import datetime

from campaign.accounts.models import Account, TrailEntry
from campaign.lib.db import db


def note(
    deed: str, *, by: Account | None, about: str, reason: str | None = None, now: datetime
) -> None:
    """Write down who did what to what, in the transaction of the deed itself.

    `by` is None on the command line: then it is whom the operating system knows.
    """
    db.session.add(
        TrailEntry(
            at=now,
            account_id=by.id if by else None,
            who=by.name if by else getpass.getuser(),
            deed=deed,
            about=about,
            reason=reason,
        )
    )
