"""What the dashboard asks, in a handful of statements that take no longer for more signatures."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.campaigns import queries as campaigns, rules as campaign_rules
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import AT_ONCE
from campaign.letters import queries as letters
from campaign.letters.models import LetterAction
from campaign.lib.db import db
from campaign.moderation.dashboard_models import LastVisit
from campaign.moderation.dashboard_rules import (
    DECISIONS,
    RECENT,
    VERDICT_NAMES,
    Numbers,
    Row,
    Waiting,
)
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition
from campaign.posts import queries as posts
from campaign.results import queries as results
from campaign.results.rules import Totals
from campaign.updates import queries as updates


@dataclass(frozen=True)
class Board:
    """The numbers of every campaign, of all together, and what waits."""

    rows: Sequence[Row]
    waiting: Sequence[Waiting]
    now: datetime

    @property
    def numbers(self) -> Numbers:
        """All campaigns together."""
        return sum((row.numbers for row in self.rows), Numbers())

    @property
    def waits(self) -> int:
        """How many things wait, posts among them."""
        return sum(one.count for one in self.waiting)

    @property
    def overdue(self) -> int:
        """How many of them wait for too long."""
        return sum(one.count for one in self.waiting if one.is_overdue(self.now))

    @property
    def oldest(self) -> datetime | None:
        """Since when the first of them waits."""
        return min((one.since for one in self.waiting), default=None)


def board(now: datetime) -> Board:
    """Every campaign as it stands at this moment."""
    found = db.session.execute(_CAMPAIGNS).all()
    totals = results.totals_by_petition()
    waiting = _waiting(found, totals)
    of_campaigns: dict[int | None, list[Waiting]] = defaultdict(list)
    for one in waiting:
        of_campaigns[one.campaign_id].append(one)
    firsts = [first_day(now.date(), back) for back in RECENT]
    recent, subscribers = results.confirmed_since(firsts), results.want_updates_by_petition()
    rows = []
    for campaign in found:
        today, days_7, days_30 = recent.get(campaign.petition_id, (0, 0, 0))
        numbers = Numbers(
            totals=totals.get(campaign.petition_id, Totals()),
            today=today,
            days_7=days_7,
            days_30=days_30,
            subscribers=subscribers.get(campaign.petition_id, 0),
            letters_drafted=campaign.drafted_count or 0,
            letters_posted=campaign.posted_count or 0,
        )
        rows.append(_row(campaign, numbers, of_campaigns[campaign.id], now))
    return Board(rows, waiting, now)


def first_day(today: date, back: int) -> date:
    """The first of the last so many days, of which today is one."""
    return today - timedelta(days=back - 1)


def last_visit(account: Account) -> LastVisit | None:
    """Up to when they have seen the dashboard."""
    return db.session.get(LastVisit, account.id, populate_existing=True)


def decided_by_others(account: Account, *, since: datetime) -> Sequence[TrailEntry]:
    """What colleagues have decided since then, the latest first; one more than are shown."""
    return db.session.scalars(
        select(TrailEntry)
        .where(
            TrailEntry.at > since,
            TrailEntry.deed.in_(VERDICT_NAMES),
            TrailEntry.account_id.is_distinct_from(account.id),
        )
        .order_by(TrailEntry.id.desc())
        .limit(DECISIONS + 1)
    ).all()


_CAMPAIGNS = (
    select(
        Campaign.id,
        Campaign.slug,
        Campaign.title,
        Campaign.language,
        Campaign.state,
        Campaign.opens_at,
        Campaign.closes_at,
        Petition.id.label("petition_id"),
        Petition.goal,
        LetterAction.id.label("action_id"),
        LetterAction.drafted_count,
        LetterAction.posted_count,
    )
    .outerjoin(Petition, Petition.campaign_id == Campaign.id)
    .outerjoin(LetterAction, LetterAction.campaign_id == Campaign.id)
)


def _waiting(found: Sequence[Any], totals: dict[int, Totals]) -> list[Waiting]:
    """What waits, in all rooms, the oldest first; held signatures of a petition as one."""
    of_petitions = {one.petition_id: one.id for one in found}
    of_actions = {one.action_id: one.id for one in found}
    waiting = [
        *(
            Waiting("campaign", one.id, one.submitted_at or AT_ONCE)
            for one in campaigns.awaiting_review()
        ),
        *(Waiting("post", None, one.submitted_at or AT_ONCE) for one in posts.awaiting_review()),
        *(
            Waiting("update", one.campaign_id, one.submitted_at or one.changed_at)
            for one in updates.awaiting_review()
        ),
        *(
            Waiting("letters", of_actions.get(one.letter_action_id), one.told_at)
            for one in letters.held()
        ),
        *(
            Waiting("signatures", of_petitions.get(petition_id), since, totals[petition_id].held)
            for petition_id, since in petitions.first_held().items()
            if petition_id in totals
        ),
    ]
    return sorted(waiting, key=lambda one: one.since)


def _row(campaign: Any, numbers: Numbers, waiting: list[Waiting], now: datetime) -> Row:
    return Row(
        id=campaign.id,
        petition_id=campaign.petition_id,
        slug=campaign.slug,
        title=campaign.title,
        language=campaign.language,
        stage=campaign_rules.stage(
            campaign.state, opens_at=campaign.opens_at, closes_at=campaign.closes_at, now=now
        ),
        goal=campaign.goal,
        numbers=numbers,
        waiting=sum(one.count for one in waiting),
        oldest=min((one.since for one in waiting), default=None),
    )
