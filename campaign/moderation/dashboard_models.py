"""Up to when each moderator has seen the dashboard."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model


class LastVisit(Model):
    """When somebody of the staff said last that they have seen the dashboard."""

    __tablename__ = "last_visit"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    #: When the page was made that they had seen.
    at: Mapped[datetime]
    #: All campaigns together, as they stood on it, by name.
    numbers: Mapped[dict[str, int]] = mapped_column(JSON)
