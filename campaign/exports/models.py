"""Who took which file, when and why."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.exports.rules import Column, Scope
from campaign.lib.db import Model
from campaign.petitions.models import Petition


class Export(Model):
    """One file. It is written down before its first row is read."""

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint("scope IN ('confirmed', 'public-names', 'all-states')", name="scope"),
        Index("ix_export_petition_id", "petition_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random; it begins the reference in each row of the file, and its name.
    ref: Mapped[str] = mapped_column(unique=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    #: The account, as the operating system or the site knows it.
    taken_by: Mapped[str]
    taken_at: Mapped[datetime]
    reason: Mapped[str | None]
    columns: Mapped[list[str]] = mapped_column(JSON)
    scope: Mapped[Scope]
    #: Filters; None stands for no limit.
    country: Mapped[str | None]
    confirmed_from: Mapped[date | None]
    confirmed_to: Mapped[date | None]
    wants_updates: Mapped[bool]
    #: Only signatures confirmed after this moment: that of the export before.
    newer_than: Mapped[datetime | None]
    #: How many rows the file has; None as long as it is being written, or when that was broken off.
    rows: Mapped[int | None]

    petition: Mapped[Petition] = relationship(lazy="joined")

    @property
    def chosen(self) -> list[Column]:
        """The columns, in the order of the file."""
        return [Column(name) for name in self.columns]

    @property
    def name(self) -> str:
        """What the file is called, without its ending: campaign, day and reference."""
        return f"{self.petition.campaign.slug}-{self.taken_at:%Y-%m-%d}-{self.ref}"
