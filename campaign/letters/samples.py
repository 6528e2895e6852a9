"""What organisers see of letters before anybody writes one: the meter, and a few samples."""

from typing import NamedTuple

import msgspec

from campaign.letters import rules, variety
from campaign.letters.case import Case, Need, Target
from campaign.letters.completing import Reading
from campaign.letters.drafting import Brief, Draft, Issued, draft_unlike
from campaign.letters.placeholders import PLACEHOLDERS, placeholders_in
from campaign.letters.variety import Report

#: Whoever the sample letters are from, in words that stand in the sentence of that language.
_PLACE = {"en": "Littleville", "fr": "à Petiteville"}
_OCCUPATION = {"en": "a nurse", "fr": "infirmière"}
_VERSION = "working copy"


class Sample(NamedTuple):
    """One letter, and what its made-up writer said of themselves."""

    draft: Draft
    says: tuple[str, ...]


def drawable(reading: Reading, language: str) -> Case | None:
    """The case, as far as letters in that language can be drawn from it; or None.

    A fact whose day cannot be read is left out: no letter shows a day that nobody typed.
    """
    case, words = reading.case, reading.case.passages.get(language)
    if words is None or not case.main_targets:
        return None
    if any(placeholders_in(passage.text) - set(PLACEHOLDERS) for *_, passage in words.each()):
        return None
    undated = {fault.place[1] for fault in reading.faults if fault.place[-1] == "happened_on"}
    facts = tuple(fact for n, fact in enumerate(case.facts) if n not in undated)
    return msgspec.structs.replace(case, facts=facts)


def measured(case: Case, language: str) -> Report | None:
    """The variety meter for letters to the first target; None where there is too little to draw."""
    brief = Brief(language, case.main_targets[0])
    drafts = variety.issue(case, brief, rules.MEASURED, version=_VERSION, seed="variety")
    return variety.report(drafts) if variety.say_something(drafts) else None


def letters(case: Case, language: str, target: Target) -> list[Sample]:
    """A few letters to that target, as different writers would get them."""
    place = _PLACE.get(language[:2], "N.")
    occupation = _OCCUPATION.get(language[:2], "N.")
    briefs = [
        Brief(language, target),
        Brief(language, target, place=place),
        Brief(
            language,
            target,
            place=place,
            occupation=occupation,
            ticks=frozenset({Need.FIRST_LETTER}),
        ),
    ]
    issued, made = Issued(), []
    for n, brief in enumerate(briefs):
        draft = draft_unlike(case, brief, issued, version=_VERSION, seed=f"sample/{n}")
        issued.add(draft.trace)
        made.append(Sample(draft, tuple(filter(None, (brief.place, brief.occupation)))))
    return made
