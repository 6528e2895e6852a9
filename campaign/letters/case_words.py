"""The boxes for words in many wordings: the passages of a language, and greetings on cards."""

from collections.abc import Iterator, Sequence

from wtforms import BooleanField

from campaign.letters import rules, working
from campaign.letters.case import Section
from campaign.letters.case_fields import Group, at_path, box, by_language, line
from campaign.letters.linting import ENOUGH
from campaign.letters.working import Content, Path
from campaign.lib.languages import Text, gettext, lazy_gettext as _

SECTIONS = {
    Section.SUBJECT: _("Subject"),
    Section.OPENING: _("Opening"),
    Section.WHO: _("Who writes"),
    Section.FACTS: _("Wordings of the fact"),
    Section.ASK: _("What leads to the asks"),
    Section.ASKS: _("Wordings of the ask"),
    Section.CLOSING: _("Closing"),
    Section.FAREWELL: _("Farewell"),
}


def groups(content: Content, language: str) -> Iterator[Group]:
    """The boxes for the passages in that language, in the letter's order."""
    path: Path = ("passages", language)
    yield _plain(_("The beginning"), path, (Section.SUBJECT, Section.OPENING, Section.WHO))
    facts = {row.get("key", ""): row.get("says", "") for row in content.get("facts", ())}
    for key, says in _told(content, (*path, "facts"), facts).items():
        yield _fact(path, key, says)
    yield _plain(_("Before the asks"), path, (Section.ASK,))
    asks = {row.get("key", ""): row.get("text", "") for row in content.get("asks", ())}
    for key, text in _told(content, (*path, "asks"), asks).items():
        yield Group(
            gettext("Ask: %(key)s", key=key),
            [at_path(*path, "asks", key, field=_passages(Section.ASKS, language))],
            text,
        )
    yield _plain(_("The end"), path, (Section.CLOSING, Section.FAREWELL))


def _told(content: Content, path: Path, known: dict[str, str]) -> dict[str, str]:
    """Facts or asks, and those that are gone but still have wordings, so that it shows."""
    left = {key: gettext("This is no longer there.") for key in working.at(content, path) or {}}
    return known | {key: says for key, says in left.items() if key not in known}


def _plain(title: Text, path: Path, sections: Sequence[Section]) -> Group:
    language = str(path[-1])
    return Group(
        title,
        [at_path(*path, section.value, field=_passages(section, language)) for section in sections],
    )


def _fact(path: Path, key: str, says: str) -> Group:
    language = str(path[-1])
    label = line(
        _("In a few words"),
        _("Writers choose facts by these words."),
        lang=language,
        dir="auto",
    )
    return Group(
        gettext("Fact: %(key)s", key=key),
        [
            at_path(*path, "facts", key, "label", field=label),
            at_path(*path, "facts", key, "wordings", field=_passages(Section.FACTS, language)),
        ],
        says,
    )


def _passages(section: Section, language: str) -> object:
    enough = gettext("At least %(number)d for each tone.", number=ENOUGH[section])
    return box(SECTIONS[section], enough, rules.PASSAGES_LENGTH, lang=language, dir="auto")


def cards() -> Group:
    """What is said of the cards as a whole."""
    return Group(
        _("Cards of solidarity"),
        [
            at_path(
                "cards",
                "guidance",
                field=box(
                    _("For the people who send them"),
                    _("Leave all of this blank where no cards are sent."),
                    dir="auto",
                ),
            ),
            at_path(
                "cards",
                "hidden_address",
                field=box(
                    _("Where staff send them on to"),
                    _("Never shown to the public."),
                    dir="auto",
                ),
            ),
        ],
    )


def phrase(n: int, spoken: Sequence[str]) -> Group:
    """One greeting."""
    path: Path = ("cards", "phrases", n)
    return Group(
        gettext("Greeting %(number)d", number=n + 1),
        [
            at_path(*path, "text", field=line(_("What the card says"), dir="auto")),
            at_path(
                *path,
                "language",
                field=line(
                    _("Its language and script"),
                    _("A tag such as zh-Hans, ug or ru."),
                    rules.NAME_LENGTH,
                    dir="ltr",
                ),
            ),
            *by_language((*path, "means"), gettext("What it means, in %(language)s"), spoken),
            at_path(*path, "gone", field=BooleanField(_("Remove it"))),
        ],
    )
