"""The variety meter: what it calls alike, and what it advises."""

from pathlib import Path

import pytest

from campaign import seeding
from campaign.letters import drafting, variety
from campaign.letters.casefile import CaseFile
from campaign.letters.drafting import Brief
from tests import factories

FILES = sorted(seeding.SEEDS.glob("campaigns/*/letter.md"))

TEXT = "one two three four five six seven eight nine ten"


def test_equal_texts_are_wholly_alike_and_other_texts_not_at_all() -> None:
    same, other = variety.runs_of(TEXT), variety.runs_of("quite other words than those before it")

    assert variety.nearest([same, variety.runs_of(TEXT.upper() + "!"), other]) == [1.0, 1.0, 0.0]


def test_likeness_is_the_share_of_common_runs_of_five_words() -> None:
    """Six runs each, of which the first three are the same: three in nine."""
    half = " ".join([*TEXT.split()[:7], "a", "b", "c"])

    assert variety.nearest([variety.runs_of(TEXT), variety.runs_of(half)]) == [3 / 9, 3 / 9]


def test_the_report_names_what_is_repeated_most_and_where_a_passage_is_missing() -> None:
    one = factories.passages().ask[:1]
    case = factories.case(passages={"en": factories.passages(ask=one)})

    drafts = variety.issue(
        case, Brief("en", case.main_targets[0]), 30, version="a version", seed="a seed"
    )
    report = variety.report(drafts)

    assert report.letters == 30
    assert report.most_repeated == one[0].text
    assert report.repeated == 30
    assert (report.weakest, report.passages) == ("ask", 1)


def test_equal_letters_are_counted() -> None:
    case = factories.case()
    draft = variety.issue(case, Brief("en", case.main_targets[0]), 1, version="v", seed="s")[0]

    assert variety.report([draft, draft]).equal == 1
    assert variety.report([draft, draft]).largest == 1.0


def test_a_letter_of_drawn_sentences_has_no_share_of_its_own() -> None:
    drawable = ["The door of the archive is closed.", "Please open the door of the archive."]

    assert variety.own_share(" ".join(drawable), drawable) == 0.0


def test_half_of_a_letter_is_half_ones_own() -> None:
    drawn, own = "one two three four five six.", "seven eight nine ten eleven twelve."

    assert variety.own_share(f"{drawn} {own}", [drawn]) == 0.5


def test_a_short_sentence_counts_by_its_words() -> None:
    drawn = "one two three four five six."

    assert variety.own_share(f"{drawn} I am a baker.", [drawn]) == 4 / 10


def test_one_word_changed_makes_one_word_ones_own() -> None:
    drawn = " ".join(f"word{n}" for n in range(20))

    assert variety.own_share(drawn.replace("word9", "mine"), [drawn]) == 1 / 20


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_of_a_letter_as_it_was_drawn_nothing_is_ones_own(file: Path) -> None:
    case = CaseFile(file).case
    for language in case.passages:
        for target in case.main_targets:
            brief = Brief(language, target)
            letter = drafting.draft(case, brief, version="v", seed="s").body

            assert variety.own_share(letter, drafting.every_sentence(case, brief)) == 0.0
