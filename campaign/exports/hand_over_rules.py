"""The rules of hand-overs: whose signatures, how they are named, and when there is none."""

from datetime import timedelta
from enum import StrEnum

from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused


class Covers(StrEnum):
    """Whose signatures are in it."""

    ALL = "all"
    #: Those that are in no hand-over before it.
    NEW = "new"


class Naming(StrEnum):
    """How those stand in it who let their name be shown."""

    NAMES = "names"
    INITIALS = "initials"


class Kind(StrEnum):
    """Its two files."""

    PDF = "pdf"
    CSV = "csv"


#: One whose files are not there after this time was broken off, and is forgotten.
MAKING_LIFETIME = timedelta(hours=1)
#: How many signatures one transaction puts in, so that nobody waits for long.
PUT_IN = 5000
HANDED_TO_LENGTH = 200
ANSWER_LENGTH = 10_000


def initials(name: str) -> str:
    """The first letters of the first and the last word: “Léa M. Gauvrin” is “L. G.”.

    Chinese, Japanese and Korean names come without spaces: of them it is the first sign, as it is.
    Empty where there is no letter.
    """
    words = [word for word in name.split() if any(sign.isalpha() for sign in word)]
    firsts = [next(sign for sign in word if sign.isalpha()) for word in words]
    ends = firsts[:1] + firsts[1:][-1:]
    return " ".join(letter if "\u2e80" <= letter <= "\ud7ff" else f"{letter}." for letter in ends)


class NobodyToHandOver(Refused):
    """No signature is confirmed."""

    message = _(
        "Nobody’s signature is confirmed just now, so there is nothing to hand over. "
        "Nothing was made."
    )
    status = 409


class NobodyNew(Refused):
    """All are in a hand-over already."""

    message = _(
        "No signature is new: all that count are in a hand-over already. Nothing was made. "
        "Choose all signatures to hand them over once more."
    )
    status = 409


class OneBeingMade(Refused):
    """One at a time: who is in the first is known to the second only once the first is made."""

    message = _(
        "A hand-over of this petition is being made just now, so none was begun: the same people "
        "could be in both. It is in the list on this page. Please wait until it is ready, then "
        "try again; if it was broken off, you can make another an hour after it was begun."
    )
    status = 409


class ErasedMeanwhile(Refused):
    """A listed person had everything erased while the files were being made."""

    message = _(
        "While the files were being made, somebody in them had everything erased. "
        "So the files were destroyed, and this hand-over does not exist. Please make it once more."
    )
    status = 409
