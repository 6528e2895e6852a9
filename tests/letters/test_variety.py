"""The variety meter: what it calls alike, and what it advises."""

from campaign.letters import variety
from campaign.letters.drafting import Brief
from tests import factories

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
