"""Posts and their topics."""

from datetime import date

from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.lib.db import Model
from campaign.lib.spellings import folded


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


class Post(Model):
    """A dated news text."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_published_on_id", "published_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    published_on: Mapped[date]
    byline: Mapped[str | None]
    #: One or two sentences, for the list and for those who share it.
    summary: Mapped[str]
    #: Markdown.
    body: Mapped[str]
    #: Markdown: where the facts come from.
    source_note: Mapped[str]
    language: Mapped[str]
    #: Title, summary, body, byline and topics, folded for searching.
    search_text: Mapped[str]
    topics: Mapped[list[Topic]] = relationship(
        secondary=post_topic, order_by=Topic.name, lazy="selectin"
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
