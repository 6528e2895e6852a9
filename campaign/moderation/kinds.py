"""The kinds of things that wait, in one table. A new kind is one class and one entry here."""

from typing import Any

from campaign.moderation.campaign_items import Campaigns
from campaign.moderation.correction_items import Corrections
from campaign.moderation.items import Decidable, Kind
from campaign.moderation.letter_items import Letters
from campaign.moderation.listed_items import Comments, HeldSignatures, Reports
from campaign.moderation.paper_items import Paper
from campaign.moderation.post_items import Posts
from campaign.moderation.update_items import Updates

#: Every kind, in the order of the tabs.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Campaigns(),
        Posts(),
        Updates(),
        Letters(),
        Paper(),
        HeldSignatures(),
        Comments(),
        Reports(),
        Corrections(),
    )
}
#: Those that are decided on pages of the queue.
DECIDABLE: dict[str, Decidable[Any]] = {
    name: kind for name, kind in KINDS.items() if isinstance(kind, Decidable)
}
