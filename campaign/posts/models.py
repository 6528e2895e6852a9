"""Posts, their topics and their corrections."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.lib import hiding, ordering
from campaign.lib.db import Model
from campaign.lib.hiding import Hidable
from campaign.lib.spellings import folded
from campaign.posts.rules import State, Words


class Topic(Model):
    """What posts and campaigns are about."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    #: Language → its name in that language.
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    def name_in(self, language: str) -> str:
        """Its name for a reader of that language."""
        return self.names.get(language, self.name)

    @property
    def all_names(self) -> list[str]:
        """Its name in every language, for searching."""
        return [self.name, *self.names.values()]


def named(topics: Iterable[Topic], language: str) -> list[tuple[str, str]]:
    """Slug and name of each, by their names in that language."""
    names = [(topic.slug, topic.name_in(language)) for topic in topics]
    return sorted(names, key=lambda topic: ordering.place(topic[1], language))


post_topic = Table(
    "post_topic",
    Model.metadata,
    Column("post_id", ForeignKey("post.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "topic_id",
        ForeignKey("topic.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Post(Hidable, Model):
    """A dated news text."""

    __tablename__ = "post"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'in_review', 'published', 'hidden')", name="state"),
        CheckConstraint("state != 'in_review' OR submitted_at IS NOT NULL", name="waits_since"),
        *hiding.constraints(("draft", "in_review", "published")),
        Index("ix_post_state_published_on_id", "state", "published_on", "id"),
        Index("ix_post_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Never changes once the post was published.
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    state: Mapped[State]
    #: Who wrote it here. Staff see it, readers see the byline; seeds have none.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    published_on: Mapped[date]
    byline: Mapped[str | None]
    #: One or two sentences, for the list and for those who share it.
    summary: Mapped[str]
    #: Markdown.
    body: Mapped[str]
    #: Markdown: where the facts come from.
    source_note: Mapped[str]
    language: Mapped[str]
    #: Since when it waits for a moderator.
    submitted_at: Mapped[datetime | None]
    #: Why a moderator sent it back; for its author.
    return_reason: Mapped[str | None]
    #: When readers last saw other words: published or corrected here.
    updated_at: Mapped[datetime | None]
    #: Where it goes back to when a moderator brings it back.
    hidden_from: Mapped[State | None]
    #: Title, summary, body, byline and topics in every language, folded for searching.
    search_text: Mapped[str] = mapped_column(deferred=True)
    topics: Mapped[list[Topic]] = relationship(
        secondary=post_topic, order_by=Topic.name, lazy="selectin"
    )
    author: Mapped[Account | None] = relationship()
    corrections: Mapped[list["Correction"]] = relationship(
        order_by="Correction.id", passive_deletes=True
    )
    translations: Mapped[list["PostTranslation"]] = relationship(
        cascade="all, delete-orphan", order_by="PostTranslation.language", lazy="selectin"
    )

    @property
    def is_public(self) -> bool:
        """Whether readers may see it."""
        return self.state is State.PUBLISHED

    @property
    def was_public(self) -> bool:
        """Whether readers see it, or will once a moderator brings it back."""
        return State.PUBLISHED in (self.state, self.hidden_from)

    @property
    def updated(self) -> datetime:
        """When readers last saw something new in it."""
        return self.updated_at or datetime.combine(self.published_on, time(), UTC)

    @property
    def languages(self) -> list[str]:
        """The languages in which readers find it, its own first."""
        return [self.language, *(one.language for one in self.translations)]

    def words_in(self, language: str) -> "Post | PostTranslation":
        """Its words for a reader of that language: of a translation, or else the original's.

        Both have `language`, `title`, `summary`, `body` and `source_note`.
        """
        return self.translated_into(language) or self

    def translated_into(self, language: str) -> "PostTranslation | None":
        """The translation into that language, if there is one."""
        if language == self.language:
            return None
        return next((one for one in self.translations if one.language == language), None)

    @property
    def words(self) -> Words:
        """All that its writer decides."""
        return Words(
            title=self.title,
            slug=self.slug,
            published_on=self.published_on,
            byline=self.byline or "",
            summary=self.summary,
            body=self.body,
            source_note=self.source_note,
            language=self.language,
            topics=tuple(sorted(topic.slug for topic in self.topics)),
        )

    def index(self) -> None:
        """Bring the search text up to date with the words."""
        texts: list[Post | PostTranslation] = [self, *self.translations]
        words = [
            self.byline or "",
            *(word for of in texts for word in (of.title, of.summary, of.body)),
            *(name for topic in self.topics for name in topic.all_names),
        ]
        self.search_text = folded(" ".join(words))


class PostTranslation(Model):
    """A post's words in one more language. Readers see it wherever they see the post."""

    __tablename__ = "post_translation"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    #: Markdown.
    body: Mapped[str]
    #: Markdown: where the facts come from.
    source_note: Mapped[str]
    #: Fingerprint of the original's words that it was made from.
    translated_from: Mapped[str]


class Correction(Model):
    """What was corrected in a post after readers had seen it; readers see this too."""

    __tablename__ = "post_correction"
    __table_args__ = (Index("ix_post_correction_post_id", "post_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    #: One sentence, in the language of the post.
    says: Mapped[str]
