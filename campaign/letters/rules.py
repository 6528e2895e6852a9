"""The rules of writing: who may write, how much may be typed, what counts as posted."""

from datetime import timedelta
from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.limits import Limit
from campaign.lib.refusals import Refused


class PostedState(StrEnum):
    """Where a volunteer's word about posted letters stands. Only COUNTED ones count."""

    COUNTED = "counted"
    HELD = "held"
    REFUSED = "refused"


class AnswerKind(StrEnum):
    """What can come back."""

    REPLY = "reply"
    RETURNED = "returned"


#: Longest letter, in characters: two pages. Offices put longer ones aside, and a megabyte of one
#: word would keep the printer busy for a second.
LETTER_LENGTH = 6000
SUBJECT_LENGTH = 200
OWN_WORDS_LENGTH = 1500
LINE_LENGTH = 200
ADDRESS_LENGTH = 400
ADDRESS_LINES = 6

#: The boxes of a case, in characters.
NAME_LENGTH = 40
SENTENCE_LENGTH = 500
BOX_LENGTH = 4000
#: All passages of one section together.
PASSAGES_LENGTH = 20_000
#: Facts, asks, targets or phrases on one page.
ROWS = 60
#: So many drafts are measured each time somebody looks.
MEASURED = 100

#: What every mail program takes as a link; longer ones lose their end.
MAILTO_LENGTH = 1900

#: Letters for one evening.
KIT_MOST = 500
#: So many are made between two words to the page; the memory of one batch is all that is needed.
KIT_BATCH = 50
#: How long a kit waits to be fetched.
KIT_LIFETIME = timedelta(hours=1)
#: Making one keeps a processor busy for seconds: so many an hour, for everybody together.
KITS = (Limit(60, timedelta(hours=1)),)

#: With how many of the latest drafts to a target a new one is compared.
COMPARED = 1000
#: So many rounds of drafting an hour leave traces; a flood of them would only fill the disk.
NOTED = (Limit(2000, timedelta(hours=1)),)
#: A trace of a draft is kept so long; letters written months apart need not differ.
TRACE_LIFETIME = timedelta(days=365)

#: More letters at once wait for somebody to look: a whole evening's, or a slip of the pen.
COUNTED_AT_ONCE = 50
#: So does whatever comes when so many have told of letters for one campaign.
TOLD = (Limit(30, timedelta(hours=1)), Limit(150, timedelta(days=1)))
POSTED_MOST = 10_000


def counts_at_once(letters: int, *, within_limits: bool) -> bool:
    """Whether posted letters count without a look. Others are held: never dropped."""
    return within_limits and letters <= COUNTED_AT_ONCE


class TooManyKits(Refused):
    """The processor is not for kits alone."""

    message = _(
        "Many papers are being made just now. Please try again in an hour; nothing was lost."
    )
    status = 429


class NoLetterYet(Refused):
    """There is nothing to take away."""

    message = _("There is no letter yet. Choose, then press the button for a draft.")


class NoLetters(Refused):
    """The campaign takes no letters: not yet, or no longer."""

    message = _("This campaign takes no letters just now. What you typed is still in the form.")
    status = 409


class OtherThanSeen(Refused):
    """What is to be published is not what was looked at."""

    message = _(
        "Somebody changed the letters while you had this page open. Please look at them again, "
        "then publish."
    )
    status = 409


class OtherCopyThanSeen(Refused):
    """What is to be thrown away is not what was looked at: it holds somebody else's work."""

    message = _(
        "Somebody changed the working copy while you had this page open, so it was not thrown "
        "away. Please look at it again, then decide."
    )
    status = 409


class LettersBegun(Refused):
    """Nothing is copied over letters that somebody has begun to write."""

    message = _("This campaign has letters already. Edit them, or throw the working copy away.")
    status = 409


class LanguageInUse(Refused):
    """A language goes when nothing is written in it."""

    message = _("Something is written in this language. Empty its boxes first, then remove it.")
    status = 409
