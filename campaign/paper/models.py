"""Batches of signatures on paper, and the rows of those that were not entered as a number."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Version
from campaign.lib.db import Model
from campaign.lib.vault import vault
from campaign.paper.rules import Keepers, RowState, State
from campaign.petitions.models import Petition

_WITH_ADDRESS = text("fingerprint IS NOT NULL")
_IS_HELD = text("state = 'held'")


class PaperBatch(Model):
    """What was entered at once, and where it comes from."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        CheckConstraint("state IN ('counted', 'held', 'refused', 'taken-back')", name="state"),
        CheckConstraint("signatures >= 1 AND sheets >= 1", name="numbers"),
        CheckConstraint(
            "state NOT IN ('refused', 'taken-back') OR reason IS NOT NULL", name="ended_has_reason"
        ),
        Index("ix_paper_batch_petition_id", "petition_id", "id"),
        Index("ix_paper_batch_account_id", "account_id"),
        Index("ix_paper_batch_version_id", "version_id"),
        Index("ix_paper_batch_held", "id", sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    #: The wording on its sheets.
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    state: Mapped[State]
    by_rows: Mapped[bool]
    #: How many are on the sheets, as they were entered or corrected.
    signatures: Mapped[int]
    #: How many of them are in the petition's paper count. No page shows it: beside `signatures`, it
    #: would tell of a small batch who has also signed online.
    counted: Mapped[int] = mapped_column(default=0)
    sheets: Mapped[int]
    collected_on: Mapped[date]
    #: Sealed: a `rules.Keepers`. None once it was destroyed, with the envelopes of its rows.
    keepers: Mapped[bytes | None] = mapped_column(LargeBinary)
    entered_at: Mapped[datetime]
    #: The name of whoever entered it, as it was then.
    entered_by: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    #: When it was last released, refused, corrected or taken back, and why.
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    petition: Mapped[Petition] = relationship(lazy="joined")
    version: Mapped[Version] = relationship()

    @property
    def people(self) -> Keepers | None:
        """Where and by whom it was collected, and who keeps its sheets; None once destroyed."""
        return Keepers(**vault().open(self.keepers)) if self.keepers else None  # type: ignore[typeddict-item]


class PaperSignature(Model):
    """One row of a sheet."""

    __tablename__ = "paper_signature"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        CheckConstraint("state IN ('stands', 'double', 'owed', 'removed')", name="state"),
        Index(
            "ix_paper_signature_fingerprint",
            "petition_id",
            "fingerprint",
            sqlite_where=_WITH_ADDRESS,
            postgresql_where=_WITH_ADDRESS,
        ),
        Index("ix_paper_signature_petition_id", "petition_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id", ondelete="CASCADE"))
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    #: Its place in the batch, from 1 on.
    number: Mapped[int]
    state: Mapped[RowState]
    #: Sealed: name, address, postcode. None once it was destroyed.
    envelope: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Like that of a signature, so that both can be compared; None without an address.
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)
    country: Mapped[str | None]
    shows_name: Mapped[bool]
    #: When it was first compared with all others; None as long as it waits for that.
    compared_at: Mapped[datetime | None]

    batch: Mapped[PaperBatch] = relationship()
