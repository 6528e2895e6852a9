"""Drafting: one letter composed of human-written passages, the same again from the same seed.

Pure, and no language model: every slot of the letter draws one passage by SHA-256 of version, seed
and slot. `random` is not used: Python does not promise its choices from one version to the next.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from campaign.letters.case import (
    Case,
    Fact,
    Need,
    Passage,
    Passages,
    Section,
    Target,
    Tone,
)
from campaign.letters.placeholders import fill
from campaign.letters.typography import curled, date_in_words

#: How many facts a letter tells when the volunteer chooses none.
FACTS_A_LETTER = 3
#: How many seeds are tried for the letter that is least like those already issued.
SEEDS_TRIED = 16

#: Four bytes tell a campaign's few hundred passages apart.
TRACE_BYTES = 4

#: The parts of a letter that make it like another one: hashes of its passages.
Trace = frozenset[int]


@dataclass(frozen=True)
class Brief:
    """What a volunteer chose for one letter."""

    language: str
    target: Target
    tone: Tone = Tone.FORMAL
    #: Keys of the facts to tell; none leaves the choice to the draw.
    points: Sequence[str] = ()
    own_words: str = ""
    place: str = ""
    occupation: str = ""
    ticks: frozenset[Need] = field(default_factory=frozenset)

    @property
    def claims(self) -> frozenset[Need]:
        """What the volunteer has said of themselves, and a letter may say too."""
        given = {Need.PLACE: self.place, Need.OCCUPATION: self.occupation}
        return self.ticks | {need for need, words in given.items() if words}


@dataclass(frozen=True)
class Draft:
    """A letter, ready to be edited."""

    seed: str
    subject: str
    salutation: str
    #: From the opening to the closing.
    paragraphs: tuple[str, ...]
    farewell: str
    trace: Trace
    #: Which passage each slot drew, in words: for the variety meter.
    sentences: Mapping[str, str]

    @property
    def body(self) -> str:
        """The whole letter below its subject, with an empty line between paragraphs."""
        return "\n\n".join(filter(None, (self.salutation, *self.paragraphs, self.farewell)))


class Issued:
    """Which letters already issued to one target hold which passages; no text, no person.

    A set of letters is one integer, a bit for each letter: a thousand are compared in microseconds.
    """

    def __init__(self, traces: Iterable[Trace] = ()) -> None:
        self._holders: dict[int, int] = {}
        self._letters = 0
        for trace in traces:
            self.add(trace)

    def add(self, trace: Trace) -> None:
        """One more letter was issued."""
        letter = 1 << self._letters
        self._letters += 1
        for part in trace:
            self._holders[part] = self._holders.get(part, 0) | letter

    def most_shared(self, trace: Trace) -> int:
        """How many passages the nearest of the issued letters shares with this one."""
        #: at_least[n]: the letters that share n or more of the passages looked at so far.
        at_least = [(1 << self._letters) - 1]
        for part in trace:
            holders = self._holders.get(part, 0)
            at_least.append(0)
            for n in range(len(at_least) - 1, 0, -1):
                at_least[n] |= at_least[n - 1] & holders
            if not at_least[-1]:
                at_least.pop()
        return len(at_least) - 1


class _Slot(NamedTuple):
    """A place in the letter, with the passages it may draw from."""

    name: str
    section: Section
    passages: Sequence[Passage]
    fact: Fact | None = None


def draft(case: Case, brief: Brief, *, version: str, seed: str) -> Draft:
    """The letter that this seed gives: the same again for the same version and brief."""
    slots = _slots(case, brief)
    return _compose(case, brief, _drawn(slots, brief, version, seed), seed)


def draft_unlike(case: Case, brief: Brief, issued: Issued, *, version: str, seed: str) -> Draft:
    """Of the letters that some seeds after this one give, the one least like those issued."""
    slots = _slots(case, brief)
    drawn = {
        candidate: _drawn(slots, brief, version, candidate)
        for candidate in (f"{seed}-{n}" for n in range(SEEDS_TRIED))
    }
    best = min(drawn, key=lambda candidate: issued.most_shared(_trace(drawn[candidate])))
    return _compose(case, brief, drawn[best], best)


def blank(case: Case, brief: Brief) -> Draft:
    """For a case without passages: the salutation, and room for a letter that is all one's own."""
    salutation = _values(case, brief)["salutation"]
    return Draft(
        seed="",
        subject="",
        salutation=f"{salutation}," if salutation else "",
        paragraphs=tuple(filter(None, [curled(brief.own_words, brief.language)])),
        farewell="",
        trace=frozenset(),
        sentences={},
    )


def every_sentence(case: Case, brief: Brief) -> Iterator[str]:
    """All that the campaign could put into this letter, as it would stand there."""
    values, facts = _values(case, brief), {fact.key: fact for fact in case.facts}
    yield values["salutation"]
    for place, section, passage in case.passages[brief.language].each():
        fact = facts[str(place[1])] if section is Section.FACTS else None
        yield _said(passage, values, fact, brief.language)


def _slots(case: Case, brief: Brief) -> list[_Slot]:
    """All slots of the letter, in its order; the facts are still to be drawn from."""
    words = case.passages[brief.language]
    facts = [
        _Slot(f"facts/{fact.key}", Section.FACTS, _fit(words.facts[fact.key].wordings, brief), fact)
        for fact in sorted(case.facts, key=lambda fact: fact.happened_on)
        if fact.key in words.facts
    ]
    asks = [
        _Slot(f"asks/{ask.key}", Section.ASKS, _fit(words.asks[ask.key], brief))
        for ask in case.asks
        if ask.key in words.asks and (not ask.targets or brief.target.key in ask.targets)
    ]
    slots = [
        _Slot("subject", Section.SUBJECT, _fit(words.subject, brief)),
        _Slot("opening", Section.OPENING, _fit(words.opening, brief)),
        *_who_slots(words, brief),
        *facts,
        _Slot("ask", Section.ASK, _fit(words.ask, brief)),
        *asks,
        _Slot("closing", Section.CLOSING, _fit(words.closing, brief)),
        _Slot("farewell", Section.FAREWELL, _fit(words.farewell, brief)),
    ]
    return [slot for slot in slots if slot.passages]


def _fit(passages: Iterable[Passage], brief: Brief) -> list[Passage]:
    """Those that suit tone and target and claim nothing the volunteer did not say."""
    allowed = brief.claims | {Need.ANYONE}
    return [
        passage
        for passage in passages
        if passage.tone in (None, brief.tone)
        and (not passage.targets or brief.target.key in passage.targets)
        and allowed.issuperset(passage.needs)
    ]


def _who_slots(words: Passages, brief: Brief) -> list[_Slot]:
    """What the volunteer said of themselves: as few sentences as say all of it."""
    groups: dict[frozenset[Need], list[Passage]] = {}
    for passage in _fit(words.who, brief):
        groups.setdefault(frozenset(passage.needs), []).append(passage)
    slots, unsaid = [], set(brief.claims)
    for needs in sorted(groups, key=lambda needs: (-len(needs), sorted(needs))):
        if needs <= unsaid:
            unsaid -= needs
            slots.append(_Slot("who/" + "+".join(sorted(needs)), Section.WHO, groups[needs]))
    return slots


def _drawn(
    slots: Sequence[_Slot], brief: Brief, version: str, seed: str
) -> list[tuple[_Slot, Passage]]:
    """One passage for each slot that is in this letter."""
    told = _facts_told([slot.fact for slot in slots if slot.fact], brief, version, seed)
    return [
        (slot, slot.passages[_number(version, seed, slot.name) % len(slot.passages)])
        for slot in slots
        if slot.fact is None or slot.fact.key in told
    ]


def _facts_told(facts: Sequence[Fact], brief: Brief, version: str, seed: str) -> set[str]:
    if brief.points:
        return set(brief.points)
    always = [fact.key for fact in facts if fact.always]
    others = sorted(
        (fact.key for fact in facts if not fact.always),
        key=lambda key: _number(version, seed, f"told/{key}"),
    )
    return {*always, *others[: max(FACTS_A_LETTER - len(always), 0)]}


def _number(version: str, seed: str, slot: str) -> int:
    """256 bits, so that the remainder by a few passages favours none."""
    return int.from_bytes(sha256(f"{version}|{seed}|{slot}".encode()).digest(), "big")


def _compose(case: Case, brief: Brief, drawn: Sequence[tuple[_Slot, Passage]], seed: str) -> Draft:
    values = _values(case, brief)
    said: dict[Section, list[str]] = {section: [] for section in Section}
    sentences = {
        slot.name: _said(passage, values, slot.fact, brief.language) for slot, passage in drawn
    }
    for slot, _passage in drawn:
        said[slot.section].append(sentences[slot.name])
    paragraphs = (
        said[Section.OPENING] + said[Section.WHO],
        [curled(brief.own_words, brief.language)],
        said[Section.FACTS],
        said[Section.ASK] + said[Section.ASKS],
        said[Section.CLOSING],
    )
    return Draft(
        seed=seed,
        subject=" ".join(said[Section.SUBJECT]),
        salutation=f"{values['salutation']},",
        paragraphs=tuple(filter(None, (" ".join(part).strip() for part in paragraphs))),
        farewell=" ".join(said[Section.FAREWELL]),
        trace=_trace(drawn),
        sentences=sentences,
    )


def _said(passage: Passage, values: Mapping[str, str], fact: Fact | None, language: str) -> str:
    on = date_in_words(fact.happened_on, language, fact.precision) if fact else ""
    return curled(fill(passage.text, {**values, "on": on}), language)


def _values(case: Case, brief: Brief) -> dict[str, str]:
    person, target, language = case.person, brief.target, brief.language
    return {
        "person": person.name if person else "",
        "person_native": person.own_script if person else "",
        "family_name": person.family_name if person else "",
        "called": person.called.get(language, person.name) if person else "",
        "salutation": target.salutation.get(language, ""),
        "role": target.role.get(language, ""),
        "place": brief.place,
        "occupation": brief.occupation,
    }


def _trace(drawn: Iterable[tuple[_Slot, Passage]]) -> Trace:
    """Farewells are the same few everywhere and say nothing about likeness."""
    return frozenset(
        _hashed(passage.text) for slot, passage in drawn if slot.section is not Section.FAREWELL
    )


@cache
def _hashed(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:TRACE_BYTES], "big")
