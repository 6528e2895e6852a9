"""How organisers type passages: one a paragraph, what it is for in brackets in front of it.

    [formal, anyone, for beijing-police] I write to you about {person}.

The brackets hold tones, needs, and `for` with the key of a target. Where the letter itself begins
with a bracket, an empty pair `[]` stands before it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from campaign.letters.case import Need, Passage, Tone
from campaign.lib.languages import gettext

_BRACKETS = re.compile(r"\[([^\[\]\n]*)\]\s*")
_BETWEEN = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_FOR = "for "


class Slip(NamedTuple):
    """Something in the brackets that means nothing."""

    #: Of the passage, from 0.
    number: int
    message: str


class Typed(NamedTuple):
    """Passages, and what was wrong with the brackets in front of them."""

    passages: tuple[Passage, ...]
    slips: list[Slip]


def written(passages: Iterable[Passage]) -> str:
    """The passages as somebody would type them. Reading that gives the same passages again."""
    return "\n\n".join(_in_front(passage) + _one_paragraph(passage.text) for passage in passages)


def read(typed: str) -> Typed:
    """The passages in what was typed. A condition that is not understood is left out and told."""
    paragraphs = [part for part in _BETWEEN.split(typed.strip()) if part.strip()]
    passages, slips = [], []
    for number, paragraph in enumerate(paragraphs):
        passage, messages = _passage(paragraph.strip())
        passages.append(passage)
        slips += [Slip(number, message) for message in messages]
    return Typed(tuple(passages), slips)


def conditions(passage: Passage) -> list[str]:
    """What stands in the brackets."""
    tone = [passage.tone.value] if passage.tone else []
    return [
        *tone,
        *(need.value for need in passage.needs),
        *(_FOR + key for key in passage.targets),
    ]


def _in_front(passage: Passage) -> str:
    said = conditions(passage)
    return (f"[{', '.join(said)}] " if said else "") + (
        "[] " if passage.text.lstrip().startswith("[") else ""
    )


def _one_paragraph(text: str) -> str:
    return _BETWEEN.sub("\n", text.strip())


def _passage(paragraph: str) -> tuple[Passage, list[str]]:
    said, text = _taken_apart(paragraph)
    tones = [Tone(word) for word in said if word in set(Tone)]
    needs = [Need(word) for word in said if word in set(Need)]
    targets = [word.removeprefix(_FOR).strip() for word in said if word.startswith(_FOR)]
    passage = Passage(
        text=text,
        tone=tones[0] if len(tones) == 1 else None,
        needs=tuple(dict.fromkeys(needs)),
        targets=tuple(dict.fromkeys(targets)),
    )
    return passage, list(_slips(said, text, len(tones)))


def _taken_apart(paragraph: str) -> tuple[list[str], str]:
    """What stands in the brackets in front, word by word, and the text after them."""
    said: list[str] = []
    while found := _BRACKETS.match(paragraph):
        paragraph = paragraph[found.end() :]
        words = [word for part in found[1].split(",") if (word := " ".join(part.split()))]
        if not words:
            return said, paragraph
        said += words
    if paragraph.startswith("["):
        said.append("[")
    return said, paragraph


def _slips(said: list[str], text: str, tones: int) -> Iterator[str]:
    known = {*Tone, *Need}
    for word in said:
        if word == "[":
            yield gettext("a bracket in front is never closed")
        elif word not in known and not word.startswith(_FOR):
            yield gettext(
                "there is no condition [%(word)s]; known are %(known)s, and “for” with the short "
                "name of a target. If the bracket belongs to the letter, write [] before it",
                word=word,
                known=", ".join([*Tone, *Need]),
            )
    if tones > 1:
        yield gettext("a passage has one tone, or none if it suits both")
    if not text:
        yield gettext("nothing stands after the brackets")
