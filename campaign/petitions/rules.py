"""The rules of signing: the states of a signature, the deeds that move it, and the limits."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
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


class CommentState(StrEnum):
    """Where a comment stands. Only PASSED ones are public, and of confirmed signatures alone."""

    WAITING = "waiting"
    PASSED = "passed"
    REFUSED = "refused"


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


class HeldFor(StrEnum):
    """Why screening holds a signature; a moderator's own hold has none of these."""

    #: Many from one network, for one campaign.
    BURST = "burst"
    #: A mailbox for some minutes, or many mailboxes of one unusual domain for one campaign.
    DOMAIN = "domain"
    #: A name that is an address, a link, a phone number, or has no letters.
    NAME = "name"
    #: A moderator has put the network, the domain or the mailbox on the list.
    LIST = "list"
    #: The campaign is signed many times as often as usual.
    TREND = "trend"
    #: A box that people do not see was filled in.
    TRAP = "trap"
    #: The limits could not be asked.
    LIMITER = "limiter"


@dataclass(frozen=True)
class Thresholds:
    """From where on screening holds a signature, unless moderators set it otherwise.

    Of numbers, 0 means never.
    """

    #: Signatures that count from one network (/24 or /48) for one campaign, in an hour …
    network_hour: int = 10
    #: … and in a day.
    network_day: int = 30
    #: Signatures that count from one mail domain that is not a large provider's, for one campaign.
    domain_day: int = 5
    disposable: bool = True
    names: bool = True
    trap: bool = True
    #: So many times the usual rate of a campaign is a trend …
    trend_times: int = 10
    #: … if it is at least so many signatures in TREND_WINDOW.
    trend_least: int = 50
    #: Whether signatures are held while there is a trend, or moderators only told of it.
    trend_holds: bool = True
    #: The public is told when a rule for voiding moves a total by more than so many per cent of it.
    correction_per_cent: int = 1


#: No threshold is higher.
HIGHEST_THRESHOLD = 1_000_000
#: In this time signatures are counted to see a trend …
TREND_WINDOW = timedelta(minutes=5)
#: … beside the average of so many days before today …
TREND_DAYS = 7
#: … and it is over when it was not seen for so long.
TREND_REST = timedelta(hours=1)


class ListKind(StrEnum):
    """What a line of the screening lists is about."""

    NETWORK = "network"
    DOMAIN = "domain"
    MAILBOX = "mailbox"


class Verdict(StrEnum):
    """What becomes of signatures that a line of the lists is about."""

    HOLD = "hold"
    #: Neither the lists nor a limit nor a trend holds it. Of one kind, PASS beats HOLD.
    PASS = "pass"  # noqa: S105


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

#: A form that was sent in is taken up within seconds; after this time, somebody is told.
TAKEN_UP_WITHIN = timedelta(minutes=5)
#: An unconfirmed signature is deleted when it was neither signed nor mailed about for this time,
#: whatever a moderator made of it.
PENDING_LIFETIME = timedelta(days=7)
#: The confirm link in a mail; after it, one press brings a new mail.
CONFIRM_LINK_LIFETIME = timedelta(days=3)
#: The link to one's own signature.
OWNER_LINK_LIFETIME = timedelta(days=365)
#: How long after the closing of its campaign a signature keeps its personal data.
KEPT_AFTER_CLOSING = timedelta(days=90)

#: Our form must not become a weapon against somebody's mailbox.
#: Counting begins anew after a day without any, so that nobody keeps another from signing by using
#: up their mails.
MAILS_A_SIGNATURE = Limit(5, timedelta(days=1))
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
