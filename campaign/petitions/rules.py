"""The rules of signing: the states of a signature, the deeds that move it, and the limits."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.limits import Limit
from campaign.lib.refusals import Refused


class State(StrEnum):
    """Where a signature stands. Only CONFIRMED ones count."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


class Deed(StrEnum):
    """What moves a signature from state to state."""

    SIGN = "sign"
    SIGN_AGAIN = "sign_again"
    CONFIRM = "confirm"
    HOLD = "hold"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    VOID = "void"
    RESTORE = "restore"
    ERASE = "erase"
    ANONYMISE = "anonymise"


class Tallied(StrEnum):
    """What the tallies of a petition count, each by a key of its own."""

    #: All signatures, by state.
    STATE = "state"
    #: All signatures, by the day they were (last) signed.
    SIGNED = "signed"
    #: Those of them whose owner has proved the address, by the day they were signed.
    PROVED = "proved"
    #: Those that nobody confirmed in time, by the day they were signed: their rows are gone.
    EXPIRED = "expired"
    #: Confirmed ones, and nothing else from here on: by the day they were confirmed …
    CONFIRMED = "confirmed"
    #: … by country, language and source; where there is none, the key is empty …
    COUNTRY = "country"
    LANGUAGE = "language"
    SOURCE = "source"
    #: … and how many want updates, or came with a comment; the key is empty.
    WANTS_UPDATES = "wants_updates"
    HAS_COMMENT = "has_comment"


#: Kinds whose key is a day in UTC, such as `2026-03-01`.
BY_DAY = (Tallied.SIGNED, Tallied.PROVED, Tallied.EXPIRED, Tallied.CONFIRMED)


#: From which states a deed may start. Whatever is not here is not allowed.
MAY_START_FROM: dict[Deed, frozenset[State]] = {
    Deed.SIGN_AGAIN: frozenset({State.WITHDRAWN}),
    Deed.CONFIRM: frozenset({State.PENDING, State.HELD}),
    Deed.HOLD: frozenset({State.PENDING, State.CONFIRMED}),
    Deed.RELEASE: frozenset({State.HELD}),
    Deed.WITHDRAW: frozenset({State.PENDING, State.CONFIRMED, State.HELD}),
    Deed.VOID: frozenset({State.PENDING, State.CONFIRMED, State.HELD}),
    Deed.RESTORE: frozenset({State.VOIDED}),
    Deed.ERASE: frozenset(State),
    Deed.ANONYMISE: frozenset(State),
}

#: An unconfirmed signature is deleted after this time.
PENDING_LIFETIME = timedelta(days=7)
#: The confirm link in a mail; after it, one press brings a new mail.
CONFIRM_LINK_LIFETIME = timedelta(days=3)
#: The link to one's own signature.
OWNER_LINK_LIFETIME = timedelta(days=365)
#: How long after the closing of its campaign a signature keeps its personal data.
KEPT_AFTER_CLOSING = timedelta(days=90)

#: Our form must not become a weapon against somebody's mailbox.
MAILS_A_SIGNATURE = 5
MAILS_AN_ADDRESS = (Limit(3, timedelta(hours=1)), Limit(10, timedelta(days=1)))
#: A second press within this time sends no second mail.
MAIL_PAUSE = timedelta(seconds=60)

NAME_LENGTH = 200
POSTCODE_LENGTH = 20
COMMENT_LENGTH = 1000
SOURCE_LENGTH = 40
ADDRESSEE_LENGTH = 200
STATEMENT_LENGTH = 10_000
#: What the database's column holds, and more than any petition ever had.
GOAL_MOST = 1_000_000_000

#: The wording beside the tick boxes and under the button; a signature keeps which one its signer
#: saw.
CONSENT_VERSION = "2026-11-25"

#: What the progress bar fills towards, one after the other; then it goes on by tens of these.
_GOALS = (25, 50, 100, 250, 500, 1000, 2500, 5000)


def next_goal(count: int, *, goal: int | None) -> int:
    """What the bar fills towards: the next round number, or the organiser's goal if nearer.

    It steps up at nine tenths of a goal, so that the bar never stands full.
    """
    step = next(step for step in _goals() if count < step * 0.9)
    return goal if goal and count < goal < step else step


def _goals() -> Iterator[int]:
    yield from _GOALS
    for power in itertools.count(1):
        yield from (step * 10**power for step in _GOALS[-3:])


class PetitionClosed(Refused):
    """The petition takes no signatures: not yet, or no longer."""

    message = _("This petition takes no signatures just now. Nothing was saved.")
    status = 409


class WordsChanged(Refused):
    """The petition's words are others than those that the visitor read."""

    message = _(
        "The words of this petition were changed while you had the page open, so nothing was "
        "signed yet. Please read them once more; what you typed is still here."
    )
    status = 409


class TooLateToConfirm(Refused):
    """The campaign closed more than a day ago."""

    message = _(
        "This petition has closed, so the signature can no longer be confirmed. It was not counted."
    )
    status = 409


class SignatureWithdrawn(Refused):
    """The owner took it back."""

    message = _("This signature was taken back. If you have changed your mind, you can sign again.")
    status = 409


class SignatureVoided(Refused):
    """A moderator removed it."""

    message = _(
        "A moderator has removed this signature from the petition. "
        "If you think that is wrong, please write to us."
    )
    status = 409


class PetitionStays(Refused):
    """People could sign it, or have."""

    message = _(
        "People could sign this petition, so it cannot be taken off the campaign any more. "
        "Its addressee and its statement cannot be blank."
    )
    status = 409
