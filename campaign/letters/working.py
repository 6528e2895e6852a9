"""The working copy: a case as organisers type it, which may have gaps. Pure data.

Its content has the shape of a case; what is blank is left out. Lists that people write one a line,
dates, and the passages of a section are kept as they were typed, so that nothing is lost that is
not yet right. `completing` makes a case of it, or says what stands in the way.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from campaign.letters import notation
from campaign.letters.case import PLAIN_SECTIONS, Case, Fact, Passages, Precision, Target

#: The way to one box of the content: ("facts", 2, "says").
Path = tuple[str | int, ...]
Content = dict[str, Any]

_WORDS_OF = "passages-"
#: What is edited on a page of its own, with its parts of the content; passages, a language each.
PARTS: Mapping[str, Sequence[str]] = {
    "page": ("person", "appeals_before", "say", "avoid", "guidance"),
    "facts": ("facts",),
    "asks": ("asks",),
    "targets": ("targets",),
    "cards": ("cards",),
}


def part_of_words(language: str) -> str:
    """The part with the passages in that language."""
    return _WORDS_OF + language


def language_of(part: str) -> str | None:
    """The language of that part, if it holds passages."""
    return part.removeprefix(_WORDS_OF) if part.startswith(_WORDS_OF) else None


def blank(language: str) -> Content:
    """A case of which nothing is known yet."""
    return {"languages": [language]}


def part_of(content: Content, part: str) -> Content:
    """What of the content is edited together."""
    language = language_of(part)
    if language:
        words = content.get("passages", {}).get(language)
        return {"passages": {language: words}} if words else {}
    return {key: content[key] for key in PARTS[part] if key in content}


def with_part(content: Content, part: str, typed: Content) -> Content:
    """The content with another wording of that part."""
    language = language_of(part)
    if language:
        words = typed.get("passages", {}).get(language, {})
        typed = {"passages": {**content.get("passages", {}), language: words}}
    others = {key: value for key, value in content.items() if key not in PARTS.get(part, ())}
    return pruned({**others, **typed})


def with_language(content: Content, language: str) -> Content:
    """The content of letters that are written in that language too."""
    spoken = dict.fromkeys([*content.get("languages", ()), language])
    return {**content, "languages": list(spoken)}


def without_words(content: Content, part: str, keys: Iterable[str]) -> Content:
    """The content without the wordings of those facts or asks, in any language."""
    passages = {
        language: {
            **words,
            part: {key: said for key, said in words.get(part, {}).items() if key not in set(keys)},
        }
        for language, words in content.get("passages", {}).items()
    }
    return pruned({**content, "passages": passages})


def speaks(content: Content, language: str) -> bool:
    """Whether anything but the list of languages is written in that language."""
    by_language = [
        content.get("passages", {}),
        content.get("person", {}).get("called", {}),
        content.get("person", {}).get("pronouns", {}),
        *(
            row.get(name, {})
            for row in content.get("targets", ())
            for name in ("role", "salutation")
        ),
        *(row.get("means", {}) for row in content.get("cards", {}).get("phrases", ())),
    ]
    return any(language in words for words in by_language)


def at(content: Any, path: Path) -> Any:
    """What stands in that box; None where it is blank."""
    for step in path:
        try:
            content = content[step]
        except (KeyError, IndexError):
            return None
    return content


def assembled(boxes: Iterable[tuple[Path, Any]]) -> Content:
    """Content from its boxes, in their order; rows that are all blank fall out."""
    root: dict[str | int, Any] = {}
    for path, value in boxes:
        node = root
        for step in path[:-1]:
            node = node.setdefault(step, {})
        node[path[-1]] = value
    return pruned(_with_rows(root))


def _with_rows(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(step, int) for step in node):
        return [_with_rows(row) for row in node.values()]
    return {step: _with_rows(value) for step, value in node.items()}


def pruned(content: Content) -> Content:
    """The same without whatever is blank."""
    inner = {step: _pruned(value) for step, value in content.items()}
    return {step: value for step, value in inner.items() if value not in ("", None, False, [], {})}


def _pruned(node: Any) -> Any:
    if isinstance(node, dict):
        return pruned(node)
    if isinstance(node, list):
        return [value for value in map(_pruned, node) if value not in ("", None, {}, [])]
    return node


def content_of(case: Case, language: str) -> Content:
    """The case as somebody would have typed it, for a campaign in that language."""
    person, cards = case.person, case.cards
    whole = {
        "languages": list(_languages(case, language)),
        "person": {
            name: getattr(person, name)
            for name in ("name", "own_script", "script", "family_name", "called", "pronouns")
        }
        if person
        else {},
        "appeals_before": case.appeals_before.isoformat() if case.appeals_before else "",
        "say": "\n".join(case.say),
        "avoid": "\n".join(case.avoid),
        "guidance": case.guidance,
        "facts": [_fact_typed(fact) for fact in case.facts],
        "asks": [
            {"key": ask.key, "text": ask.text, "targets": list(ask.targets)} for ask in case.asks
        ],
        "targets": [_target_typed(target) for target in case.targets],
        "passages": {language: _words_typed(words) for language, words in case.passages.items()},
        "cards": {
            "phrases": [
                {"text": phrase.text, "language": phrase.language, "means": phrase.means}
                for phrase in cards.phrases
            ],
            "guidance": cards.guidance,
            "hidden_address": "\n".join(cards.hidden_address),
        }
        if cards
        else {},
    }
    return pruned(whole)


def _languages(case: Case, first: str) -> Iterable[str]:
    """Each language that anything is written in, once."""
    used = [*case.passages, first]
    if case.person:
        used += [*case.person.called, *case.person.pronouns]
    for target in case.targets:
        used += [*target.role, *target.salutation]
    for phrase in case.cards.phrases if case.cards else ():
        used += phrase.means
    return dict.fromkeys(used)


def _fact_typed(fact: Fact) -> Content:
    return {
        "key": fact.key,
        "happened_on": _day_typed(fact.happened_on, fact.precision),
        "says": fact.says,
        "sources": "\n".join(f"{source.name} {source.url}".strip() for source in fact.sources),
        "checked_on": fact.checked_on.isoformat() if fact.checked_on else "",
        "always": fact.always,
    }


def _day_typed(day: date, precision: Precision) -> str:
    """2002-11 for a month; where the day matters to the order of facts: 2002-11-15 month."""
    whole = day.isoformat()
    if precision is Precision.MONTH and day.day == 1:
        return whole[:7]
    if precision is Precision.YEAR and (day.month, day.day) == (1, 1):
        return whole[:4]
    return whole if precision is Precision.DAY else f"{whole} {precision}"


def _target_typed(target: Target) -> Content:
    return {
        "key": target.key,
        "role": target.role,
        "salutation": target.salutation,
        "name": target.name,
        "address": "\n".join(target.address),
        "own_address": "\n".join(target.own_address),
        "script": target.script,
        "country": target.country,
        "copy_only": target.copy_only,
        "for_writers_in": target.for_writers_in,
    }


def _words_typed(words: Passages) -> Content:
    return {
        **{section.value: notation.written(getattr(words, section)) for section in PLAIN_SECTIONS},
        "facts": {
            key: {"label": point.label, "wordings": notation.written(point.wordings)}
            for key, point in words.facts.items()
        },
        "asks": {key: notation.written(wordings) for key, wordings in words.asks.items()},
    }
