"""Letter actions and their targets."""

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.lib.db import Model


class LetterAction(Model):
    """What to ask for in a letter, and how."""

    __tablename__ = "letter_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), unique=True
    )
    #: Each a clause that begins with a verb.
    asks: Mapped[list[str]] = mapped_column(JSON)
    say: Mapped[list[str]] = mapped_column(JSON)
    avoid: Mapped[list[str]] = mapped_column(JSON)
    #: Markdown.
    guidance: Mapped[str]

    campaign: Mapped[Campaign] = relationship(lazy="joined")
    targets: Mapped[list["Target"]] = relationship(
        cascade="all, delete-orphan", order_by="Target.position", lazy="selectin"
    )


class Target(Model):
    """Who is written to."""

    __tablename__ = "target"
    __table_args__ = (Index("ix_target_letter_action_id", "letter_action_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_action_id: Mapped[int] = mapped_column(
        ForeignKey("letter_action.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    #: The office outlives its holder, so a letter may go to the role alone.
    role: Mapped[str]
    name: Mapped[str | None]
    salutation: Mapped[str | None]
    #: Lines in Latin script; empty where no address is known.
    address: Mapped[list[str]] = mapped_column(JSON)
