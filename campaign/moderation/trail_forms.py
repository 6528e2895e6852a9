"""What somebody looks for in the trail."""

from typing import Any

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]
from wtforms.validators import Optional

from campaign.lib import languages, ordering
from campaign.lib.fields import Day, LookForm, OneLine
from campaign.lib.languages import lazy_gettext as _
from campaign.moderation import deed_names


class TrailFilter(LookForm):
    """Stands in the address of what is shown, and of the file that is taken."""

    q = OneLine(_("Who, what, to what, or why"), render_kw={"type": "search", "maxlength": 100})
    deed = SelectField(_("What"), validate_choice=False)
    since = Day(_("From"), [Optional()])
    until = Day(_("Until"), [Optional()])

    def __init__(self, *args: Any, deeds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = languages.current()
        names = [(deed, str(deed_names.named(deed))) for deed in deeds]
        names.sort(key=lambda named: ordering.place(named[1], here))
        self.deed.choices = [
            SelectChoice("", _("Every kind")),
            *(SelectChoice(deed, name) for deed, name in names),
        ]
