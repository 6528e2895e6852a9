"""Charts drawn on the server: bars that need no script, and stretch to any width.

Only the shape is here, in the units of an SVG; words and numbers stand beside it as text
(`templates/components/chart.html`), so that they stay readable on a phone and run in the page's
own direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: Width of one bar with the gap after it, and height of the whole.
STEP = 10
HEIGHT = 100
_GAP = 2


@dataclass(frozen=True)
class Bar:
    """One bar: its number, and where it stands in the drawing."""

    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bars:
    """A row of bars under a line for the highest round number."""

    bars: Sequence[Bar]
    #: What the upper edge stands for.
    top: int
    width: int
    height: int = HEIGHT

    @property
    def middle(self) -> int:
        """What stands half-way up."""
        return self.top // 2


def bars(numbers: Sequence[int]) -> Bars:
    """Bars for these numbers, in their order. Numbers below nothing are drawn as nothing."""
    top = _round_number(max(numbers, default=0))
    drawn = []
    for position, number in enumerate(numbers):
        height = round(max(number, 0) * HEIGHT / top, 2)
        x = position * STEP + _GAP / 2
        drawn.append(Bar(number, x, round(HEIGHT - height, 2), STEP - _GAP, height))
    return Bars(drawn, top, width=max(len(drawn), 1) * STEP)


def spark(numbers: Sequence[int]) -> str:
    """A small line for many numbers, as points of an SVG: one unit wide a step, ten high."""
    most = max([*numbers, 1])
    points = (f"{at},{10 - round(10 * max(number, 0) / most)}" for at, number in enumerate(numbers))
    return " ".join(points)


def _round_number(most: int) -> int:
    """The next of 2, 4, 6, 8, 10, 20, 40 … that is not below it: easy to read, easy to halve."""
    power = 1
    while most > 10 * power:
        power *= 10
    return next(step * power for step in (2, 4, 6, 8, 10) if most <= step * power)
