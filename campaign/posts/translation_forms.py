"""The form in which a post is put into another language, beside the original."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired

from campaign.lib import meanwhile
from campaign.lib.fields import OneLine, StaffForm, Typed, TypedLines
from campaign.lib.languages import direction, gettext, lazy_gettext as _
from campaign.lib.validators import AtMost, unreadable
from campaign.posts import rules, services
from campaign.posts.models import Post, PostTranslation

_NEEDED = DataRequired(_("A translation needs all four texts."))


class TranslationForm(StaffForm):
    """The words of a post in one more language."""

    #: Fingerprint of what stood there when the page was opened …
    seen = HiddenField()
    #: … and of the original beside it.
    original = HiddenField()
    title = Typed(_("Title"), [_NEEDED, AtMost(rules.TITLE_LENGTH), unreadable])
    summary = TypedLines(_("Summary"), [_NEEDED, AtMost(rules.SUMMARY_LENGTH), unreadable])
    body = TypedLines(
        _("Text"), [_NEEDED, AtMost(rules.BODY_LENGTH), unreadable], render_kw={"rows": 16}
    )
    source_note = TypedLines(
        _("Where the facts come from"),
        [_NEEDED, AtMost(rules.SOURCE_NOTE_LENGTH), unreadable],
    )
    is_current = BooleanField(_("The translation says what the original says now"))

    says = OneLine(
        _("What was changed, in one sentence"),
        [AtMost(rules.SENTENCE_LENGTH), unreadable],
        description=_("It stands in the trail, for colleagues."),
        render_kw={"dir": "auto"},
    )

    translation: PostTranslation | None
    #: Name of a field → what somebody else typed there meanwhile.
    theirs: dict[str, str]

    def __init__(self, post: Post, language: str, **kwargs: Any) -> None:
        self.translation = post.translated_into(language)
        stands = services.translated(self.translation)
        super().__init__(
            data={
                **stands,
                "seen": meanwhile.fingerprint(stands),
                "original": meanwhile.fingerprint(services.original(post)),
            },
            **kwargs,
        )
        self.theirs = {}
        spoken = {"lang": language, "dir": direction(language)}
        for name in rules.TRANSLATED:
            self[name].render_kw = {**(self[name].render_kw or {}), **spoken}
        if self.translation is None or not services.is_outdated(post, self.translation):
            del self.is_current
        if not services.is_read(post, self.translation):
            del self.says

    def typed(self) -> dict[str, str]:
        """What was typed."""
        return {name: self[name].data or "" for name in rules.TRANSLATED}

    def translated_from(self) -> str:
        """The fingerprint of the original that the typed words stand for."""
        if self.translation and "is_current" in self and not self.is_current.data:
            return self.translation.translated_from
        return self.original.data or ""

    def put_beside(self) -> None:
        """Show beside each field what somebody else typed there, where it differs."""
        stands, typed = services.translated(self.translation), self.typed()
        self.seen.data = meanwhile.fingerprint(stands)
        self.theirs = {
            name: stands[name] or gettext("(blank)")
            for name in stands
            if stands[name] != typed[name]
        }
