"""The boxes of a case: which page of the editor has which, and how they are worded."""

from collections.abc import Iterable, Sequence

from wtforms import BooleanField, HiddenField, SelectChoice  # type: ignore[attr-defined]

from campaign.letters import case_words, notation, rules, working
from campaign.letters.case import in_language
from campaign.letters.case_fields import (
    Box,
    Group,
    Key,
    at_path,
    box,
    by_language,
    line,
    name_of,
)
from campaign.letters.working import Content, Path
from campaign.lib import languages
from campaign.lib.fields import Choices, CountryField
from campaign.lib.languages import Text, gettext, lazy_gettext as _, ngettext
from campaign.lib.validators import AtMost, unreadable

#: Parts of the case of which there are several rows, told apart by their keys.
KEYED = ("facts", "asks", "targets")


def groups(content: Content, part: str, rows: Sequence[str]) -> list[Group]:
    """The boxes of that part of the case, with a row for each of those keys."""
    spoken = content.get("languages", [])
    match part:
        case "page":
            return [_person(spoken), _page()]
        case "facts":
            return [_fact(content, n, key) for n, key in enumerate(rows)]
        case "asks":
            return [_ask(content, n, key) for n, key in enumerate(rows)]
        case "targets":
            return [_target(content, n, key, spoken) for n, key in enumerate(rows)]
        case "cards":
            phrases = (case_words.phrase(n, spoken) for n in range(len(rows)))
            return [case_words.cards(), *phrases]
        case _:
            return list(case_words.groups(content, working.language_of(part) or ""))


def _person(spoken: Sequence[str]) -> Group:
    return Group(
        _("The person"),
        [
            at_path(
                "person",
                "name",
                field=line(
                    _("Name"), _("In Latin script. Leave it blank for a cause without a person.")
                ),
            ),
            at_path("person", "own_script", field=line(_("Name in its own script"), dir="auto")),
            at_path(
                "person",
                "script",
                field=line(
                    _("Language and script of that name"),
                    _("A tag such as zh-Hans, ug or ru."),
                    rules.NAME_LENGTH,
                    dir="ltr",
                ),
            ),
            at_path("person", "family_name", field=line(_("Family name"))),
            *by_language(
                ("person", "called"),
                gettext("How a letter in %(language)s calls the person: Ms. Ni"),
                spoken,
            ),
            *by_language(
                ("person", "pronouns"), gettext("Pronouns in %(language)s, for writers"), spoken
            ),
        ],
    )


def _page() -> Group:
    return Group(
        _("For the people who write"),
        [
            at_path("appeals_before", field=line(_("Letters are asked for until"), type="date")),
            at_path(
                "say", field=box(_("What to say"), _("One piece of advice a line."), dir="auto")
            ),
            at_path("avoid", field=box(_("What to leave out"), _("One a line."), dir="auto")),
            at_path(
                "guidance",
                field=box(
                    _("How to go about it"), _("Paragraphs; Markdown without HTML."), dir="auto"
                ),
            ),
        ],
    )


def _row(path: Path, key: str, title: Text, boxes: Iterable[Box], gone: Text) -> Group:
    """A row; its key is chosen once, as passages and posted letters are told apart by it."""
    hint = _("Small letters and hyphens: eviction-2017. Left blank, it is made from the words.")
    if key:
        first = at_path(
            *path, "key", field=HiddenField(validators=[AtMost(rules.LINE_LENGTH), unreadable])
        )
        last = [at_path(*path, "gone", field=BooleanField(gone))]
    else:
        look = {"dir": "ltr"}
        first = at_path(*path, "key", field=Key(_("Short name"), description=hint, render_kw=look))
        last = []
    return Group(
        key or title,
        [one._replace(name=name_of(one.path, key)) for one in (first, *boxes, *last)],
    )


def _with_wordings(content: Content, part: str, key: str) -> Text:
    """What is lost with a fact or ask."""
    number = 0
    for words in content.get("passages", {}).values():
        typed = words.get(part, {}).get(key, "")
        typed = typed.get("wordings", "") if isinstance(typed, dict) else typed
        number += len(notation.read(typed).passages)
    if not number:
        return _("Remove it")
    return ngettext(
        "Remove it, and its %(number)s wording",
        "Remove it, and its %(number)s wordings",
        number,
        number=number,
    )


def _fact(content: Content, n: int, key: str) -> Group:
    path: Path = ("facts", n)
    boxes = [
        at_path(
            *path,
            "happened_on",
            field=line(
                _("When"),
                _("A day 2002-04-27, a month 2002-04, or a year 2002."),
                rules.NAME_LENGTH,
                dir="ltr",
            ),
        ),
        at_path(
            *path, "says", field=box(_("What happened"), _("One or two sentences."), dir="auto")
        ),
        at_path(
            *path,
            "sources",
            field=box(_("Sources"), _("One a line: the title, then its address with https://.")),
        ),
        at_path(
            *path,
            "checked_on",
            field=line(
                _("Checked on"),
                _("The day somebody last compared these words with the source."),
                type="date",
            ),
        ),
        at_path(
            *path, "always", field=BooleanField(_("Tell it wherever the writer has not chosen"))
        ),
    ]
    return _row(path, key, _("Another fact"), boxes, _with_wordings(content, "facts", key))


def _ask(content: Content, n: int, key: str) -> Group:
    path: Path = ("asks", n)
    boxes = [
        at_path(
            *path,
            "text",
            field=box(
                _("What is asked for"), _("It begins with a verb: open an inquiry."), dir="auto"
            ),
        ),
    ]
    targets = _target_names(content, working.at(content, (*path, "targets")) or [])
    if targets:
        choices = Choices(_("Of whom (nobody ticked: of all)"), choices=targets)
        boxes.append(at_path(*path, "targets", field=choices))
    return _row(path, key, _("Another ask"), boxes, _with_wordings(content, "asks", key))


def _target_names(content: Content, named: Iterable[str]) -> list[SelectChoice]:
    """The targets to tick; and those that are gone but still named, so that it shows."""
    here = languages.current()
    known = {
        row.get("key", ""): in_language(row.get("role", {}), here) or row.get("key", "")
        for row in content.get("targets", ())
    }
    gone = {key: f"{key} ({gettext('no longer there')})" for key in named if key not in known}
    return [SelectChoice(key, words) for key, words in (known | gone).items()]


def name_in(content: Content, path: Path) -> str:
    """The name of the box at that path of the content."""
    in_row = len(path) > 2 and path[0] in KEYED
    return name_of(path, working.at(content, (*path[:2], "key")) if in_row else None)


def _target(content: Content, n: int, key: str, spoken: Sequence[str]) -> Group:
    path: Path = ("targets", n)
    role = gettext("The office, in %(language)s")
    salutation = gettext("Salutation in %(language)s: Dear Director")
    boxes = [
        *by_language((*path, "role"), role, spoken),
        *by_language((*path, "salutation"), salutation, spoken),
        at_path(
            *path,
            "name",
            field=line(_("Name of the holder"), _("Better left blank: offices last.")),
        ),
        *_addresses(path),
        at_path(*path, "copy_only", field=BooleanField(_("Gets a copy only, as embassies do"))),
        at_path(*path, "for_writers_in", field=CountryField(_("A copy is for writers in"))),
    ]
    return _row(path, key, _("Another target"), boxes, _("Remove it"))


def _addresses(path: Path) -> list[Box]:
    return [
        at_path(
            *path,
            "address",
            field=box(_("Postal address"), _("In Latin script, without the country."), dir="ltr"),
        ),
        at_path(
            *path, "own_address", field=box(_("The same in the country’s own script"), dir="auto")
        ),
        at_path(
            *path,
            "script",
            field=line(
                _("Language and script of that"),
                _("A tag such as zh-Hans, ug or ru."),
                rules.NAME_LENGTH,
                dir="ltr",
            ),
        ),
        at_path(*path, "country", field=CountryField(_("Country of the address"))),
    ]
