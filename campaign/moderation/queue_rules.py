"""The rules of the queue: how old is too old, how long a claim holds, what a decision can say."""

from datetime import datetime, timedelta
from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused

#: The British Parliament's e-petitions colour their queue at these ages: who submits something is
#: told that it takes about a week, and after two they no longer believe in it.
SOON_OVERDUE = timedelta(days=11)
OVERDUE = timedelta(days=14)

#: Whoever looks at something and goes away does not keep it from others for longer.
CLAIM_LIFETIME = timedelta(minutes=30)

#: With a reason from the list, they still fit where the rooms keep why they sent something back.
WORDS_LENGTH = 500
NOTE_LENGTH = 500
REASON_NAME_LENGTH = 80
REASON_LENGTH = 300

PAGE_SIZE = 50


class Age(StrEnum):
    """How long something has waited."""

    NEW = "new"
    SOON = "soon"
    LATE = "late"


def age(since: datetime, now: datetime) -> Age:
    """Under eleven days, eleven to fourteen, over fourteen."""
    waited = now - since
    if waited > OVERDUE:
        return Age.LATE
    return Age.SOON if waited >= SOON_OVERDUE else Age.NEW


class Verdict(StrEnum):
    """What a moderator decides."""

    APPROVE = "approve"
    CHANGES = "changes"
    REJECT = "reject"


#: Whoever made it is told why.
NEEDS_WORDS = frozenset({Verdict.CHANGES, Verdict.REJECT})


class DecidedMeanwhile(Refused):
    """It does not wait any more."""

    message = _("Somebody was quicker: this does not wait any more. Nothing was done.")
    status = 409


class ClaimedByOther(Refused):
    """A colleague is looking at it."""

    message = _(
        "A colleague is looking at this just now, so nothing was decided. "
        "Ask them, or take it over first."
    )
    status = 409


class OtherThanSeen(Refused):
    """The words are no longer those that were read."""

    message = _(
        "This was changed while you had the page open, so nothing was decided. It stands below as "
        "it is now: please read it once more."
    )
    status = 409


class TooLateToUndo(Refused):
    """The ten minutes are over, or it was taken back before."""

    message = _("This can no longer be taken back with one press.")
    status = 409


class MovedOn(Refused):
    """What was decided about has changed since."""

    message = _(
        "This cannot be taken back with one press any more: it has gone on since, or somebody has "
        "changed its words or signed them. Nothing was done."
    )
    status = 409


class MailHasGone(Refused):
    """Whoever got the mail acts on it."""

    message = _(
        "This cannot be taken back with one press any more: the mail about it has gone out. "
        "Nothing was done."
    )
    status = 409
