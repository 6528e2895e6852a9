"""The one form in which a team writes a campaign."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from flask import request
from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    Field,
    HiddenField,
    SelectChoice,
    SelectField,
    ValidationError,
)

from campaign.campaigns import rules
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import SHOWN_STATES, PostRole, Stage, State
from campaign.desk import forms, queries
from campaign.desk.queries import Content
from campaign.lib import countries, meanwhile
from campaign.lib.fields import CountryField, Lines, OneLine, StaffForm, TypedLines
from campaign.lib.languages import Text, gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.petitions import rules as petition_rules
from campaign.posts import queries as posts
from campaign.posts.models import Post

ROLE_NAMES = {
    PostRole.BACKGROUND: _("Background: what it grew from"),
    PostRole.UPDATE: _("Update: what has happened since"),
}
#: How many posts are offered for linking: the newest.
POSTS_OFFERED = 200
_ROLES = [SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()]
#: Where people read the page these cannot be blank.
_SHOWN = ("ask", "story", "country")
_PETITION = ("addressee", "statement")
_TICKS = ("asks_country", "asks_postcode", "asks_comment")
#: How people type a moment; the first is the browser's own way.
_MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def _a_moment(form: Any, field: Field) -> None:
    if field.data and _read(field.data) is None:
        raise ValidationError(
            gettext("There is no such date and time. Type it like 2027-03-31 18:00.")
        )


def _a_number(form: Any, field: Field) -> None:
    if field.data and not 0 < _number(field.data) <= petition_rules.GOAL_MOST:
        raise ValidationError(gettext("Type a number of signatures, such as 5000."))


class Moment(OneLine):
    """A date and time in UTC."""

    def __call__(self, **attributes: Any) -> Any:
        """As the browser's own field; what that could not show stays as it was typed."""
        kind = "text" if self.errors else "datetime-local"
        return super().__call__(type=kind, **attributes)


class EditForm(StaffForm):
    """The words of a campaign and of its petition, its posts and its dates."""

    #: Fingerprint of what stood there when the page was opened.
    seen = HiddenField()
    title = forms.title_field()
    ask = OneLine(
        _("Ask"),
        [AtMost(rules.ASK_LENGTH), unreadable],
        description=_("One sentence: who should do what."),
    )
    story = TypedLines(
        _("Story"),
        [AtMost(rules.STORY_LENGTH), unreadable],
        description=_("Markdown. Name the source of every fact."),
        render_kw={"rows": 14},
    )
    notice = OneLine(
        _("Notice (optional)"),
        [AtMost(rules.NOTICE_LENGTH), unreadable],
        description=_("A line above the story, such as the day up to which its facts are known."),
    )
    topics = forms.topics_field()
    country = CountryField(_("Country it is about"))
    language = forms.language_field()
    addressee = OneLine(
        _("To whom the petition goes"),
        [AtMost(petition_rules.ADDRESSEE_LENGTH), unreadable],
        description=_("As it reads after “Petition to”."),
    )
    statement = TypedLines(
        _("What people sign"),
        [AtMost(petition_rules.STATEMENT_LENGTH), unreadable],
        description=_("Markdown."),
        render_kw={"rows": 7},
    )
    goal = OneLine(
        _("Goal (optional)"),
        [_a_number],
        description=_("How many signatures. Without one the bar goes by round numbers."),
        render_kw={"inputmode": "numeric"},
    )
    asks_country = BooleanField(_("Ask signers for their country"))
    asks_postcode = BooleanField(_("Ask signers for their postcode (they may leave it out)"))
    asks_comment = BooleanField(_("Ask signers why they sign (they may leave it out)"))
    opens_at = Moment(
        _("Opens at (UTC)"),
        [_a_moment],
        description=_("Blank: as soon as a moderator has accepted it."),
    )
    closes_at = Moment(
        _("Closes at (UTC)"),
        [_a_moment],
        description=_("Blank: it stays open until you close it."),
    )
    new_post = SelectField(_("One more post"))
    new_post_role = SelectField(_("What that post is"), choices=_ROLES)
    reason = Lines(
        _("Why the words change"),
        [AtMost(rules.REASON_LENGTH), unreadable],
        description=_("It stands beside the new version, for everybody in the team to read."),
    )

    campaign: Campaign
    stands: Content
    now: datetime
    linked: Sequence[Post]
    #: Name of a field → what somebody else typed there meanwhile.
    theirs: dict[str, str]

    def validate(self, *args: Any, **more: Any) -> bool:
        """The fields one by one, then what holds between them."""
        is_right = super().validate(*args, **more)
        return bool(is_right) & self._has_its_words() & self._has_its_dates()

    def _has_its_words(self) -> bool:
        if self.campaign.state not in SHOWN_STATES:
            return True
        has_petition = any(self.stands[name] or self[name].data for name in _PETITION)
        needed = _SHOWN + (_PETITION if has_petition else ())
        blank = [name for name in needed if not self[name].data]
        for name in blank:
            self._tell(name, _("Readers see this page, so this cannot be blank."))
        return not blank

    def _has_its_dates(self) -> bool:
        typed = self.typed()
        closes_at = _read(typed["closes_at"])
        if closes_at is None:
            return True
        if closes_at <= (_read(typed["opens_at"]) or rules.AT_ONCE):
            self._tell("closes_at", _("It cannot close before it opens."))
        elif closes_at <= self.now and typed["closes_at"] != self.stands["closes_at"]:
            self._tell("closes_at", _("This moment has passed. Choose one to come."))
        else:
            return True
        return False

    def _tell(self, name: str, message: Text) -> None:
        if name in self:
            self[name].errors = [*self[name].errors, str(message)]

    def typed(self) -> Content:
        """What was typed, as content; what has no field here stays as it stands."""
        plain = {
            name: self[name].data if name in self else self.stands[name]
            for name in self.stands
            if name != "posts"
        }
        for name in ("opens_at", "closes_at"):
            moment = _read(plain[name] or "")
            plain[name] = queries.moment(moment) if moment else ""
        goal = _number(self.goal.data or "")
        has_petition = any(plain[name] for name in _PETITION)
        return plain | {
            "topics": sorted(self.topics.data or ()),
            "posts": self._posts(),
            "goal": str(goal) if goal else "",
            **({} if has_petition else dict.fromkeys(_TICKS, False)),
        }

    def _posts(self) -> dict[str, str]:
        roles = {post.slug: self[name_of(post)].data for post in self.linked}
        if self.new_post.data:
            roles[self.new_post.data] = self.new_post_role.data
        return {slug: role for slug, role in roles.items() if role}

    def put_beside(self) -> None:
        """Show beside each field what somebody else typed there, where it differs."""
        self.seen.data = meanwhile.fingerprint(self.stands)
        typed = self.typed()
        self.theirs = {
            name: self._in_words(name, theirs) or gettext("(blank)")
            for name, theirs in self.stands.items()
            if theirs != typed[name]
        }

    def _in_words(self, name: str, value: Any) -> str:
        if name in _TICKS:
            return gettext("ticked") if value else gettext("not ticked")
        match name:
            case "topics":
                names = {topic.slug: topic.name for topic in posts.all_topics()}
                return ", ".join(names.get(slug, slug) for slug in value)
            case "posts":
                return "\n".join(f"{slug}: {ROLE_NAMES[PostRole(r)]}" for slug, r in value.items())
            case "country":
                return countries.name(value)
        return str(value)


def edit_form(campaign: Campaign, *, now: datetime) -> EditForm:
    """The form for that campaign; on a POST, with what was typed."""
    stands, offered = queries.content(campaign), posts.latest(POSTS_OFFERED)
    linked = [link.post for link in campaign.post_links]
    linked += [post for post in offered if name_of(post) in request.form and post not in linked]
    roles = [*_ROLES, SelectChoice("", _("Take it off"))]
    names = {name_of(post): SelectField(post.title, choices=roles) for post in linked}
    form = cast("type[EditForm]", type("EditForm", (EditForm,), names))(
        data={
            **stands,
            "seen": meanwhile.fingerprint(stands),
            "asks_country": stands["asks_country"] or not stands["statement"],
            "new_post_role": (
                PostRole.BACKGROUND if campaign.state is State.DRAFT else PostRole.UPDATE
            ),
            **{name_of(post): stands["posts"].get(post.slug, "") for post in linked},
        }
    )
    form.campaign, form.stands, form.now = campaign, stands, now
    form.linked, form.theirs = linked, {}
    _offer(form, [post for post in offered if post not in linked])
    _leave_out(form)
    return form


def name_of(post: Post) -> str:
    """The name of the field that says how a post belongs to the campaign."""
    return f"post-{post.slug}"


def _offer(form: EditForm, others: Sequence[Post]) -> None:
    form.topics.choices = forms.topic_choices(posts.all_topics())
    taken = {one.language for one in form.campaign.translations}
    form.language.choices = [one for one in forms.language_choices() if one.value not in taken]
    form.new_post.choices = [
        SelectChoice("", _("None")),
        *(SelectChoice(post.slug, f"{post.published_on} · {post.title}") for post in others),
    ]


def _leave_out(form: EditForm) -> None:
    """What cannot change any more has no field."""
    campaign = form.campaign
    stage = campaign.stage_of_its_own(form.now)
    if stage in (Stage.OPEN, Stage.CLOSED):
        del form.opens_at
    if stage is Stage.CLOSED:
        del form.closes_at
    if queries.has_letters(campaign):
        del form.language


def _read(typed: str) -> datetime | None:
    for way in _MOMENTS:
        try:
            moment = datetime.strptime(typed, way).replace(tzinfo=UTC)
        except ValueError:
            continue
        return moment if moment.year in rules.YEARS else None
    return None


def _number(typed: str) -> int:
    """The number, however its thousands are parted; 0 when it is none."""
    plain = typed.replace(",", "").replace("’", "").replace(" ", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 15 else 0
