"""Where an address stands on the sheet, and which addresses fit."""

import pytest

from campaign.letters import fitting, layouts
from campaign.letters.fitting import DoesNotFit, lines_that_fit
from campaign.letters.layouts import ENVELOPES, LABELS, LAYOUTS

LATIN = ("Mr. Wang Xiaohong", "Director, Beijing Police", "9 Dongdajie, Qianmen", "Beijing 100740")
OWN = ("北京市公安局", "北京市东城区前门东大街9号", "100740")
#: Envelope (width, height), window (left, bottom, width, height), and the folded sheet: its height,
#: and how far below its upper edge the sheet's own begins. All in mm, from the sources in layouts.
WINDOWS = {
    "din-b": ((220, 110), (20, 15, 90, 45), (105, 0)),
    "din-a": ((220, 110), (20, 15, 90, 45), (105, 18)),
    "us-10": ((241.3, 104.8), (22.2, 12.7, 114.3, 28.6), (93.1, 0)),
    "uk-dl": ((220, 110), (20, 18, 90, 35), (99, 0)),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_an_address_is_seen_wherever_the_sheet_slides(name: str) -> None:
    (wide, high), (left, bottom, width, height), (folded, lower) = WINDOWS[name]
    layout = LAYOUTS[name]
    across, down = wide - layout.paper_mm[0], high - folded
    top = high - bottom - height - lower

    box = layout.address

    assert box.left >= left
    assert box.left + box.width <= left + width - across
    assert box.top >= top
    assert box.top + box.height <= top + height - down + 0.1


@pytest.mark.parametrize("name", WINDOWS)
def test_the_window_never_shows_the_text_or_the_sender(name: str) -> None:
    (wide, high), (left, bottom, width, height), (folded, lower) = WINDOWS[name]
    layout, seen = LAYOUTS[name], LAYOUTS[name].seen
    assert seen is not None
    across, down = wide - layout.paper_mm[0], high - folded
    top = high - bottom - height - lower

    assert seen.left <= left - across + 0.1
    assert seen.top <= top - down + 0.1
    assert seen.left + seen.width >= left + width - 0.1
    assert seen.top + seen.height >= top + height - 0.1
    assert layout.text_top is not None
    assert layout.text_top >= seen.top + seen.height
    # The sender's block: beside all that can be seen or, seven lines of it, above.
    assert layout.column > seen.left + seen.width or seen.top > 16 + 7 * 9.5 * 1.3 * 25.4 / 72


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("US", "us-10"),
        ("CA", "us-10"),
        ("MX", "us-10"),
        ("GB", "uk-dl"),
        ("IE", "uk-dl"),
        ("DE", "din-b"),
        ("FR", "din-b"),
        (None, "din-b"),
    ],
)
def test_each_country_has_its_usual_paper(country: str | None, name: str) -> None:
    assert layouts.for_country(country).name == name


def test_paper_without_a_window_is_the_same_paper() -> None:
    for layout in LAYOUTS.values():
        plain = layouts.without_window(layout)

        assert plain.seen is None
        assert plain.paper_mm == layout.paper_mm


def test_an_address_has_both_scripts_where_there_is_room() -> None:
    lines = lines_that_fit(LATIN, OWN, "CHINA", LAYOUTS["din-b"])

    assert lines == (*OWN, *LATIN, "CHINA")


def test_the_own_script_is_joined_before_it_is_left_out() -> None:
    lines = lines_that_fit(LATIN, OWN, "CHINA", LAYOUTS["uk-dl"])

    assert lines == (" ".join(OWN), *LATIN, "CHINA")


def test_a_small_window_shows_latin_alone() -> None:
    lines = lines_that_fit(LATIN, OWN, "CHINA", LAYOUTS["us-10"])

    assert lines == (*LATIN, "CHINA")


def test_a_letter_at_home_has_no_country() -> None:
    assert lines_that_fit(LATIN[1:], (), "", LAYOUTS["us-10"]) == LATIN[1:]


def test_a_long_role_is_broken_between_words() -> None:
    role = "Minister of State for the Indo-Pacific and for Human Rights Abroad"

    lines = lines_that_fit(("Ms. Example", role, "London SW1A"), (), "", LAYOUTS["din-b"])

    assert lines == (
        "Ms. Example",
        "Minister of State for the Indo-Pacific",
        "and for Human Rights Abroad",
        "London SW1A",
    )


def test_too_many_lines_are_refused_and_the_refusal_says_what_to_do() -> None:
    latin = tuple(f"Line {n}" for n in range(1, 7))

    with pytest.raises(DoesNotFit) as refusal:
        lines_that_fit(latin, (), "CHINA", LAYOUTS["us-10"])

    assert str(refusal.value) == (
        "The address has 7 lines, and the window shows only 5. "
        "Please choose an envelope without a window, and print a label or the envelope."
    )


def test_a_line_that_is_too_wide_is_named() -> None:
    word = "Bezirksverwaltungsamtsvorsteherstellvertreterinnenbüroleitung1234567890"

    with pytest.raises(DoesNotFit, match=f"too wide for the window: “{word}”"):
        lines_that_fit((word,), (), "", LAYOUTS["din-b"])


def test_paper_without_a_window_holds_what_windows_do_not() -> None:
    latin = tuple(f"Line {n} of an address that is long" for n in range(1, 9))
    with pytest.raises(DoesNotFit):
        lines_that_fit(latin, OWN, "CHINA", LAYOUTS["uk-dl"])

    for place in (LAYOUTS["plain"], LAYOUTS["plain-us"], *LABELS.values(), *ENVELOPES.values()):
        assert lines_that_fit(latin[:6], OWN, "CHINA", place)[-7:] == (*latin[:6], "CHINA")
    with pytest.raises(DoesNotFit, match="write it by hand"):
        lines_that_fit(latin * 3, (), "CHINA", LAYOUTS["plain"])


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_fits_stays_in_the_safe_zone(name: str) -> None:
    layout = LAYOUTS[name]
    for count in range(1, 5):
        lines = lines_that_fit(LATIN[:count], OWN, "CHINA", layout)
        size = fitting.size_that_fits(lines, layout)
        top = fitting.top_of(lines, size, layout)
        bottom = top + ((len(lines) - 1) * layout.pitch + 1.1) * size * 25.4 / 72

        assert top >= layout.address.top
        assert bottom <= layout.address.top + layout.address.height + 0.01
        assert fitting.text_top(lines, size, layout) > bottom


@pytest.mark.parametrize("paper", LABELS)
def test_labels_lie_on_their_sheet_side_by_side(paper: str) -> None:
    sheet = LABELS[paper]

    assert sheet.step >= sheet.first.width
    right = sheet.first.left + (sheet.columns - 1) * sheet.step + sheet.first.width
    assert right <= sheet.paper_mm[0] + 0.01
    assert sheet.first.top + sheet.rows * sheet.first.height <= sheet.paper_mm[1]
    room = sheet.address
    assert room.left + room.width <= sheet.first.width
    assert room.top + room.height <= sheet.first.height
