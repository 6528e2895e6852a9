"""Corrections of totals that wait for a moderator's words, as the queue lists them."""

from collections.abc import Sequence

from campaign.lib import languages
from campaign.lib.languages import lazy_gettext as _, ngettext
from campaign.moderation.items import Item, Kind
from campaign.petitions import voiding_queries
from campaign.petitions.voiding_models import TotalCorrection


class Corrections(Kind):
    """Totals that moved far when a rule removed signatures: the public has not been told yet."""

    name = "corrections"
    one = _("Correction to publish")
    words = _("Corrections to publish")

    def waiting(self) -> Sequence[Item]:
        return [self._item(told) for told in voiding_queries.unpublished()]

    def _item(self, told: TotalCorrection) -> Item:
        if told.moved < 0:
            title = ngettext("%(num)s signature removed", "%(num)s signatures removed", -told.moved)
        else:
            title = ngettext(
                "%(num)s signature brought back", "%(num)s signatures brought back", told.moved
            )
        return Item(
            self.name,
            told.id,
            title,
            languages.current(),
            told.petition.campaign,
            since=told.moved_at,
            address=f"/staff/voiding/corrections/{told.id}",
        )
