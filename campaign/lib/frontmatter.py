"""Text files with a front matter: YAML between lines of `---`, then Markdown.

Strict, so that a slip of the pen is found where it stands: an unknown key, a missing one or one of
the wrong type is refused with file and line.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml


class Mistake(Exception):
    """A file is wrong. The text says where and how."""


class Key(NamedTuple):
    """One key that a front matter may have."""

    type: type
    required: bool = True


def read(file: Path, keys: Mapping[str, Key]) -> tuple[dict[str, Any], str]:
    """Front matter and body of the file, every key checked. Raises Mistake."""
    start, _, rest = file.read_text("utf-8").partition("---\n")
    front, end, body = rest.partition("\n---\n")
    if start or not end:
        raise Mistake(
            f"{place(file, 1)}: the file must begin with a front matter between lines of ---"
        )
    try:
        node = yaml.compose(front, Loader=yaml.SafeLoader)
        values = yaml.safe_load(front)
    except yaml.MarkedYAMLError as trouble:
        line = trouble.problem_mark.line + 2 if trouble.problem_mark else 1
        raise Mistake(f"{place(file, line)}: {trouble.problem}") from trouble
    if not isinstance(node, yaml.MappingNode):
        raise Mistake(f"{place(file, 2)}: expected lines of «key: value»")
    for name, _value in node.value:
        _check(name.value, values[name.value], keys, place(file, name.start_mark.line + 2))
    missing = [name for name, key in keys.items() if key.required and name not in values]
    if missing:
        raise Mistake(f"{place(file)}: missing {', '.join(missing)}")
    return values, body.strip()


def place(file: Path, line: int | None = None) -> str:
    """The file as the reader of a message finds it: its last three parts, and the line."""
    name = "/".join(file.parts[-3:])
    return f"{name}:{line}" if line else name


def _check(name: str, value: Any, keys: Mapping[str, Key], where: str) -> None:
    key = keys.get(name)
    if key is None:
        raise Mistake(f"{where}: there is no key «{name}»; known are {', '.join(keys)}")
    if not isinstance(value, key.type):
        raise Mistake(f"{where}: «{name}» should be of type {key.type.__name__}")
