"""The rules of voiding by rule: the states of a run, and when the public is told."""

from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused


class RunState(StrEnum):
    """Where a run stands."""

    #: Envelopes are opened to find whom it is about.
    COUNTING = "counting"
    #: It is known how many there are; nothing is voided yet.
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    #: Stopped by a moderator, before or on its way. What was voided stays so until it is restored.
    CANCELLED = "cancelled"
    RESTORING = "restoring"
    RESTORED = "restored"


#: A worker has something to do.
UNDER_WAY = frozenset({RunState.COUNTING, RunState.RUNNING, RunState.RESTORING})
MAY_BE_CANCELLED = frozenset({RunState.COUNTING, RunState.READY, RunState.RUNNING})
ENDED = frozenset({RunState.DONE, RunState.CANCELLED})

#: The public is told of no smaller move of a total, however large a share of it this is.
CORRECTION_LEAST = 10

REASON_LENGTH = 500
CORRECTION_LENGTH = 1000
#: Lines of a condition.
MOST_LINES = 200


def needs_correction(*, moved: int, total_before: int, per_cent: int) -> bool:
    """Whether the total moved so far that the public is told why; with 0 per cent never."""
    by = abs(moved)
    return per_cent > 0 and by >= CORRECTION_LEAST and by * 100 > total_before * per_cent


class NoCondition(Refused):
    """A rule without conditions would void everything."""

    message = _("Set at least one condition besides the campaign.")


class NothingFound(Refused):
    """There is nothing to void."""

    message = _("No signature meets these conditions, so there is nothing to remove.")
    status = 409


class OtherNumber(Refused):
    """The number is another one than the moderator has read."""

    message = _(
        "Meanwhile it is another number: some were confirmed, withdrawn or removed since they were "
        "counted. Nothing was removed. Read the number below and press once more."
    )
    status = 409


class MovedMeanwhile(Refused):
    """The run does not stand where this could be done; somebody else was quicker."""

    message = _("Somebody else was quicker, or it has ended. This is how it stands now.")
    status = 409


class PublishedAlready(Refused):
    """Another moderator was quicker."""

    message = _("This correction has been published meanwhile, in the words below.")
    status = 409
