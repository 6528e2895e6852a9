"""What organisers write down about letters that are on their way."""

from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    DateField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import InputRequired

from campaign.letters import rules
from campaign.letters.forms import IN_THEIR_DIRECTION, target_choices
from campaign.letters.models import LetterAction
from campaign.letters.rules import AnswerKind
from campaign.lib.fields import Lines, StaffForm, WholeNumber
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.validators import AtMost, Between, not_to_come, unreadable


class AnswerForm(StaffForm):
    """What came back: a reply, or letters the post could not deliver."""

    kind = RadioField(
        _("What came back"),
        choices=[
            SelectChoice(AnswerKind.REPLY, _("A reply")),
            SelectChoice(AnswerKind.RETURNED, _("Letters the post returned")),
        ],
        default=AnswerKind.REPLY,
        coerce=str,
    )
    target = SelectField(_("From whom"), render_kw=IN_THEIR_DIRECTION)
    letters = WholeNumber(
        _("How many"),
        default=1,
        validators=[
            InputRequired(_("Enter a number.")),
            Between(1, rules.POSTED_MOST),
        ],
    )
    came_on = DateField(_("When it came"), [InputRequired(_("Enter a date.")), not_to_come])
    note = Lines(
        _("What it said, or what the envelope bore"),
        description=_("For staff alone. No names of volunteers, please."),
        validators=[AtMost(rules.BOX_LENGTH), unreadable],
    )

    def __init__(self, action: LetterAction, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target.choices = target_choices(action.case.targets)

    def answers(self) -> dict[str, Any]:
        """With the kind as one."""
        return {**super().answers(), "kind": AnswerKind(self.kind.data)}
