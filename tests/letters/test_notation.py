"""Passages as organisers type them."""

import pytest
from hypothesis import given, strategies as st

from campaign.letters import notation
from campaign.letters.case import Need, Passage, Tone

words = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40
).filter(lambda text: text.strip() and text == text.strip())
passages = st.builds(
    Passage,
    text=st.lists(words, min_size=1, max_size=3).map("\n".join),
    tone=st.none() | st.sampled_from(Tone),
    needs=st.lists(st.sampled_from(Need), unique=True).map(tuple),
    targets=st.lists(st.sampled_from(["keeper", "for-door"]), unique=True).map(tuple),
)


@given(st.lists(passages, max_size=5).map(tuple))
def test_what_is_written_is_read_the_same(alternatives: tuple[Passage, ...]) -> None:
    typed = notation.read(notation.written(alternatives))

    assert typed == (alternatives, [])


def test_a_passage_is_a_paragraph_with_its_conditions_in_front() -> None:
    typed = notation.read(
        "\n\nPlain.\n   \n[formal, anyone] I write.\n\n\n"
        "[warm] [place][for keeper]\nFrom {place}.\n"
    )

    assert typed.slips == []
    assert typed.passages == (
        Passage("Plain."),
        Passage("I write.", tone=Tone.FORMAL, needs=(Need.ANYONE,)),
        Passage("From {place}.", tone=Tone.WARM, needs=(Need.PLACE,), targets=("keeper",)),
    )


def test_a_bracket_of_the_letter_itself_has_an_empty_pair_before_it() -> None:
    passage = Passage("[…] she said.", tone=Tone.WARM)

    assert notation.written([passage]) == "[warm] [] […] she said."
    assert notation.read("[] [warm] days").passages == (Passage("[warm] days"),)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("One.\n\n[plce] I live here.", "there is no condition [plce]"),
        ("One.\n\n[sic] It was so.", "write [] before it"),
        ("One.\n\n[place I live here.", "never closed"),
        ("One.\n\n[formal, warm] Both.", "one tone"),
        ("One.\n\n[formal]", "nothing stands after"),
    ],
)
def test_brackets_that_mean_nothing_are_told_with_their_passage(typed: str, message: str) -> None:
    slips = notation.read(typed).slips

    assert [slip.number for slip in slips] == [1]
    assert message in slips[0].message
