"""What our fonts can print: typst is asked whether that is true."""

import random
import unicodedata
from datetime import UTC, datetime

import pytest

from campaign.letters import glyphs, printing
from campaign.letters.glyphs import Run, unprintable
from campaign.letters.layouts import LAYOUTS
from campaign.letters.printing import Letter
from campaign.letters.typesetting import CannotPrint

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASIC_PLANE = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]


def print_out(*paragraphs: str) -> bytes:
    """A letter of these paragraphs. Raises CannotPrint."""
    letter = Letter(
        language="en",
        sender=(),
        address=("Office",),
        date="",
        subject="Subject",
        paragraphs=paragraphs,
        signature="Olive",
    )
    return printing.letters_pdf([letter], LAYOUTS["din-b"], title="A letter", made_at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Director, “quoted” ‘words’ – and — more… 5 € £ § °",
        "倪玉兰，倪玉蘭：“北京市”。",
        "بۇ بىر خەت، ئۇنىڭ تۇرمۇش (2016-يىلى)",
        "Łódź, Đà Nẵng, İstanbul, Þórður, Αθήνα, Київ, ǰ, ẞ",
        "« Monsieur\u202f»\u00a0: 10\u2009000\u2011fold",
        "line\nline\r\nline\ttab\u2028line",
        "cafe\u0301 can be typed in two ways: café",
    ],
)
def test_what_letters_are_written_in_can_be_printed(text: str) -> None:
    assert unprintable(text) == []
    assert print_out(text, "Yours")


def test_what_no_font_holds_is_named_once_in_order() -> None:
    assert unprintable("Thanks 😀, 㛃! 😀 བོད།") == ["😀", "㛃", "བ", "ོ", "ད", "།"]


@pytest.mark.parametrize("text", ["I \u2764\ufe0f Ni", "👩\u200d👧", "1\ufe0f\u20e3"])
def test_an_emoji_is_named_without_what_only_changes_its_look(text: str) -> None:
    signs = unprintable(text)

    assert signs
    assert not {"\ufe0f", "\u200d"} & set(signs)


def test_a_mark_that_does_not_go_with_its_letter_comes_with_it() -> None:
    assert unprintable("ж\u064b and e\u0301") == ["ж\u064b"]


def test_a_mark_at_the_beginning_of_a_line_has_no_letter_to_go_with() -> None:
    assert unprintable("one\n\u08fatwo") == ["\u08fa"]


@pytest.mark.parametrize("text", ["a\ud800b", "\ue000", "\uf130"])
def test_half_and_private_characters_are_named(text: str) -> None:
    assert unprintable(text) == [text.strip("ab")]
    with pytest.raises(CannotPrint) as trouble:
        print_out(text, "Yours")
    assert trouble.value.characters == tuple(unprintable(text))


def test_typst_refuses_what_is_named_and_the_refusal_names_it_too() -> None:
    with pytest.raises(CannotPrint, match=r"U\+1F600 U\+0436\+U\+064B") as trouble:
        print_out("Thanks 😀", "ж\u064b")

    assert trouble.value.characters == ("😀", "ж\u064b")


@pytest.mark.parametrize("before_and_after", ["  ", "ab", "بب", "\n "])
def test_typst_prints_every_character_that_is_not_named(before_and_after: str) -> None:
    before, after = before_and_after
    texts = [f"{before}{sign}{after}" for sign in BASIC_PLANE]
    passing = [text for text in texts if not unprintable(text)]
    assert len(passing) > 9000

    assert print_out("".join(passing), "Yours")


def test_typst_prints_every_mix_that_is_not_named() -> None:
    chance = random.Random(7)  # noqa: S311  the same mixes every time are the point
    ours = [sign for sign in BASIC_PLANE if not unprintable(sign)]
    marks = [sign for sign in ours if unicodedata.combining(sign)] + ["\u200d", "\ufe0f", "\n"]
    mixes = [
        "".join(chance.choice(chance.choice((ours, marks, "aeiou", "بتن "))) for _ in range(6))
        for _ in range(4000)
    ]
    passing = [mix for mix in mixes if not unprintable(mix)]
    assert len(passing) > 700

    assert print_out(*passing, "Yours")


def test_what_has_no_shape_is_not_printed() -> None:
    assert glyphs.plain("a\x00\u202eb\ufeff\ufe0fc\t\u2066d\x85e") == "abc d\ne"
    assert glyphs.plain("a\u200bb") == "a\u200bb", "a place to break a line"
    assert glyphs.plain("می\u200cخواهم") == "می\u200cخواهم"


def test_a_width_is_the_one_on_paper() -> None:
    em = 10.5 * 25.4 / 72

    assert glyphs.width("倪玉兰", 10.5) == pytest.approx(3 * em)
    assert glyphs.width("", 10.5) == 0
    assert glyphs.width("e\u0301", 10) == glyphs.width("é", 10)


def test_lines_are_counted_as_they_break() -> None:
    em = 10 * 25.4 / 72

    assert glyphs.line_count("", 10, 50) == 1
    assert glyphs.line_count("one\ntwo", 10, 50) == 2
    assert glyphs.line_count("倪" * 10, 10, 5.01 * em) == 2
    assert glyphs.line_count("word " * 10, 10, glyphs.width("word word", 10) + 0.01) == 5
    assert glyphs.line_count("word" * 100, 10, 5) > 50


@pytest.mark.parametrize(
    "text",
    [
        "Donaudampfschifffahrtsgesellschaft und noch ein Wort, das in eine Zeile passt",
        "https://example.org/a/path/of/words/which/is-longer-than-any-line/but-breaks/at/its-signs",
        "倪玉兰" * 50,
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    ],
)
def test_what_fits_a_line_or_breaks_by_itself_stays_as_it_is(text: str) -> None:
    assert glyphs.breakable(text, 11, 157) == text


def test_what_does_not_fit_may_break_after_as_much_as_goes_to_a_line() -> None:
    most = glyphs.width("a" * 22, 10)

    parts = glyphs.breakable("x " + "a" * 50, 10, most).removeprefix("x ").split("\u200b")
    assert [len(part) for part in parts] == [20, 20, 10]
    marked = glyphs.breakable("q\u0301" * 50, 10, most)
    assert "\u200b" in marked
    assert "\u200b\u0301" not in marked


@pytest.mark.parametrize(
    ("text", "language", "runs"),
    [
        ("plain", "en", ["plain"]),
        ("Ni (倪玉兰) is", "en", ["Ni (", Run("zh", False, "倪玉兰"), ") is"]),
        ("在北京市 9 号。", "en", [Run("zh", False, "在北京市 9 号。")]),
        ("倪玉兰", "zh", [Run("zh", False, "倪玉兰")]),
        (
            "In تۇرمۇش (2016-يىلى) 5",
            "en",
            ["In ", Run("ug", True, "تۇرمۇش (2016-يىلى)"), " 5"],
        ),
        ("倪\u0301, x\u064b", "en", [Run("zh", False, "倪\u0301"), ", x\u064b"]),
        ("رسالة", "en", [Run("ar", True, "رسالة")]),
        ("رسالة", "fa", [Run("fa", True, "رسالة")]),
    ],
)
def test_other_scripts_stand_out_as_runs(text: str, language: str, runs: list[str | Run]) -> None:
    assert list(glyphs.runs(text, language)) == runs
