"""The linter: what no case may have, and what an open one must have, each with its place."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from campaign.letters import linting
from campaign.letters.case import Case, Need, Passage, Source
from tests import factories


def changed(of: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(of, **changes)


def with_opening(passage: Passage, language: str = "en") -> Case:
    words = factories.passages()
    return factories.case(passages={language: changed(words, opening=(*words.opening, passage))})


def test_a_sound_case_has_no_faults_and_lacks_nothing() -> None:
    assert linting.faults(factories.case()) == []
    assert linting.shortages(factories.case()) == []


@pytest.mark.parametrize(
    "text",
    [
        "I am writing to you.",
        "This troubles me.",
        "My neighbours ask.",
        "We ask you.",
        "Let us begin.",
        "The wish is ours.",
    ],
)
def test_whoever_speaks_of_themselves_needs_to_have_said_so(text: str) -> None:
    (fault,) = linting.faults(with_opening(Passage(text)))

    assert fault.place == ("passages", "en", "opening", 9)
    assert "is it true of everyone?" in fault.message
    assert linting.faults(with_opening(Passage(text, needs=(Need.ANYONE,)))) == []


@pytest.mark.parametrize("text", ["J’écris.", "Cela m’importe.", "Ma voisine.", "Nous voici."])
def test_the_first_person_is_found_in_french_too(text: str) -> None:
    found = linting.faults(with_opening(Passage(text), language="fr"))

    assert len(found) == 1
    assert found[0].place == ("passages", "fr", "opening", 9)


@pytest.mark.parametrize("text", ["The US award was given.", "Mes is a town.", "In Maine."])
def test_words_that_only_look_like_the_first_person_pass(text: str) -> None:
    assert linting.faults(with_opening(Passage(text))) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Dear {nobody}.", "there is no placeholder {nobody} here"),
        ("It was {on}.", "there is no placeholder {on} here"),
        ("A {person.__class__}.", "a brace stands alone"),
        ("A {0} and {}.", "there is no placeholder {0} here"),
        ("A brace } alone.", "a brace stands alone"),
        ("Written from {place}.", "is filled in by the volunteer"),
        ("  ", "the passage is empty"),
    ],
)
def test_a_wrong_passage_is_found_where_it_stands(text: str, message: str) -> None:
    found = linting.faults(with_opening(Passage(text)))

    assert any(message in fault.message for fault in found)
    assert {fault.place for fault in found} == {("passages", "en", "opening", 9)}


def test_only_one_section_speaks_of_the_volunteer() -> None:
    (fault,) = linting.faults(with_opening(Passage("Law is law.", needs=(Need.WORKS_IN_LAW,))))

    assert "only the section “who”" in fault.message


def test_keys_that_nobody_knows_are_found() -> None:
    words = factories.passages()
    case = factories.case(
        facts=factories.case().facts[:3],
        asks=factories.case().asks[:1],
        passages={"en": changed(words, ask=(Passage("Ask.", targets=("nobody",)),))},
    )

    assert {fault.place for fault in linting.faults(case)} == {
        ("passages", "en", "facts"),
        ("passages", "en", "asks"),
        ("passages", "en", "ask", 0),
    }


def test_a_key_is_there_once() -> None:
    case = factories.case(targets=(factories.keeper(), factories.keeper()))

    assert [fault.place for fault in linting.faults(case)] == [("targets",)]


def _without_source(case: Case) -> Case:
    first, *rest = case.facts
    return changed(case, facts=(changed(first, sources=()), *rest))


def _unchecked(case: Case) -> Case:
    first, *rest = case.facts
    return changed(case, facts=(changed(first, checked_on=None), *rest))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_without_source, "“door” has no source"),
        (_unchecked, "say when “door” was checked"),
        (lambda case: changed(case, appeals_before=None), "until when letters are asked for"),
        (
            lambda case: changed(case, person=changed(case.person, own_script="☃倪")),
            "no font of ours can print ☃",
        ),
        (lambda case: changed(case, asks=case.asks[:1]), "a letter asks for 2 to 4 things"),
        (lambda case: changed(case, targets=case.targets[1:]), "there is nobody to write to"),
        (
            lambda case: changed(case, targets=(changed(case.targets[0], salutation={}),)),
            "“keeper” has no salutation in en",
        ),
        (
            lambda case: changed(case, person=changed(case.person, called={})),
            "how is Ada Adil called in en?",
        ),
    ],
)
def test_what_an_open_case_lacks_is_listed(change: Callable[[Case], Case], message: str) -> None:
    found = linting.shortages(change(factories.case()))

    assert any(message in fault.message for fault in found)


@pytest.mark.parametrize("section", ["subject", "opening", "who", "ask", "closing"])
def test_every_section_needs_enough_passages_for_letters_to_differ(section: str) -> None:
    words = factories.passages()
    few = factories.case(passages={"en": changed(words, **{section: getattr(words, section)[:5]})})

    assert [fault.place for fault in linting.shortages(few)] == [("passages", "en", section)]


def test_a_fact_and_an_ask_need_three_wordings() -> None:
    words = factories.passages()
    point = changed(words.facts["door"], wordings=words.facts["door"].wordings[:2])
    few = changed(
        words,
        facts={**words.facts, "door": point},
        asks={**words.asks, "window": words.asks["window"][:2]},
    )

    assert [fault.place for fault in linting.shortages(factories.case(passages={"en": few}))] == [
        ("passages", "en", "facts", "door"),
        ("passages", "en", "asks", "window"),
    ]


def test_a_case_for_people_who_write_by_hand_needs_no_passages() -> None:
    assert linting.shortages(factories.case(passages={}, facts=(), person=None)) == []


def test_sources_have_a_name_and_an_address() -> None:
    with pytest.raises(TypeError):
        Source("A newspaper")  # type: ignore[call-arg]
