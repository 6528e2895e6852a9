"""The rules of exports: which columns there are, whose rows, what needs a reason, how it went."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused
from campaign.petitions.rules import State


class Column(StrEnum):
    """A column of the file, by the name in its first line."""

    REF = "ref"
    NAME = "name"
    COUNTRY = "country"
    PUBLIC = "public"
    COMMENT = "comment"
    LANGUAGE = "language"
    STATE = "state"
    SIGNED_AT = "signed_at_utc"
    CONFIRMED_AT = "confirmed_at_utc"
    SOURCE = "source"
    EMAIL = "email"
    POSTCODE = "postcode"
    WANTS_UPDATES = "wants_updates"
    VERSION = "version"


class Scope(StrEnum):
    """Whose rows are in the file."""

    CONFIRMED = "confirmed"
    PUBLIC_NAMES = "public-names"
    ALL_STATES = "all-states"


#: Whose files hold at least the same people.
AS_WIDE = {
    Scope.CONFIRMED: (Scope.CONFIRMED, Scope.ALL_STATES),
    Scope.PUBLIC_NAMES: tuple(Scope),
    Scope.ALL_STATES: (Scope.ALL_STATES,),
}


class Kind(StrEnum):
    """What kind of file it is; its name ends so."""

    CSV = "csv"
    XLSX = "xlsx"


class Progress(StrEnum):
    """How far a file has come."""

    RUNNING = "running"
    WHOLE = "whole"
    BROKEN_OFF = "broken-off"


#: In this order, unless others are chosen.
DEFAULT_COLUMNS = (
    Column.REF,
    Column.NAME,
    Column.COUNTRY,
    Column.PUBLIC,
    Column.COMMENT,
    Column.LANGUAGE,
    Column.STATE,
    Column.SIGNED_AT,
    Column.CONFIRMED_AT,
    Column.SOURCE,
)
STATES = {
    Scope.CONFIRMED: (State.CONFIRMED,),
    Scope.PUBLIC_NAMES: (State.CONFIRMED,),
    Scope.ALL_STATES: tuple(State),
}
#: Columns that are in the envelope: without them it stays closed.
SEALED = frozenset({Column.NAME, Column.COMMENT, Column.EMAIL, Column.POSTCODE})
#: Rows that are read, opened and written at a time.
PAGE = 1000
#: How far a file has come is written down at most this often.
TOLD_EVERY = timedelta(seconds=1)
#: A file that has not grown for so long was broken off, even if nobody could write that down.
SILENCE = timedelta(minutes=5)
REASON_LENGTH = 500


class NoReason(Refused):
    """Addresses and unconfirmed signatures leave only for a reason that is written down."""

    message = _("Say what this file is for. The reason is written down beside your name.")


class TooManyRows(Refused):
    """A workbook holds about a million rows; CSV holds any number."""

    message = _("A workbook holds a million rows at most. Choose CSV, or fewer signatures.")


def needs_a_reason(columns: Collection[Column], scope: Scope) -> bool:
    """Whether the file holds more than a hand-over needs: addresses, or who did not confirm."""
    return holds_addresses(columns) or scope is Scope.ALL_STATES


def holds_addresses(columns: Collection[Column]) -> bool:
    """Whether email addresses are in the file: that asks for the second step, and for proof."""
    return Column.EMAIL in columns


def progress(*, is_whole: bool, alive_at: datetime | None, now: datetime) -> Progress:
    """How far a file has come that was last seen growing at that moment."""
    if is_whole:
        return Progress.WHOLE
    if alive_at is None or now - alive_at > SILENCE:
        return Progress.BROKEN_OFF
    return Progress.RUNNING
