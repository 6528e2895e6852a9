"""Reads a case from the files people write: letter.md, and letter.<language>.yaml beside it."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from campaign.letters import case as cases
from campaign.letters.case import Case
from campaign.letters.linting import Fault
from campaign.lib.frontmatter import (
    Document,
    Mistake,
    check_links,
    insecure,
    is_https,
    load,
    load_yaml,
)

Part = TypeVar("Part")


class CaseFile:
    """A case and the files it came from, so that each fault can be shown where it stands."""

    def __init__(self, file: Path) -> None:
        """Read them. Raises Mistake with file and line."""
        self._front = load(file)
        self._words = {
            words.name.split(".")[1]: load_yaml(words)
            for words in sorted(file.parent.glob(f"{file.stem}.*.yaml"))
        }
        front = {**self._front.values, "guidance": self._front.body}
        self.case: Case = msgspec.structs.replace(
            _converted(cases.read, front, self._front),
            passages={
                language: _converted(cases.read_passages, document.values, document)
                for language, document in self._words.items()
            },
        )
        check_links(self._front)
        for n, fact in enumerate(self.case.facts):
            for m, source in enumerate(fact.sources):
                if not is_https(source.url):
                    where = self._front.place(("facts", n, "sources", m, "url"))
                    raise Mistake(f"{where}: {insecure(source.url)}")

    def mistake(self, faults: Sequence[Fault]) -> Mistake:
        """All faults, each with file and line."""
        return Mistake("\n".join(f"{self._place(fault)}: {fault.message}" for fault in faults))

    def _place(self, fault: Fault) -> str:
        match fault.place:
            case ("passages", str(language), *rest):
                return self._words[language].place(rest)
            case _:
                return self._front.place(fault.place)


def _converted(
    read: Callable[[dict[str, Any]], Part], values: dict[str, Any], document: Document
) -> Part:
    try:
        return read(values)
    except msgspec.ValidationError as trouble:
        message, _, place = str(trouble).partition(" - at ")
        raise Mistake(f"{document.place(_steps(place))}: {message}") from trouble


def _steps(path: str) -> list[str | int]:
    """`$.facts[2].says` as ["facts", 2, "says"]."""
    return [
        int(number) if number else name for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path)
    ]
