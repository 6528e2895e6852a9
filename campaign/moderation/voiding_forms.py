"""What moderators type to void by rule."""

import re
from datetime import UTC, datetime
from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    DateTimeLocalField,
    HiddenField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import DataRequired, Optional, ValidationError

from campaign.accounts.forms import ProofFields
from campaign.lib import addresses
from campaign.lib.fields import CountryField, Lines, OneLine, StaffForm
from campaign.lib.languages import LANGUAGES, gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.moderation.screening_forms import REASONS
from campaign.moderation.signature_forms import STATE_NAMES
from campaign.petitions import rules as petition_rules, voiding_rules
from campaign.petitions.choosing import Conditions
from campaign.petitions.rules import MAY_START_FROM, Deed, HeldFor, State
from campaign.petitions.voiding_rules import RunState

RUN_STATE_NAMES = {
    RunState.COUNTING: _("Being counted"),
    RunState.READY: _("Counted; nothing is removed yet"),
    RunState.RUNNING: _("Being removed"),
    RunState.DONE: _("Removed"),
    RunState.CANCELLED: _("Cancelled"),
    RunState.RESTORING: _("Being restored"),
    RunState.RESTORED: _("Restored"),
}


_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class Moment(DateTimeLocalField):
    """A day and time in UTC. What is none stays in the box as it was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """As browsers send it, or typed with a space; a day alone begins at midnight."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            typed = datetime.fromisoformat(valuelist[0].strip())
            self.data = (typed if typed.tzinfo else typed.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as trouble:
            raise ValueError(
                gettext("There is no such time. Write it like 2026-03-01 14:30.")
            ) from trouble


def _lines(field: Lines) -> list[str]:
    return [line for line in (field.data or "").splitlines() if line]


def _few_lines(form: Any, field: Lines) -> None:
    if len(_lines(field)) > voiding_rules.MOST_LINES:
        raise ValidationError(
            gettext("At most %(most)d lines, please.", most=voiding_rules.MOST_LINES)
        )


class RuleForm(StaffForm):
    """Which signatures a rule is about: those that meet every condition that is set."""

    campaign = SelectField(_("Campaign"))
    signed_from = Moment(_("Signed from"), [Optional()], description=_("UTC."))
    signed_before = Moment(_("Signed before"), [Optional()], description=_("UTC."))
    state = SelectField(
        _("State"),
        choices=[
            SelectChoice("", _("Any")),
            *(
                SelectChoice(s.value, STATE_NAMES[s])
                for s in State
                if s in MAY_START_FROM[Deed.VOID]
            ),
        ],
    )
    held_for = SelectField(
        _("Held for"),
        choices=[
            SelectChoice("", _("Any reason, or none")),
            *(SelectChoice(code.value, name) for code, name in REASONS.items()),
        ],
    )
    country = CountryField(_("Country"))
    language = SelectField(
        _("Language"),
        choices=[
            SelectChoice("", _("Any")),
            *(SelectChoice(code, name) for code, name in LANGUAGES.items()),
        ],
    )
    source = OneLine(
        _("Source"),
        [AtMost(petition_rules.SOURCE_LENGTH), unreadable],
        description=_("What stood after “via=” in the link they followed."),
        render_kw={"dir": "ltr"},
    )
    domains = Lines(
        _("Mail domains"),
        [AtMost(20_000), _few_lines, unreadable],
        description=_(
            "One a line, such as example.org; what is below it is meant too. Addresses are sealed: "
            "every envelope that the other conditions leave is opened to know, which takes a while."
        ),
        render_kw={"rows": 3, "dir": "ltr"},
    )
    names = Lines(
        _("Words in the name"),
        [AtMost(20_000), _few_lines, unreadable],
        description=_(
            "One name a line. Whole words, side by side; capitals and accents do not matter. Names "
            "are sealed like addresses."
        ),
        render_kw={"rows": 3, "dir": "auto"},
    )

    def __init__(self, titles: dict[int, str], **options: Any) -> None:
        super().__init__(**options)
        self.campaign.choices = [
            SelectChoice("", _("All campaigns")),
            *(SelectChoice(str(number), title) for number, title in titles.items()),
        ]

    def validate_signed_before(self, field: Moment) -> None:
        """It has to be after the other end."""
        if field.data and self.signed_from.data and field.data <= self.signed_from.data:
            raise ValidationError(gettext("This is not after the time above."))

    def validate_domains(self, field: Lines) -> None:
        """Each line has to be one: a slip would be looked for in vain, envelope by envelope."""
        for line in _lines(field):
            if not _DOMAIN.fullmatch(addresses.ascii_domain(line.lstrip("@"))):
                raise ValidationError(gettext("“%(line)s” is no mail domain.", line=line))

    def validate_names(self, field: Lines) -> None:
        """Signs alone are no words."""
        for line in _lines(field):
            if not any(sign.isalnum() for sign in line):
                raise ValidationError(gettext("“%(line)s” has no word in it.", line=line))

    def conditions(self) -> Conditions:
        """What was typed, as a rule."""
        answers = self.answers()
        petition, state = answers.pop("campaign"), answers.pop("state")
        held_for = answers.pop("held_for")
        answers |= {
            "petition_id": int(petition) if petition else None,
            "state": State(state) if state else None,
            "held_for": HeldFor(held_for) if held_for else None,
            "domains": tuple(line.lstrip("@") for line in _lines(self.domains)),
            "names": tuple(_lines(self.names)),
        }
        return Conditions(**{name: value for name, value in answers.items() if value})


class _WithReason(StaffForm, ProofFields):
    """Why it is done, and that it is really them."""

    reason = Lines(
        _("Reason"),
        [
            DataRequired(_("Say why: colleagues have to understand it in a year.")),
            AtMost(voiding_rules.REASON_LENGTH),
            unreadable,
        ],
        description=_("For colleagues and the trail."),
        render_kw={"rows": 3},
    )


class StartForm(_WithReason):
    """Void what was counted."""

    #: The number that stood on the page.
    seen = HiddenField()


class RestoreForm(_WithReason):
    """Bring back what a run has voided."""


class CorrectionForm(StaffForm):
    """Tell the public."""

    words = Lines(
        _("What the public reads"),
        [
            DataRequired(_("Write what happened to the total, and why.")),
            AtMost(voiding_rules.CORRECTION_LENGTH),
            unreadable,
        ],
        description=_(
            "In the campaign’s language. It stands on the campaign’s page and in its open data, "
            "and cannot be changed afterwards. Name nobody."
        ),
        render_kw={"rows": 6, "dir": "auto"},
    )
