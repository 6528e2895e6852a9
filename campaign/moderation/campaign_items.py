"""Campaigns in review, as the queue asks for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.accounts.models import Account
from campaign.campaigns import (
    images,
    mails,
    moves,
    moving,
    queries as campaigns,
    rules as campaign_rules,
    services as campaign_services,
    taking_down,
)
from campaign.campaigns.models import Campaign
from campaign.desk import queries as desk, rules as desk_rules, services as desk_services
from campaign.letters import queries as letters
from campaign.lib.db import db
from campaign.lib.hiding import Because
from campaign.lib.languages import lazy_gettext as _
from campaign.moderation.items import HidableKind, Item
from campaign.moderation.queue_rules import MovedOn, Verdict
from campaign.petitions import queries as petitions


class Campaigns(HidableKind[Campaign]):
    """Campaigns that their teams want to see opened."""

    name = "campaign"
    one = _("Campaign")
    words = _("Campaigns")
    asked = _("May it be opened?")
    verdicts = {  # noqa: RUF012  (never changed; the base class says so)
        Verdict.APPROVE: _("Yes: open it, at once or from its day on"),
        Verdict.CHANGES: _("Not yet: give it back to its team, with what should change"),
        Verdict.REJECT: _("No: give it back and say that it will not be opened"),
    }
    deeds = {  # noqa: RUF012
        Verdict.APPROVE: "campaign.opened",
        Verdict.CHANGES: "campaign.sent-back",
        Verdict.REJECT: "campaign.sent-back",
    }

    def waiting(self) -> Sequence[Item]:
        found = campaigns.awaiting_review()
        teams = campaigns.teams_of(found)
        return [self._item(one, teams.get(one.id, [])) for one in found]

    def find(self, number: int) -> Campaign | None:
        return db.session.get(Campaign, number)

    def lock(self, thing: Campaign) -> None:
        campaign_services.lock(thing)

    def item(self, thing: Campaign) -> Item | None:
        if thing.state is not campaign_rules.State.IN_REVIEW:
            return None
        return self._item(thing, campaigns.team_of(thing))

    def _item(self, thing: Campaign, team: Sequence[Account]) -> Item:
        return Item(
            self.name,
            thing.id,
            thing.title,
            thing.language,
            thing,
            since=thing.submitted_at or campaign_rules.AT_ONCE,
            by=tuple(account.name for account in team),
        )

    def seen(self, thing: Campaign) -> str:
        return desk.read_by_moderators(thing)

    def about(self, thing: Campaign) -> str:
        return moves.about(thing)

    def mails_about(self, thing: Campaign) -> str:
        return mails.about(thing)

    def shown(self, thing: Campaign, now: datetime) -> dict[str, Any]:
        petition, action = petitions.of_campaign(thing), letters.of_campaign(thing)
        return {
            "petition": petition,
            "letter_action": action,
            "image": images.of(thing),
            "versions": campaigns.versions(thing),
            "lacks": desk_rules.lacks(thing, petition, action, now=now),
            "at_once": thing.opens_at <= now,
        }

    def before(self, thing: Campaign) -> dict[str, Any]:
        return {
            "opens_at": thing.opens_at.isoformat(),
            "submitted_at": self._item(thing, ()).since.isoformat(),
        }

    def decide(
        self, thing: Campaign, verdict: Verdict, *, seen: str, says: str, by: Account, now: datetime
    ) -> None:
        if verdict is Verdict.APPROVE:
            desk_services.open_reviewed(thing, seen=seen, by=by, now=now)
        else:
            desk_services.send_back(thing, reason=says, by=by, now=now)

    def hide(self, thing: Campaign, *, says: str, by: Account, now: datetime) -> None:
        moves.must_not_be_own(thing, by=by, now=now)
        taking_down.take_down(thing, because=Because.RULES, words=says, by=by, now=now)

    def bring_back(self, thing: Campaign, *, by: Account, now: datetime) -> None:
        taking_down.bring_back(thing, by=by, now=now)

    def undo(
        self,
        thing: Campaign,
        verdict: Verdict,
        before: Mapping[str, Any],
        *,
        by: Account,
        now: datetime,
    ) -> None:
        petition = petitions.of_campaign(thing)
        if verdict is Verdict.APPROVE and petition and petitions.has_signatures(petition):
            raise MovedOn
        times = {name: datetime.fromisoformat(moment) for name, moment in before.items()}
        opened = verdict is Verdict.APPROVE
        moving.undo_review(thing, opened=opened, **times, by=by, now=now)
