"""What a visitor types who found something wrong, and what a moderator answers for colleagues."""

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired

from campaign.lib.fields import AddressField, Lines, OneLine, PublicForm, StaffForm
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.moderation import rules
from campaign.moderation.rules import ReportKind, ReportState

KIND_NAMES = {
    ReportKind.WRONG: _("Something is not true"),
    ReportKind.HARM: _("It may put somebody in danger, or shows what is private"),
    ReportKind.RIGHTS: _("A text or picture is used without permission"),
    ReportKind.BROKEN: _("The page does not work"),
    ReportKind.OTHER: _("Something else"),
}
STATE_NAMES = {
    ReportState.WAITING: _("Waiting"),
    ReportState.NOTHING_WRONG: _("Nothing wrong"),
    ReportState.MENDED: _("Mended"),
    ReportState.PASSED_ON: _("Passed on"),
}


class _AddressIfAny(AddressField):
    def pre_validate(self, form: Any) -> None:
        if self.data:
            super().pre_validate(form)


class ReportForm(PublicForm):
    """Report something wrong on a page."""

    purpose = "report"

    kind = SelectField(_("What is wrong?"), [DataRequired(_("Choose what is wrong."))])
    words = Lines(
        _("Please tell us more"),
        [
            DataRequired(_("Tell us in a few words what is wrong.")),
            AtMost(rules.REPORT_LENGTH),
            unreadable,
        ],
        description=_("What is wrong, and how you know. Moderators alone read it."),
        render_kw={"dir": "auto"},
    )
    email = _AddressIfAny(
        _("Your email address (optional)"),
        description=_("Only if you want to be asked back. We use it for nothing else."),
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kind.choices = [("", gettext("Choose")), *KIND_NAMES.items()]

    def answers(self) -> dict[str, Any]:
        """What `reporting.send` wants to know."""
        answers = super().answers()
        return answers | {"kind": ReportKind(answers["kind"])}


class DecideForm(StaffForm):
    """What became of a report."""

    #: How the report stood when its page was opened.
    standing = HiddenField()
    note = OneLine(
        _("Note (may stay blank)"),
        [AtMost(rules.REASON_LENGTH), unreadable],
        description=_("For colleagues and the trail. The visitor is not written to."),
        render_kw={"dir": "auto"},
    )
