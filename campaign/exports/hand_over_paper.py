"""The two files of a hand-over: sheets for the addressee’s hands, and a table.

Only those who let their name be shown are in them. The sheets are set in parts and joined, and
which name stands on which page is reckoned here: so memory stays flat, and each page knows how many
there are.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from campaign.campaigns.models import Version
from campaign.exports import hand_over_list as listing
from campaign.exports.hand_over_list import Column
from campaign.exports.hand_over_rules import Covers, Kind, Naming
from campaign.exports.models import HandOver
from campaign.letters import glyphs, print_words as words, typesetting
from campaign.letters.joining import joined, page_count
from campaign.letters.print_words import DAGGER
from campaign.letters.typesetting import Words
from campaign.letters.typography import date_in_words, is_right_to_left
from campaign.lib import countries, languages
from campaign.lib.languages import figures, gettext, ngettext

#: Pages that are set at a time.
SET = 20
#: Room for the title in the running head, in mm.
_HEAD_WIDTH = 125.0


@dataclass(frozen=True)
class Front:
    """What the cover and the pages after it say besides the numbers."""

    site: str
    #: The campaign's page.
    link: str
    wordings: Sequence[tuple[Version, int]]
    #: The hand-over before it.
    last: HandOver | None


@dataclass(frozen=True)
class Files:
    """What was made."""

    content: dict[Kind, bytes]
    pages: int
    in_part: int


def make(hand_over: HandOver, front: Front) -> Generator[int, None, Files]:
    """Both files; meanwhile it tells how many names are done. Raises ErasedMeanwhile.

    It needs no transaction, and keeps none open.
    """
    language, lines = languages.spoken(hand_over.petition.campaign.language), list[listing.Line]()
    for some in listing.read(hand_over):
        lines += some
        yield 0
    sheets = list(listing.sheets(lines, language))
    paper = _Paper(hand_over, front, language)
    with languages.speaking(language):
        parts = [paper.front(len(sheets))]
    before = page_count(parts[0])
    pages = before + len(sheets)
    for start in range(0, len(sheets), SET):
        yield len(lines) * start // len(sheets)
        with languages.speaking(language):
            some_sheets = sheets[start : start + SET]
            parts.append(paper.names(some_sheets, first_page=before + start + 1, pages=pages))
    yield len(lines)
    return Files(
        {Kind.PDF: joined(parts) if sheets else parts[0], Kind.CSV: listing.table(lines)},
        pages=pages,
        in_part=sum(line.is_in_part for line in lines),
    )


class _Paper:
    """The sheets, in the language of the campaign."""

    def __init__(self, hand_over: HandOver, front: Front, language: str) -> None:
        self._hand_over, self._front, self._language = hand_over, front, language
        self._latest = _latest(hand_over, front)
        self._title = self._latest.title

    def front(self, list_pages: int) -> bytes:
        """The cover, and the words that were signed."""
        total = self._hand_over.total
        latest = self._latest
        return self._compiled(
            "hand_over.typ",
            list_pages=list_pages,
            site=self._words(self._front.site),
            petition=self._words(latest.title),
            ask=self._words(latest.ask),
            to=gettext("To"),
            addressee=self._words(latest.addressee),
            total=figures(total),
            signatures=ngettext(
                "signature, confirmed by its owner",
                "signatures, each confirmed by its owner",
                total,
            ),
            facts=list(self._facts()),
            words_title=gettext("What they signed"),
            wordings=[self._wording(*wording) for wording in self._front.wordings],
        )

    def names(self, sheets: Sequence[list[Column]], *, first_page: int, pages: int) -> bytes:
        """Some pages of the list."""
        return self._compiled(
            "hand_over_names.typ",
            sheets=[self._sheet(columns) for columns in sheets],
            first_page=first_page,
            pages=pages,
            size=listing.SIZE,
            pitch=listing.PITCH,
            number_mm=listing.number_width(self._hand_over.named),
            left_mm=listing.left(self._hand_over.named),
            rtl=languages.direction(self._language) == "rtl",
        )

    def _compiled(self, template: str, **data: object) -> bytes:
        title = f"{self._title} – {self._no}"
        return typesetting.compile(
            f"exports/print/{template}",
            {
                **data,
                "language": glyphs.primary(self._language),
                "head": self._words(_shortened(self._title)),
                "number": self._no,
                "made": self._moment,
                "page_of": gettext("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
            },
            title=words.printable(title),
            made_at=self._hand_over.made_at,
        )

    @property
    def _no(self) -> str:
        return gettext("Hand-over no. %(number)s", number=self._hand_over.number)

    @property
    def _moment(self) -> str:
        at = self._hand_over.made_at
        day = date_in_words(at.date(), self._language)
        return gettext("%(day)s, %(time)s UTC", day=day, time=f"{at:%H:%M}")

    def _facts(self) -> Iterator[tuple[Words, Words]]:
        """What the foot of the cover says: label and words."""
        hand_over, last = self._hand_over, self._front.last
        if hand_over.covers is Covers.ALL or last is None:
            yield self._no, gettext("all signatures that counted when it was made")
        else:
            yield (
                self._no,
                gettext(
                    "those that are new since hand-over no. %(number)s of %(day)s",
                    number=last.number,
                    day=date_in_words(last.made_at.date(), self._language),
                ),
            )
        yield gettext("Made"), self._moment
        if hand_over.named:
            yield gettext("Listed"), self._listed()
        if hand_over.unnamed:
            yield gettext("Not listed"), self._unnamed()
        if hand_over.paper:
            yield gettext("On paper"), self._on_paper()
        yield gettext("On the web"), self._words(self._front.link)

    def _listed(self) -> str:
        number, count = self._hand_over.named, figures(self._hand_over.named)
        if self._hand_over.naming is Naming.INITIALS:
            return ngettext(
                "%(count)s person, by initials and country",
                "%(count)s people, by initials and country, in the order in which they confirmed",
                number,
                count=count,
            )
        return ngettext(
            "%(count)s person who chose to be named",
            "%(count)s people who chose to be named, in the order in which they confirmed",
            number,
            count=count,
        )

    def _unnamed(self) -> str:
        return ngettext(
            "%(count)s person who chose not to be named, and is counted",
            "%(count)s people who chose not to be named, and are counted",
            self._hand_over.unnamed,
            count=figures(self._hand_over.unnamed),
        )

    def _on_paper(self) -> str:
        return ngettext(
            "%(count)s signature on sheets, besides these and in no list",
            "%(count)s signatures on sheets, besides these and in no list",
            self._hand_over.paper,
            count=figures(self._hand_over.paper),
        )

    def _wording(self, version: Version, signed: int) -> dict[str, object]:
        several = len(self._front.wordings) > 1
        title = gettext("Wording %(number)s: %(title)s", number=version.number, title=version.title)
        about = gettext("To: %(addressee)s", addressee=version.addressee)
        if version.language != self._hand_over.petition.campaign.language:
            about += " · " + languages.LANGUAGES.get(version.language, version.language)
        if several:
            about += " · " + ngettext(
                "signed by %(count)s person",
                "signed by %(count)s people",
                signed,
                count=figures(signed),
            )
        return {
            "title": self._words(title) if several else "",
            "about": self._words(about),
            "rtl": is_right_to_left(version.statement),
            "blocks": words.blocks(version.statement, version.language),
        }

    def _sheet(self, columns: list[Column]) -> dict[str, object]:
        first, last = columns[0][0].number, columns[-1][-1].number
        notes = []
        if last == self._hand_over.named and self._hand_over.unnamed:
            notes.append(gettext("Besides these: %(unnamed)s.", unnamed=self._unnamed()))
        if any(line.is_in_part for column in columns for line in column):
            notes.append(self._dagger())
        return {
            "title": gettext(
                "Nos. %(first)s to %(last)s", first=figures(first), last=figures(last)
            ),
            "columns": [self._column(column) for column in columns],
            "notes": notes,
        }

    def _column(self, column: Column) -> list[list[tuple[int, list[Words], str]]]:
        names = countries.names(self._language)
        size, wide = listing.SIZE, listing.width(self._hand_over.named)
        return [
            [
                (
                    line.number,
                    words.name(line.printed, size, wide),
                    names.get(line.country, line.country),
                )
                for line in ten
            ]
            for _, ten in groupby(column, key=lambda line: (line.number - 1) // 10)
        ]

    def _dagger(self) -> str:
        return gettext(
            "%(dagger)s stands for letters that these sheets cannot print; "
            "the table %(file)s has the name as it was signed.",
            dagger=DAGGER,
            file=f"{self._hand_over.name}.csv",
        )

    def _words(self, text: str) -> Words:
        return words.words(text, self._language)


def _latest(hand_over: HandOver, front: Front) -> Version:
    """The latest wording in the campaign's own language, if anybody signed one."""
    found = [version for version, _signed in front.wordings]
    language = hand_over.petition.campaign.language
    return next((one for one in found[::-1] if one.language == language), found[-1])


def _shortened(title: str) -> str:
    """The title as it fits the running head."""
    text = words.printable(title)
    while glyphs.width(text, 8.5) > _HEAD_WIDTH:
        text = text.rstrip("…").rpartition(" ")[0] + "…" if " " in text else text[:40] + "…"
    return text
