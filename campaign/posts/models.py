"""Posts, their topics and their corrections."""

from datetime import UTC, date, datetime, time

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.lib import hiding
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
    #: Title, summary, body, byline and topics, folded for searching.
    search_text: Mapped[str]
    topics: Mapped[list[Topic]] = relationship(
        secondary=post_topic, order_by=Topic.name, lazy="selectin"
    )
    author: Mapped[Account | None] = relationship()
    corrections: Mapped[list["Correction"]] = relationship(
        order_by="Correction.id", passive_deletes=True
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
        words = (
            self.title,
            self.summary,
            self.body,
            self.byline or "",
            *(topic.name for topic in self.topics),
        )
        self.search_text = folded(" ".join(words))


class Correction(Model):
    """What was corrected in a post after readers had seen it; readers see this too."""

    __tablename__ = "post_correction"
    __table_args__ = (Index("ix_post_correction_post_id", "post_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    #: One sentence, in the language of the post.
    says: Mapped[str]
