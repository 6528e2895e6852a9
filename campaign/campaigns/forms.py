"""What staff may type about a campaign's team and address."""

import re
from typing import Any

from wtforms import SelectField, ValidationError
from wtforms.validators import DataRequired

from campaign.campaigns import rules
from campaign.lib.fields import OneLine, StaffForm
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost


class JoinForm(StaffForm):
    """Add an organiser to the team."""

    account = SelectField(_("Organiser"), coerce=int)


def _a_slug(form: Any, field: OneLine) -> None:
    if not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", field.data or ""):
        raise ValidationError(
            gettext("Small letters, digits and single hyphens only, like free-the-archive.")
        )


class SlugForm(StaffForm):
    """Another address."""

    slug = OneLine(
        _("Last part of the address"),
        [DataRequired(_("Type the address.")), AtMost(rules.SLUG_LENGTH), _a_slug],
        description=_("Small letters, digits and hyphens, like free-the-archive."),
        render_kw={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"},
    )
