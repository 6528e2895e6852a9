"""Placeholders: the few names that a passage may hold in braces. A list, and no language."""

import re
from collections.abc import Mapping

#: What a passage may say in braces, and what stands there in the letter. Nothing else is known.
PLACEHOLDERS = {
    "person": "the person’s full name in Latin script",
    "person_native": "the name in its own script",
    "family_name": "the family name",
    "called": "how a letter calls the person: Ms. Ni",
    "salutation": "the salutation of the target",
    "role": "the office that is written to",
    "place": "where the volunteer lives, in their words",
    "occupation": "what the volunteer does, in their words",
    "on": "the date of the fact, in words",
}

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The passage with every placeholder filled; what is filled in is never looked at again.

    Raises KeyError with the name of one that is not on the list.
    """
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def placeholders_in(text: str) -> set[str]:
    """The names in braces. A brace that is no placeholder's counts as the name ''."""
    stray = {""} if re.search(r"[{}]", _PLACEHOLDER.sub("", text)) else set()
    return set(_PLACEHOLDER.findall(text)) | stray
