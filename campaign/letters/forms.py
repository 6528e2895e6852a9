"""What a volunteer may type, and how it is worded. Nothing of it is kept."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Optional

from campaign.letters import glyphs, layouts, rules
from campaign.letters.case import Case, Need, Target, Tone, in_language
from campaign.letters.drafting import Brief, Draft
from campaign.letters.models import LetterAction
from campaign.letters.papers import Kind
from campaign.lib import languages
from campaign.lib.fields import (
    Choices,
    CountryField,
    Lines,
    OneLine,
    PublicForm,
    WholeNumber,
    cleaned,
)
from campaign.lib.languages import gettext, lazy_gettext as _, ngettext
from campaign.lib.validators import AtMost, Between, unreadable

#: What a letter may be printed for. The first leaves it to the country.
LAYOUTS = {
    "": _("What is usual in my country"),
    "din-b": _("A4, window envelope (DL or C6/5, DIN 5008 B)"),
    "din-a": _("A4, window envelope, address higher (DIN 5008 A)"),
    "uk-dl": _("A4, British window envelope (DL)"),
    "us-10": _("US Letter, window envelope (#10)"),
    "plain": _("A4, envelope without a window"),
    "plain-us": _("US Letter, envelope without a window"),
}
#: For a list of offices: else a narrow Arabic page cuts off how an English one begins.
IN_THEIR_DIRECTION = {"dir": "auto"}


def printable(form: Any, field: Any) -> None:
    """A validator: every character must be in one of the fonts that letters are printed with.

    Where the form is not printed just now it lets everything pass: a text, a mail or a word
    processor has other fonts.
    """
    signs = glyphs.unprintable(field.data or "") if form.is_printed else []
    if signs:
        raise ValidationError(
            ngettext(
                "This character cannot be printed: %(signs)s. Please take it out.",
                "These characters cannot be printed: %(signs)s. Please take them out.",
                len(signs),
                signs=" ".join(signs[:10]),
            )
        )


def text_of(most: int) -> list[Any]:
    """The validators of a text that may be left out."""
    return [Optional(), AtMost(most), unreadable]


def printed_text_of(most: int) -> list[Any]:
    """The same for a text that is printed as it stands."""
    return [*text_of(most), printable]


_TICKS = (Need.FIRST_LETTER, Need.HAS_CHILDREN, Need.WORKS_IN_LAW)


class LetterForm(PublicForm):
    """One letter as it stands on the page: the volunteer may change every word."""

    purpose = "letter"

    subject = OneLine(_("Subject"), validators=printed_text_of(rules.SUBJECT_LENGTH))
    text = Lines(
        _("Your letter"),
        validators=[
            DataRequired(_("The letter is empty.")),
            AtMost(rules.LETTER_LENGTH),
            unreadable,
            printable,
        ],
    )

    def __init__(self, target: Target, *, is_printed: bool = False, **kwargs: Any) -> None:
        super().__init__(prefix=f"letter-{target.key}", meta={"csrf": False}, **kwargs)
        self.target, self.is_printed = target, is_printed

    def show_draft(self, draft: Draft) -> None:
        """Put a draft where the volunteer can change it."""
        self.subject.data, self.text.data = draft.subject, draft.body


class WriterForm(PublicForm):
    """What the letters of a volunteer and of an evening have in common."""

    language = SelectField(_("Language of the letter"))
    tone = RadioField(
        _("Tone"),
        choices=[SelectChoice(Tone.FORMAL, _("Formal")), SelectChoice(Tone.WARM, _("Warm"))],
        default=Tone.FORMAL,
    )
    points = Choices(_("What to speak of"))
    country = CountryField(
        _("Your country (optional)"),
        description=_("It decides which embassy can get a copy, and which envelope fits."),
    )
    layout = SelectField(
        _("Paper and envelope"),
        choices=[SelectChoice(*item) for item in LAYOUTS.items()],
        default="",
    )

    def __init__(self, action: LetterAction, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = action.case
        written = list(self.case.passages) or [action.campaign.language]
        here = languages.current()
        self.language.choices = [
            SelectChoice(code, languages.LANGUAGES.get(code, code)) for code in written
        ]
        if not self.is_submitted():
            self.language.data = here if here in written else written[0]
        self.points.choices = _points(self.case, here if here in written else written[0])

    @property
    def chosen_layout(self) -> layouts.Layout:
        """The layout chosen, or the one usual where the letter is posted."""
        return layouts.LAYOUTS.get(self.layout.data) or layouts.for_country(self.country.data)


def _points(case: Case, language: str) -> list[SelectChoice]:
    words = case.passages.get(language)
    return [
        SelectChoice(fact.key, words.facts[fact.key].label)
        for fact in sorted(case.facts, key=lambda fact: fact.happened_on)
        if words and fact.key in words.facts
    ]


def target_choices(targets: Iterable[Target]) -> list[SelectChoice]:
    """Targets to choose from, by their offices in the visitor’s language."""
    here = languages.current()
    return [SelectChoice(target.key, in_language(target.role, here)) for target in targets]


class WriteForm(WriterForm):
    """Draft letters for oneself, change them, take them away."""

    purpose = "write"

    targets = Choices(_("To whom"))
    own_words = Lines(
        _("Why does it matter to you? (optional)"),
        description=_(
            "Two or three sentences of your own make the letter yours. They go into it as they are."
        ),
        validators=text_of(rules.OWN_WORDS_LENGTH),
    )
    place = OneLine(
        _("I live in … (optional)"),
        description=_("As it would stand in the letter: Lyon. In a French letter: à Lyon."),
        validators=text_of(rules.LINE_LENGTH),
    )
    occupation = OneLine(
        _("I am … (optional)"),
        description=_("As it would stand in the letter: a nurse. In a French letter: infirmière."),
        validators=text_of(rules.LINE_LENGTH),
    )
    first_letter = BooleanField(_("This is my first letter of this kind"))
    has_children = BooleanField(_("I have children"))
    works_in_law = BooleanField(_("I work in the law"))
    name = OneLine(
        _("Your name (optional)"),
        description=_("Printed below the letter. Without it, there is room to write it by hand."),
        validators=printed_text_of(rules.LINE_LENGTH),
    )
    address = Lines(
        _("Your postal address (optional)"),
        description=_("Printed above the letter, so that an answer can reach you."),
        validators=printed_text_of(rules.ADDRESS_LENGTH),
    )
    wants_copy = BooleanField(
        _("Add a copy for the embassy in my country, where we know its address"), default=True
    )
    #: Which button was pressed: `draft` or `keep`.
    do = HiddenField(filters=[cleaned])

    def __init__(self, action: LetterAction, *, kind: Kind | None = None, **kwargs: Any) -> None:
        super().__init__(action, **kwargs)
        #: Of the form itself, only name and address are ever printed.
        self.is_printed = kind is not None and kind.prints_sender
        mains = self.case.main_targets
        self.targets.choices = target_choices(mains)
        if not self.is_submitted():
            self.targets.data = [target.key for target in mains]
        self.letters = [
            LetterForm(target, is_printed=kind is not None and kind.prints_letters)
            for target in mains
            if f"letter-{target.key}-text" in request.form
        ]

    def validate_targets(self, field: Choices) -> None:
        """A letter goes to somebody."""
        if not field.data:
            raise ValidationError(gettext("Choose at least one."))

    def validate_address(self, field: Lines) -> None:
        """An envelope has room for so many lines."""
        if len((field.data or "").splitlines()) > rules.ADDRESS_LINES:
            raise ValidationError(
                gettext("At most %(most)d lines, please.", most=rules.ADDRESS_LINES)
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """The choices, and every letter unless a draft is to take its place."""
        to_keep = () if self.do.data == "draft" else self.letters
        rest = [letter.validate() for letter in to_keep]
        return bool(super().validate(extra_validators)) and all(rest)

    def mistakes(self) -> list[tuple[str | None, str]]:
        """Those of the choices and of every letter."""
        return super().mistakes() + [
            mistake for letter in self.letters for mistake in letter.mistakes()
        ]

    @property
    def speaks_of_the_writer(self) -> bool:
        """Whether anything of «say who you are» is filled in, or wrong."""
        about = (self.place, self.occupation, *(self[tick] for tick in _TICKS))
        return any(field.data or field.errors for field in about)

    def brief_for(self, target: Target) -> Brief:
        """What was chosen, for a letter to this target."""
        return Brief(
            language=self.language.data,
            target=target,
            tone=Tone(self.tone.data),
            points=self.points.data or (),
            own_words=self.own_words.data or "",
            place=self.place.data or "",
            occupation=self.occupation.data or "",
            ticks=frozenset(tick for tick in _TICKS if self[tick].data),
        )

    def briefs(self) -> list[Brief]:
        """What was chosen, for each target chosen."""
        chosen = self.targets.data or ()
        return [self.brief_for(target) for target in self.case.main_targets if target.key in chosen]

    def show_drafts(self, briefs: Sequence[Brief], drafts: Sequence[Draft]) -> None:
        """Put the drafts on the page in place of what stood there."""
        self.letters = [LetterForm(brief.target, formdata=None) for brief in briefs]
        for letter, draft in zip(self.letters, drafts, strict=True):
            letter.show_draft(draft)
        if "name" not in request.form:
            self.wants_copy.data = True

    @property
    def mission(self) -> Target | None:
        """Who gets the copy, if anybody."""
        return self.case.mission(self.country.data) if self.wants_copy.data else None


class PostedForm(PublicForm):
    """«I posted it.»"""

    purpose = "posted"

    letters = WholeNumber(
        _("How many letters"),
        default=1,
        validators=[
            InputRequired(_("Enter a number.")),
            Between(1, rules.POSTED_MOST),
        ],
    )
    target = SelectField(_("To whom"), render_kw=IN_THEIR_DIRECTION)

    def __init__(self, action: LetterAction, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target.choices = target_choices(action.case.targets)
