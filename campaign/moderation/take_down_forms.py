"""What a moderator says when they take something down."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired

from campaign.lib import hiding
from campaign.lib.fields import Lines, StaffForm
from campaign.lib.hiding import Because
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable


class TakeDownForm(StaffForm):
    """The reason that readers are told, and words for those who made it."""

    because = RadioField(
        _("Why"),
        [InputRequired(_("Choose a reason. Readers are told it."))],
        choices=[SelectChoice(because.value, says) for because, says in hiding.SAYS.items()],
    )
    words = Lines(
        _("What is wrong with it, and what should be done"),
        [
            DataRequired(_("Say what is wrong: those who made it are mailed your words.")),
            AtMost(hiding.WORDS_LENGTH),
            unreadable,
        ],
        description=_("Those who made it are mailed these words with your name. Readers are not."),
        render_kw={"dir": "auto"},
    )

    def answers(self) -> dict[str, Any]:
        """For the rooms' services."""
        return {"because": Because(self.because.data), "words": self.words.data}


class BringBackForm(StaffForm):
    """Back to where it was, with the words that were read."""

    seen = HiddenField()
