"""Drafting: the same seed the same letter, and nothing said of anybody that they did not say."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from campaign.letters import drafting
from campaign.letters.case import Case, Fact, Need, Passage, Point, Precision, Tone
from campaign.letters.drafting import Brief, Issued
from campaign.letters.placeholders import fill
from tests import factories

VERSION = "a version"
GOLDEN = Path(__file__).with_name("letter.txt")


def brief(of: Case, **changes: Any) -> Brief:
    return Brief(**{"language": "en", "target": of.main_targets[0], **changes})


def draft(of: Case, seed: str = "a seed", **changes: Any) -> drafting.Draft:
    return drafting.draft(of, brief(of, **changes), version=VERSION, seed=seed)


def test_the_same_seed_gives_the_same_letter() -> None:
    case = factories.case()

    assert draft(case, own_words="A door is a door.") == draft(case, own_words="A door is a door.")


def test_a_letter_is_the_same_in_another_process_whatever_its_hash_seed() -> None:
    code = (
        "from tests import factories; from tests.letters.test_drafting import draft;"
        "print(draft(factories.case()).body)"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert printed == {draft(factories.case()).body + "\n"}


def test_a_stored_version_and_seed_give_these_very_words() -> None:
    """A golden: if it changes, every letter that was ever drafted has changed."""
    letter = draft(factories.case())

    assert letter.subject == "Truly: Ada Adil"
    assert letter.body + "\n" == GOLDEN.read_text("utf-8")


def test_another_seed_or_version_gives_another_letter() -> None:
    case = factories.case()
    letters = {draft(case, seed=str(n)).body for n in range(20)}
    other = drafting.draft(case, brief(case), version="another", seed="a seed")

    assert len(letters) == 20
    assert other.body != draft(case).body


def test_one_more_passage_leaves_the_other_sections_as_they_were() -> None:
    words = factories.passages()
    more = factories.passages(opening=(*words.opening, Passage("One more thought of {called}.")))
    before = draft(factories.case())
    after = draft(factories.case(passages={"en": more}))

    unlike = {slot for slot in before.sentences if before.sentences[slot] != after.sentences[slot]}
    assert unlike <= {"opening"}


def test_facts_stand_in_the_order_of_their_dates_and_the_one_that_matters_is_always_told() -> None:
    case = factories.case()
    order = [fact.key for fact in case.facts]

    for n in range(20):
        told = [
            slot.removeprefix("facts/")
            for slot in draft(case, seed=str(n)).sentences
            if slot.startswith("facts/")
        ]
        assert told == sorted(told, key=order.index)
        assert len(told) == drafting.FACTS_A_LETTER
        assert "lock" in told


def test_whoever_chooses_points_gets_these_and_no_others() -> None:
    letter = draft(factories.case(), points=("window", "door"))

    told = [slot for slot in letter.sentences if slot.startswith("facts/")]
    assert told == ["facts/door", "facts/window"]


def test_every_ask_is_in_every_letter_to_a_target_it_is_meant_for() -> None:
    keeper, other = factories.keeper(), factories.keeper(key="other")
    ask_of_other = factories.case().asks[1]
    case = factories.case(
        targets=(keeper, other),
        asks=(
            factories.case().asks[0],
            type(ask_of_other)("window", "open the window", targets=("other",)),
        ),
    )

    assert "asks/window" not in draft(case, target=keeper).sentences
    assert {"asks/door", "asks/window"} <= set(draft(case, target=other).sentences)


def test_own_words_stand_second_and_as_they_were_typed() -> None:
    letter = draft(factories.case(), own_words="My door, {person}, is open.")

    assert letter.paragraphs[1] == "My door, {person}, is open."


CLAIMS = [Need.PLACE, Need.OCCUPATION, Need.FIRST_LETTER, Need.HAS_CHILDREN, Need.WORKS_IN_LAW]


@given(
    said=st.sets(st.sampled_from(CLAIMS)),
    seed=st.text(max_size=8),
    tone=st.sampled_from(Tone),
)
def test_a_letter_says_of_its_writer_what_the_writer_said_and_all_of_it(
    said: set[Need], seed: str, tone: Tone
) -> None:
    needs: list[tuple[Need, ...]] = [(), *((claim,) for claim in CLAIMS), tuple(CLAIMS[:2])]
    who = tuple(Passage(f"Says {' and '.join(n) or 'nothing'}.", needs=n) for n in needs[1:])
    case = factories.case(passages={"en": factories.passages(who=who)})

    letter = draft(
        case,
        seed=seed,
        tone=tone,
        place="Lyon" if Need.PLACE in said else "",
        occupation="a nurse" if Need.OCCUPATION in said else "",
        ticks=frozenset(said - {Need.PLACE, Need.OCCUPATION}),
    )

    words = " ".join(text for slot, text in letter.sentences.items() if slot.startswith("who/"))
    assert {claim for claim in CLAIMS if claim in words} == said
    if {Need.PLACE, Need.OCCUPATION} <= said:
        assert "place and occupation" in words


def test_the_tone_chosen_is_the_tone_of_every_passage() -> None:
    tones = tuple(Passage(f"In a {tone} way.", tone=tone) for tone in Tone)
    case = factories.case(passages={"en": factories.passages(closing=tones)})

    for n in range(5):
        assert draft(case, seed=str(n), tone=Tone.WARM).sentences["closing"] == "In a warm way."


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        (Precision.DAY, "27 April 2002"),
        (Precision.MONTH, "April 2002"),
        (Precision.YEAR, "2002"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(precision: Precision, words: str) -> None:
    fact = Fact(key="door", happened_on=date(2002, 4, 27), says="", precision=precision)
    point = Point("A door", (Passage("It closed: {on}."),))
    case = factories.case(facts=(fact,), passages={"en": factories.passages(facts={"door": point})})

    assert draft(case).sentences["facts/door"] == f"It closed: {words}."


def test_what_is_filled_in_is_never_read_as_a_placeholder() -> None:
    assert fill("I live in {place}.", {"place": "{person} {0} %s"}) == "I live in {person} {0} %s."


def test_an_unknown_placeholder_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        fill("{nobody}", {})


@given(
    letters=st.lists(st.frozensets(st.integers(0, 12), min_size=1), max_size=12),
    new=st.frozensets(st.integers(0, 12), min_size=1),
)
def test_most_shared_is_the_largest_overlap_with_any_letter(
    letters: list[frozenset[int]], new: frozenset[int]
) -> None:
    expected = max((len(letter & new) for letter in letters), default=0)

    assert Issued(letters).most_shared(new) == expected


def test_the_draft_chosen_is_the_one_least_like_those_issued() -> None:
    case = factories.case()
    first = draft(case, seed="0-0")
    issued = Issued([first.trace])

    chosen = drafting.draft_unlike(case, brief(case), issued, version=VERSION, seed="0")

    overlaps = [
        issued.most_shared(draft(case, seed=f"0-{n}").trace) for n in range(drafting.SEEDS_TRIED)
    ]
    assert issued.most_shared(chosen.trace) == min(overlaps)
    assert chosen == draft(case, seed=chosen.seed)
