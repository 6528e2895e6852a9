"""The dashboard as files: plain numbers for programs and spreadsheets, with no person in them."""

from collections.abc import Iterator
from typing import Any

from campaign.moderation.dashboard_queries import Board
from campaign.moderation.dashboard_rules import Numbers, Row

#: What is told of a campaign besides its numbers, and after them.
_BEFORE = ("slug", "title", "state", "goal")
_AFTER = ("waiting", "oldest_waiting_utc")
HEADER = (*_BEFORE, *Numbers().named(), *_AFTER)


def as_numbers(told: Board) -> dict[str, Any]:
    """Every number by its name; the campaigns in a list."""
    waits = told.waits
    return {
        "at_utc": told.now.isoformat(timespec="seconds"),
        **told.numbers.named(),
        "waiting": waits.count,
        "overdue": waits.overdue,
        "oldest_waiting_utc": waits.oldest.isoformat() if waits.oldest else None,
        "campaigns": [_as_dict(row) for row in told.rows],
    }


def as_rows(told: Board) -> Iterator[tuple[str, ...]]:
    """All together, without a slug, then every campaign; an empty cell where there is nothing."""
    for one in (as_numbers(told), *map(_as_dict, told.rows)):
        cells = (one.get(name) for name in HEADER)
        yield tuple("" if cell is None else str(cell) for cell in cells)


def _as_dict(row: Row) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "title": row.title,
        "state": row.stage.value,
        "goal": row.goal,
        **row.numbers.named(),
        "waiting": row.waiting,
        "oldest_waiting_utc": row.oldest.isoformat() if row.oldest else None,
    }
