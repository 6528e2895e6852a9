"""What organisers write, and what moderators answer."""

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired

from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import PostRole
from campaign.lib import meanwhile
from campaign.lib.fields import Lines, OneLine, StaffForm, TypedLines, press_key
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.updates import rules
from campaign.updates.models import Update
from campaign.updates.rules import State

STATE_NAMES = {
    State.DRAFT: _("Draft"),
    State.IN_REVIEW: _("Waits for a moderator"),
    State.APPROVED: _("Approved"),
    State.SENT: _("Sent"),
    State.RETURNED: _("Returned"),
    State.REPLACED: _("Replaced by a newer one"),
    State.STOPPED: _("Stopped"),
}


class SeenForm(StaffForm):
    """A button for an update whose words somebody has just read."""

    #: Fingerprint of these words.
    seen = HiddenField()


class UpdateForm(SeenForm):
    """Write an update."""

    key = press_key()
    subject = OneLine(
        _("Subject"),
        description=_(
            "Others may read it on a locked screen: better “What happened in court” than a name "
            "or what was signed."
        ),
        validators=[
            DataRequired(_("Write a subject.")),
            AtMost(rules.SUBJECT_LENGTH),
            unreadable,
        ],
    )
    text = TypedLines(
        _("Text"),
        description=_(
            "Markdown. The greeting, why they get it and how to stop it are added by themselves."
        ),
        validators=[AtMost(rules.TEXT_LENGTH), unreadable],
        render_kw={"rows": 14},
    )
    post = SelectField(_("Link to a post"), choices=[])

    #: Name of a field → what somebody else typed there meanwhile.
    theirs: dict[str, str]
    #: The campaign's posts by their number in the list.
    titles: dict[str, str]

    def __init__(self, campaign: Campaign, update: Update | None = None, **options: Any) -> None:
        data = {}
        if update:
            data = {
                "subject": update.subject,
                "text": update.text,
                "post": str(update.post_id or ""),
                "seen": meanwhile.fingerprint(update.words),
            }
        super().__init__(data=data, **options)
        self.theirs = {}
        posts = [post for role in PostRole for post in campaign.posts(role)]
        self.titles = {"": str(_("None")), **{str(post.id): post.title for post in posts}}
        self.post.choices = list(self.titles.items())

    def answers(self) -> dict[str, Any]:
        """What `services.write` wants to know."""
        answers = super().answers()
        return answers | {"post_id": int(answers.pop("post") or 0) or None}

    def put_beside(self, stands: Update) -> None:
        """Show beside each box what somebody else typed there, where it differs."""
        self.seen.data = meanwhile.fingerprint(stands.words)
        theirs = UpdateForm(stands.campaign, stands, formdata=None)
        for name in ("subject", "text", "post"):
            if self[name].data != theirs[name].data:
                said = theirs[name].data or ""
                self.theirs[name] = theirs.title_of(stands) if name == "post" else said

    def title_of(self, update: Update) -> str:
        """The post it links to, by its title; it may have been taken off the campaign since."""
        listed = self.titles.get(str(update.post_id or ""))
        return listed or (update.post.title if update.post else self.titles[""])


class ReturnForm(SeenForm):
    """Send an update back to its author."""

    reason = Lines(
        _("Reason"),
        description=_("It is mailed to the author."),
        validators=[
            DataRequired(_("Say why: the author has to know what to change.")),
            AtMost(rules.REASON_LENGTH),
            unreadable,
        ],
        render_kw={"rows": 4},
    )
