"""Taken down by a moderator for a while: why, since when, and back to exactly where it stood."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from campaign.lib.languages import Text, lazy_gettext as _

WORDS_LENGTH = 500


class Because(StrEnum):
    """Why something was taken down. Readers are told this, and nothing more."""

    FACTS = "facts"
    SAFETY = "safety"
    PRIVACY = "privacy"
    RIGHTS = "rights"
    LAW = "law"
    RULES = "rules"
    OTHER = "other"


SAYS: dict[Because, Text] = {
    Because.FACTS: _("A fact in it is in doubt and is being checked."),
    Because.SAFETY: _("It could put somebody in danger."),
    Because.PRIVACY: _("It tells something about a person who did not agree to it."),
    Because.RIGHTS: _("A text or a picture in it belongs to somebody else."),
    Because.LAW: _("A court or an authority demands it."),
    Because.RULES: _("It does not keep to the rules of this site."),
    Because.OTHER: _("There is another reason."),
}


class Hidable:
    """Mixed into what can be taken down; the state it goes back to is a column of its own."""

    hidden_at: Mapped[datetime | None]
    hidden_because: Mapped[Because | None]
    #: For its makers; readers never see it.
    hidden_words: Mapped[str | None]

    @property
    def hidden_says(self) -> Text:
        """The reason in a sentence."""
        return SAYS[self.hidden_because] if self.hidden_because else ""


def constraints(hidden_from: tuple[str, ...]) -> tuple[CheckConstraint, CheckConstraint]:
    """Whoever is hidden knows since when, why, and in which of these states it was before."""
    states = ", ".join(f"'{state}'" for state in hidden_from)
    return (
        CheckConstraint(f"hidden_from IN ({states})", name="hidden_from"),
        CheckConstraint(
            "(state = 'hidden') = (hidden_from IS NOT NULL) "
            "AND (state = 'hidden') = (hidden_at IS NOT NULL) "
            "AND (state = 'hidden') = (hidden_because IS NOT NULL)",
            name="hidden_is_whole",
        ),
    )
