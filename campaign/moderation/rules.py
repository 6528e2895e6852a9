"""The rules of deciding about single people and of what the public reports."""

from datetime import timedelta
from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.limits import Limit
from campaign.lib.refusals import Refused
from campaign.petitions.rules import Deed

#: What takes a moderator's deed back.
OPPOSITE = {
    Deed.HOLD: Deed.RELEASE,
    Deed.RELEASE: Deed.HOLD,
    Deed.VOID: Deed.RESTORE,
    Deed.RESTORE: Deed.VOID,
}
#: Somebody has to say why.
NEEDS_REASON = frozenset({Deed.HOLD, Deed.VOID})
#: So long one press takes a decision back; mails of the queue wait meanwhile.
UNDO = timedelta(minutes=10)
REASON_LENGTH = 500


class ReportKind(StrEnum):
    """What a visitor says is wrong."""

    #: A fact is not right.
    WRONG = "wrong"
    #: It puts somebody in danger, or shows what should stay private.
    HARM = "harm"
    #: Text or image belong to somebody else.
    RIGHTS = "rights"
    #: Something on the page does not work.
    BROKEN = "broken"
    OTHER = "other"


class ReportState(StrEnum):
    """What a moderator made of a report."""

    WAITING = "waiting"
    NOTHING_WRONG = "nothing_wrong"
    MENDED = "mended"
    PASSED_ON = "passed_on"


REPORT_LENGTH = 1000
#: The words of a report and the address with it are destroyed after this time.
REPORT_LIFETIME = timedelta(days=90)
#: Reports that are taken from one network …
REPORTS_OF_A_NETWORK = (Limit(5, timedelta(hours=1)), Limit(20, timedelta(days=1)))
#: … and in all.
REPORTS = (Limit(100, timedelta(hours=1)), Limit(500, timedelta(days=1)))


class MovedMeanwhile(Refused):
    """It stands otherwise by now: a colleague or the signer was quicker."""

    message = _(
        "This does not stand as it did any more: a colleague was quicker, or the signer. "
        "Nothing was changed; look again."
    )
    status = 409


class OtherNumber(Refused):
    """What was chosen are more or fewer than the page said."""

    message = _(
        "Meanwhile there are more or fewer of them. Nothing was done yet: look at the new number "
        "and press again if it is right."
    )
    status = 409


class TooLateToUndo(Refused):
    """The ten minutes are over, or it was taken back before."""

    message = _("This can no longer be taken back with one press. Decide again about each.")
    status = 409


class TooManyReports(Refused):
    """The limit is used up."""

    message = _(
        "There were too many reports just now, and this one was not taken. "
        "Please try again in an hour."
    )
    status = 429
