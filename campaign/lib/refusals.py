"""What a rule says when it does not allow a deed.

Each room words its own; those of one kind have one name in all of them. **MovedMeanwhile**: it is
in another state than the deed is for. **OtherThanSeen**: its words are others than those that were
read, and **OtherNumber** says so of a number. **ChangedMeanwhile** (`meanwhile.py`): somebody has
changed what was to be edited.
"""

from typing import ClassVar

from campaign.lib.languages import Text, lazy_gettext as _


class Refused(Exception):
    """A rule said no. The message is fit for the visitor: what happened, and what to do next."""

    message: ClassVar[Text]
    #: The HTTP status of the page that shows this refusal.
    status: ClassVar[int] = 422

    def __str__(self) -> str:
        return str(self.message)


class Busy(Refused):
    """The database could not take the deed in time. Nothing was written."""

    message = _(
        "The site is very busy just now and nothing was saved. Please try again in a moment."
    )
    status = 503
