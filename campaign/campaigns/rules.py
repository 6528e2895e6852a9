"""The states of a campaign, and what they allow."""

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """DRAFT → IN_REVIEW → OPEN → CLOSED.

    A moderator may make any of them HIDDEN, and bring it back.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    OPEN = "open"
    CLOSED = "closed"
    HIDDEN = "hidden"


#: What a visitor may read.
PUBLIC_STATES = frozenset({State.OPEN, State.CLOSED})


class Outcome(StrEnum):
    """What came of a closed campaign."""

    WON = "won"
    ENDED = "ended"
    MEMORIAL = "memorial"


class PostRole(StrEnum):
    """How a post belongs to a campaign: what it grew from, or what happened since."""

    BACKGROUND = "background"
    UPDATE = "update"


#: Whoever signed just before the closing still has a day to confirm.
GRACE = timedelta(hours=24)


def takes_part(
    state: State, *, opens_at: datetime, closes_at: datetime | None, now: datetime
) -> bool:
    """Whether people can sign and write just now."""
    return state is State.OPEN and opens_at <= now and (closes_at is None or now < closes_at)


def still_confirms(state: State, *, closes_at: datetime | None, now: datetime) -> bool:
    """Whether signatures made in time can still be confirmed."""
    return state in PUBLIC_STATES and (closes_at is None or now < closes_at + GRACE)


#: An image is shown with its longest side this many pixels long at most.
IMAGE_SIDE = 1600
#: Besides its full size, how wide it is kept for smaller windows.
IMAGE_WIDTHS = (960, 480)
#: What is read at all: pixels in all, and on each side.
MOST_PIXELS = 25_000_000
LEAST_SIDE = 200
#: Bytes of an uploaded image.
MOST_BYTES = 10_000_000
#: Characters of what an image shows, and of whose it is.
ALT_LENGTH = 400
CREDIT_LENGTH = 200
