"""What staff may type about themselves and each other."""

from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from campaign.accounts import rules
from campaign.accounts.rules import Role
from campaign.lib.fields import AddressField, OneLine, PublicForm, StaffForm
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable

ROLE_NAMES = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.MODERATOR: _("Moderator"),
    Role.ORGANISER: _("Organiser"),
}
_PASSWORD = [
    InputRequired(_("Type your password.")),
    Length(
        max=rules.PASSWORD_LONGEST, message=_("A password has at most %(max)d characters here.")
    ),
]
_CODE = {"autocomplete": "one-time-code", "inputmode": "text", "maxlength": 30}


class SignInForm(PublicForm):
    """Address and password."""

    purpose = "sign-in"

    email = AddressField(_("Email address"), render_kw={"autocomplete": "username"})
    password = PasswordField(
        _("Password"), _PASSWORD, render_kw={"autocomplete": "current-password"}
    )
    #: Where to go afterwards.
    next = HiddenField()
    #: What somebody had written when their session ended, sealed.
    kept = HiddenField()


class CodeForm(PublicForm):
    """The second step."""

    purpose = "code"

    code = OneLine(
        _("Code"), [InputRequired(_("Type the code that your app shows."))], render_kw=_CODE
    )
    ticket = HiddenField()
    next = HiddenField()
    kept = HiddenField()


class ForgottenForm(PublicForm):
    """Ask for a link to choose a new password."""

    purpose = "forgotten"

    email = AddressField(_("Email address"), render_kw={"autocomplete": "username"})


class _NewPassword:
    password = PasswordField(
        _("New password"),
        [
            Length(
                min=rules.PASSWORD_SHORTEST,
                message=_("At least %(min)d characters, please. Four or five words do well."),
            ),
            AtMost(rules.PASSWORD_LONGEST),
        ],
        description=_("At least 15 characters, of any kind. Four or five words do well."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("New password once more"),
        [EqualTo("password", message=_("This differs from the one above."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChoosePasswordForm(PublicForm, _NewPassword):
    """From a link in a mail."""

    purpose = "choose-password"


class ProofFields:
    """Mixed into a form for something that cannot be taken back: it is really you.

    `guards.prove(form, now)` looks at them. They are shown to who has not proved it a short while
    ago, or has typed what is not right.
    """

    current_password = PasswordField(
        _("Your password"),
        render_kw={"autocomplete": "current-password"},
    )
    code = OneLine(_("Code of your app"), render_kw=_CODE)


class ProofForm(StaffForm, ProofFields):
    """Proof alone, with whatever the button does."""


class NewPasswordForm(StaffForm, ProofFields, _NewPassword):
    """Another password, for somebody who is signed in."""


class SecondStepForm(StaffForm, ProofFields):
    """Set up the second step: the first code shows that the app has the secret."""

    first_code = OneLine(
        _("The code that the app shows now"),
        [InputRequired(_("Type the code that your app shows."))],
        render_kw=_CODE,
    )
    #: The secret, sealed.
    secret = HiddenField()


class InviteForm(StaffForm, ProofFields):
    """Somebody new."""

    name = OneLine(
        _("Name"),
        [
            DataRequired(_("What do colleagues call this person?")),
            AtMost(rules.NAME_LENGTH),
            unreadable,
        ],
    )
    email = AddressField(_("Email address"))
    role = SelectField(
        _("Role"),
        choices=[SelectChoice(role.value, name) for role, name in reversed(ROLE_NAMES.items())],
    )

    def answers(self) -> dict[str, Any]:
        """Without the proof."""
        return {"name": self.name.data, "email": self.email.data, "role": Role(self.role.data)}


class RoleForm(StaffForm, ProofFields):
    """Another role for somebody."""

    role = SelectField(
        _("Role"), choices=[SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()]
    )


class NameForm(StaffForm):
    """One's own name, as colleagues see it."""

    name = OneLine(
        _("Name"),
        [
            DataRequired(_("What do colleagues call you?")),
            AtMost(rules.NAME_LENGTH),
            unreadable,
        ],
    )
