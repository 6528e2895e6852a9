"""Numbers of signatures that are kept, so that no page counts rows: the tally and its ledger."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model
from campaign.petitions.rules import State, Tallied

STATES = "('pending', 'confirmed', 'held', 'withdrawn', 'voided')"
_IS_CONFIRMED = "state = 'confirmed'"
_TALLIED = (
    "('state', 'signed', 'proved', 'expired', 'confirmed', 'country', 'language', 'source', "
    "'wants_updates', 'has_comment')"
)


class Tally(Model):
    """How many signatures of a petition there are of one kind and key, but for fresh entries."""

    __tablename__ = "tally"
    __table_args__ = (
        CheckConstraint(f"kind IN {_TALLIED}", name="kind"),
        # For the days of a period over all petitions: it holds all that is asked, so that the
        # dashboard reads no row.
        Index("ix_tally_kind_key", "kind", "key", "petition_id", "number"),
    )

    kind: Mapped[Tallied] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(
        ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True
    )
    #: Compared byte by byte, which is the order of days: PostgreSQL takes up to twice as long to go
    #: through them in the order of a language.
    key: Mapped[str] = mapped_column(
        String().with_variant(String(collation="C"), "postgresql"), primary_key=True
    )
    number: Mapped[int]


class TallyEntry(Model):
    """That so many more signatures, or fewer, stand like this; not in the tally yet.

    Deeds only add entries, so that none waits for another's row; the worker folds them into the
    tally every few seconds. So there are never many. An index is kept for the count alone, which
    lists ask of many petitions; signing pays nothing for it.
    """

    __tablename__ = "tally_entry"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index(
            "ix_tally_entry_confirmed",
            "petition_id",
            "number",
            sqlite_where=text(_IS_CONFIRMED),
            postgresql_where=text(_IS_CONFIRMED),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    number: Mapped[int]
    #: Fewer because nobody confirmed them in time and their rows were deleted.
    expired: Mapped[bool]
    state: Mapped[State]
    #: Days in UTC, as the keys of the tally are written.
    signed_on: Mapped[str]
    confirmed_on: Mapped[str | None]
    country: Mapped[str | None]
    language: Mapped[str]
    source: Mapped[str | None]
    wants_updates: Mapped[bool]
    has_comment: Mapped[bool]
