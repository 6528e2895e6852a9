"""Who took which file, when and why; what was handed over."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.exports import rules
from campaign.exports.hand_over_rules import Covers, Kind, Naming
from campaign.exports.rules import Column, Progress, Scope
from campaign.lib.db import Model
from campaign.petitions.models import Petition


class Export(Model):
    """One file. It is written down before its first row is read."""

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint("scope IN ('confirmed', 'public-names', 'all-states')", name="scope"),
        Index("ix_export_petition_id", "petition_id"),
        Index("ix_export_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random; it begins the reference in each row of the file, and its name.
    ref: Mapped[str] = mapped_column(unique=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    #: Whose export it is; None on the command line.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    #: The account's name as it was; on the command line, whom the operating system knows.
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
    #: How many rows have been handed over so far.
    written: Mapped[int] = mapped_column(default=0)
    #: When the file was last seen growing; None once it is whole or was broken off.
    alive_at: Mapped[datetime | None]

    petition: Mapped[Petition] = relationship(lazy="joined")
    account: Mapped[Account | None] = relationship()

    @property
    def chosen(self) -> list[Column]:
        """The columns, in the order of the file."""
        return [Column(name) for name in self.columns]

    def progress(self, now: datetime) -> Progress:
        """How far it has come."""
        return rules.progress(is_whole=self.rows is not None, alive_at=self.alive_at, now=now)

    @property
    def name(self) -> str:
        """What the file is called, without its ending: campaign, day and reference."""
        return f"{self.petition.campaign.slug}-{self.taken_at:%Y-%m-%d}-{self.ref}"


class HandOver(Model):
    """Signatures as they were handed over: numbered, and fixed when it was made."""

    __tablename__ = "hand_over"
    __table_args__ = (
        UniqueConstraint("petition_id", "number"),
        CheckConstraint("covers IN ('all', 'new')", name="covers"),
        CheckConstraint("naming IN ('names', 'initials')", name="naming"),
        CheckConstraint("named BETWEEN 0 AND total", name="named"),
        CheckConstraint("(pdf_sha256 IS NULL) = (csv_sha256 IS NULL)", name="both_files"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    #: 1, 2, 3 for each petition.
    number: Mapped[int]
    made_at: Mapped[datetime]
    #: The name of whoever made it, as it was then.
    made_by: Mapped[str]
    covers: Mapped[Covers]
    naming: Mapped[Naming]
    #: Stands for the press of the button that began it: a second one finds it by this. Not unique,
    #: since one that broke off may be begun once more.
    press: Mapped[str | None]
    total: Mapped[int] = mapped_column(default=0)
    #: How many on paper counted when it was made; they are in no list and not in `total`.
    paper: Mapped[int] = mapped_column(default=0)
    #: How many are listed; the others asked not to be named and are only counted.
    named: Mapped[int] = mapped_column(default=0)
    #: Version number → how many signed that wording.
    versions: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    #: What the files are known by, for ever; None as long as they are being made.
    pdf_sha256: Mapped[str | None]
    csv_sha256: Mapped[str | None]
    pages: Mapped[int | None]
    #: How many names the paper could not print whole.
    in_part: Mapped[int] = mapped_column(default=0)
    files_destroyed_at: Mapped[datetime | None]
    handed_to: Mapped[str] = mapped_column(default="")
    handed_on: Mapped[date | None]
    #: What they said.
    answer: Mapped[str] = mapped_column(default="")

    petition: Mapped[Petition] = relationship(lazy="joined")

    @property
    def unnamed(self) -> int:
        """How many asked not to be named."""
        return self.total - self.named

    @property
    def is_made(self) -> bool:
        """Whether its files are complete."""
        return self.pdf_sha256 is not None

    @property
    def name(self) -> str:
        """What its files are called, without their ending."""
        return f"{self.petition.campaign.slug}-hand-over-{self.number}"

    @property
    def noted(self) -> dict[str, str]:
        """What was written down about handing it over, for comparing."""
        return {
            "handed_to": self.handed_to,
            "handed_on": self.handed_on.isoformat() if self.handed_on else "",
            "answer": self.answer,
        }


class HandOverSignature(Model):
    """That a signature is in a hand-over, and under which number. It holds no personal data."""

    __tablename__ = "hand_over_signature"
    __table_args__ = (UniqueConstraint("hand_over_id", "number"),)

    hand_over_id: Mapped[int] = mapped_column(
        ForeignKey("hand_over.id", ondelete="CASCADE"), primary_key=True
    )
    #: In the order in which they were confirmed.
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: In the printed list; None for those who asked not to be named.
    number: Mapped[int | None]
    #: None once the row is gone: taken back, signed again and never confirmed.
    signature_id: Mapped[int | None] = mapped_column(
        ForeignKey("signature.id", ondelete="SET NULL"), index=True
    )


class HandOverFile(Model):
    """One of the two files, sealed: it holds names. Destroyed when one of them has to be."""

    __tablename__ = "hand_over_file"
    __table_args__ = (CheckConstraint("kind IN ('pdf', 'csv')", name="kind"),)

    hand_over_id: Mapped[int] = mapped_column(
        ForeignKey("hand_over.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Kind] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
