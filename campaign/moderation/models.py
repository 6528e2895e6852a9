"""Deeds to many signatures at once, and what the public reports."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.lib.db import Model
from campaign.moderation.rules import ReportKind, ReportState
from campaign.petitions.rules import Deed
from campaign.posts.models import Post


class Bulk(Model):
    """One decision about many signatures, and how far the worker has come with it."""

    __tablename__ = "bulk"
    __table_args__ = (
        CheckConstraint("deed IN ('hold', 'release', 'void', 'restore')", name="deed"),
        Index("ix_bulk_ended_at", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Of the page with the button: however often it is pressed, it is done once.
    key: Mapped[str] = mapped_column(unique=True)
    deed: Mapped[Deed]
    #: Which signatures, as `finding.Choice` writes it.
    choice: Mapped[str]
    #: The last signature there was when it was decided; later ones were not looked at.
    upto: Mapped[int]
    #: The last signature that it came to.
    reached: Mapped[int] = mapped_column(default=0)
    #: How many it was decided about, and to how many it was done.
    expected: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    #: Which other one this takes back; each is taken back once.
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("bulk.id"), unique=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def batch(self) -> str:
        """How the diaries of its signatures know it."""
        return f"bulk:{self.id}"


class Report(Model):
    """What a visitor found wrong on a page."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("(campaign_id IS NULL) != (post_id IS NULL)", name="about_one"),
        CheckConstraint(
            "state IN ('waiting', 'nothing_wrong', 'mended', 'passed_on')", name="state"
        ),
        CheckConstraint("kind IN ('wrong', 'harm', 'rights', 'broken', 'other')", name="kind"),
        CheckConstraint("state = 'waiting' OR decided_at IS NOT NULL", name="decided_has_time"),
        Index("ix_report_state_sent_at", "state", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )
    post_id: Mapped[int | None] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ReportKind]
    #: Sealed: the visitor's words and, if they want an answer, their address. Destroyed in time.
    envelope: Mapped[bytes | None]
    state: Mapped[ReportState] = mapped_column(default=ReportState.WAITING)
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    #: The name of the moderator, as it was.
    decided_by: Mapped[str | None]
    #: What the moderator noted, for colleagues.
    note: Mapped[str | None]

    campaign: Mapped[Campaign | None] = relationship(lazy="joined")
    post: Mapped[Post | None] = relationship(lazy="joined")

    @property
    def about(self) -> Campaign | Post:
        """The campaign or the post."""
        about = self.campaign or self.post
        if about is None:
            raise LookupError("a report about nothing")
        return about
