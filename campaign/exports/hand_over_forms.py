"""What is typed about a hand-over: how to make it, and what came of it."""

from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    DateField,
    HiddenField,
    RadioField,
    SelectChoice,
)
from wtforms.validators import Optional

from campaign.accounts.forms import ProofFields
from campaign.exports.hand_over_rules import ANSWER_LENGTH, HANDED_TO_LENGTH, Covers, Naming
from campaign.exports.models import HandOver
from campaign.lib import meanwhile
from campaign.lib.fields import Lines, OneLine, StaffForm, press_key
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, not_to_come, unreadable


class HandOverForm(StaffForm, ProofFields):
    """Whose signatures, and how they are named."""

    covers = RadioField(_("Which signatures"), default=Covers.ALL.value, coerce=str)
    naming = RadioField(
        _("How people are listed"),
        choices=[
            SelectChoice(Naming.NAMES, _("By name and country")),
            SelectChoice(Naming.INITIALS, _("By initials and country")),
        ],
        default=Naming.NAMES.value,
        coerce=str,
    )
    key = press_key()

    def __init__(self, choices: list[tuple[Covers, Any]], **kwargs: Any) -> None:
        """`choices` are which signatures there are, in words."""
        super().__init__(**kwargs)
        self.covers.choices = [SelectChoice(covers, words) for covers, words in choices]

    def answers(self) -> dict[str, Any]:
        """Without the proof."""
        return {"covers": Covers(self.covers.data), "naming": Naming(self.naming.data)}


class HandedForm(StaffForm):
    """To whom it was handed, when, and what they said."""

    handed_to = OneLine(
        _("Handed to"),
        description=_("A name and an office, or an address."),
        validators=[AtMost(HANDED_TO_LENGTH), unreadable],
    )
    handed_on = DateField(_("On"), [Optional(), not_to_come])
    answer = Lines(
        _("What they said"),
        description=_("For your team. No names of signers, please."),
        validators=[AtMost(ANSWER_LENGTH), unreadable],
    )
    #: What stood there when the page was opened.
    seen = HiddenField()
    #: What somebody else has written meanwhile, by the name of its field.
    theirs: dict[str, str]

    @classmethod
    def of(cls, hand_over: HandOver) -> "HandedForm":
        """The form with what is written down so far."""
        return cls(
            formdata=None,
            handed_to=hand_over.handed_to,
            handed_on=hand_over.handed_on,
            answer=hand_over.answer,
            seen=meanwhile.fingerprint(hand_over.noted),
        )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theirs = {}

    def answers(self) -> dict[str, Any]:
        """With what was seen, so that nobody's words are overwritten."""
        return {**super().answers(), "seen": self.seen.data or ""}

    def put_beside(self, hand_over: HandOver) -> None:
        """Show what stands there now beside what was typed, wherever they differ."""
        day = self.handed_on.data
        typed = {
            "handed_to": self.handed_to.data,
            "handed_on": day.isoformat() if day else "",
            "answer": self.answer.data,
        }
        self.theirs = {
            name: words or gettext("(blank)")
            for name, words in hand_over.noted.items()
            if words != typed[name]
        }
        self.seen.data = meanwhile.fingerprint(hand_over.noted)
