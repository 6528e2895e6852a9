"""What staff choose for a file, and what they say when they take it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    DateField,
    RadioField,
    SelectChoice,
    ValidationError,
)
from wtforms.validators import Optional

from campaign.accounts.forms import ProofFields
from campaign.exports import rules
from campaign.exports.rules import DEFAULT_COLUMNS, Column, Kind, Scope
from campaign.lib import languages
from campaign.lib.fields import Choices, CountryField, Lines, LookForm, StaffForm
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable

SCOPE_NAMES = {
    Scope.CONFIRMED: _("Confirmed signatures"),
    Scope.PUBLIC_NAMES: _("Only people who show their name in public"),
    Scope.ALL_STATES: _("All, also unconfirmed, held, withdrawn and removed ones"),
}
KIND_NAMES = {
    Kind.CSV: _("CSV, for programs"),
    Kind.XLSX: _("XLSX, for Excel and LibreOffice"),
}
COLUMN_NAMES = {
    Column.REF: _("Reference"),
    Column.NAME: _("Name"),
    Column.COUNTRY: _("Country"),
    Column.PUBLIC: _("Whether the name is public"),
    Column.COMMENT: _("Comment"),
    Column.LANGUAGE: _("Language"),
    Column.STATE: _("State"),
    Column.SIGNED_AT: _("When it was signed"),
    Column.CONFIRMED_AT: _("When it was confirmed"),
    Column.SOURCE: _("Where the signer came from"),
    Column.EMAIL: _("Email address"),
    Column.POSTCODE: _("Postcode"),
    Column.WANTS_UPDATES: _("Whether updates are wanted"),
    Column.VERSION: _("Which wording was signed"),
}


class _Day(DateField):
    """A day that may be left out."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata([value for value in valuelist if value.strip()])
        except ValueError as trouble:
            raise ValueError(gettext("There is no such day. Choose another one.")) from trouble


class ChoiceForm(LookForm):
    """What the file is to hold."""

    scope = RadioField(
        _("Whose signatures"),
        choices=[SelectChoice(scope.value, name) for scope, name in SCOPE_NAMES.items()],
        default=Scope.CONFIRMED.value,
        coerce=str,
    )
    columns = Choices(
        _("Columns"),
        choices=[SelectChoice(column.value, name) for column, name in COLUMN_NAMES.items()],
        default=[column.value for column in DEFAULT_COLUMNS],
    )
    confirmed_from = _Day(_("Confirmed from this day on (UTC)"), [Optional()])
    confirmed_to = _Day(_("Confirmed until the end of this day (UTC)"), [Optional()])
    country = CountryField(_("Only from this country"))
    wants_updates = BooleanField(_("Only people who asked for updates"))
    only_new = BooleanField(_("Only what is new since my last export"))
    kind = RadioField(
        _("Kind of file"),
        choices=[SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items()],
        # Spreadsheets that speak another language split CSV at semicolons.
        default=lambda: (Kind.CSV if languages.current() == "en" else Kind.XLSX).value,
        coerce=str,
    )

    def validate_columns(self, field: Choices) -> None:
        """A file without columns says nothing."""
        if not field.data:
            raise ValidationError(gettext("Tick at least one column."))

    def validate_confirmed_to(self, field: DateField) -> None:
        """A time that ends before it begins holds nobody."""
        first = self.confirmed_from.data
        if isinstance(first, date) and isinstance(field.data, date) and field.data < first:
            raise ValidationError(gettext("This day lies before the first one."))

    def answers(self) -> dict[str, Any]:
        """For services.plan: columns in the order of `Column`."""
        return {
            "scope": Scope(self.scope.data),
            "columns": [column for column in Column if column in (self.columns.data or ())],
            "country": self.country.data or None,
            "confirmed_from": self.confirmed_from.data,
            "confirmed_to": self.confirmed_to.data,
            "wants_updates": self.wants_updates.data,
            "only_new": self.only_new.data,
        }

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The choice once more, for an address or for hidden fields."""
        yield from (("columns", column) for column in self.columns.data or ())
        for field in (self.scope, self.kind, self.country, self.confirmed_from, self.confirmed_to):
            if field.data:
                yield field.name, str(field.data)
        for box in (self.wants_updates, self.only_new):
            if box.data:
                yield box.name, "y"


class TakeForm(StaffForm, ProofFields):
    """Why somebody takes the file and, for addresses, whether it is really them."""

    reason = Lines(
        _("What is this file for?"),
        [AtMost(rules.REASON_LENGTH), unreadable],
        description=_("Written down beside your name, for the team and in the trail."),
        render_kw={"rows": 2},
    )
