"""Pictures for sharing: drawn once and kept.

The worker draws them soon after a page was published. Whoever asks before, or after the words have
changed, has it drawn; so nobody can make us draw the same words twice.
"""

import threading

import structlog

from campaign.letters.typesetting import CannotPrint
from campaign.lib.db import db, transaction, upserting
from campaign.reach import drawing, queries
from campaign.reach.models import SharePicture
from campaign.reach.rules import Card

log = structlog.get_logger()

#: Drawn in one round of the worker, so that its other chores do not wait.
_IN_A_ROUND = 5
#: Those who ask for the same picture at once wait for one another, and find it drawn.
_one_at_a_time = threading.Lock()


def of(card: Card) -> bytes:
    """The card's picture (PNG). Opens its own transaction if it must be drawn."""
    return queries.picture(card) or _drawn_once(card)


def draw_due(site: str) -> int:
    """Draw some that were never drawn, for the site of that name. Returns how many."""
    done = 0
    for card in queries.undrawn(site, _IN_A_ROUND):
        try:
            _drawn_once(card)
            done += 1
        except CannotPrint as trouble:
            log.error("picture not drawn", about=card.about, why=str(trouble))
    return done


def _drawn_once(card: Card) -> bytes:
    with _one_at_a_time:
        content = queries.picture(card)
        if content is None:
            content = drawing.drawn(card)
            with transaction():
                _keep(card, content)
        return content


def _keep(card: Card, content: bytes) -> None:
    """In the place of the one that showed other words."""
    values = {"digest": drawing.digest(card), "content": content}
    db.session.execute(
        upserting(SharePicture)
        .values(about=card.about, language=card.language, **values)
        .on_conflict_do_update(index_elements=["about", "language"], set_=values)
    )
