"""One figure of a bench: its line of the table, and the same for programs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str = ""
    #: At most this is wanted …
    target: float | None = None
    #: … or at least.
    at_least: bool = False

    @staticmethod
    def heading(part: str) -> str:
        """What stands above the lines of a part."""
        return f"{part:<74} {'measured':>9} {'':<5} {'target':>7}"

    @property
    def met(self) -> bool | None:
        """Whether it is as wanted; None where nothing is."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def line(self) -> str:
        """The line of the table."""
        sign = "≥" if self.at_least else "≤"
        target = "" if self.target is None else f"{sign} {self.target:g}"
        met = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{self.name:<74} {self._number:>9} {self.unit:<5} {target:>7}  {met}".rstrip()

    @property
    def _number(self) -> str:
        if isinstance(self.value, int):
            return str(self.value)
        return f"{self.value:.0f}" if self.value >= 100 else f"{self.value:.2f}"

    def for_programs(self) -> dict[str, object]:
        """What goes into the JSON file."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "target": self.target,
            "at_least": self.at_least,
            "met": self.met,
        }
