"""Voiding runs: which signatures a rule chose, how far it came, and what the public is told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.lib.db import Model
from campaign.petitions import voiding_rules
from campaign.petitions.models import Petition
from campaign.petitions.voiding_rules import RunState

_UNDER_WAY = text("state IN ('counting', 'running', 'restoring')")


class VoidingRun(Model):
    """A moderator's rule: it is counted first, and voids what it chose when they say so."""

    __tablename__ = "voiding_run"
    __table_args__ = (
        CheckConstraint(
            "state IN ('counting', 'ready', 'running', 'done', 'cancelled', 'restoring', "
            "'restored')",
            name="state",
        ),
        CheckConstraint("started_at IS NULL OR reason IS NOT NULL", name="started_has_reason"),
        CheckConstraint(
            "state NOT IN ('running', 'done', 'restoring', 'restored') OR started_at IS NOT NULL",
            name="started",
        ),
        Index(
            "ix_voiding_run_under_way",
            "id",
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RunState]
    #: A `choosing.Conditions`, as JSON; what its domains and names are, in an envelope.
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Whoever signed (again) later is not meant.
    asked_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    #: The id of the last signature that was dealt with, while it counts and while it voids.
    cursor: Mapped[int] = mapped_column(default=0)
    #: How many envelopes have to be opened to count, and how many were.
    to_open: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    #: Why they are removed, for colleagues; the public is told in a correction.
    reason: Mapped[str | None]
    #: Who need not have counted it.
    started_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    started_at: Mapped[datetime | None]
    #: When it was done or cancelled.
    ended_at: Mapped[datetime | None]
    restored_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    restore_reason: Mapped[str | None]
    restored_at: Mapped[datetime | None]

    by: Mapped[Account | None] = relationship(foreign_keys=by_id)
    started_by: Mapped[Account | None] = relationship(foreign_keys=started_by_id)
    restored_by: Mapped[Account | None] = relationship(foreign_keys=restored_by_id)
    parts: Mapped[list["VoidingPart"]] = relationship(
        order_by="VoidingPart.petition_id", cascade="all, delete-orphan"
    )

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in voiding_rules.UNDER_WAY

    @property
    def found(self) -> int:
        """How many signatures it chose when it was counted."""
        return sum(part.found for part in self.parts)

    @property
    def voided(self) -> int:
        """How many it has voided."""
        return sum(part.voided for part in self.parts)

    @property
    def restored(self) -> int:
        """How many of these it has brought back."""
        return sum(part.restored for part in self.parts)

    @property
    def may_be_restored(self) -> bool:
        """Whether there is something to bring back."""
        return self.state in voiding_rules.ENDED and self.voided > 0


class VoidingPart(Model):
    """What a run finds and does in one petition."""

    __tablename__ = "voiding_part"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("voiding_run.id", ondelete="CASCADE"), primary_key=True
    )
    petition_id: Mapped[int] = mapped_column(
        ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    found: Mapped[int] = mapped_column(default=0)
    #: How many of these counted.
    found_confirmed: Mapped[int] = mapped_column(default=0)
    voided: Mapped[int] = mapped_column(default=0)
    voided_confirmed: Mapped[int] = mapped_column(default=0)
    restored: Mapped[int] = mapped_column(default=0)
    restored_confirmed: Mapped[int] = mapped_column(default=0)

    petition: Mapped[Petition] = relationship()


class VoidingMatch(Model):
    """That what is sealed in the signature met a run's conditions; gone when the run has ended."""

    __tablename__ = "voiding_match"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("voiding_run.id", ondelete="CASCADE"), primary_key=True
    )
    signature_id: Mapped[int] = mapped_column(
        ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TotalCorrection(Model):
    """What the public is told when many signatures were removed at once, or brought back."""

    __tablename__ = "total_correction"
    __table_args__ = (
        CheckConstraint("moved != 0", name="moved"),
        CheckConstraint("(words IS NULL) = (published_at IS NULL)", name="published_has_words"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(
        ForeignKey("petition.id", ondelete="CASCADE"), index=True
    )
    run_id: Mapped[int] = mapped_column(
        ForeignKey("voiding_run.id", ondelete="CASCADE"), index=True
    )
    #: By how much the total changed: less than nothing where they were removed.
    moved: Mapped[int]
    total_before: Mapped[int]
    moved_at: Mapped[datetime]
    #: In the campaign's language; None until a moderator has published it.
    words: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )

    petition: Mapped[Petition] = relationship()
    run: Mapped[VoidingRun] = relationship()
    published_by: Mapped[Account | None] = relationship()
