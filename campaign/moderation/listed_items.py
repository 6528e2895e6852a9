"""What waits in numbers and is decided on pages of its own; the queue lists it and leads there."""

from collections.abc import Sequence
from datetime import datetime

from campaign.campaigns.models import Campaign
from campaign.lib import languages
from campaign.lib.languages import lazy_gettext as _, ngettext
from campaign.moderation import reporting
from campaign.moderation.items import Item, Kind
from campaign.petitions import commenting, queries as petitions


class HeldSignatures(Kind):
    """Signatures that are held, together for each campaign."""

    name = "held"
    one = _("Held signatures")
    words = _("Held signatures")

    def waiting(self) -> Sequence[Item]:
        return [self._item(*held) for held in petitions.held_of_campaigns()]

    def _item(self, campaign: Campaign, number: int, since: datetime) -> Item:
        return Item(
            self.name,
            campaign.id,
            ngettext("%(num)s held signature", "%(num)s held signatures", number),
            languages.current(),
            campaign,
            since=since,
            count=number,
            address="/staff/signatures/held",
        )


class Comments(Kind):
    """Comments that nobody has passed or refused."""

    name = "comments"
    one = _("Comments")
    words = _("Comments")

    def waiting(self) -> Sequence[Item]:
        number, oldest = commenting.waiting()
        title = ngettext("%(num)s comment", "%(num)s comments", number)
        return _together(self.name, title, number, oldest, "/staff/comments/")


class Reports(Kind):
    """What visitors have found wrong."""

    name = "reports"
    one = _("Reports")
    words = _("Reports from the public")

    def waiting(self) -> Sequence[Item]:
        number, oldest = reporting.waiting()
        title = ngettext("%(num)s report", "%(num)s reports", number)
        return _together(self.name, title, number, oldest, "/staff/reports/")


def _together(
    kind: str, title: str, number: int, oldest: datetime | None, address: str
) -> Sequence[Item]:
    """All of them as one item; none when nothing waits."""
    if oldest is None:
        return []
    here = languages.current()
    return [Item(kind, 0, title, here, None, since=oldest, count=number, address=address)]
