"""Posted letters that are held, as the queue asks for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.letters import queries as letters, tally
from campaign.letters.models import LetterAction, Posted
from campaign.letters.rules import PostedState
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.lib.languages import lazy_gettext as _, ngettext
from campaign.moderation.items import Decidable, Item
from campaign.moderation.queue_rules import DecidedMeanwhile, MovedOn, Verdict


class Letters(Decidable[Posted]):
    """Numbers of posted letters that are too large to be believed at once."""

    name = "letters"
    one = _("Posted letters")
    words = _("Posted letters")
    asked = _("Should these letters count?")
    verdicts = {  # noqa: RUF012
        Verdict.APPROVE: _("Yes: count them"),
        Verdict.REJECT: _("No: never count them"),
    }
    deeds = {  # noqa: RUF012
        Verdict.APPROVE: "letters.counted",
        Verdict.REJECT: "letters.refused",
    }
    has_author = False

    _SETTLED = {  # noqa: RUF012
        Verdict.APPROVE: PostedState.COUNTED,
        Verdict.REJECT: PostedState.REFUSED,
    }

    def waiting(self) -> Sequence[Item]:
        return [self._item(told, action) for told, action in letters.held_of_actions()]

    def find(self, number: int) -> Posted | None:
        return db.session.get(Posted, number)

    def lock(self, thing: Posted) -> None:
        db.session.refresh(thing, with_for_update=True)

    def item(self, thing: Posted) -> Item | None:
        return self._item(thing, _action(thing)) if thing.state is PostedState.HELD else None

    def _item(self, thing: Posted, action: LetterAction) -> Item:
        title = ngettext("%(num)s letter posted", "%(num)s letters posted", thing.letters)
        campaign = action.campaign
        return Item(self.name, thing.id, title, campaign.language, campaign, since=thing.told_at)

    def seen(self, thing: Posted) -> str:
        return meanwhile.fingerprint([thing.target, thing.letters, thing.told_at])

    def about(self, thing: Posted) -> str:
        return moves.about(_action(thing).campaign)

    def mails_about(self, thing: Posted) -> str:
        return f"posted:{thing.id}"

    def shown(self, thing: Posted, now: datetime) -> dict[str, Any]:
        action = _action(thing)
        return {
            "told": thing,
            "target": action.case.target(thing.target),
            "counted": letters.tally(action).get(thing.target, 0),
        }

    def decide(
        self, thing: Posted, verdict: Verdict, *, seen: str, says: str, by: Account, now: datetime
    ) -> None:
        settle = tally.release if verdict is Verdict.APPROVE else tally.refuse
        if not settle(thing, by=by, now=now):
            raise DecidedMeanwhile

    def undo(
        self,
        thing: Posted,
        verdict: Verdict,
        before: Mapping[str, Any],
        *,
        by: Account,
        now: datetime,
    ) -> None:
        if not tally.hold_again(thing, was=self._SETTLED[verdict], by=by, now=now):
            raise MovedOn


def _action(told: Posted) -> LetterAction:
    return db.session.get_one(LetterAction, told.letter_action_id)
