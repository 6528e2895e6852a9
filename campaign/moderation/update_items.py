"""Updates in review, as the queue asks for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.lib.languages import lazy_gettext as _
from campaign.moderation.items import Decidable, Item
from campaign.moderation.queue_rules import Verdict
from campaign.updates import mails, queries as updates, services
from campaign.updates.models import Update
from campaign.updates.rules import State


class Updates(Decidable[Update]):
    """Updates that teams want to send to their supporters."""

    name = "update"
    one = _("Update to supporters")
    words = _("Updates to supporters")
    asked = _("May it go out?")
    verdicts = {  # noqa: RUF012
        Verdict.APPROVE: _("Yes: send it to all who asked for updates"),
        Verdict.CHANGES: _("Not yet: give it back to its author, with what should change"),
        Verdict.REJECT: _("No: give it back and say that it will not be sent"),
    }
    deeds = {  # noqa: RUF012
        Verdict.APPROVE: "update.approved",
        Verdict.CHANGES: "update.returned",
        Verdict.REJECT: "update.returned",
    }

    def waiting(self) -> Sequence[Item]:
        return [self._item(update) for update in updates.awaiting_review()]

    def find(self, number: int) -> Update | None:
        return db.session.get(Update, number)

    def lock(self, thing: Update) -> None:
        services.lock_campaign(thing)  # first, as whoever submits does
        services.lock(thing)

    def item(self, thing: Update) -> Item | None:
        return self._item(thing) if thing.state is State.IN_REVIEW else None

    def _item(self, thing: Update) -> Item:
        return Item(
            self.name,
            thing.id,
            thing.subject,
            thing.campaign.language,
            thing.campaign,
            since=thing.submitted_at or thing.changed_at,
            by=(thing.author.name,) if thing.author else (),
        )

    def seen(self, thing: Update) -> str:
        return meanwhile.fingerprint(thing.words)

    def about(self, thing: Update) -> str:
        return moves.about(thing.campaign)

    def mails_about(self, thing: Update) -> str:
        return mails.about(thing)

    def shown(self, thing: Update, now: datetime) -> dict[str, Any]:
        return {"update": thing, "supporters": updates.supporters(thing.campaign)}

    def decide(
        self, thing: Update, verdict: Verdict, *, seen: str, says: str, by: Account, now: datetime
    ) -> None:
        if verdict is Verdict.APPROVE:
            services.approve(thing, seen=seen, by=by, now=now)
        else:
            services.send_back(thing, reason=says, by=by, now=now)

    def undo(
        self,
        thing: Update,
        verdict: Verdict,
        before: Mapping[str, Any],
        *,
        by: Account,
        now: datetime,
    ) -> None:
        services.undo_review(thing, by=by, now=now)
