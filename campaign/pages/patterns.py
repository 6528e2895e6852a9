"""Every component in every state, on one page for those who build. Exists in demo mode only."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import DataRequired

from campaign.lib import charts
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import (
    AddressField,
    Choices,
    CountryField,
    Lines,
    OneLine,
    PublicForm,
    TypedLines,
)
from campaign.lib.paging import Page
from campaign.pages import queries
from campaign.posts import queries as posts

bp = Door("patterns", __name__, audience=Audience.EVERYBODY, url_prefix="/dev")

#: The roles of colour in static/css/tokens.css.
ROLES = (
    ("paper", "ink", "the page"),
    ("card", "ink", "what lies on it"),
    ("paper", "quiet", "beside the point"),
    ("brand", "on-brand", "what leads on"),
    ("brand-soft", "ink", "a note"),
    ("bad-soft", "bad", "what went wrong"),
    ("paper", "good", "what went well"),
    ("paper", "focus", "where the keyboard is"),
    ("demo", "ink", "the demonstration"),
)
DRAWINGS = ("sent", "returned", "sealed", "waiting", "blot", "blank", "signed")
#: Made-up numbers for a chart.
DAYS = (3, 8, 5, 0, 13, 21, 34, 18, 9, 26, 30, 12, 7, 4)
FEW = [SelectChoice("a", "This one"), SelectChoice("b", "That one")]


class PatternForm(PublicForm):
    """One field of each kind."""

    purpose = "patterns"
    name = OneLine("One line", description="A hint stands above the field.")
    email = AddressField("An address")
    country = CountryField("A country")
    choice = SelectField("One of several", choices=FEW)
    lines = Lines("Several lines")
    text = TypedLines("Markdown")
    other = TypedLines("In another language")
    several = Choices("Some of several", choices=FEW)
    one = RadioField("One of few", choices=FEW)
    tick = BooleanField("A box to tick, with words that may well need more than one line")


class FaultyForm(PublicForm):
    """Fields with something to mend in each."""

    purpose = "patterns"
    name = OneLine(
        "One line",
        description="A hint stands above the field.",
        validators=[DataRequired("Empty.")],
    )
    lines = Lines("Several lines", validators=[DataRequired("Empty too.")])
    several = Choices(
        "Some of several",
        choices=FEW,
        validators=[DataRequired("Choose one.")],
    )


@bp.get("/patterns")
def index() -> str:
    """The page."""
    faulty = FaultyForm(formdata=None, prefix="faulty-")
    faulty.validate()
    del faulty.form_token
    found = queries.listed(now=utc_now())
    by_tag = {
        (card.campaign.state, card.campaign.outcome, bool(card.petition)): card
        for card in found.items
    }
    return render_template(
        "pages/patterns.html",
        roles=ROLES,
        drawings=DRAWINGS,
        form=PatternForm(formdata=None),
        faulty=faulty,
        cards=list(by_tag.values()),
        posts=posts.latest(2),
        chart=charts.bars(DAYS),
        days=DAYS,
        page=Page(items=[], number=2, pages=5, total=42),
    )


@bp.post("/patterns")
def press() -> ResponseReturnValue:
    """What the buttons on it lead to: the page again."""
    return redirect(url_for("patterns.index"), 303)
