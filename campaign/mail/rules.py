"""When a mail is tried again, and when we give up."""

from datetime import datetime, timedelta
from enum import StrEnum

#: The longest a mail server may be away before a mail to it is given up.
PATIENCE = timedelta(hours=72)
#: How long one worker may be busy with a batch before another may take it over.
LEASE = timedelta(minutes=10)
BATCH = 20
#: For how long a settled mail leaves a trace, without address and text, for the administrator.
TRACE_LIFETIME = timedelta(days=30)

#: Who waits for a mail that is for them alone gets it before …
FIRST = 0
#: … what goes to many.
LAST = 1

_DELAYS = [timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120, 240)]


class State(StrEnum):
    """QUEUED, then SENT or FAILED for good."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


def next_try(*, tries: int, now: datetime) -> datetime | None:
    """When to try again after that many tries, or None when it is time to give up.

    The pauses between tries are added up, not the time since it was posted: a mail that rested, or
    that no worker looked after for days, is tried as often as any other.
    """
    pauses = [_DELAYS[min(n, len(_DELAYS)) - 1] for n in range(1, tries + 1)]
    return now + pauses[-1] if sum(pauses, timedelta()) <= PATIENCE else None
