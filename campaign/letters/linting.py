"""What is wrong with a case, each fault with its place, and what it lacks before it is opened."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from campaign.letters.case import PLAIN_SECTIONS, Case, Need, Passage, Passages, Section, Tone
from campaign.letters.glyphs import unprintable
from campaign.letters.placeholders import PLACEHOLDERS, placeholders_in

#: The way to a part of the document: ("passages", "en", "opening", 2).
Place = tuple[str | int, ...]

#: How many passages a section needs, in each tone, so that letters differ. Offices sort by subject
#: and first line; a point's wordings and an ask's are counted for each of them.
ENOUGH = {
    Section.SUBJECT: 8,
    Section.OPENING: 8,
    Section.WHO: 6,
    Section.FACTS: 3,
    Section.ASK: 6,
    Section.ASKS: 3,
    Section.CLOSING: 6,
    Section.FAREWELL: 2,
}
ASKS = range(2, 5)

#: Words by which somebody speaks of themselves. English "us" but not "US".
_FIRST_PERSON = {
    "en": re.compile(r"\b(I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|us|[Oo]urs?|[Oo]urselves)\b"),
    "fr": re.compile(
        r"\b(?:[jm]’|(?:je|me|moi|mon|ma|mes|miens?|nous|notre|nos|nôtres?)\b)", re.IGNORECASE
    ),
}
#: What only the volunteer can fill in, and the need that says so.
_VOLUNTEERS = {"place": Need.PLACE, "occupation": Need.OCCUPATION}


class Fault(NamedTuple):
    """Something to mend, and where."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{' › '.join(str(part) for part in self.place)}: {self.message}"


class NotReady(Exception):
    """A case cannot be taken as it is. `faults` says all that is to be mended."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def faults(case: Case) -> list[Fault]:
    """What no case may have, not even a draft of one."""
    return [*_twice(case), *_unknown_keys(case), *_passage_faults(case)]


def shortages(case: Case) -> list[Fault]:
    """What a case must have before volunteers may write, beside being free of faults."""
    return [
        *_missing_ground(case),
        *_missing_salutations(case),
        *_unprintable_names(case),
        *_passage_shortages(case),
        *_too_few_passages(case),
    ]


def _twice(case: Case) -> Iterator[Fault]:
    for part in ("facts", "asks", "targets"):
        times = Counter(item.key for item in getattr(case, part))
        yield from (
            Fault((part,), f"the key “{key}” is there twice") for key, n in times.items() if n > 1
        )


def _unknown_keys(case: Case) -> Iterator[Fault]:
    facts, asks = {fact.key for fact in case.facts}, {ask.key for ask in case.asks}
    targets = {target.key for target in case.targets}
    for number, ask in enumerate(case.asks):
        yield from _strangers(ask.targets, targets, ("asks", number, "targets"))
    for language, passages in case.passages.items():
        yield from _strangers(passages.facts, facts, ("passages", language, "facts"))
        yield from _strangers(passages.asks, asks, ("passages", language, "asks"))
        for place, _section, passage in passages.each():
            yield from _strangers(passage.targets, targets, ("passages", language, *place))


def _strangers(keys: Iterable[str], known: set[str], place: Place) -> Iterator[Fault]:
    for key in keys:
        if key not in known:
            yield Fault(place, f"there is no “{key}”; known are {', '.join(sorted(known))}")


def _passage_faults(case: Case) -> Iterator[Fault]:
    for language, passages in case.passages.items():
        for place, section, passage in passages.each():
            for message in _wrong_with(passage, section, language):
                yield Fault(("passages", language, *place), message)


def _wrong_with(passage: Passage, section: Section, language: str) -> Iterator[str]:
    names = placeholders_in(passage.text)
    known = set(PLACEHOLDERS) if section is Section.FACTS else set(PLACEHOLDERS) - {"on"}
    for name in sorted(names - known):
        yield (
            f"there is no placeholder {{{name}}} here; known are {', '.join(sorted(known))}"
            if name
            else "a brace stands alone; placeholders look like {person}"
        )
    for name, need in _VOLUNTEERS.items():
        if name in names and need not in passage.needs:
            yield f"{{{name}}} is filled in by the volunteer: add “{need}” to needs"
    first = _FIRST_PERSON.get(language[:2], _FIRST_PERSON["en"]).search(passage.text)
    if first and not passage.needs:
        yield (
            f"“{first[0]}” speaks for the writer: is it true of everyone? Then needs: [anyone]; "
            f"else say what it needs ({', '.join(Need)})"
        )
    if set(passage.needs) - {Need.ANYONE} and section is not Section.WHO:
        yield "only the section “who” may need something of the volunteer"
    if not passage.text.strip():
        yield "the passage is empty"


def _missing_ground(case: Case) -> Iterator[Fault]:
    if case.appeals_before is None:
        yield Fault(("appeals_before",), "say until when letters are asked for")
    if len(case.asks) not in ASKS:
        yield Fault(("asks",), f"a letter asks for {ASKS[0]} to {ASKS[-1]} things")
    if not case.main_targets:
        yield Fault(("targets",), "there is nobody to write to")
    for number, fact in enumerate(case.facts):
        if not fact.sources:
            yield Fault(("facts", number), f"“{fact.key}” has no source")
        if fact.checked_on is None:
            yield Fault(("facts", number), f"say when “{fact.key}” was checked")


def _missing_salutations(case: Case) -> Iterator[Fault]:
    for number, target in enumerate(case.targets):
        for language in case.passages:
            for part in ("role",) if target.copy_only else ("role", "salutation"):
                if language not in getattr(target, part):
                    yield Fault(("targets", number), f"“{target.key}” has no {part} in {language}")
    for language in case.passages:
        if case.person and language not in case.person.called:
            yield Fault(("person", "called"), f"how is {case.person.name} called in {language}?")


def _unprintable_names(case: Case) -> Iterator[Fault]:
    names: list[tuple[Place, str]] = []
    if case.person:
        names = [
            (("person", "name"), case.person.name),
            (("person", "own_script"), case.person.own_script),
        ]
    for number, target in enumerate(case.targets):
        lines = (target.name or "", *target.role.values(), *target.address, *target.own_address)
        names.append((("targets", number), "".join(lines)))
    for number, phrase in enumerate(case.cards.phrases if case.cards else ()):
        names.append((("cards", "phrases", number), phrase.text))
        if "en" not in phrase.means:
            yield Fault(("cards", "phrases", number), f"what does “{phrase.text}” mean in en?")
    for place, name in names:
        if signs := unprintable(name):
            yield Fault(place, f"no font of ours can print {' '.join(signs)}")


def _passage_shortages(case: Case) -> Iterator[Fault]:
    """Passages that would leave a gap in the letter, or a box where no font has the sign."""
    person = case.person
    known = {
        "person": person and person.name,
        "person_native": person and person.own_script,
        "family_name": person and person.family_name,
        "called": person and person.name,
    }
    for language, passages in case.passages.items():
        for place, _section, passage in passages.each():
            for name in sorted(placeholders_in(passage.text)):
                if name in known and not known[name]:
                    yield Fault(("passages", language, *place), f"{{{name}}} is blank in this case")
            if signs := unprintable(passage.text):
                yield Fault(
                    ("passages", language, *place), f"no font of ours can print {' '.join(signs)}"
                )


def _too_few_passages(case: Case) -> Iterator[Fault]:
    for language, passages in case.passages.items():
        for place, section, alternatives in _sections(passages, case):
            for tone in Tone:
                count = sum(passage.tone in (None, tone) for passage in alternatives)
                if count < ENOUGH[section]:
                    yield Fault(
                        ("passages", language, *place),
                        f"{count} passages for a {tone} letter; {ENOUGH[section]} are needed",
                    )
                    break


def _sections(
    passages: Passages, case: Case
) -> Iterator[tuple[Place, Section, tuple[Passage, ...]]]:
    for section in PLAIN_SECTIONS:
        yield (section.value,), section, getattr(passages, section)
    for fact in case.facts:
        point = passages.facts.get(fact.key)
        yield ("facts", fact.key), Section.FACTS, point.wordings if point else ()
    for ask in case.asks:
        yield ("asks", ask.key), Section.ASKS, passages.asks.get(ask.key, ())
