"""The results as files: plain numbers for programs and spreadsheets, with no person in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from campaign.letters.models import LetterAction
from campaign.results.queries import ByDay, Results

HEADER = ("what", "which", "number")


def as_numbers(
    results: Results | None,
    action: LetterAction | None,
    failures: Sequence[tuple[str, int]],
) -> dict[str, Any]:
    """Every number by its name; what has a key of its own is a table of key and number."""
    numbers: dict[str, Any] = {}
    if results:
        numbers |= {
            "totals": asdict(results.totals) | {"all": results.totals.all},
            "expired": results.expired,
            "signed": _by_day(results.signed),
            "proved": _by_day(results.proved),
            "confirmed": _by_day(results.confirmed),
            "country": dict(results.countries),
            "language": dict(results.languages),
            "source": dict(results.sources),
            "want_updates": results.want_updates,
            "with_comment": results.with_comment,
            "failed_mails": dict(failures),
        }
    if action:
        numbers["letters"] = {"drafted": action.drafted_count, "posted": action.posted_count}
    return numbers


def as_rows(numbers: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The same as rows of a table."""
    for what, told in numbers.items():
        table = told if isinstance(told, dict) else {"": told}
        for which, number in table.items():
            yield what, which, str(number)


def _by_day(numbers: ByDay) -> dict[str, int]:
    return {day.isoformat(): number for day, number in numbers.items()}
