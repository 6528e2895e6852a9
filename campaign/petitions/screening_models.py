"""What screening goes by: thresholds, lists, and trends that the worker has seen."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.lib.db import Model
from campaign.petitions.models import Petition
from campaign.petitions.rules import ListKind, Verdict


class ScreeningSetting(Model):
    """A threshold that moderators have set otherwise than `rules.Thresholds`."""

    __tablename__ = "screening_setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    #: Of a yes or no, 1 or 0.
    value: Mapped[int]
    changed_at: Mapped[datetime]


class ScreeningEntry(Model):
    """A network, domain or mailbox whose signatures are always held, or let pass."""

    __tablename__ = "screening_entry"
    __table_args__ = (
        UniqueConstraint("kind", "verdict", "value"),
        CheckConstraint("kind IN ('network', 'domain', 'mailbox')", name="kind"),
        CheckConstraint("verdict IN ('hold', 'pass')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ListKind]
    verdict: Mapped[Verdict]
    #: A network as `192.0.2.0/24`, a domain in ASCII; of a mailbox only a pseudonym.
    value: Mapped[str]
    #: Why, for colleagues.
    comment: Mapped[str]
    added_at: Mapped[datetime]
    #: The name of who added it, as it was.
    added_by: Mapped[str]


class Trend(Model):
    """That a petition is signed many times as often as usual; raised by the worker."""

    __tablename__ = "trend"
    __table_args__ = (
        Index(
            "uq_trend_petition_id_going_on",
            "petition_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    #: When the signatures began that it was seen by.
    began_at: Mapped[datetime]
    #: When it was last seen.
    seen_at: Mapped[datetime]
    #: The most signatures there were in one window.
    most: Mapped[int]
    #: A moderator believes it: nothing is held for it.
    is_believed: Mapped[bool]
    ended_at: Mapped[datetime | None]

    petition: Mapped[Petition] = relationship(lazy="joined")
