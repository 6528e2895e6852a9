"""Makes a case of a working copy, as far as there is one, and says what stands in the way."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from campaign.letters import linting, notation
from campaign.letters.case import (
    PLAIN_SECTIONS,
    Ask,
    Cards,
    Case,
    Fact,
    Passage,
    Passages,
    Person,
    Phrase,
    Point,
    Precision,
    Source,
    Target,
)
from campaign.letters.linting import Fault, Place
from campaign.letters.working import Content
from campaign.lib.languages import gettext

_DATE = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?: (month|year))?)?)?")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ADDRESS = re.compile(r"(.*?)\s*\b(https://[^\s<>\"]+)")
#: Stands in for a date that cannot be read, so that the rest of the case can be looked at.
_SOME_DAY = date(2000, 1, 1)


class Reading(NamedTuple):
    """A case, as far as it can be read, and why it is not yet one."""

    case: Case
    faults: list[Fault]

    def every_fault(self) -> list[Fault]:
        """All that must be mended before these letters can be published at all."""
        return [*self.faults, *linting.faults(self.case)]


def read(content: Content) -> Reading:
    """The case in it, with every fault at its place. Never raises."""
    reader = _Reader()
    return Reading(reader.case(content), reader.faults)


class _Reader:
    """Collects faults while it reads."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def case(self, content: Content) -> Case:
        return Case(
            asks=tuple(self._rows(content, "asks", self._ask)),
            say=_lines(content, "say"),
            avoid=_lines(content, "avoid"),
            guidance=content.get("guidance", ""),
            targets=tuple(self._rows(content, "targets", self._target)),
            person=self._person(content.get("person", {})),
            appeals_before=self._day(content, ("appeals_before",)),
            facts=tuple(self._rows(content, "facts", self._fact)),
            passages={
                language: self._passages(words, ("passages", language))
                for language, words in content.get("passages", {}).items()
            },
            cards=self._cards(content.get("cards", {})),
        )

    def _fault(self, place: Place, message: str) -> None:
        self.faults.append(Fault(place, message))

    def _rows(self, content: Content, part: str, read_row: Any) -> Iterator[Any]:
        for number, row in enumerate(content.get(part, [])):
            yield read_row(row, (part, number))

    def _needed(self, row: Content, place: Place, message: str) -> str:
        """A text that may not be missing."""
        text: str = row.get(str(place[-1]), "")
        if not text:
            self._fault(place, message)
        return text

    def _day(self, row: Content, place: Place) -> date | None:
        typed = row.get(str(place[-1]), "")
        if not typed:
            return None
        try:
            return date.fromisoformat(typed)
        except ValueError:
            self._fault(place, gettext("“%(typed)s” is no date like 2026-04-27", typed=typed))
            return None

    def _tag(self, row: Content, place: Place, *, needed: bool) -> str | None:
        """The tag of a language and script, such as zh-Hans."""
        tag: str = row.get(str(place[-1]), "")
        if (needed and not tag) or (tag and not _TAG.fullmatch(tag)):
            self._fault(
                place,
                gettext("say which language and script it is in, by a tag like zh-Hans, ug or ru"),
            )
            return None
        return tag or None

    def _country(self, row: Content, place: Place) -> str | None:
        code: str = row.get(str(place[-1]), "")
        return code if _COUNTRY.fullmatch(code) else None

    def _person(self, row: Content) -> Person | None:
        if not row:
            return None
        own = row.get("own_script", "")
        return Person(
            name=self._needed(row, ("person", "name"), gettext("what is the person’s name?")),
            own_script=own,
            script=self._tag(row, ("person", "script"), needed=bool(own)) or "",
            family_name=row.get("family_name", ""),
            called=row.get("called", {}),
            pronouns=row.get("pronouns", {}),
        )

    def _fact(self, row: Content, place: Place) -> Fact:
        happened_on, precision = self._when(row.get("happened_on", ""), (*place, "happened_on"))
        says = self._needed(row, (*place, "says"), gettext("say in a sentence what happened"))
        return Fact(
            key=row.get("key", ""),
            happened_on=happened_on,
            says=says,
            sources=tuple(self._sources(row, (*place, "sources"))),
            checked_on=self._day(row, (*place, "checked_on")),
            precision=precision,
            always=row.get("always", False),
        )

    def _when(self, typed: str, place: Place) -> tuple[date, Precision]:
        found = _DATE.fullmatch(typed.strip())
        try:
            if not found:
                raise ValueError
            year, month, day, said = found.groups()
            precision = Precision(said or ("day" if day else "month" if month else "year"))
            return date(int(year), int(month or 1), int(day or 1)), precision
        except ValueError:
            message = gettext("when was it? A day like 2002-04-27, a month like 2002-04, or a year")
            self._fault(place, message)
            return _SOME_DAY, Precision.DAY

    def _sources(self, row: Content, place: Place) -> Iterator[Source]:
        for line in _lines(row, "sources"):
            found = _ADDRESS.fullmatch(line)
            if found and found[1]:
                yield Source(found[1], found[2])
            else:
                message = gettext(
                    "“%(line)s”: a source is a title, then its address that begins with https://",
                    line=line[:80],
                )
                self._fault(place, message)

    def _ask(self, row: Content, place: Place) -> Ask:
        text = self._needed(
            row, (*place, "text"), gettext("say what is asked for; begin with a verb")
        )
        return Ask(key=row.get("key", ""), text=text, targets=tuple(row.get("targets", ())))

    def _target(self, row: Content, place: Place) -> Target:
        own = _lines(row, "own_address")
        if not row.get("role"):
            self._fault((*place, "role"), gettext("which office is written to?"))
        return Target(
            key=row.get("key", ""),
            role=row.get("role", {}),
            salutation=row.get("salutation", {}),
            name=row.get("name"),
            address=_lines(row, "address"),
            own_address=own,
            script=self._tag(row, (*place, "script"), needed=bool(own)),
            country=self._country(row, (*place, "country")),
            copy_only=row.get("copy_only", False),
            for_writers_in=self._country(row, (*place, "for_writers_in")),
        )

    def _passages(self, words: Content, place: Place) -> Passages:
        plain = {
            section.value: self._read(words.get(section.value, ""), (*place, section.value))
            for section in PLAIN_SECTIONS
        }
        facts = {
            key: self._point(point, (*place, "facts", key))
            for key, point in words.get("facts", {}).items()
        }
        asks = {
            key: self._read(typed, (*place, "asks", key))
            for key, typed in words.get("asks", {}).items()
        }
        return Passages(**plain, facts=facts, asks=asks)

    def _point(self, point: Content, place: Place) -> Point:
        message = gettext("name the fact in a few words: volunteers choose by them")
        return Point(
            label=self._needed(point, (*place, "label"), message),
            wordings=self._read(point.get("wordings", ""), (*place, "wordings")),
        )

    def _read(self, typed: str, place: Place) -> tuple[Passage, ...]:
        found = notation.read(typed)
        for slip in found.slips:
            self._fault((*place, slip.number), slip.message)
        return found.passages

    def _cards(self, row: Content) -> Cards | None:
        if not row:
            return None
        place: Place = ("cards",)
        phrases = tuple(
            Phrase(
                text=self._needed(
                    phrase, (*place, "phrases", n, "text"), gettext("what does the card say?")
                ),
                language=self._tag(phrase, (*place, "phrases", n, "language"), needed=True) or "",
                means=phrase.get("means", {}),
            )
            for n, phrase in enumerate(row.get("phrases", []))
        )
        if not phrases:
            self._fault((*place, "phrases", 0, "text"), gettext("what do the cards say?"))
        return Cards(
            phrases=phrases,
            guidance=row.get("guidance", ""),
            hidden_address=_lines(row, "hidden_address"),
        )


def _lines(row: Content, key: str) -> tuple[str, ...]:
    """What was typed one a line."""
    return tuple(line.strip() for line in row.get(key, "").splitlines() if line.strip())
