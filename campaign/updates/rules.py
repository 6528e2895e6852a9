"""The rules of updates: their states, which may wait, how often one goes out, and the limits."""

from datetime import datetime, timedelta
from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.limits import Limit
from campaign.lib.refusals import Refused


class State(StrEnum):
    """DRAFT → IN_REVIEW → APPROVED → SENT.

    A moderator may send it back as RETURNED, to be changed and submitted once more. A newer one
    makes it REPLACED as long as it has not begun; once it has, it can be STOPPED.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SENT = "sent"
    RETURNED = "returned"
    REPLACED = "replaced"
    STOPPED = "stopped"


#: Its words may be changed, and it may be submitted.
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
#: Waits, as long as it has not begun; a campaign has at most one such update.
WAITING = frozenset({State.IN_REVIEW, State.APPROVED})

#: At most one update of a campaign begins within this time.
PAUSE = timedelta(hours=24)
#: So long an approved one waits: whoever approved it can take that back. What has gone is gone.
TAKE_BACK = timedelta(minutes=10)
#: How many mails one transaction adds, so that nobody waits for long.
BATCH = 200
#: So many mails of one update wait in the outbox at most; the next are added when these have gone.
AHEAD = 2000
#: Tests that one person may send to themselves.
TESTS = (Limit(5, timedelta(hours=1)), Limit(20, timedelta(days=1)))

SUBJECT_LENGTH = 120
TEXT_LENGTH = 10_000
REASON_LENGTH = 1000


def goes_at(*, approved_at: datetime, last_began_at: datetime | None) -> datetime:
    """When an approved update begins."""
    earliest = approved_at + TAKE_BACK
    return max(earliest, last_began_at + PAUSE) if last_began_at else earliest


class NotToBeChanged(Refused):
    """What waits, was sent or was stopped keeps its words."""

    message = _(
        "This update can no longer be changed. What you typed is still here; you can copy it into "
        "a new one."
    )
    status = 409


class MovedMeanwhile(Refused):
    """Somebody was quicker, or it has gone on by itself."""

    message = _("Nothing was done: this update is in another state now, as you see below.")
    status = 409


class OtherThanSeen(Refused):
    """What is to be sent is not what was looked at."""

    message = _("The words were changed while you had this page open. Please read them again.")
    status = 409


class NothingToSend(Refused):
    """Without words there is no mail."""

    message = _("There is no text yet. Write it first.")


class NobodyAsked(Refused):
    """Without readers there is nothing to approve."""

    message = _("Nobody has asked for updates of this campaign yet, so there is nobody to send to.")
    status = 409


class TooManyTests(Refused):
    """The mailbox of whoever writes is not to be flooded either."""

    message = _("You have sent yourself many tests. Please wait an hour; nothing was lost.")
    status = 429
