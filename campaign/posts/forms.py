"""What staff may type in a post and about it."""

import re
from dataclasses import asdict, fields
from typing import Any

from wtforms import (  # type: ignore[attr-defined]
    HiddenField,
    SelectChoice,
    SelectField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired

from campaign.lib import languages
from campaign.lib.fields import Choices, Day, Lines, OneLine, StaffForm, Typed, TypedLines
from campaign.lib.http import SlugConverter, slug_of
from campaign.lib.languages import gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.posts import queries, rules, services
from campaign.posts.models import Post
from campaign.posts.rules import Words


class PostForm(StaffForm):
    """A post that is not public yet. It may be saved unfinished; a title is enough."""

    title = Typed(
        _("Title"),
        [DataRequired(_("Give the post a title.")), AtMost(rules.TITLE_LENGTH), unreadable],
        render_kw={"dir": "auto"},
    )
    slug = OneLine(
        _("Address"),
        [AtMost(rules.SLUG_LENGTH)],
        description=_(
            "The last part of its address: small letters a to z, digits and hyphens. Leave it "
            "blank and it is made from the title. It cannot be changed once the post is published."
        ),
        render_kw={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"},
    )
    summary = TypedLines(
        _("Summary"),
        [AtMost(rules.SUMMARY_LENGTH), unreadable],
        description=_("One or two sentences, for the list and for those who share it."),
        render_kw={"dir": "auto"},
    )
    body = TypedLines(
        _("Text"),
        [AtMost(rules.BODY_LENGTH), unreadable],
        description=_(
            "A blank line begins a paragraph, ## a heading, > a quotation; *emphasis*, **strong**, "
            "[words of a link](https://example.org). HTML is shown as it stands."
        ),
        render_kw={"dir": "auto", "rows": 16},
    )
    source_note = TypedLines(
        _("Where the facts come from"),
        [AtMost(rules.SOURCE_NOTE_LENGTH), unreadable],
        description=_("Shown under the text, with links to what can be read elsewhere."),
        render_kw={"dir": "auto"},
    )
    byline = Typed(
        _("First told by (may stay blank)"),
        [AtMost(rules.BYLINE_LENGTH), unreadable],
        description=_("A name that readers see. Yours is not shown unless you write it here."),
        render_kw={"dir": "auto"},
    )
    published_on = Day(
        _("Day"),
        [InputRequired(_("Give the post a day."))],
        description=_("The post is listed under this day."),
    )
    language = SelectField(_("Language of the text"))
    topics = Choices(_("Topics"))
    #: Fingerprint of what stood there when the page was opened.
    seen = HiddenField()

    #: Name of a field → what somebody else typed there meanwhile.
    theirs: dict[str, str]

    def __init__(self, post: Post | None = None, **kwargs: Any) -> None:
        if post:
            kwargs = {**asdict(post.words), "seen": services.fingerprint(post), **kwargs}
        super().__init__(**kwargs)
        self.theirs = {}
        self.topics.choices = [SelectChoice(t.slug, t.name) for t in queries.all_topics()]
        taken = {one.language for one in post.translations} if post else set()
        self.language.choices = [
            SelectChoice(code, name)
            for code, name in languages.known(languages.current())
            if code not in taken
        ]

    def validate_slug(self, field: OneLine) -> None:
        """One is made from the title where none was typed."""
        field.data = field.data or slug_of(self.title.data or "", rules.SLUG_LENGTH)
        if self.title.data and not re.fullmatch(SlugConverter.regex, field.data):
            raise ValidationError(
                gettext(
                    "Write the address with small letters a to z, digits and hyphens, "
                    "like walls-come-down."
                )
            )

    def validate_published_on(self, field: Day) -> None:
        """Nothing here is older than its archive."""
        if field.data and field.data < rules.EARLIEST:
            raise ValidationError(gettext("The day is before 1900. Is the year right?"))

    def words(self) -> Words:
        """What was typed."""
        typed = {field.name: self[field.name].data for field in fields(Words) if field.name in self}
        return Words(**{"slug": "", **typed, "topics": tuple(sorted(self.topics.data or ()))})

    def put_beside(self, post: Post) -> None:
        """Show beside each field what stands there now, where it differs from what was typed."""
        self.seen.data = services.fingerprint(post)
        typed, stands = asdict(self.words()), asdict(post.words)
        shown = {**stands, "topics": ", ".join(topic.name for topic in post.topics)}
        self.theirs = {
            name: str(shown[name]) or gettext("(blank)")
            for name in stands
            if name in self and typed[name] != stands[name]
        }


class CorrectionForm(PostForm):
    """A public post. Its address stays; readers are told what was corrected."""

    slug = None  # type: ignore[assignment]
    says = OneLine(
        _("What was corrected, in one sentence"),
        [
            DataRequired(_("Say in one sentence what was corrected. Readers see it.")),
            AtMost(rules.SENTENCE_LENGTH),
            unreadable,
        ],
        description=_("Readers see it under the text, with today’s date."),
        render_kw={"dir": "auto"},
    )


class PublishForm(StaffForm):
    """Publish the words that were read."""

    seen = HiddenField()


class ReturnForm(StaffForm):
    """Send a post back."""

    reason = Lines(
        _("What should be changed"),
        [
            DataRequired(_("Say what should be changed: the author is mailed it.")),
            AtMost(rules.SENTENCE_LENGTH),
            unreadable,
        ],
        description=_("The author is mailed these words with your name."),
        render_kw={"dir": "auto"},
    )
