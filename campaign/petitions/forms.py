"""What a visitor may send, and how it is worded."""

from functools import cache, cached_property, lru_cache
from typing import Any

from flask import render_template
from markupsafe import Markup
from wtforms import BooleanField, HiddenField, ValidationError
from wtforms.validators import DataRequired, Optional

from campaign.campaigns.rules import Wording
from campaign.lib import addresses, languages, meanwhile, tokens
from campaign.lib.clock import utc_now
from campaign.lib.fields import (
    AddressField,
    CountryField,
    Lines,
    LookForm,
    OneLine,
    PublicForm,
    cleaned,
)
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.petitions import rules, suspicions
from campaign.petitions.models import Petition

#: Wordings whose fingerprints are kept: readers and signers of a petition all have the same.
_KEPT = 200


def _a_name(form: Any, field: OneLine) -> None:
    """Our mail greets the signer by name, at an address that anybody may type.

    It must not carry strangers' links.
    """
    if suspicions.has_an_address(field.data or ""):
        raise ValidationError(
            gettext(
                "Enter a name here, not an address or a link. In a name, put a space after the dot."
            )
        )


class _Answers:
    """What a signer is asked; each petition may leave some of it out."""

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
    #: People neither see nor hear of this box; programs fill in whatever there is.
    website = OneLine(_("Leave this box empty"))


class _Unanswered(_Answers, LookForm):
    """The same by itself, to be drawn before anybody has answered."""


class BlankForm:
    """The form as each visitor first sees it. No answer that was typed can be in it.

    Readers of a campaign are given this one: to make a form of WTForms and to draw it took a third
    of their page.
    """

    read_other_words = False

    def __init__(self, petition: Petition, *, via: str | None) -> None:
        self.hidden = {
            "form_token": tokens.for_forms(SignForm.purpose, utc_now()),
            "via": cleaned(via),
            "words": _stand_for(petition),
        }
        self._not_asked = _not_asked(petition)

    def is_submitted(self) -> bool:
        """Nobody has sent it."""
        return False

    def mistakes(self) -> list[tuple[str | None, str]]:
        """Nobody has made any."""
        return []

    def drawn(self) -> Markup:
        """What is asked, as HTML."""
        return _drawn_unanswered(languages.current(), self._not_asked)


@cache
def _drawn_unanswered(language: str, not_asked: tuple[str, ...]) -> Markup:
    """In one language, the same for all who are asked the same and have not answered yet."""
    return _drawn(_Unanswered(formdata=None), not_asked)


def _drawn(form: "_Unanswered | SignForm", not_asked: tuple[str, ...]) -> Markup:
    return Markup(  # noqa: S704  (a template of ours)
        render_template("petitions/_answers.html", form=form, not_asked=not_asked)
    )


def _stand_for(petition: Petition) -> str:
    """What stands for all that visitors have before them just now: the petition's wording, ours."""
    return _fingerprint(petition.wording_in(languages.current()), rules.CONSENT_VERSION)


@lru_cache(_KEPT)
def _fingerprint(wording: Wording, consent_version: str) -> str:
    return meanwhile.fingerprint([wording, consent_version])


def _not_asked(petition: Petition) -> tuple[str, ...]:
    asked = {
        "country": petition.asks_country,
        "postcode": petition.asks_postcode,
        "comment": petition.asks_comment,
    }
    return tuple(name for name, is_asked in asked.items() if not is_asked)


class SignForm(_Answers, PublicForm):
    """Sign a petition."""

    purpose = "sign"

    #: Stands for the wording that the visitor had before them.
    words = HiddenField()
    #: `?via=` of the link that led here.
    via = HiddenField(filters=[cleaned])
    #: The visitor's answer to «did you mean …?»: the address that is right. It answers for that
    #: question alone, not for one about an address typed since.
    address_is = HiddenField(filters=[cleaned])

    def __init__(self, petition: Petition, **kwargs: Any) -> None:
        stands = _stand_for(petition)
        super().__init__(words=stands, **kwargs)
        self.read_other_words = self.words.data not in (None, "", stands)
        self.words.data = stands
        self._not_asked = _not_asked(petition)
        for name in self._not_asked:
            del self[name]

    @property
    def hidden(self) -> dict[str, str]:
        """What goes with it unseen."""
        return {name: self[name]._value() for name in ("form_token", "via", "words")}

    def drawn(self) -> Markup:
        """What is asked, as HTML, with what was answered and what has to be mended."""
        return _drawn(self, self._not_asked)

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
        """What `signing.prepare` wants to know."""
        answers = super().answers()
        if self.meant and self.address_is.data == self.meant:
            answers["email"] = self.meant
        source = (self.via.data or "")[: rules.SOURCE_LENGTH]
        is_trapped = bool(answers.pop("website"))
        return answers | {"source": source or None, "is_trapped": is_trapped}


class PressForm(PublicForm):
    """A button alone: its address says what it does."""

    purpose = "press"
