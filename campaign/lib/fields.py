"""The furniture of forms: what guards them from forgery, and fields that clean what people type."""

import secrets
import unicodedata
from datetime import date
from functools import cache, partial
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget, html_params

from campaign.lib import addresses, countries, languages, tokens
from campaign.lib.clock import utc_now
from campaign.lib.http import LARGEST
from campaign.lib.languages import Text, gettext, lazy_gettext as _
from campaign.lib.refusals import Refused

#: Letters of Arabic and Indic scripts need these two invisible joiners; other format signs only
#: hide or turn text.
_JOINERS = "\u200c\u200d"
#: Letters and signs by their kind, and nothing to see: fillers of Hangul, Braille without a dot.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
_ONCE_MORE = _(
    "This page was open for very long, or came from elsewhere. Please press the button once more."
)


def cleaned(text: str | None) -> str:
    """The text as one line.

    NFC, no control signs, no signs that turn the direction of text, single spaces. What shows
    nothing at all is nothing.
    """
    return _seen(" ".join(_printable(text or "").split()))


def cleaned_lines(text: str | None) -> str:
    """The same for several lines; their breaks are kept."""
    lines = (" ".join(_printable(line).split()) for line in (text or "").splitlines())
    return _seen("\n".join(lines).strip())


def _seen(text: str) -> str:
    """The text, if there is anything in it to see. Joiners and accents alone are not."""
    return text if any(map(_shows, text)) else ""


def _shows(sign: str) -> bool:
    return sign not in _BLANK and unicodedata.category(sign)[0] in "LNPS"


def _kept(typed: str) -> str:
    lines = unicodedata.normalize("NFC", typed).replace("\t", " ").splitlines()
    return "\n".join("".join(filter(_is_text, line)).rstrip() for line in lines).strip()


def _is_text(sign: str) -> bool:
    hidden = ("Cc", "Cf", "Cs", "Co", "Cn")
    return sign in _JOINERS or unicodedata.category(sign) not in hidden


def _printable(text: str) -> str:
    return "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", text)
        if sign.isspace() or _is_text(sign)
    )


class FormToken(CSRF):
    """WTForms' guard against forged posts, without a cookie and without a page of one's own."""

    def setup_form(self, form: Any) -> Any:
        self.purpose = form.purpose
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return tokens.for_forms(self.purpose, utc_now())

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        if not tokens.is_for_form(self.purpose, field.data or "", utc_now()):
            raise ValidationError(_ONCE_MORE)


class StaffToken(FlaskForm.Meta.csrf_class):  # type: ignore[misc]
    """Flask-WTF's own, good in one session; what it says is for programmers."""

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as trouble:
            raise ValidationError(_ONCE_MORE) from trouble


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose answers are the keyword arguments of a service."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        @property
        def locales(self) -> list[str]:
            return [languages.current().replace("-", "_")]

        def get_translations(self, form: Any) -> Any:
            """WTForms keeps its words once they are read; Flask-WTF reads them for each request."""
            return DefaultMeta.get_translations(self, form)

    form_errors: list[str]

    def answers(self) -> dict[str, Any]:
        """Every answer by the name of its field."""
        return {field.name: field.data for field in self if not isinstance(field, HiddenField)}

    def show(self, refusal: Refused) -> None:
        """Put a refusal by a rule on top of the form."""
        self.form_errors = [*self.form_errors, str(refusal)]

    def show_mistakes_of(self, press: "Form") -> None:
        """Put there what is wrong with another button of the page, which shows none itself."""
        self.form_errors = [message for _field, message in press.mistakes()]

    def mistakes(self) -> list[tuple[str | None, str]]:
        """For the summary: each message with the id of the field it is about."""
        return [(None, message) for message in self.form_errors] + [
            (None if field.id == "form_token" else field.id, field.errors[0])
            for field in self
            if field.errors
        ]


class PublicForm(Form):
    """A form for visitors without a session."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = True
        csrf_class = FormToken
        csrf_field_name = "form_token"

    #: What the form's token is good for; one word a form.
    purpose: ClassVar[str]


class LookForm(Form):
    """A form that only looks, sent by GET: nothing changes, so it needs no token."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False


class StaffForm(Form):
    """A form for whoever is signed in: its token is good in their session alone."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf_class = StaffToken
        csrf_field_name = "form_token"
        #: As long as the session; somebody may write for hours.
        csrf_time_limit = None


class StaffPress(StaffForm):
    """A button alone, for staff: its address says what it does."""


def press_key() -> HiddenField:
    """Drawn by lot for each blank form of something new.

    By it a second press of the button is known, so that it makes no second one. An answer that
    comes without it is told from all others.
    """
    return HiddenField(default=partial(secrets.token_urlsafe, 16))


class OneLine(StringField):
    """A single line of text, cleaned."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = cleaned(valuelist[0]) if valuelist else ""


class Lines(TextAreaField):
    """Several lines of text, cleaned."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = cleaned_lines(valuelist[0]) if valuelist else ""


def _country_list(field: Field, **attributes: Any) -> Markup:
    """WTForms' own list takes longer than the rest of the page; ours is made once a language."""
    options = _countries(languages.current())
    if field.data:
        options = options.replace(f'value="{field.data}"', f'value="{field.data}" selected', 1)
    named = html_params(id=field.id, name=field.name, **attributes)
    return Markup(f"<select {named}>{options}</select>")  # noqa: S704  (all escaped)


@cache
def _countries(language: str) -> str:
    options = [("", gettext("Choose a country")), *countries.names(language).items()]
    return "".join(f'<option value="{code}">{escape(name)}</option>' for code, name in options)


class CountryField(Field):
    """A choice among all countries, by their names in the visitor's language."""

    widget = staticmethod(_country_list)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Only a country that is on the list is one."""
        code = valuelist[0] if valuelist else ""
        self.data = code if code in countries.names(languages.current()) else ""


class Typed(StringField):
    """A line as it was typed: spaces that do not break are the typist's, and stay."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = " ".join(_kept(valuelist[0]).split("\n"))


class TypedLines(TextAreaField):
    """Several lines, likewise."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = _kept(valuelist[0])


class Day(DateField):
    """A day. What is none stays in the box as it was typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            self.data = date.fromisoformat(valuelist[0].strip()) if valuelist else None
        except ValueError as trouble:
            self.data = None
            raise ValueError(
                gettext("There is no such day. Write it like 2019-01-09: year, month, day.")
            ) from trouble


class WholeNumber(IntegerField):
    """A whole number. One beyond all limits counts as the largest, so that every rule can say so.

    WTForms’ own comparing breaks down over numbers of some hundred digits, a database far earlier.
    """

    def __init__(
        self, label: Text, validators: list[Any], *, slip: Text = "", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        #: What is said of that which is no whole number.
        self.slip = slip or _("Enter a whole number.")

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as trouble:
            raise ValueError(self.slip) from trouble
        if self.data is not None:
            self.data = max(-LARGEST, min(self.data, LARGEST))


class Choices(SelectMultipleField):
    """Tick boxes for one question."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AddressField(EmailField):
    """An e-mail address, in the form mail servers expect once it is valid."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = cleaned(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        if len(self.data or "") > addresses.MAX_LENGTH:
            raise ValidationError(gettext("An email address has at most 254 characters."))
        try:
            self.data = addresses.normalise(self.data or "")
        except addresses.NoAddress as trouble:
            raise ValidationError(
                gettext("Enter an email address, like name@example.org.")
            ) from trouble
