"""The forms of the organisers' pages: what begins a campaign, and what moves it on."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import DataRequired, InputRequired

from campaign.campaigns import rules
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import Outcome, Stage
from campaign.lib import languages, meanwhile
from campaign.lib.fields import Choices, Lines, OneLine, StaffForm, TypedLines, press_key
from campaign.lib.languages import Text, gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.posts.models import Topic

STAGE_NAMES = {
    Stage.DRAFT: _("Draft"),
    Stage.IN_REVIEW: _("In review"),
    Stage.SCHEDULED: _("Opens soon"),
    Stage.OPEN: _("Open"),
    Stage.CLOSED: _("Closed"),
    Stage.HIDDEN: _("Taken down"),
}
OUTCOME_NAMES = {
    Outcome.WON: _("Won: what was asked for has happened"),
    Outcome.ENDED: _("Ended: it closed without that"),
    Outcome.MEMORIAL: _("In memory: it is kept for remembrance"),
}


def title_field() -> OneLine:
    """A campaign is never without one."""
    return OneLine(
        _("Title"),
        [DataRequired(_("Give it a title.")), AtMost(rules.TITLE_LENGTH), unreadable],
        description=_("As it stands on the list and above the page."),
    )


def topics_field() -> Choices:
    """Tick boxes for all topics."""
    return Choices(_("Topics"))


def language_field() -> SelectField:
    """The language of the campaign's own words."""
    return SelectField(_("Language it is written in"))


def topic_choices(topics: Iterable[Topic]) -> list[SelectChoice]:
    """For the tick boxes."""
    return [SelectChoice(topic.slug, topic.name) for topic in topics]


def language_choices() -> list[SelectChoice]:
    """Every language whose dates we can write."""
    return [SelectChoice(code, name) for code, name in languages.known(languages.current())]


class BeginForm(StaffForm):
    """What a new campaign starts from."""

    key = press_key()
    title = title_field()
    language = language_field()
    topics = topics_field()
    #: The post it grows from.
    post = HiddenField()
    #: The campaign whose words it begins with.
    like = HiddenField()

    def offer(self, topics: Sequence[Topic]) -> None:
        """Fill the choices."""
        self.topics.choices = topic_choices(topics)
        self.language.choices = language_choices()


class SubmitForm(StaffForm):
    """Ask a moderator to open it."""

    sure = BooleanField(
        _("I have checked every fact against its source, and the page names the source."),
        [InputRequired(_("Check the facts, then tick the box."))],
    )


class OpenForm(StaffForm):
    """A moderator opens it."""

    #: Fingerprint of what the moderator read.
    seen = HiddenField()


class SendBackForm(StaffForm):
    """A moderator gives it back."""

    reason = Lines(
        _("What should the team mend?"),
        [
            DataRequired(_("Say what should be mended.")),
            AtMost(rules.REASON_LENGTH),
            unreadable,
        ],
        description=_("It is mailed to everybody in the team and stands on this page."),
    )


class OutcomeForm(StaffForm):
    """What came of it."""

    outcome = RadioField(
        _("What came of it?"),
        [InputRequired(_("Choose what came of it."))],
        choices=[SelectChoice(outcome.value, name) for outcome, name in OUTCOME_NAMES.items()],
    )
    outcome_text = TypedLines(
        _("In your words"),
        [
            DataRequired(_("Say in a sentence or two what came of it.")),
            AtMost(rules.OUTCOME_LENGTH),
            unreadable,
        ],
        description=_("Stands on top of the page. Markdown."),
    )
    #: Fingerprint of what stood there when the page was opened.
    seen = HiddenField()
    #: Name of a field → what somebody else said there meanwhile.
    theirs: dict[str, Text]

    @classmethod
    def of(cls, campaign: Campaign) -> "OutcomeForm":
        """The form with what the team says so far."""
        seen = meanwhile.fingerprint(campaign.told)
        return cls(formdata=None, **campaign.told, seen=seen)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.theirs = {}

    def put_beside(self, campaign: Campaign) -> None:
        """Show beside each box what somebody else said there, where it differs."""
        if campaign.outcome is None:
            return
        self.seen.data = meanwhile.fingerprint(campaign.told)
        if self.outcome.data != campaign.outcome:
            self.theirs["outcome"] = OUTCOME_NAMES[campaign.outcome]
        if self.outcome_text.data != campaign.told["outcome_text"]:
            self.theirs["outcome_text"] = campaign.told["outcome_text"] or gettext("(blank)")


class ReopenForm(StaffForm):
    """A moderator opens it once more."""

    reason = OneLine(
        _("Why is it opened again?"),
        [DataRequired(_("Say why.")), AtMost(rules.REASON_LENGTH), unreadable],
        description=_("It stands in the trail. The outcome goes, and so does the closing time."),
    )
