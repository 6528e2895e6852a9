"""Pictures for sharing, once they are drawn."""

from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model


class SharePicture(Model):
    """A picture for sharing: in the database, so that whichever machine drew it, all have it."""

    __tablename__ = "share_picture"

    #: The path of the page it is about.
    about: Mapped[str] = mapped_column(primary_key=True)
    #: The language of its words.
    language: Mapped[str] = mapped_column(primary_key=True)
    #: Of the words and the look it was drawn from; when they change, it is drawn anew.
    digest: Mapped[str]
    #: PNG.
    content: Mapped[bytes]
