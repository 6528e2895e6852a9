"""The staff's door to how their Markdown will look."""

from flask.typing import ResponseReturnValue
from wtforms.validators import DataRequired

from campaign.lib import markup
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffForm, TypedLines
from campaign.lib.validators import AtMost, unreadable

bp = Door("previewing", __name__, audience=Audience.STAFF, url_prefix="/staff")

#: Characters, as many as the text of a post may have.
LONGEST = 50_000


class PreviewForm(StaffForm):
    """What is being typed."""

    text = TypedLines(validators=[DataRequired(), AtMost(LONGEST), unreadable])


@bp.post("/markdown")
def preview() -> ResponseReturnValue:
    """The text as readers will see it: a piece of HTML, not a page."""
    form = PreviewForm()
    if not form.validate():
        return "", 422
    return str(markup.html(form.text.data or ""))
