"""Whether an address fits where it is to stand, in which form and type, or why not."""

import re
from collections.abc import Iterator, Sequence

from campaign.letters.glyphs import width
from campaign.letters.layouts import Layout, Place
from campaign.lib.languages import gettext
from campaign.lib.refusals import Refused

#: Below this, own script in several lines would crowd the window: it is joined in one.
ROOMY = 10.0
#: From the highest accent or Chinese sign to the lowest descender, in em.
_LINE = 1.1

_POINT = 25.4 / 72


class DoesNotFit(Refused):
    """The address cannot be seen whole through that window, or does not go on that paper."""

    def __init__(self, message: str) -> None:
        self.message = message  # type: ignore[misc]
        super().__init__(message)


def lines_that_fit(
    latin: Sequence[str], own: Sequence[str], country: str, place: Place
) -> tuple[str, ...]:
    """The richest form of an address that fits: both scripts, the own one in one line, Latin alone.

    `latin` is name, role and address; `country`, in capitals, may be empty for a letter at home.
    The own script stands first, for those who deliver; below it Latin and the country, alone in the
    last line, for those who sort (USPS International Mail Manual 122). A line that is too wide is
    broken in two between words, and the type may be smaller. Raises DoesNotFit.
    """
    roomy = [size for size in place.sizes if size >= ROOMY]
    joined = (" ".join(own),) if own else ()
    end = (country,) if country else ()
    for first, allowed in ((own, roomy), (joined, place.sizes), ((), place.sizes)):
        for size in allowed:
            lines = (*_broken((*first, *latin), size, place.address.width), *end)
            if _fit(lines, size, place):
                return lines
    raise _refusal((*latin, *end), place)


def size_that_fits(lines: Sequence[str], place: Place) -> float:
    """The type for the lines of an address; the smallest when they fit in none."""
    return next((size for size in place.sizes if _fit(lines, size, place)), place.sizes[-1])


def top_of(lines: Sequence[str], size: float, layout: Layout) -> float:
    """Where the first line's box begins so that the last one stays in the safe zone."""
    bottom = layout.address.top + layout.address.height
    return max(layout.address.top, min(layout.address_top, bottom - _height(lines, size, layout)))


def text_top(lines: Sequence[str], size: float, layout: Layout) -> float:
    """Where the date stands: below the window, or a little below the address."""
    return layout.text_top or top_of(lines, size, layout) + _height(lines, size, layout) + 14


def _fit(lines: Sequence[str], size: float, place: Place) -> bool:
    widest = max((width(line, size) for line in lines), default=0)
    room = place.address
    return widest <= room.width and _height(lines, size, place) <= room.height


def _height(lines: Sequence[str], size: float, place: Place) -> float:
    return ((len(lines) - 1) * place.pitch + _LINE) * size * _POINT


def _broken(lines: Sequence[str], size: float, most: float) -> Iterator[str]:
    """Those that are too wide in two parts of about equal width, if they are made of words."""
    for line in lines:
        gaps = re.finditer(r"\s+", line) if width(line, size) > most else ()
        parts = [(line[: gap.start()], line[gap.end() :]) for gap in gaps]
        yield from min(parts, key=lambda two: max(width(x, size) for x in two), default=(line,))


def _refusal(lines: Sequence[str], place: Place) -> DoesNotFit:
    """Why, and what to do next."""
    if not isinstance(place, Layout) or place.seen is None:
        return DoesNotFit(
            gettext("This address is too long to be printed. Please write it by hand.")
        )
    way_out = gettext(
        "Please choose an envelope without a window, and print a label or the envelope."
    )
    least, room = place.sizes[-1], place.address
    for line in lines:
        if any(width(part, least) > room.width for part in _broken([line], least, room.width)):
            why = gettext(
                "This line of the address is too wide for the window: “%(line)s”.", line=line
            )
            return DoesNotFit(f"{why} {way_out}")
    why = gettext(
        "The address has %(lines)s lines, and the window shows only %(most)s.",
        lines=len(tuple(_broken(lines, least, room.width))),
        most=int((room.height / (least * _POINT) - _LINE) / place.pitch) + 1,
    )
    return DoesNotFit(f"{why} {way_out}")
