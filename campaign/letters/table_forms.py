"""What the host of an evening may choose: its papers, and cards of solidarity."""

from datetime import datetime
from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    RadioField,
    SelectChoice,
    SelectField,
    ValidationError,
)
from wtforms.validators import InputRequired

from campaign.letters import papers, rules
from campaign.letters.case import Cards, Phrase, Tone
from campaign.letters.drafting import Brief
from campaign.letters.forms import (
    IN_THEIR_DIRECTION,
    WriterForm,
    printed_text_of,
    target_choices,
)
from campaign.letters.kits import Order
from campaign.letters.models import LetterAction
from campaign.letters.sheets import MOST_CARDS
from campaign.lib import languages
from campaign.lib.fields import Choices, Lines, OneLine, PublicForm, WholeNumber
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import Between


class EveningForm(WriterForm):
    """The papers for an evening: many letters at once, with labels, lists and a poster."""

    purpose = "evening"
    is_printed = True

    target = SelectField(_("To whom"), render_kw=IN_THEIR_DIRECTION)
    number = WholeNumber(
        _("How many letters"),
        default=25,
        validators=[
            InputRequired(_("Enter a number.")),
            Between(1, rules.KIT_MOST),
        ],
    )
    names = Lines(
        _("Names (optional)"),
        description=_(
            "One a line, printed below the letters. The others are left blank, to sign by hand."
        ),
        validators=printed_text_of(rules.KIT_MOST * rules.LINE_LENGTH),
    )
    place_and_day = OneLine(
        _("Place and day of the evening (optional)"),
        description=_("For the poster: Town library, Friday 4 December, 7 pm."),
        validators=printed_text_of(rules.LINE_LENGTH),
    )

    def __init__(self, action: LetterAction, **kwargs: Any) -> None:
        super().__init__(action, **kwargs)
        self.target.choices = target_choices(self.case.main_targets)

    def validate_names(self, field: Lines) -> None:
        """No more names than letters, and none that is a novel."""
        names = self.signatures
        if self.number.data and len(names) > self.number.data:
            raise ValidationError(
                gettext(
                    "There are %(names)d names for %(letters)d letters.",
                    names=len(names),
                    letters=self.number.data,
                )
            )
        if any(len(name) > rules.LINE_LENGTH for name in names):
            raise ValidationError(
                gettext("A name has at most %(most)d characters.", most=rules.LINE_LENGTH)
            )

    @property
    def signatures(self) -> list[str]:
        """The names, one a letter."""
        return [name for name in (self.names.data or "").splitlines() if name]

    def order(self, *, link: str, now: datetime) -> Order:
        """What is to be made. Raises fitting.DoesNotFit."""
        target, language = self.case.target(self.target.data), self.language.data
        assert target is not None  # noqa: S101  (the field's choices are the targets)
        country = self.country.data or None
        return Order(
            brief=Brief(
                language=language,
                target=target,
                tone=Tone(self.tone.data),
                points=self.points.data or (),
            ),
            letters=self.number.data or 0,
            layout=self.chosen_layout,
            address=papers.address_lines(target, language, country, self.chosen_layout),
            names=self.signatures,
            place_and_day=self.place_and_day.data or "",
            link=link,
            now=now,
        )


class CardsForm(PublicForm):
    """Cards of solidarity. There is no field for words of one's own: the case stays out of them."""

    purpose = "cards"

    phrases = Choices(_("What the cards say"))
    size = RadioField(
        _("Size"),
        choices=[SelectChoice("a6", _("A6, a postcard")), SelectChoice("a5", _("A5"))],
        default="a6",
    )
    number = WholeNumber(
        _("How many cards"),
        default=10,
        validators=[
            InputRequired(_("Enter a number.")),
            Between(1, MOST_CARDS),
        ],
    )

    def __init__(self, cards: Cards, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cards, here = cards, languages.current()
        self.phrases.choices = [
            SelectChoice(str(n), f"{phrase.text} ({phrase.means.get(here) or phrase.means['en']})")
            for n, phrase in enumerate(cards.phrases)
        ]
        if not self.is_submitted():
            self.phrases.data = [str(n) for n in range(len(cards.phrases))]

    def validate_phrases(self, field: Choices) -> None:
        """A card says something."""
        if not field.data:
            raise ValidationError(gettext("Choose at least one."))

    @property
    def chosen(self) -> list[Phrase]:
        """The phrases to print, in turn."""
        return [self.cards.phrases[int(n)] for n in self.phrases.data or ()]
