"""What the dashboard tells of each campaign and of all, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from campaign.campaigns.rules import Stage
from campaign.lib.languages import lazy_gettext as _
from campaign.results.rules import Totals

#: The last so many days, today among them.
RECENT = (1, 7, 30)
#: So many days has the chart.
DAYS = RECENT[-1]
#: So many campaigns on a page, decisions of colleagues in a list.
PAGE_SIZE = 50
DECISIONS = 10

#: What moderators decide, as the trail calls it, and in words.
VERDICT_NAMES = {
    "campaign.opened": _("Campaign opened"),
    "campaign.sent-back": _("Campaign sent back"),
    "campaign.closed": _("Campaign closed"),
    "campaign.reopened": _("Campaign opened again"),
    "post.published": _("Post published"),
    "post.returned": _("Post sent back"),
    "update.approved": _("Update approved"),
    "update.returned": _("Update sent back"),
    "letters.counted": _("Posted letters counted"),
    "letters.refused": _("Posted letters not counted"),
    "paper.released": _("Signatures on paper counted"),
    "paper.refused": _("Signatures on paper not counted"),
    "campaign.taken-down": _("Campaign taken down"),
    "campaign.brought-back": _("Campaign brought back"),
    "post.taken-down": _("Post taken down"),
    "post.brought-back": _("Post brought back"),
    "voiding.started": _("Voiding by rule started"),
    "voiding.restored": _("Voiding by rule restored"),
    "correction.published": _("Correction published"),
    "screening.changed": _("Screening changed"),
    "signature.hold": _("Signature held"),
    "signature.release": _("Signature released"),
    "signature.void": _("Signature removed"),
    "signature.restore": _("Signature brought back"),
    "signatures.hold": _("Many signatures held"),
    "signatures.release": _("Many signatures released"),
    "signatures.void": _("Many signatures removed"),
    "signatures.restore": _("Many signatures brought back"),
    "comment.passed": _("Comment passed"),
    "comment.refused": _("Comment refused"),
    "comment.waiting": _("Comment to be decided again"),
    "report.nothing_wrong": _("Report: nothing wrong"),
    "report.mended": _("Report: mended"),
    "report.passed_on": _("Report: passed on"),
    "report.waiting": _("Report opened again"),
    "campaign.opening-undone": _("Opening a campaign undone"),
    "campaign.sending-back-undone": _("Sending a campaign back undone"),
    "update.review-undone": _("Decision about an update undone"),
    "post.review-undone": _("Decision about a post undone"),
    "letters.settling-undone": _("Decision about posted letters undone"),
    "paper.deciding-undone": _("Decision about signatures on paper undone"),
    "voiding.cancelled": _("Voiding by rule stopped"),
}


class Sort(StrEnum):
    """Which campaign stands first."""

    WAITING = "waiting"
    TODAY = "today"
    CONFIRMED = "confirmed"
    TITLE = "title"


@dataclass(frozen=True)
class Numbers:
    """What is counted of a campaign, or of all together."""

    totals: Totals = field(default_factory=Totals)
    #: Of the confirmed ones, those of today, of 7 days and of 30.
    today: int = 0
    days_7: int = 0
    days_30: int = 0
    #: Confirmed signers who want updates.
    subscribers: int = 0
    letters_drafted: int = 0
    letters_posted: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )

    def named(self) -> dict[str, int]:
        """Every number by its name, the totals first."""
        told: dict[str, int] = {**vars(self.totals), "all": self.totals.all, **vars(self)}
        del told["totals"]
        return told


@dataclass(frozen=True)
class Row:
    """One campaign on the dashboard."""

    id: int
    petition_id: int | None
    slug: str
    title: str
    language: str
    stage: Stage
    goal: int | None
    numbers: Numbers
    #: How many of its things wait, and since when the first of them does.
    waiting: int
    oldest: datetime | None

    def place(self, sort: Sort) -> tuple[Any, ...]:
        """What it is sorted by; the title decides where that is equal."""
        title = self.title.casefold()
        by: Mapping[Sort, tuple[Any, ...]] = {
            Sort.WAITING: (self.oldest is None, self.oldest),
            Sort.TODAY: (-self.numbers.today,),
            Sort.CONFIRMED: (-self.numbers.totals.confirmed,),
            Sort.TITLE: (),
        }
        return (*by[sort], title, self.id)
