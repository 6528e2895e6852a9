"""The states of a post, who may do what with it, and what it needs before readers see it.

A post belongs to whoever wrote it here: they edit it, and after it is out they correct it. What
nobody here wrote, such as the seeds, is left to moderators and administrators. Belonging to a
campaign of one's team gives no right to a post: otherwise linking somebody's post would be enough
to rewrite it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from campaign.accounts.rules import Role
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused


class State(StrEnum):
    """DRAFT → IN_REVIEW → PUBLISHED; a moderator may send a post in review back to DRAFT.

    A moderator may make any of them HIDDEN, and bring it back to where it was.
    """

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    HIDDEN = "hidden"


_ALL = frozenset(State)
#: Other people's posts: in which states a role reads them on the staff pages …
READS = {
    Role.ORGANISER: frozenset({State.PUBLISHED}),
    Role.MODERATOR: frozenset({State.IN_REVIEW, State.PUBLISHED, State.HIDDEN}),
    Role.ADMINISTRATOR: _ALL,
}
#: … and in which it changes their words.
EDITS: dict[Role, frozenset[State]] = {
    Role.ORGANISER: frozenset(),
    Role.MODERATOR: frozenset({State.PUBLISHED, State.HIDDEN}),
    Role.ADMINISTRATOR: _ALL,
}
#: From which states a role puts posts before readers.
PUBLISHES: dict[Role, frozenset[State]] = {
    Role.ORGANISER: frozenset(),
    Role.MODERATOR: frozenset({State.IN_REVIEW}),
    Role.ADMINISTRATOR: frozenset({State.DRAFT, State.IN_REVIEW}),
}
#: Who begins new posts.
WRITERS = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})

TITLE_LENGTH = 200
SLUG_LENGTH = 80
BYLINE_LENGTH = 120
#: What a translation puts into another language.
TRANSLATED = ("title", "summary", "body", "source_note")
SUMMARY_LENGTH = 500
BODY_LENGTH = 50_000
SOURCE_NOTE_LENGTH = 5_000
#: What was corrected, or why a post comes back.
SENTENCE_LENGTH = 500
EARLIEST = date(1900, 1, 1)
#: Somewhere it is tomorrow already.
ZONES = timedelta(days=1)


@dataclass(frozen=True)
class Words:
    """All that a writer decides about a post."""

    title: str
    slug: str
    published_on: date
    byline: str
    summary: str
    body: str
    source_note: str
    language: str
    topics: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing that readers need."""
        return bool(self.title and self.summary and self.body and self.source_note)


def may_read(state: State, *, role: Role, wrote: bool) -> bool:
    """Whether somebody may read the post on the staff pages."""
    return wrote or state in READS[role]


def may_edit(state: State, *, role: Role, wrote: bool) -> bool:
    """Whether somebody may change its words: once readers have seen it, by a dated correction."""
    return wrote or state in EDITS[role]


def check_ready(words: Words, now: datetime) -> None:
    """Raises Unfinished or DatedAhead when readers should not see it yet."""
    if not words.is_whole:
        raise Unfinished
    if words.published_on > (now + ZONES).date():
        raise DatedAhead


class Unfinished(Refused):
    """Something is missing that readers need."""

    message = _(
        "A post needs a title, a summary, a text, and a word about its sources before it can go "
        "on. Add what is missing, and save."
    )


class DatedAhead(Refused):
    """The list is by date: a post of next month would stand on top of it till then."""

    message = _("The post has a day that is still to come. Wait for it, or give it another day.")


class SlugTaken(Refused):
    """Another post, perhaps somebody's draft, has this address."""

    message = _("Another post has this address already. Choose another one.")
    status = 409


class MovedMeanwhile(Refused):
    """The post is in another state than the deed is for."""

    message = _("Somebody was quicker: this post is in another state now. Nothing was changed.")
    status = 409


class OtherThanSeen(Refused):
    """The words to be published are not those that were read."""

    message = _(
        "The text was changed while you were reading. Nothing was published. "
        "Please read it once more; it stands below as it is now."
    )
    status = 409


class Unexplained(Refused):
    """Readers have seen the translation that is to change."""

    message = _("Readers have seen this translation. Say in one sentence what you change.")


class NothingCorrected(Refused):
    """A correction that corrects nothing."""

    message = _("Nothing in the text differs from what readers see. Nothing was corrected.")
