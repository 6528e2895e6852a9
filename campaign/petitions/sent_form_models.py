"""What supporters have sent in and nobody has looked at yet: forms, and «send the mail again»."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model


class SentForm(Model):
    """One form or press, as it was sent in, until a worker takes it up."""

    __tablename__ = "sent_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(
        ForeignKey("petition.id", ondelete="CASCADE"), index=True
    )
    #: The words that were signed; they are never changed any more. Of a press, those of today.
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    #: Sealed: all that was typed, whose mailbox it is, and what screening saw at once. Of a press,
    #: the mailbox alone.
    envelope: Mapped[bytes]
    sent_at: Mapped[datetime]
    #: Not before this: until then one worker has it in hand, or tried in vain.
    due_at: Mapped[datetime] = mapped_column(index=True)
    #: When a worker first took it in hand; None until then.
    tried_at: Mapped[datetime | None]
