"""What organisers type from their sheets, and how it is worded."""

import csv
import re
from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from wtforms import (  # type: ignore[attr-defined]
    DateField,
    HiddenField,
    SelectChoice,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Version
from campaign.lib.clock import utc_now
from campaign.lib.fields import Lines, OneLine, StaffForm, WholeNumber, cleaned
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, Between, not_to_come, unreadable
from campaign.paper import reading, rules
from campaign.paper.reading import Reading
from campaign.paper.rules import Keepers, Provenance
from campaign.petitions.models import Petition

#: What is typed of one person, by the names of the columns.
CELLS = ("name", "email", "postcode", "country", "shows")
_CELL = re.compile(rf"row-(\d{{1,3}})-({'|'.join(CELLS)})")


def _told(label: Any, hint: Any, missing: Any) -> OneLine:
    return OneLine(
        label,
        description=hint,
        validators=[DataRequired(missing), AtMost(rules.PROVENANCE_LENGTH), unreadable],
    )


class EntryForm(StaffForm):
    """Where the sheets come from. What stands on them is asked by the forms below."""

    collected_on = DateField(_("Collected on"), [InputRequired(_("Enter the day.")), not_to_come])
    collected_at = _told(
        _("Collected where"),
        _("A place and an occasion, such as “Market square, Halifax”."),
        _("Say where they were collected."),
    )
    collected_by = _told(
        _("Collected by"),
        _("A group or a person who can answer for them."),
        _("Say who collected them."),
    )
    sheets = WholeNumber(
        _("Number of sheets"),
        [
            InputRequired(_("Enter how many sheets there are.")),
            Between(1, rules.SHEETS_MOST),
        ],
    )
    kept_by = _told(
        _("Sheets kept by"),
        _("Whoever keeps them under lock until they are destroyed."),
        _("Say who keeps the sheets."),
    )
    wording = SelectField(_("Wording on the sheets"), choices=[])

    def __init__(self, petition: Petition, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._versions = {str(one.id): one for one in campaigns.versions(petition.campaign)}
        if len(self._versions) < 2:
            del self.wording
            return
        self.wording.choices = [
            SelectChoice(
                number,
                _("Version %(number)s: %(title)s", number=one.number, title=one.title),
            )
            for number, one in self._versions.items()
        ]
        if not self.is_submitted():
            self.wording.data = str(petition.version_id)

    @property
    def version(self) -> Version | None:
        """The wording that was signed; None where there is only one."""
        return self._versions[self.wording.data] if "wording" in self else None

    def validate_collected_on(self, field: DateField) -> None:
        """Nothing was signed in another century."""
        earliest = utc_now().date() - rules.COLLECTED_WITHIN
        if isinstance(field.data, date) and field.data < earliest:
            raise ValidationError(
                gettext(
                    "This day is more than ten years ago. "
                    "Enter the day when the sheets were signed."
                )
            )

    def provenance(self) -> Provenance:
        """Where they come from."""
        return Provenance(
            sheets=self.sheets.data or 0,
            collected_on=self.collected_on.data or utc_now().date(),
            keepers=Keepers(
                collected_at=self.collected_at.data or "",
                collected_by=self.collected_by.data or "",
                kept_by=self.kept_by.data or "",
            ),
        )

    def answers(self) -> dict[str, Any]:
        """What `services.enter` wants to know besides."""
        return {"provenance": self.provenance(), "version": self.version}


class NumberForm(EntryForm):
    """How many signatures there are, and nothing of anybody."""

    signatures = WholeNumber(
        _("Number of signatures"),
        [
            InputRequired(_("Enter how many signatures there are.")),
            Between(1, rules.SIGNATURES_MOST),
        ],
    )

    def answers(self) -> dict[str, Any]:
        """With the number."""
        return {**super().answers(), "signatures": self.signatures.data}


class _PeopleForm(EntryForm):
    """Whoever stands on the sheets, read line by line."""

    reading: Reading

    def __init__(self, petition: Petition, **kwargs: Any) -> None:
        super().__init__(petition, **kwargs)
        self.reading = Reading()

    def validate(self, extra_validators: Any = None) -> bool:
        """Also every line; all mistakes are told at once."""
        is_valid = super().validate(extra_validators)
        self.reading = self._read()
        if is_valid and not self.reading.rows and not self.reading.mistakes:
            self.reading.mistakes[0] = gettext("Enter at least one person.")
        return is_valid and not self.reading.mistakes

    @abstractmethod
    def _read(self) -> Reading:
        """The lines, as they were typed."""

    @abstractmethod
    def _place(self, line: int) -> str | None:
        """The id of the field where a mistake in that line is mended."""

    def mistakes(self) -> list[tuple[str | None, str]]:
        """With those of the lines."""
        of_lines = [
            (
                self._place(line),
                gettext("Line %(number)s: %(mistake)s", number=line, mistake=mistake)
                if line
                else mistake,
            )
            for line, mistake in sorted(self.reading.mistakes.items())
        ]
        return super().mistakes() + of_lines

    def answers(self) -> dict[str, Any]:
        """With the rows."""
        return {**super().answers(), "rows": self.reading.rows}


class RowsForm(_PeopleForm):
    """A line for each person. Lines that are left empty are none."""

    #: What was typed in each line.
    typed: list[dict[str, str]]

    def __init__(self, petition: Petition, answers: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(petition, **kwargs)
        found: dict[int, dict[str, str]] = {}
        for name, value in answers.items():
            if match := _CELL.fullmatch(name):
                found.setdefault(int(match[1]), {})[match[2]] = cleaned(value)
        last = min(max(found, default=1), rules.FORM_ROWS_MOST)
        tens = max(1, -(-last // rules.FORM_ROWS))
        self.typed = [found.get(number, {}) for number in range(1, tens * rules.FORM_ROWS + 1)]

    def add_lines(self) -> None:
        """Ten more, as long as the page stays of use."""
        room = rules.FORM_ROWS_MOST - len(self.typed)
        self.typed += [{} for _ in range(min(rules.FORM_ROWS, room))]

    def _read(self) -> Reading:
        lines = ([one.get(cell, "") for cell in CELLS] for one in self.typed)
        return reading.read((n, cells) for n, cells in enumerate(lines, 1) if any(cells))

    def _place(self, line: int) -> str | None:
        return f"row-{line or 1}-name"


class PasteForm(_PeopleForm):
    """Lines of a spreadsheet, pasted."""

    lines = TextAreaField(  # as it is: tabs divide its cells, and each cell is cleaned
        _("Lines"),
        description=_(
            "One person a line: name, email, postcode, country, show name (yes or no). All but the "
            "name may be empty. Commas, semicolons or tabs between them."
        ),
        validators=[
            DataRequired(_("Paste at least one line.")),
            AtMost(rules.TEXT_LENGTH),
            unreadable,
        ],
        render_kw={"rows": 12, "spellcheck": "false"},
    )

    def _read(self) -> Reading:
        if self.lines.errors:
            return Reading()
        typed = self.lines.data or ""
        try:
            lines = [(n, list(map(cleaned, cells))) for n, cells in reading.lines_of(typed)]
        except csv.Error:
            return Reading(
                mistakes={
                    0: gettext("A quotation mark is opened and not closed, or stands in a cell.")
                }
            )
        return reading.read(lines)

    def _place(self, line: int) -> str | None:
        return "lines"


class ReasonForm(StaffForm):
    """Why a batch is taken back. One of several forms on a page."""

    #: What the ids of its fields begin with.
    what: ClassVar[str] = "take-back"

    reason = Lines(
        _("Why"),
        description=_("It stands in the trail. No names of signers, please."),
        validators=[
            DataRequired(_("Say why.")),
            AtMost(rules.REASON_LENGTH),
            unreadable,
        ],
        render_kw={"rows": 2},
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for field in self:
            if not isinstance(field, HiddenField):
                field.id = field.label.field_id = f"{self.what}-{field.name}"


class CorrectForm(ReasonForm):
    """The right number, and why it was another."""

    what = "correct"

    signatures = WholeNumber(
        _("Right number of signatures"),
        [
            InputRequired(_("Enter how many signatures there are.")),
            Between(1, rules.SIGNATURES_MOST),
        ],
    )


class RemoveForm(ReasonForm):
    """Which row goes, and why."""

    what = "remove"

    number = WholeNumber(
        _("Number of the row"),
        [InputRequired(_("Enter the number of the row.")), Optional()],
    )
