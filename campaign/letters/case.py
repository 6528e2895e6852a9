"""The case: everything a letter about one person or cause is made of. Pure data.

One document, because it is written, checked and versioned as a whole; a draft made from a stored
version can be made again. What of it is wrong, `linting` says; what a letter takes from it,
`drafting` decides.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec


class Tone(StrEnum):
    """How a letter speaks. A passage without a tone suits both."""

    FORMAL = "formal"
    WARM = "warm"


class Need(StrEnum):
    """What must be so before a passage may speak in the first person.

    ANYONE is its author's word that it is true of whoever sends the letter. The others wait for a
    field or a tick of the volunteer: nothing is said of a person that the person did not say.
    """

    ANYONE = "anyone"
    PLACE = "place"
    OCCUPATION = "occupation"
    FIRST_LETTER = "first_letter"
    HAS_CHILDREN = "has_children"
    WORKS_IN_LAW = "works_in_law"


class Section(StrEnum):
    """The parts of a letter that a passage can stand in, in the letter's order."""

    SUBJECT = "subject"
    OPENING = "opening"
    WHO = "who"
    FACTS = "facts"
    ASK = "ask"
    ASKS = "asks"
    CLOSING = "closing"
    FAREWELL = "farewell"


#: Those whose passages are one list; facts and asks have one each.
PLAIN_SECTIONS = tuple(s for s in Section if s not in (Section.FACTS, Section.ASKS))


class Precision(StrEnum):
    """How much of a fact's date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the parts of a case have in common."""


class Passage(_Part, frozen=True):
    """One human-written alternative, with `{names}` of the list in `placeholders`."""

    text: str
    tone: Tone | None = None
    needs: tuple[Need, ...] = ()
    #: Keys of the targets it is for; none means all.
    targets: tuple[str, ...] = ()


class Point(_Part, frozen=True):
    """A fact in one language: its name among the talking points, and its wordings."""

    label: str
    wordings: tuple[Passage, ...]


class Passages(_Part, frozen=True):
    """All alternatives in one language, by section."""

    subject: tuple[Passage, ...]
    opening: tuple[Passage, ...]
    who: tuple[Passage, ...]
    #: Fact key → the fact in words.
    facts: dict[str, Point]
    #: What leads to the asks.
    ask: tuple[Passage, ...]
    #: Ask key → its wordings, each a whole sentence.
    asks: dict[str, tuple[Passage, ...]]
    closing: tuple[Passage, ...]
    farewell: tuple[Passage, ...]

    def each(self) -> Iterator[tuple[tuple[str | int, ...], Section, Passage]]:
        """Every passage with its place, such as ("asks", "housing", 2), and its section."""
        for section in Section:
            part = getattr(self, section)
            if isinstance(part, Mapping):
                for key, inner in part.items():
                    point = isinstance(inner, Point)
                    for n, passage in enumerate(inner.wordings if point else inner):
                        place = (key, "wordings", n) if point else (key, n)
                        yield (section.value, *place), section, passage
            else:
                for n, passage in enumerate(part):
                    yield (section.value, n), section, passage


class Person(_Part, frozen=True):
    """Whom the letters are about."""

    name: str
    own_script: str
    #: Language tag of `own_script`, such as zh-Hans.
    script: str
    family_name: str
    #: Language → how a letter calls her: "Ms. Ni".
    called: dict[str, str]
    #: Language → pronouns, for the people who write: "she/her".
    pronouns: dict[str, str]


class Source(_Part, frozen=True):
    """Where a fact can be read."""

    name: str
    url: str


class Fact(_Part, frozen=True):
    """Something that happened, with its sources. Wordings may not add to it."""

    key: str
    happened_on: date
    says: str
    sources: tuple[Source, ...] = ()
    #: The day somebody last compared the words with what is known of the source.
    checked_on: date | None = None
    precision: Precision = Precision.DAY
    #: Whether it is told wherever the volunteer has not chosen the points.
    always: bool = False


class Ask(_Part, frozen=True):
    """One exact request. Its substance is fixed, only the wording varies."""

    key: str
    #: A clause that begins with a verb.
    text: str
    #: Keys of the targets who are asked this; none means all.
    targets: tuple[str, ...] = ()


class Target(_Part, frozen=True):
    """Who is written to. The office outlives its holder, so a letter may go to the role alone."""

    key: str
    #: Language → the office.
    role: dict[str, str]
    #: Language → "Dear Director", as researched; never computed from a name.
    salutation: dict[str, str]
    name: str | None = None
    #: Lines in Latin script without the country; empty where no address is known.
    address: tuple[str, ...] = ()
    #: The same in the country's own script, for its post.
    own_address: tuple[str, ...] = ()
    #: Language tag of `own_address`.
    script: str | None = None
    #: ISO 3166 code: the last line of the address.
    country: str | None = None
    #: A mission gets a copy of the letter to a target.
    copy_only: bool = False
    #: Missions: ISO 3166 code of the writers' country.
    for_writers_in: str | None = None

    def role_in(self, language: str) -> tuple[str, str]:
        """The office in that language, or in the first there is; and which language that is."""
        told = language if self.role.get(language) else next(iter(self.role), language)
        return self.role.get(told, ""), told


class Phrase(_Part, frozen=True):
    """A short greeting in the person's language, with its meaning."""

    text: str
    language: str
    #: Language → translation.
    means: dict[str, str]


class Cards(_Part, frozen=True):
    """Solidarity cards: greetings to the person, where the case allows them."""

    phrases: tuple[Phrase, ...]
    guidance: str
    #: Where staff send the cards on to. Never shown to the public.
    hidden_address: tuple[str, ...] = ()


class Case(_Part, frozen=True):
    """All that volunteers need to write, in one document."""

    asks: tuple[Ask, ...]
    #: For the people who write: what to say, what not to say, how to go about it (Markdown).
    say: tuple[str, ...]
    avoid: tuple[str, ...]
    guidance: str
    targets: tuple[Target, ...]
    person: Person | None = None
    appeals_before: date | None = None
    facts: tuple[Fact, ...] = ()
    #: Language → passages. Without any, people write by hand.
    passages: dict[str, Passages] = {}
    cards: Cards | None = None

    @property
    def main_targets(self) -> tuple[Target, ...]:
        """Those who get a letter of their own."""
        return tuple(target for target in self.targets if not target.copy_only)

    def mission(self, country: str | None) -> Target | None:
        """Who gets the copy when the writer lives in that country."""
        missions = (target for target in self.targets if target.for_writers_in)
        return next((m for m in missions if m.for_writers_in == country), None)

    def target(self, key: str) -> Target | None:
        """The target with that key."""
        return next((target for target in self.targets if target.key == key), None)


def in_language(words: dict[str, str], language: str) -> str:
    """The words in that language, or in the first there is."""
    return words.get(language) or next(iter(words.values()), "")


def read(content: Mapping[str, Any]) -> Case:
    """The case that a document holds. Raises msgspec.ValidationError: it names the place."""
    return msgspec.convert(content, Case)


def read_passages(content: Mapping[str, Any]) -> Passages:
    """Passages as people write them: one may be its text alone. Raises msgspec.ValidationError."""
    return msgspec.convert(_spelt_out(content), Passages)


def content(case: Case) -> dict[str, Any]:
    """The case as a document to store."""
    return dict(msgspec.to_builtins(case))


def _spelt_out(content: Any) -> Any:
    """Passages that are written as bare text, as passages with a text."""
    match content:
        case list():
            return [{"text": item} if isinstance(item, str) else item for item in content]
        case dict() if "text" not in content:
            return {key: _spelt_out(item) for key, item in content.items()}
        case _:
            return content
