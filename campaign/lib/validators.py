"""What the rooms' forms ask of answers beyond WTForms' own validators."""

from datetime import date
from typing import Any

from wtforms import Field, ValidationError
from wtforms.validators import NumberRange

from campaign.lib.clock import utc_now
from campaign.lib.languages import figures, gettext


class AtMost:
    """A length limit that tells how long the answer was."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, form: Any, field: Field) -> None:
        length = len(field.data or "")
        if length > self.most:
            raise ValidationError(
                gettext(
                    "At most %(most)s characters, please; this has %(length)s.",
                    most=figures(self.most),
                    length=figures(length),
                )
            )


class Between(NumberRange):
    """The least and the most that a number may be; browsers are told too."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least, self.most = least, most

    def __call__(self, form: Any, field: Field) -> None:
        if field.data is None or not self.least <= field.data <= self.most:
            raise ValidationError(
                gettext(
                    "Enter a number from %(min)s to %(max)s.",
                    min=figures(self.least),
                    max=figures(self.most),
                )
            )


def not_to_come(form: Any, field: Field) -> None:
    """A validator: refuses a day that is still to come."""
    if isinstance(field.data, date) and field.data > utc_now().date():
        raise ValidationError(gettext("This day is still to come."))


def unreadable(form: Any, field: Field) -> None:
    """A validator: refuses text whose bytes were no UTF-8, instead of storing signs nobody typed.

    `http.Request` has read them as U+FFFD. What looks like such a byte, as in a link that holds
    caf%E9, was typed.
    """
    if "\ufffd" in (field.data or ""):
        raise ValidationError(gettext("Some characters could not be read. Please type them again."))
