"""The kinds of boxes in which organisers type a case, and what each of them holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from campaign.letters import rules
from campaign.letters.working import Path
from campaign.lib import languages
from campaign.lib.fields import Typed, TypedLines
from campaign.lib.http import slug_of
from campaign.lib.languages import Text
from campaign.lib.validators import AtMost, unreadable

#: Stands in names where a row has no key yet; no key can be made that is the same.
NEW = "_new"


class Box(NamedTuple):
    """One box and what of the content it holds."""

    path: Path
    field: Any
    #: Its name in the form, and its id on the page.
    name: str


class Group(NamedTuple):
    """Boxes under one heading."""

    title: Text
    boxes: Sequence[Box]
    #: What the wordings must keep to.
    says: str = ""


def at_path(*path: str | int, field: Any) -> Box:
    """The box for what stands there: named after its path."""
    return Box(path, field, name_of(path))


def name_of(path: Path, key: str | None = None) -> str:
    """The name of the box at that path.

    In a row with a key it is the key that counts and not the place, which may change while
    somebody types: ("facts", 2, "says") is facts-eviction-2017-says. A new row has the key "".
    """
    if key is not None:
        path = (path[0], key or NEW, *path[2:])
    return "-".join(_step(step) for step in path)


def _step(step: str | int) -> str:
    """Keys in files may hold anything; names of boxes may not."""
    text = str(step)
    return text if re.fullmatch(r"[\w-]+", text) else sha256(text.encode()).hexdigest()[:12]


class Key(Typed):
    """The short name of a row that is new: small letters, digits and hyphens."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = slug_of(self.data or "", rules.NAME_LENGTH)


def line(label: Text, hint: Text = "", most: int = rules.SENTENCE_LENGTH, **looks: Any) -> Typed:
    """A box for one line."""
    return Typed(label, [AtMost(most), unreadable], description=hint, render_kw=looks)


def box(label: Text, hint: Text = "", most: int = rules.BOX_LENGTH, **looks: Any) -> TypedLines:
    """A box for several lines."""
    return TypedLines(label, [AtMost(most), unreadable], description=hint, render_kw=looks)


def by_language(path: Path, label: str, spoken: Iterable[str]) -> Iterator[Box]:
    """The same box for each language. `label` has a place for its name."""
    for language in spoken:
        words = label % {"language": languages.language_name(language)}
        yield at_path(*path, language, field=line(words, lang=language, dir="auto"))
