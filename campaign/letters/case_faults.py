"""Says organisers what a working copy lacks, with the page and the box where it is mended."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from campaign.letters import linting
from campaign.letters.case import Section
from campaign.letters.case_boxes import KEYED, name_in
from campaign.letters.case_words import SECTIONS
from campaign.letters.completing import Reading
from campaign.letters.linting import Fault, Place
from campaign.letters.working import PARTS, Content, Path, at, part_of_words
from campaign.lib.languages import Text, gettext, lazy_gettext as _

PART_NAMES = {
    "page": _("Person and page"),
    "facts": _("Facts"),
    "asks": _("Asks"),
    "targets": _("Targets"),
    "cards": _("Cards"),
}


class Told(NamedTuple):
    """A fault, for the people who mend it."""

    part: str
    #: The id of its box, if it is about one.
    box: str | None
    where: Text
    message: str
    #: Whether nobody can write before it is mended, or the letters may not even be published.
    is_shortage: bool


def told(reading: Reading, content: Content) -> list[Told]:
    """All that is wrong with the working copy, and all that it lacks."""
    return [
        *(one(fault, content) for fault in reading.every_fault()),
        *(one(fault, content, is_shortage=True) for fault in linting.shortages(reading.case)),
    ]


def one(fault: Fault, content: Content, *, is_shortage: bool = False) -> Told:
    """That fault, where it is mended."""
    place = fault.place
    if place[0] == "passages":
        part = part_of_words(str(place[1]))
    else:
        part = next(part for part, keys in PARTS.items() if place[0] in keys)
    path = _box(place, content)
    box = name_in(content, path) if path else None
    return Told(part, box, _where(place, content), fault.message, is_shortage)


def by_part(faults: Iterable[Told]) -> Counter[str]:
    """How many there are on each page."""
    return Counter(fault.part for fault in faults)


def _box(place: Place, content: Content) -> Path | None:
    """The path of the box that a fault is about; None for a whole page."""
    if place[0] == "passages":
        return _box_of_passage(place)
    spoken = (content.get("languages") or [""])[0]
    match place:
        case ("facts" | "asks" | "targets",):
            return None
        case ("facts", _):
            return (*place, "says")
        case ("asks", _) | ("cards", "phrases", _):
            return (*place, "text")
        case ("targets", _):
            return (*place, "role", spoken)
        case ("targets", _, "role") | ("person", "called"):
            return (*place, spoken)
        case _:
            return place


def _box_of_passage(place: Place) -> Path | None:
    match place:
        case ("passages", _, "facts", _, *rest):
            return (*place[:4], "label" if rest == ["label"] else "wordings")
        case ("passages", _, "asks", _, *_):
            return place[:4]
        case ("passages", _, "facts" | "asks"):
            return None
        case _:
            return place[:3]


def _where(place: Place, content: Content) -> Text:
    """The place in words."""
    if place[0] == "passages" and len(place) > 2:
        section = Section(str(place[2]))
        words = [str(SECTIONS[section])]
        if section in (Section.FACTS, Section.ASKS):
            words += [f"“{key}”" for key in place[3:4]]
        if len(place) > 3 and isinstance(place[-1], int):
            words.append(gettext("passage %(number)d", number=place[-1] + 1))
        return ", ".join(words)
    if place[0] in KEYED and len(place) > 1:
        return at(content, (*place[:2], "key")) or PART_NAMES[str(place[0])]
    if place[0] == "person":
        return _("The person")
    return PART_NAMES.get(str(place[0]), PART_NAMES["page"])
