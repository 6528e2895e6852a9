"""The rules of signatures on paper: their states, what is held, when rows are compared."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypedDict

from campaign.campaigns.rules import PUBLIC_STATES, State as CampaignState
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused
from campaign.petitions.rules import KEPT_AFTER_CLOSING, State as SignatureState


class State(StrEnum):
    """Where a batch stands. Only COUNTED ones count."""

    COUNTED = "counted"
    #: For a moderator.
    HELD = "held"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"


class Keepers(TypedDict):
    """People behind a batch, as dangerous a list as that of signers."""

    #: The place.
    collected_at: str
    collected_by: str
    kept_by: str


class Provenance(TypedDict):
    """Where signatures on paper come from; nothing is entered without it."""

    sheets: int
    collected_on: date
    keepers: Keepers


class RowState(StrEnum):
    """Where a row stands; nobody is told it of a single one."""

    #: One signature, if its batch counts.
    STANDS = "stands"
    #: The same person has signed online too, or stands in a row before it: nothing.
    DOUBLE = "double"
    #: Removed while it was a double, but taken off the count as if it had stood, so that nobody
    #: learns from the count what it was. The next comparison puts it right.
    OWED = "owed"
    REMOVED = "removed"


class Row(NamedTuple):
    """What one person wrote on a sheet. All but the name may be empty."""

    name: str
    email: str = ""
    postcode: str = ""
    #: ISO code.
    country: str = ""
    shows_name: bool = False


#: What is entered of a petition within LATELY is held once it is more than so many together …
HELD_ABOVE = 200
#: … or more than a tenth of all its signatures, unless it is no more than these.
SMALL = 50
LATELY = timedelta(hours=24)

#: So many rows with an address wait together before any of them is compared, and rows that leave in
#: a smaller company are taken off as if none of them had been a double: otherwise one address could
#: be tested by entering it and watching the count.
COMPANY = 10
#: A petition is compared at most once within this time.
PAUSE = timedelta(hours=24)
#: In these states somebody's own signature online goes before their row on paper. Who withdrew has
#: said the last word there.
SPEAKS_FOR_ITSELF = (SignatureState.CONFIRMED, SignatureState.WITHDRAWN)

#: Within this time the very same once more is a second press of the button. Nobody types it anew so
#: quickly.
PRESSED_TWICE = timedelta(seconds=15)

#: What was refused keeps its rows for so long, should the decision be taken back.
REFUSED_KEPT = timedelta(days=1)

#: Sheets may go round long before there is a campaign here; an older day is mistyped. Ten years.
COLLECTED_WITHIN = timedelta(days=3653)

SIGNATURES_MOST = 1_000_000
SHEETS_MOST = 100_000
ROWS_MOST = 500
#: The empty lines of the form, and as many more at a press.
FORM_ROWS = 10
FORM_ROWS_MOST = 100
PROVENANCE_LENGTH = 200
REASON_LENGTH = 500
TEXT_LENGTH = 200_000


def is_held(signatures: int, *, lately: int, total: int) -> bool:
    """Whether so many wait for a moderator, given what was entered lately and the total so far.

    What comes in many small batches is treated as what it is together.
    """
    together = signatures + lately
    return together > HELD_ABOVE or together > max(SMALL, total / 10)


def may_enter(
    state: CampaignState, *, opens_at: datetime, closes_at: datetime | None, now: datetime
) -> bool:
    """From when people can sign until their data is destroyed; sheets come in late."""
    if state not in PUBLIC_STATES or now < opens_at:
        return False
    return closes_at is None or now < closes_at + KEPT_AFTER_CLOSING


class NotNow(Refused):
    """The petition takes no signatures, on paper either."""

    message = _(
        "Signatures on paper are entered from the day the campaign opens until ninety days after "
        "it has closed. Nothing was saved; what you typed is still here."
    )
    status = 409


class MovedMeanwhile(Refused):
    """Somebody was quicker."""

    message = _("Nothing was done: this batch is in another state now, as you see below.")
    status = 409


class NoSuchRow(Refused):
    """It was never there, or was removed before."""

    message = _("There is no such row, or it was removed before. Nothing was done.")
    status = 409
