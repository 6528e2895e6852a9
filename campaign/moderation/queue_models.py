"""Who is looking at what, what was decided, and the reasons to choose from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.lib.db import Model
from campaign.moderation.queue_rules import Verdict

_STANDS = text("undone_at IS NULL")


class Claim(Model):
    """That a moderator is looking at something that waits."""

    __tablename__ = "claim"

    #: The word for its kind; which there are is known to `kinds`, and no constraint says it again.
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    since: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")


class Reason(Model):
    """Why something is sent back, in words that moderators use again and again."""

    __tablename__ = "reason"
    __table_args__ = (CheckConstraint("name <> '' AND says_en <> ''", name="has_words"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: For which kind of thing; "" is for all.
    kind: Mapped[str]
    #: What moderators choose it by.
    name: Mapped[str]
    #: What the author reads, in English …
    says_en: Mapped[str]
    #: … and, if somebody has written it, in French.
    says_fr: Mapped[str | None]
    #: Whether a rejection with it takes the thing down, so that its makers cannot submit it again.
    hides: Mapped[bool] = mapped_column(default=False)
    #: Since when it is no longer offered; what was decided with it keeps it.
    retired_at: Mapped[datetime | None]

    @property
    def words(self) -> dict[str, str | bool | None]:
        """What moderators can change, for comparing."""
        return {
            name: getattr(self, name) for name in ("name", "kind", "says_en", "says_fr", "hides")
        }

    def says(self, language: str) -> str:
        """What the author of a thing in that language reads."""
        return (self.says_fr if language == "fr" else None) or self.says_en


class Decision(Model):
    """What a moderator made of something that waited."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("verdict IN ('approve', 'changes', 'reject')", name="verdict"),
        # However many press at once: each time it waits it is decided once.
        Index(
            "uq_decision_standing",
            "kind",
            "number",
            "since",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_decision_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[int]
    #: Since when it had waited.
    since: Mapped[datetime]
    #: As it was.
    title: Mapped[str]
    language: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    #: The moderator's name as it was.
    who: Mapped[str]
    verdict: Mapped[Verdict]
    reason_id: Mapped[int | None] = mapped_column(
        ForeignKey("reason.id", ondelete="SET NULL"), index=True
    )
    #: What its author was told.
    says: Mapped[str | None]
    #: For colleagues alone.
    note: Mapped[str | None]
    at: Mapped[datetime]
    #: The fingerprint of its words when it was decided: what has changed since is not taken back.
    seen: Mapped[str]
    #: What stood in its row before and is lost by the deed.
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]

    reason: Mapped[Reason | None] = relationship(lazy="joined")
