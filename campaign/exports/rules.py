"""The rules of exports: which columns there are, whose rows, and what needs a reason."""

from collections.abc import Collection
from enum import StrEnum

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
#: Rows that are read, opened and written at a time.
PAGE = 1000


def needs_a_reason(columns: Collection[Column], scope: Scope) -> bool:
    """Whether the file holds more than a hand-over needs: addresses, or who did not confirm."""
    return Column.EMAIL in columns or scope is Scope.ALL_STATES
