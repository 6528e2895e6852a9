"""Text files with a front matter: YAML between lines of `---`, then Markdown.

Strict, so that a slip of the pen is found where it stands: an unknown key, a missing one or one of
the wrong type, and a link to what is not https, is refused with file and line. Only who seeds has
such files, so no other start waits for YAML.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from campaign.lib import markup

if TYPE_CHECKING:
    import yaml


class Mistake(Exception):
    """A file is wrong. The text says where and how."""


class Key(NamedTuple):
    """One key that a front matter may have."""

    type: type
    required: bool = True
    #: What a word has to be, or each of a list; anything where nothing is named.
    among: Collection[str] = ()
    #: What keys a dict may have, in the same way.
    keys: Mapping[str, "Key"] | None = None


class Document(NamedTuple):
    """A file, read: its values, its text, and where each value stands."""

    file: Path
    values: dict[str, Any]
    body: str
    node: "yaml.MappingNode"
    #: The line of the file on which the YAML begins.
    first_line: int

    def place(self, path: Iterable[str | int] = ()) -> str:
        """The file and line of the value that this path of keys and indexes leads to.

        Where the path leads nowhere, the place of the last value on it.
        """
        node: yaml.Node = self.node
        line = node.start_mark.line
        for step in path:
            inner = _inner(node, step)
            if inner is None:
                break
            line, node = inner
        return place(self.file, line + self.first_line)


def _inner(node: "yaml.Node", step: str | int) -> "tuple[int, yaml.Node] | None":
    """The line of a part of the node, and that part."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def read(file: Path, keys: Mapping[str, Key]) -> tuple[dict[str, Any], str]:
    """Front matter and body of the file, every key checked. Raises Mistake."""
    document = load(file)
    for name, value in document.values.items():
        _check(document, [name], value, keys)
    missing = [name for name, key in keys.items() if key.required and name not in document.values]
    if missing:
        raise Mistake(f"{place(file)}: missing {', '.join(missing)}")
    check_links(document)
    return document.values, document.body


#: Nearly all texts are a few words: to read each as Markdown would be a fifth of seeding.
_MAY_LINK = re.compile(r"[]<]")


def check_links(document: Document) -> None:
    """Whether all links in its Markdown lead to https or to a page of ours. Raises Mistake."""
    for text in _texts([document.values, document.body]):
        for link in markup.links(text) if _MAY_LINK.search(text) else ():
            is_ours = link.startswith("/") and not link.startswith("//")
            if not (is_ours or is_https(link)):
                line = _line_of(document.file, link)
                raise Mistake(f"{place(document.file, line)}: {insecure(link)}")


def is_https(link: str) -> bool:
    """Whether nobody on the way there can read along or put other words in its place."""
    try:
        parts = urlsplit(link)
    except ValueError:  # a broken host
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def insecure(link: str) -> str:
    """What is said of a link that is not."""
    return f"the link «{link}» should begin with https://"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _line_of(file: Path, words: str) -> int | None:
    lines = enumerate(file.read_text("utf-8").splitlines(), start=1)
    return next((number for number, line in lines if words in line), None)


def load(file: Path) -> Document:
    """The file with its front matter, unchecked. Raises Mistake."""
    start, _, rest = _read(file).partition("---\n")
    front, end, body = rest.partition("\n---\n")
    if start or not end:
        raise Mistake(
            f"{place(file, 1)}: the file must begin with a front matter between lines of ---"
        )
    return _document(file, front, body.strip(), first_line=2)


def load_yaml(file: Path) -> Document:
    """A file that is YAML alone, unchecked. Raises Mistake."""
    return _document(file, _read(file), "", first_line=1)


def _read(file: Path) -> str:
    """Its text, without the mark that some editors put before it."""
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = trouble.object.count(b"\n", 0, trouble.start) + 1
        raise Mistake(f"{place(file, line)}: this is not UTF-8; save the file as that") from trouble


def _document(file: Path, text: str, body: str, *, first_line: int) -> Document:
    import yaml

    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        values = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as trouble:
        line = trouble.problem_mark.line if trouble.problem_mark else 0
        raise Mistake(f"{place(file, line + first_line)}: {trouble.problem}") from trouble
    except ValueError as trouble:  # a day that no calendar has
        raise Mistake(f"{place(file)}: {trouble}") from trouble
    if not isinstance(node, yaml.MappingNode):
        raise Mistake(f"{place(file, first_line)}: expected lines of «key: value»")
    return Document(file, values, body, node, first_line)


def place(file: Path, line: int | None = None) -> str:
    """The file as the reader of a message finds it: its last three parts, and the line."""
    name = "/".join(file.parts[-3:])
    return f"{name}:{line}" if line else name


def _wrong(value: Any, key: Key) -> str:
    """What a value is not, and should be; nothing where it is right."""
    if type(value) is not key.type:  # a moment is no day, and yes is no number
        return f"should be of type {key.type.__name__}"
    if value == "":
        return "is empty"
    if isinstance(value, list) and not all(isinstance(word, str) for word in value):
        return "should be a list of words"
    return ""


def _check(document: Document, path: list[str], value: Any, keys: Mapping[str, Key]) -> None:
    where, name = document.place(path), path[-1]
    key = keys.get(name)
    if key is None:
        raise Mistake(f"{where}: there is no key «{name}»; known are {', '.join(keys)}")
    if wrong := _wrong(value, key):
        raise Mistake(f"{where}: «{name}» {wrong}")
    if key.keys is not None and isinstance(value, dict):
        for inner in value:
            _check(document, [*path, inner], value[inner], key.keys)
    for word in (value if isinstance(value, list) else [value]) if key.among else ():
        if word not in key.among:
            raise Mistake(f"{where}: «{name}» cannot be «{word}»; known are {', '.join(key.among)}")
