"""The states of a campaign, and what they allow."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused


class State(StrEnum):
    """DRAFT → IN_REVIEW → OPEN → CLOSED.

    A moderator may make any of them HIDDEN, and bring it back.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    OPEN = "open"
    CLOSED = "closed"
    HIDDEN = "hidden"


class Move(StrEnum):
    """What takes a campaign from state to state, as the trail calls it."""

    SUBMIT = "submitted"
    TAKE_BACK = "taken-back"
    OPEN = "opened"
    SEND_BACK = "sent-back"
    CLOSE = "closed"
    REOPEN = "reopened"
    UNDO_OPEN = "opening-undone"
    UNDO_SEND_BACK = "sending-back-undone"


#: From which state a move starts and where it leads. Hiding is the moderators' own.
MOVES: dict[Move, tuple[State, State]] = {
    Move.SUBMIT: (State.DRAFT, State.IN_REVIEW),
    Move.TAKE_BACK: (State.IN_REVIEW, State.DRAFT),
    Move.OPEN: (State.IN_REVIEW, State.OPEN),
    Move.SEND_BACK: (State.IN_REVIEW, State.DRAFT),
    Move.CLOSE: (State.OPEN, State.CLOSED),
    Move.REOPEN: (State.CLOSED, State.OPEN),
    Move.UNDO_OPEN: (State.OPEN, State.IN_REVIEW),
    Move.UNDO_SEND_BACK: (State.DRAFT, State.IN_REVIEW),
}
MOVES_OF_THE_TEAM = frozenset({Move.SUBMIT, Move.TAKE_BACK, Move.CLOSE})
MOVES_OF_MODERATORS = frozenset({Move.OPEN, Move.SEND_BACK, Move.CLOSE, Move.REOPEN})

#: In which a campaign was shown to the public: its words must stay whole.
SHOWN_STATES = frozenset({State.OPEN, State.CLOSED, State.HIDDEN})

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
#: The opening time of a draft that is to open as soon as a moderator has accepted it.
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
#: Whoever types a year outside of these has made a slip.
YEARS = range(2000, 2100)

TITLE_LENGTH = 150
ASK_LENGTH = 300
NOTICE_LENGTH = 300
STORY_LENGTH = 30_000
REASON_LENGTH = 500
OUTCOME_LENGTH = 5_000
SLUG_LENGTH = 60
#: Addresses of our own pages, which no campaign can have.
RESERVED_SLUGS = frozenset({"new"})

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


class Passage(NamedTuple):
    """A text, and the language it is in."""

    text: str
    language: str


class Wording(NamedTuple):
    """All that a signer has before them."""

    language: str
    title: str
    ask: str
    story: str
    addressee: str
    statement: str


class Stage(StrEnum):
    """Where a campaign stands at a moment: its state, and what its dates make of it."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    #: Open, but its day has not come: everybody may read it, nobody can sign yet.
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    HIDDEN = "hidden"


def stage(state: State, *, opens_at: datetime, closes_at: datetime | None, now: datetime) -> Stage:
    """Where it stands just now. From `closes_at` on it is closed, whatever its row still says."""
    if state is not State.OPEN:
        return Stage(state)
    if closes_at is not None and closes_at <= now:
        return Stage.CLOSED
    return Stage.SCHEDULED if now < opens_at else Stage.OPEN


def takes_part(
    state: State, *, opens_at: datetime, closes_at: datetime | None, now: datetime
) -> bool:
    """Whether people can sign and write just now."""
    return stage(state, opens_at=opens_at, closes_at=closes_at, now=now) is Stage.OPEN


def still_confirms(state: State, *, closes_at: datetime | None, now: datetime) -> bool:
    """Whether signatures made in time can still be confirmed."""
    return state in PUBLIC_STATES and (closes_at is None or now < closes_at + GRACE)


def moves_from(state: State) -> frozenset[Move]:
    """The moves that start from this state."""
    return frozenset(move for move, (start, _end) in MOVES.items() if start is state)


class MovedMeanwhile(Refused):
    """The campaign is no longer where the move starts from."""

    message = _(
        "Somebody was quicker: the campaign is no longer where it was when you opened this page. "
        "Nothing was done. Below is where it stands now."
    )
    status = 409


class OtherThanSeen(Refused):
    """The words are no longer those that were looked at."""

    message = _(
        "The campaign was changed since you opened this page, so nothing was decided. "
        "Please look at it once more."
    )
    status = 409


class InReview(Refused):
    """What a moderator is reading stays as it is."""

    message = _(
        "A moderator is reading this campaign, so its words cannot change just now. "
        "Take it back first, on its overview."
    )
    status = 409


class ClosingPassed(Refused):
    """It would be closed the moment it opens."""

    message = _("Its closing time has passed. Send it back, so that the team chooses another one.")


class SlugTaken(Refused):
    """Another campaign has this address, or had it: old links lead there."""

    message = _("Another campaign has this address, or had it once. Choose another one.")
    status = 409


class SlugReserved(Refused):
    """A page of ours has this address."""

    message = _("This word is used by the site itself. Choose another one.")


class LastOrganiser(Refused):
    """Nobody would look after the campaign."""

    message = _("Nobody else in the team could work on it. Add somebody else first.")
    status = 409


class NoSuchOrganiser(Refused):
    """Only organisers who can sign in may join a team."""

    message = _("Choose one of the organisers in the list.")
