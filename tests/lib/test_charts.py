"""Bars: as high as their numbers, under a line that is easy to read."""

import pytest

from campaign.lib import charts


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (80, 80), (81, 100), (1_000_000, 1_000_000)],
)
def test_the_line_is_a_round_number_not_below_the_highest_bar(most: int, top: int) -> None:
    chart = charts.bars([0, most])

    assert (chart.top, chart.middle) == (top, top // 2)


def test_a_bar_is_as_high_as_its_share_of_the_line() -> None:
    chart = charts.bars([5, 10, 0])

    assert [(bar.y, bar.height) for bar in chart.bars] == [(50, 50), (0, 100), (100, 0)]


def test_bars_stand_side_by_side_inside_the_drawing() -> None:
    chart = charts.bars([1] * 30)

    ends = [bar.x + bar.width for bar in chart.bars]
    assert all(end < after.x for end, after in zip(ends, chart.bars[1:], strict=False))
    assert chart.bars[0].x >= 0
    assert ends[-1] <= chart.width


def test_nothing_to_draw_is_a_drawing_too() -> None:
    assert (charts.bars([]).bars, charts.bars([]).top) == ([], 2)
    assert charts.bars([-3]).bars[0].height == 0


def test_a_small_line_goes_up_to_its_own_highest_number() -> None:
    assert charts.spark([0, 5, 10]) == "0,10 1,5 2,0"
    assert charts.spark([0, -1]) == "0,10 1,10"
    assert charts.spark([]) == ""
