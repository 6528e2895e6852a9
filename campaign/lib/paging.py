"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from campaign.lib.db import db

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list, and where it stands in it."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_in(items: Sequence[Item], *, number: int, size: int) -> Page[Item]:
    """That page of things that are all at hand; a number past the end gives the last page."""
    number, pages = _place(number, total=len(items), size=size)
    start = (number - 1) * size
    return Page(items[start : start + size], number, pages, total=len(items))


def page_of(query: Select[Any], *, number: int, size: int) -> Page[Any]:
    """That page of the query's rows; a number past the end gives the last page."""
    total = (
        db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    )
    number, pages = _place(number, total=total, size=size)
    items = db.session.scalars(query.offset((number - 1) * size).limit(size)).unique().all()
    return Page(items, number, pages, total)


def _place(number: int, *, total: int, size: int) -> tuple[int, int]:
    """Which page that is, and of how many."""
    pages = max(1, -(-total // size))
    return min(max(1, number), pages), pages
