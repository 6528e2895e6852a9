"""Letter actions, the versions of their cases, what was drafted, posted and answered.

No text of a letter and nothing about its writer is kept.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.letters import case as cases
from campaign.letters.case import Case
from campaign.letters.rules import AnswerKind, PostedState
from campaign.lib.db import Model

#: Cases by digest, read once a process: reading one takes longer than the rest of a page.
_read: dict[str, Case] = {}


class LetterAction(Model):
    """That people write letters for this campaign, and how many they have posted."""

    __tablename__ = "letter_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), unique=True
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("case_version.id"))
    #: Letters that volunteers say they have posted; held ones do not count.
    posted_count: Mapped[int] = mapped_column(default=0)
    drafted_count: Mapped[int] = mapped_column(default=0)

    campaign: Mapped[Campaign] = relationship(lazy="joined")
    version: Mapped["CaseVersion"] = relationship(lazy="joined")

    @property
    def case(self) -> Case:
        """What volunteers write about, as it stands today."""
        return self.version.case


class CaseVersion(Model):
    """A case as it once stood. It never changes, so its letters can be made again."""

    __tablename__ = "case_version"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int]
    #: SHA-256 of the content. Drafts are drawn by it: the same words give the same letters on
    #: any machine.
    digest: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    made_at: Mapped[datetime]

    @property
    def case(self) -> Case:
        """The case, read from the content."""
        if self.digest not in _read:
            _read[self.digest] = cases.read(self.content)
        return _read[self.digest]


class CaseDraft(Model):
    """The working copy of a case, while it differs from what volunteers write with."""

    __tablename__ = "case_draft"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    #: As it was typed; its shape is described in `working`.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    #: Who changed it last.
    changed_by: Mapped[Account | None] = relationship(lazy="joined")


class IssuedDraft(Model):
    """That a draft was given out, so that the next one can differ."""

    __tablename__ = "issued_draft"
    __table_args__ = (
        Index("ix_issued_draft_letter_action_id", "letter_action_id", "target", "language", "id"),
        Index("ix_issued_draft_drafted_at", "drafted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_action_id: Mapped[int] = mapped_column(
        ForeignKey("letter_action.id", ondelete="CASCADE")
    )
    target: Mapped[str]
    language: Mapped[str]
    #: Hashes of its passages; neither the text nor whose letter it is.
    trace: Mapped[bytes]
    drafted_at: Mapped[datetime]


class Posted(Model):
    """A volunteer's word that letters went into the mail."""

    __tablename__ = "posted"
    __table_args__ = (
        CheckConstraint("state IN ('counted', 'held', 'refused')", name="state"),
        CheckConstraint("letters > 0", name="letters"),
        Index("ix_posted_letter_action_id_state", "letter_action_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_action_id: Mapped[int] = mapped_column(
        ForeignKey("letter_action.id", ondelete="CASCADE")
    )
    target: Mapped[str]
    letters: Mapped[int]
    state: Mapped[PostedState]
    told_at: Mapped[datetime]


class Answer(Model):
    """What came back: a reply from an office, or a letter the post could not deliver."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("kind IN ('reply', 'returned')", name="kind"),
        Index("ix_answer_letter_action_id", "letter_action_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_action_id: Mapped[int] = mapped_column(
        ForeignKey("letter_action.id", ondelete="CASCADE")
    )
    target: Mapped[str]
    kind: Mapped[AnswerKind]
    letters: Mapped[int]
    came_on: Mapped[date]
    #: For staff: what the reply said, or what the envelope bore.
    note: Mapped[str]


class Kit(Model):
    """The papers for an evening, waiting an hour to be fetched.

    They may bear names, so they are sealed with a key that is in the link alone.
    """

    __tablename__ = "kit"
    __table_args__ = (Index("ix_kit_made_at", "made_at"),)

    #: SHA-256 of the token in the link.
    digest: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]
