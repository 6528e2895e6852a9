"""Updates, and how far each is on its way."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.lib.db import Model
from campaign.posts.models import Post
from campaign.updates import rules
from campaign.updates.rules import State

_WAITS = text("state IN ('in_review', 'approved') AND began_at IS NULL")


class Update(Model):
    """One mail in an organiser's words to all who asked for it."""

    __tablename__ = "campaign_update"  # "update" is a word of SQL
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'sent', 'returned', 'replaced', "
            "'stopped')",
            name="state",
        ),
        CheckConstraint("state != 'returned' OR reason IS NOT NULL", name="returned_has_reason"),
        CheckConstraint(
            "began_at IS NULL OR state IN ('approved', 'sent', 'stopped')", name="began"
        ),
        Index(
            "uq_campaign_update_waiting",
            "campaign_id",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[State] = mapped_column(default=State.DRAFT, index=True)
    subject: Mapped[str]
    #: Markdown.
    text: Mapped[str]
    post_id: Mapped[int | None] = mapped_column(
        ForeignKey("post.id", ondelete="SET NULL"), index=True
    )
    #: Who wrote its words last: a returned update is mailed to them.
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    changed_at: Mapped[datetime]
    #: Stands for the press of the button that began it: a second one finds it by this.
    press: Mapped[str | None] = mapped_column(index=True, unique=True)
    submitted_at: Mapped[datetime | None]
    #: The moderator who approved or returned it.
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    decided_at: Mapped[datetime | None]
    #: Why a moderator returned it.
    reason: Mapped[str | None]
    began_at: Mapped[datetime | None]
    #: The id of the last signature that was looked at: everybody up to it has their mail.
    reached: Mapped[int] = mapped_column(default=0)
    #: When its last mail was delivered, failed or taken back; from then on the numbers stand here,
    #: for the outbox forgets.
    ended_at: Mapped[datetime | None]
    delivered: Mapped[int | None]
    failed: Mapped[int | None]

    campaign: Mapped[Campaign] = relationship(lazy="joined")
    post: Mapped[Post | None] = relationship()
    author: Mapped[Account | None] = relationship(foreign_keys=author_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)

    @property
    def may_be_changed(self) -> bool:
        """Whether its words may still be changed."""
        return self.state in rules.EDITABLE

    @property
    def waits(self) -> bool:
        """Whether it has been submitted and has not begun."""
        return self.state in rules.WAITING and self.began_at is None

    @property
    def is_under_way(self) -> bool:
        """Whether mails of it are being sent just now."""
        return self.state is State.APPROVED and self.began_at is not None

    @property
    def sending(self) -> str:
        """How the outbox knows its mails."""
        return f"update:{self.id}"

    @property
    def words(self) -> dict[str, str | int | None]:
        """What its author can change, for comparing."""
        return {"subject": self.subject, "text": self.text, "post": self.post_id}
