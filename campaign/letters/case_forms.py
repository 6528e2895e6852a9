"""The forms of the case editor: one page of the case, and what is done to the whole."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from flask import request
from wtforms import (  # type: ignore[attr-defined]
    BooleanField,
    HiddenField,
    SelectChoice,
    SelectField,
    ValidationError,
)

from campaign.campaigns.models import Campaign
from campaign.letters import case_boxes, rules, working
from campaign.letters.case_boxes import KEYED
from campaign.letters.case_fields import NEW, Box, Group, name_of
from campaign.letters.working import Content, Path
from campaign.lib import languages, meanwhile
from campaign.lib.fields import StaffForm
from campaign.lib.http import slug_of
from campaign.lib.languages import gettext, lazy_gettext as _


class PartForm(StaffForm):
    """One page of the case."""

    #: Fingerprint of what stood there when the page was opened.
    seen = HiddenField()

    part: str
    groups: Sequence[Group]
    #: Name of a box → what somebody else typed there meanwhile.
    theirs: dict[str, str]

    def boxes(self) -> Iterator[Box]:
        """All boxes, in order."""
        for group in self.groups:
            yield from group.boxes

    def typed(self) -> Content:
        """What was typed, as content. Rows ticked for removal are gone, new ones have keys."""
        gone = [path for path, _key in self._gone()]
        content = working.assembled(
            (box.path, self[box.name].data)
            for box in self.boxes()
            if box.path[-1] != "gone" and not any(box.path[: len(p)] == p for p in gone)
        )
        if self.part in KEYED:
            _give_keys(content.get(self.part, []), self.part)
        return working.pruned(content)

    def gone(self) -> list[str]:
        """The keys of rows that are ticked for removal."""
        return [key for _path, key in self._gone() if key]

    def _gone(self) -> list[tuple[Path, str]]:
        ticked = [box for box in self.boxes() if box.path[-1] == "gone" and self[box.name].data]
        names = {box.path: box.name for box in self.boxes()}
        rows = [box.path[:-1] for box in ticked]
        return [
            (row, self[names[(*row, "key")]].data if (*row, "key") in names else "") for row in rows
        ]

    def put_beside(self, stands: Content) -> None:
        """Show beside each box what somebody else typed there, where it differs."""
        self.seen.data = meanwhile.fingerprint(stands)
        for box in self.boxes():
            if box.path[-1] in ("gone", "key") or NEW in box.name.split("-"):
                continue
            theirs = _in_words(working.at(stands, box.path))
            if theirs != _in_words(self[box.name].data):
                self.theirs[box.name] = theirs or gettext("(blank)")


def part_form(content: Content, part: str, *, one_more: bool = False) -> PartForm:
    """The form for that part; on a POST, with what was typed."""
    shown = _with_sent(content, part)
    groups = case_boxes.groups(shown, part, _rows(content, part, one_more=one_more))
    boxes = [box for group in groups for box in group.boxes]
    kind = cast(
        "type[PartForm]", type("PartForm", (PartForm,), {box.name: box.field for box in boxes})
    )
    stands = working.part_of(content, part)
    form = kind(
        data={
            "seen": meanwhile.fingerprint(stands),
            **{box.name: working.at(content, box.path) for box in boxes},
        }
    )
    form.part, form.groups, form.theirs = part, groups, {}
    if part in KEYED and form.is_submitted():
        _fill_in_unsent(form, content)
    return form


def _with_sent(content: Content, part: str) -> Content:
    """The content with room for wordings that were typed of facts and asks which are gone by now.

    So they are shown and kept like those of any fact that is no longer there.
    """
    language = working.language_of(part)
    if not language:
        return content
    path: Path = ("passages", language)
    words = {**(working.at(content, path) or {})}
    for kind, box in (("facts", "-(?:label|wordings)"), ("asks", "")):
        known = [*(row.get("key", "") for row in content.get(kind, ())), *words.get(kind, {})]
        names = {name_of((*path, kind, key)) for key in known}
        is_sent = re.compile(rf"({part}-{kind}-([\w-]{{1,{rules.LINE_LENGTH}}})){box}")
        sent = [is_sent.fullmatch(name) for name, typed in request.form.items() if typed.strip()]
        gone = [found[2] for found in sent if found and found[1] not in names]
        words[kind] = {**{key: {} for key in gone[: rules.ROWS]}, **words.get(kind, {})}
    return {**content, "passages": {**content.get("passages", {}), language: words}}


def _fill_in_unsent(form: PartForm, content: Content) -> None:
    """Rows that were not on the page that was sent stay as they are."""
    for group in form.groups:
        if group.boxes[0].name not in request.form:
            for box in group.boxes:
                form[box.name].data = working.at(content, box.path)


def _rows(content: Content, part: str, *, one_more: bool) -> list[str]:
    """The keys of the rows to show: those there are, those that were sent, and "" for a new one."""
    if part == "cards":
        return [""] * _greetings(content, one_more=one_more)
    if part not in KEYED:
        return []
    new = name_of((part, 0, "key"), "")
    is_key = re.compile(f"{part}-.+-key")
    keys = [row.get("key", "") for row in content.get(part, [])]
    sent = [key for name, key in request.form.items() if is_key.fullmatch(name) and name != new]
    keys += [key for key in dict.fromkeys(sent[: rules.ROWS]) if key and key not in keys]
    is_new = not keys or new in request.form or (one_more and len(keys) < rules.ROWS)
    return [*keys, ""] if is_new else keys


def _greetings(content: Content, *, one_more: bool) -> int:
    """As many as there are, or as were sent; one to begin with."""
    found = (re.match(r"cards-phrases-(\d{1,2})-", name) for name in request.form)
    sent = [int(name[1]) + 1 for name in found if name]
    stored = len(working.at(content, ("cards", "phrases")) or [])
    return max(stored + one_more, 1, *sent)


def _give_keys(rows: list[dict[str, Any]], part: str) -> None:
    """A key to each row that has none, made from its words; and no key twice."""
    taken: set[str] = set()
    for number, row in enumerate(rows, 1):
        words = row.get("says") or row.get("text") or next(iter(row.get("role", {}).values()), "")
        key = (
            row.get("key")
            or slug_of(" ".join(words.split()[:4]), rules.NAME_LENGTH)
            or f"{part[:-1]}-{number}"
        )
        row["key"] = _unlike(key, taken)
        taken.add(row["key"])


def _unlike(key: str, taken: set[str]) -> str:
    names = [key, *(f"{key}-{n}" for n in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return gettext("ticked") if value is True else str(value or "")


class LanguageForm(StaffForm):
    """One more language to write letters in."""

    language = SelectField(_("Language"))

    def __init__(self, content: Content, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        spoken = content.get("languages", ())
        self.language.choices = [
            SelectChoice(tag, name)
            for tag, name in languages.known(languages.current())
            if tag not in spoken
        ]


class LikeForm(StaffForm):
    """Begin with the letters of another campaign."""

    slug = SelectField(_("Campaign"))

    def __init__(self, campaigns: Sequence[Campaign], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slug.choices = [SelectChoice(one.slug, one.title) for one in campaigns]


class PublishForm(StaffForm):
    """Let volunteers write with the working copy."""

    seen = HiddenField()


class ThrowAwayForm(StaffForm):
    """Back to what is published."""

    #: Fingerprint of the working copy when the page was opened.
    seen = HiddenField()
    sure = BooleanField(_("Yes, forget what was changed since the letters were published"))

    def validate_sure(self, field: BooleanField) -> None:
        """What is thrown away cannot be brought back."""
        if not field.data:
            raise ValidationError(gettext("Tick this if you are sure."))

    def ask_again(self, content: Content) -> None:
        """Whoever was sure had something else before them."""
        self.sure.data = False
        self.seen.data = meanwhile.fingerprint(content)
