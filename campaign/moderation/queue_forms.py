"""What moderators answer, and the reasons they keep."""

from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired

from campaign.lib import meanwhile
from campaign.lib.fields import Lines, OneLine, StaffForm
from campaign.lib.languages import Text, gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.moderation import queries, queue_rules as rules
from campaign.moderation.items import Decidable
from campaign.moderation.kinds import DECIDABLE
from campaign.moderation.queue_models import Reason
from campaign.moderation.queue_rules import Age, Verdict

VERDICT_NAMES = {
    Verdict.APPROVE: _("approved"),
    Verdict.CHANGES: _("changes asked for"),
    Verdict.REJECT: _("rejected"),
}
#: The oldest first.
AGE_NAMES = {
    Age.LATE: _("Overdue: over 14 days"),
    Age.SOON: _("Soon overdue: over 11 days"),
    Age.NEW: _("New: under 11 days"),
}


class DecisionForm(StaffForm):
    """Decide about one thing."""

    #: Fingerprint of what the moderator has read.
    seen = HiddenField()
    verdict = RadioField("", [InputRequired(_("Choose what you decide."))])
    reason = SelectField(_("Reason, for the author"))
    words = Lines(
        _("More for the author"),
        [AtMost(rules.WORDS_LENGTH), unreadable],
        description=_("They are mailed it with the reason and your name."),
        render_kw={"dir": "auto", "rows": 3},
    )
    note = Lines(
        _("Note for colleagues"),
        [AtMost(rules.NOTE_LENGTH), unreadable],
        description=_("Moderators alone see it, below the thing. It is mailed to nobody."),
        render_kw={"dir": "auto", "rows": 2},
    )

    def __init__(self, kind: Decidable[Any], **options: Any) -> None:
        super().__init__(**options)
        self.verdict.label.text = kind.asked
        self.verdict.choices = [
            SelectChoice(verdict.value, words) for verdict, words in kind.verdicts.items()
        ]
        if not kind.has_author:
            del self.reason, self.words
            return
        none = SelectChoice("", _("None from the list"))
        offered = [SelectChoice(str(one.id), one.name) for one in queries.reasons(kind.name)]
        self.reason.choices = [none, *offered]

    def validate_words(self, field: Lines) -> None:
        """Whoever hears no wants to know why; whoever hears yes is told nothing more."""
        says = field.data or self.reason.data
        if self.verdict.data in rules.NEEDS_WORDS and not says:
            raise ValidationError(
                gettext("Choose a reason or write one: the author has to know what to change.")
            )
        if self.verdict.data == Verdict.APPROVE and says:
            raise ValidationError(
                gettext(
                    "Nothing is mailed with a yes. Take the reason and these words away, "
                    "or ask for changes."
                )
            )

    def answers(self) -> dict[str, Any]:
        """What `deciding.decide` wants to know."""
        number = int(self.reason.data or 0) if self.reason else 0
        return {
            "verdict": Verdict(self.verdict.data),
            "seen": self.seen.data or "",
            "reason": queries.reason(number) if number else None,
            "words": (self.words.data or "") if self.words else "",
            "note": self.note.data or "",
        }


class ReasonForm(StaffForm):
    """One reason of the list."""

    name = OneLine(
        _("Name"),
        [
            DataRequired(_("Give the reason a name.")),
            AtMost(rules.REASON_NAME_LENGTH),
            unreadable,
        ],
        description=_("What moderators choose it by."),
    )
    kind = SelectField(_("For what"))
    says_en = Lines(
        _("What the author reads, in English"),
        [
            DataRequired(_("Write what the author reads.")),
            AtMost(rules.REASON_LENGTH),
            unreadable,
        ],
        render_kw={"rows": 3, "lang": "en", "dir": "auto"},
    )
    says_fr = Lines(
        _("The same in French (optional)"),
        [AtMost(rules.REASON_LENGTH), unreadable],
        description=_("For authors who write in French."),
        render_kw={"rows": 3, "lang": "fr", "dir": "auto"},
    )

    hides = BooleanField(
        _(
            "Whoever rejects a campaign or post with it takes it down: it cannot be submitted "
            "again until a moderator brings it back."
        )
    )
    #: Fingerprint of its words when the page was opened.
    seen = HiddenField()
    #: Name of a field → what somebody else wrote there meanwhile.
    theirs: dict[str, Text]

    def __init__(self, reason: Reason | None = None, **options: Any) -> None:
        seen = meanwhile.fingerprint(reason.words) if reason else ""
        super().__init__(obj=reason, seen=seen, **options)
        self.theirs = {}
        told = [kind for kind in DECIDABLE.values() if kind.has_author]
        self.kind.choices = [
            SelectChoice("", _("Everything")),
            *(SelectChoice(kind.name, kind.words) for kind in told),
        ]

    def answers(self) -> dict[str, Any]:
        """The columns of the reason."""
        answers = super().answers()
        return answers | {"says_fr": answers["says_fr"] or None}

    def put_beside(self, stands: Reason) -> None:
        """Show beside each box what somebody else wrote there, where it differs."""
        typed = self.answers()
        self.seen.data = meanwhile.fingerprint(stands.words)
        kind = DECIDABLE.get(stands.kind)
        said = {
            **stands.words,
            "kind": kind.words if kind else _("Everything"),
            "hides": _("Yes") if stands.hides else _("No"),
        }
        differ = [name for name, value in stands.words.items() if value != typed[name]]
        self.theirs = {name: said[name] or _("(blank)") for name in differ}
