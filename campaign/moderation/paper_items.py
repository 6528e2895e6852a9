"""Batches on paper that are held, as the queue asks for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.lib.languages import lazy_gettext as _, ngettext
from campaign.moderation.items import Decidable, Item
from campaign.moderation.queue_rules import DecidedMeanwhile, MovedOn, Verdict
from campaign.paper import mails, queries as paper, services
from campaign.paper.models import PaperBatch
from campaign.paper.rules import MovedMeanwhile, State


class Paper(Decidable[PaperBatch]):
    """Signatures on paper that are too many to be believed at once."""

    name = "paper"
    one = _("Signatures on paper")
    words = _("Signatures on paper")
    asked = _("Should these signatures count?")
    verdicts = {  # noqa: RUF012
        Verdict.APPROVE: _("Yes: count them"),
        Verdict.REJECT: _("No: never count them"),
    }
    deeds = {  # noqa: RUF012
        Verdict.APPROVE: "paper.released",
        Verdict.REJECT: "paper.refused",
    }

    _DECIDED = {  # noqa: RUF012
        Verdict.APPROVE: State.COUNTED,
        Verdict.REJECT: State.REFUSED,
    }

    def waiting(self) -> Sequence[Item]:
        return [self._item(batch) for batch in paper.held()]

    def find(self, number: int) -> PaperBatch | None:
        return db.session.get(PaperBatch, number)

    def lock(self, thing: PaperBatch) -> None:
        services.lock_batch(thing)

    def item(self, thing: PaperBatch) -> Item | None:
        return self._item(thing) if thing.state is State.HELD else None

    def _item(self, thing: PaperBatch) -> Item:
        campaign = thing.petition.campaign
        return Item(
            self.name,
            thing.id,
            ngettext("%(num)s signature on paper", "%(num)s signatures on paper", thing.signatures),
            campaign.language,
            campaign,
            since=thing.entered_at,
            by=(thing.entered_by,),
        )

    def seen(self, thing: PaperBatch) -> str:
        return meanwhile.fingerprint([thing.signatures, thing.sheets, thing.entered_at])

    def about(self, thing: PaperBatch) -> str:
        return moves.about(thing.petition.campaign)

    def mails_about(self, thing: PaperBatch) -> str:
        return mails.about(thing)

    def shown(self, thing: PaperBatch, now: datetime) -> dict[str, Any]:
        return {"batch": thing, "petition": thing.petition}

    def decide(
        self,
        thing: PaperBatch,
        verdict: Verdict,
        *,
        seen: str,
        says: str,
        by: Account,
        now: datetime,
    ) -> None:
        try:
            if verdict is Verdict.APPROVE:
                services.release(thing, by=by, now=now)
            else:
                services.refuse(thing, reason=says, by=by, now=now)
        except MovedMeanwhile as trouble:
            raise DecidedMeanwhile from trouble

    def undo(
        self,
        thing: PaperBatch,
        verdict: Verdict,
        before: Mapping[str, Any],
        *,
        by: Account,
        now: datetime,
    ) -> None:
        try:
            services.hold_again(thing, was=self._DECIDED[verdict], by=by, now=now)
        except MovedMeanwhile as trouble:
            raise MovedOn from trouble
