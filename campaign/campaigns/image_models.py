"""What is to be seen above a campaign's story."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model


class CampaignImage(Model):
    """What is to be seen above a campaign's story. Its pictures are in rows of their own."""

    __tablename__ = "campaign_image"
    __table_args__ = (
        CheckConstraint("alt <> ''", name="says_what_it_shows"),
        CheckConstraint("credit <> ''", name="says_whose_it_is"),
    )

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    #: Its place in addresses, drawn by lot: nobody guesses the image of a draft, or finds out
    #: whether a picture they have is here. Another picture gets another name.
    name: Mapped[str] = mapped_column(unique=True)
    #: What somebody misses who cannot see it.
    alt: Mapped[str]
    #: Who holds the rights, and under what licence we show it.
    credit: Mapped[str]
    #: Its sizes without their bytes, the largest first: pairs of width and height.
    sizes: Mapped[list[list[int]]] = mapped_column(JSON)

    @property
    def largest(self) -> list[int]:
        """Width and height of the largest picture."""
        return self.sizes[0]


class CampaignPicture(Model):
    """One size of an image, as WebP: in the database, so that every machine has it."""

    __tablename__ = "campaign_picture"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign_image.campaign_id", ondelete="CASCADE"), primary_key=True
    )
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]
