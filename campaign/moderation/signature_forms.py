"""What a moderator types about signatures, and the words for what they see of them."""

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired

from campaign.lib import addresses
from campaign.lib.fields import OneLine, StaffForm
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.moderation import rules
from campaign.petitions.rules import Deed, State

STATE_NAMES = {
    State.PENDING: _("Not confirmed yet"),
    State.CONFIRMED: _("Confirmed"),
    State.HELD: _("Held"),
    State.WITHDRAWN: _("Withdrawn"),
    State.VOIDED: _("Voided"),
}
DEED_NAMES = {
    Deed.SIGN: _("Signed"),
    Deed.SIGN_AGAIN: _("Signed again"),
    Deed.CONFIRM: _("Confirmed by its owner"),
    Deed.HOLD: _("Held"),
    Deed.RELEASE: _("Released"),
    Deed.WITHDRAW: _("Withdrawn by its owner"),
    Deed.VOID: _("Voided"),
    Deed.RESTORE: _("Restored"),
    Deed.ERASE: _("Erased by its owner"),
    Deed.ANONYMISE: _("Anonymised"),
}
#: What the buttons say.
BUTTONS = {
    Deed.HOLD: _("Hold"),
    Deed.RELEASE: _("Release"),
    Deed.VOID: _("Void"),
    Deed.RESTORE: _("Restore"),
}


class ReasonForm(StaffForm):
    """Why a moderator does it."""

    reason = OneLine(
        _("Reason"),
        [AtMost(rules.REASON_LENGTH), unreadable],
        description=_("For colleagues and the trail. Holding and voiding need one."),
        render_kw={"dir": "auto"},
    )
    #: Set by the button that takes the last deed back.
    undoes = HiddenField()

    def is_ready_for(self, deed: Deed) -> bool:
        """Whether it is valid, and says why where somebody has to."""
        is_valid = bool(self.validate())
        if deed in rules.NEEDS_REASON and not self.reason.data:
            self.reason.errors = [*self.reason.errors, gettext("Say why.")]
            return False
        return is_valid


class SearchForm(StaffForm):
    """Look for people; sent by POST, so that no address keeps whom somebody looked for."""

    q = OneLine(
        _("Name, email address, or @domain"),
        [DataRequired(_("Type what to look for.")), AtMost(addresses.MAX_LENGTH), unreadable],
        description=_(
            "An address is found in all campaigns. For part of a name, or a domain such as "
            "@example.org, choose the campaign to look through."
        ),
        render_kw={"dir": "auto", "autocomplete": "off"},
    )
    campaign = SelectField(_("Campaign"))
    after = HiddenField()

    def __init__(self, campaigns: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(**options)
        self.campaign.choices = [("", gettext("All campaigns")), *campaigns]

    @property
    def address(self) -> str | None:
        """The address that is looked for, if it is one."""
        try:
            return addresses.normalise(self.q.data or "")
        except addresses.NoAddress:
            return None

    def is_ready(self) -> bool:
        """Whether it can be looked for."""
        is_valid = bool(self.validate())
        if is_valid and not self.address and not self.campaign.data:
            self.campaign.errors = [
                gettext("Choose the campaign whose signatures to look through.")
            ]
            return False
        return is_valid
