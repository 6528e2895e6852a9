"""The staff's door to how their Markdown will look."""

from flask.typing import ResponseReturnValue
from wtforms.validators import DataRequired

from campaign.lib import markup
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffForm, TypedLines
from campaign.lib.validators import AtMost, unreadable
from campaign.posts.rules import BODY_LENGTH

bp = Door("previewing", __name__, audience=Audience.STAFF, url_prefix="/staff")


class PreviewForm(StaffForm):
    """What is being typed: at most as much as the longest of all texts, that of a post."""

    text = TypedLines(validators=[DataRequired(), AtMost(BODY_LENGTH), unreadable])


@bp.post("/markdown")
def preview() -> ResponseReturnValue:
    """The text as readers will see it: a piece of HTML, not a page."""
    form = PreviewForm()
    if not form.validate():
        return "", 422
    return str(markup.html(form.text.data or ""))
