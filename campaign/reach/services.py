"""Keeping pictures for sharing."""

from campaign.lib.db import db, upserting
from campaign.reach import drawing
from campaign.reach.models import SharePicture
from campaign.reach.rules import Card


def keep(card: Card, content: bytes) -> None:
    """Keep the card's picture in the place of the one that showed other words."""
    values = {"digest": drawing.digest(card), "content": content}
    db.session.execute(
        upserting(SharePicture)
        .values(about=card.about, language=card.language, **values)
        .on_conflict_do_update(index_elements=["about", "language"], set_=values)
    )
