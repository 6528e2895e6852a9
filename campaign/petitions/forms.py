"""What a visitor may send, and how it is worded."""

import re
from functools import cached_property
from typing import Any

from wtforms import BooleanField, HiddenField, ValidationError
from wtforms.validators import DataRequired, Optional

from campaign.lib import addresses, languages, meanwhile
from campaign.lib.fields import (
    AddressField,
    AtMost,
    CountryField,
    Lines,
    OneLine,
    PublicForm,
    cleaned,
    unreadable,
)
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.petitions import rules
from campaign.petitions.models import Petition

_LINK = re.compile(r"://|@|\bwww\.", re.IGNORECASE)


def _a_name(form: Any, field: OneLine) -> None:
    """Our mail greets the signer by name, at an address that anybody may type.

    It must not carry strangers' links.
    """
    if _LINK.search(field.data or ""):
        raise ValidationError(gettext("Enter a name here, not an address or a link."))


class SignForm(PublicForm):
    """Sign a petition."""

    purpose = "sign"

    name = OneLine(
        _("Full name"),
        validators=[
            DataRequired(_("Enter your name.")),
            AtMost(rules.NAME_LENGTH),
            unreadable,
            _a_name,
        ],
    )
    email = AddressField(
        _("Email address"),
        description=_(
            "We send one link to this address. Your signature counts once you have opened it."
        ),
    )
    country = CountryField(_("Country"), validators=[DataRequired(_("Choose your country."))])
    postcode = OneLine(
        _("Postcode (optional)"),
        validators=[Optional(), AtMost(rules.POSTCODE_LENGTH), unreadable],
    )
    comment = Lines(
        _("Why do you sign? (optional)"),
        description=_("A moderator reads it before it is shown to anybody."),
        validators=[Optional(), AtMost(rules.COMMENT_LENGTH), unreadable],
    )
    shows_name = BooleanField(
        _("Show my name on the campaign’s page, and when the petition is handed over")
    )
    wants_updates = BooleanField(_("Send me news of this campaign"))
    #: Stands for the wording that the visitor had before them.
    words = HiddenField()
    #: People neither see nor hear of this box; programs fill in whatever there is.
    website = OneLine(_("Leave this box empty"))
    #: `?via=` of the link that led here.
    via = HiddenField(filters=[cleaned])
    #: The visitor's answer to «did you mean …?»: the address that is right. It answers for that
    #: question alone, not for one about an address typed since.
    address_is = HiddenField(filters=[cleaned])

    def __init__(self, petition: Petition, **kwargs: Any) -> None:
        stands = meanwhile.fingerprint(petition.wording_in(languages.current()))
        super().__init__(words=stands, **kwargs)
        self.read_other_words = self.words.data not in (None, "", stands)
        self.words.data = stands
        for asked, field in (
            (petition.asks_country, "country"),
            (petition.asks_postcode, "postcode"),
            (petition.asks_comment, "comment"),
        ):
            if not asked:
                del self[field]

    @cached_property
    def meant(self) -> str | None:
        """The address that was probably meant, when the one typed looks like a slip."""
        return addresses.suggestion(self.email.data) if self.email.data else None

    @property
    def has_a_question(self) -> bool:
        """Whether the visitor should say which address is right, before a stranger gets mail."""
        answers = (self.meant, self.email.data)
        return self.meant is not None and self.address_is.data not in answers

    def answers(self) -> dict[str, Any]:
        """What `signing.sign` wants to know."""
        answers = super().answers()
        if self.meant and self.address_is.data == self.meant:
            answers["email"] = self.meant
        source = (self.via.data or "")[: rules.SOURCE_LENGTH]
        is_trapped = bool(answers.pop("website"))
        return answers | {"source": source or None, "is_trapped": is_trapped}


class PressForm(PublicForm):
    """A button alone: its address says what it does."""

    purpose = "press"
