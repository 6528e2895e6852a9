"""Reading what was typed or pasted about people on a sheet: rows, or what is wrong with them."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from campaign.lib import addresses, countries, languages
from campaign.lib.languages import gettext
from campaign.lib.spellings import folded
from campaign.paper.rules import ROWS_MOST, Row
from campaign.petitions.rules import NAME_LENGTH, POSTCODE_LENGTH

#: The columns, in their order; what a spreadsheet calls them is the first line, if there is one.
COLUMNS = ("name", "email", "postcode", "country", "show name")
_LINK = re.compile(r"://|@|\bwww\.", re.IGNORECASE)
_YES = frozenset({"yes", "y", "x", "1", "true", "oui", "o", "ja", "j", "是", "نعم", "☑", "✓"})
_NO = frozenset({"", "no", "n", "0", "false", "non", "nein", "否", "لا", "☐", "-"})
#: What may divide the cells of a pasted table.
_DIVIDERS = ",;\t，；،؛"


@dataclass
class Reading:
    """What was found: rows, and mistakes by the number of their line."""

    rows: list[Row] = field(default_factory=list)
    mistakes: dict[int, str] = field(default_factory=dict)


def lines_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of a pasted table by their numbers, without its header and without empty ones.

    Commas, semicolons (of whatever script) or tabs divide its cells, whichever the first line has
    most of.
    Raises csv.Error.
    """
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DIVIDERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    is_first = True
    for cells in reader:
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        # One with other columns stays, so that nothing is read from the wrong one.
        is_header = is_first and tuple(map(str.casefold, cells)) == COLUMNS[: len(cells)]
        is_first = False
        if not is_header:
            yield reader.line_num, cells


def read(lines: Iterable[tuple[int, Sequence[str]]]) -> Reading:
    """Rows from the cells of lines; each line has a mistake or is a row.

    Of too many, none is looked at: whoever pastes a wrong table is told one thing.
    """
    lines, found, seen = list(lines), Reading(), dict[str, int]()
    if len(lines) > ROWS_MOST:
        found.mistakes[0] = gettext(
            "At most %(most)s rows at once, please; these are %(number)s. Enter the rest after.",
            most=ROWS_MOST,
            number=len(lines),
        )
        return found
    for number, cells in lines:
        row, mistake = _row(cells)
        mailbox = addresses.canonical(row.email) if row and row.email else ""
        if mailbox and mailbox in seen:
            mistake = gettext(
                "This address stands in line %(number)s too. Two people who share one are two "
                "signatures: leave it out of this line.",
                number=seen[mailbox],
            )
        if mistake or row is None:
            found.mistakes[number] = mistake
            continue
        if mailbox:
            seen[mailbox] = number
        found.rows.append(row)
    return found


def _row(cells: Sequence[str]) -> tuple[Row | None, str]:
    """The row, or what is wrong with it."""
    if len(cells) > len(COLUMNS):
        return None, gettext(
            "This line has %(number)s cells, and at most %(most)s are known: %(columns)s. "
            "Put a cell that holds a comma between quotation marks.",
            number=len(cells),
            most=len(COLUMNS),
            columns=", ".join(COLUMNS),
        )
    if cells[0].casefold() == COLUMNS[0]:
        return None, gettext(
            "The columns stand in this order, and no other: %(columns)s. Move yours, or leave some "
            "empty.",
            columns=", ".join(COLUMNS),
        )
    name, email, postcode, country, shows = [*cells, *[""] * (len(COLUMNS) - len(cells))]
    code = country_code(country)
    mistakes = (
        *_about_name(name),
        *_about_email(email),
        (len(postcode) > POSTCODE_LENGTH, gettext("The postcode is too long.")),
        (
            code is None,
            gettext("We do not know this country. Write its name, or two letters such as CA."),
        ),
        (
            shows.casefold() not in _YES | _NO,
            gettext("Whether the name may be shown is answered by yes or no."),
        ),
    )
    if mistake := next((words for is_made, words in mistakes if is_made), ""):
        return None, mistake
    email = addresses.normalise(email) if email else ""
    return Row(name, email, postcode, code or "", shows.casefold() in _YES), ""


def _about_name(name: str) -> Iterator[tuple[bool, str]]:
    yield not name, gettext("The name is missing.")
    yield (
        bool(_LINK.search(name)),
        gettext("Enter a name here, not an address or a link."),
    )
    yield (
        "\ufffd" in name,
        gettext("Some characters could not be read. Please type them again."),
    )
    yield len(name) > NAME_LENGTH, gettext("The name is too long.")


def _about_email(email: str) -> Iterator[tuple[bool, str]]:
    yield len(email) > addresses.MAX_LENGTH, gettext("The email address is too long.")
    try:
        addresses.normalise(email or "nobody@example.org")
    except addresses.NoAddress:
        yield (
            True,
            gettext(
                "The email address is none, like name@example.org. Correct it or leave it out."
            ),
        )


def country_code(words: str) -> str | None:
    """The ISO code of a country by its code or name; "" for no words, None for unknown ones."""
    if not words:
        return ""
    languages_read = dict.fromkeys((languages.current(), languages.DEFAULT))
    codes = (_codes(language).get(folded(words)) for language in languages_read)
    return next((code for code in codes if code), None)


@cache
def _codes(language: str) -> dict[str, str]:
    names = countries.names(language)
    return {folded(word): code for code, name in names.items() for word in (name, code)}
