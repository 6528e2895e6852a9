"""What the dashboard asks, in a handful of statements that take no longer for more signatures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.campaigns import rules as campaign_rules
from campaign.campaigns.models import Campaign
from campaign.letters.models import LetterAction
from campaign.lib.db import db
from campaign.moderation import queries as queue
from campaign.moderation.dashboard_models import LastVisit
from campaign.moderation.dashboard_rules import DECISIONS, RECENT, Numbers, Row
from campaign.moderation.deed_names import DECIDING
from campaign.moderation.items import Item
from campaign.moderation.queries import Waits
from campaign.petitions.models import Petition
from campaign.results import queries as results
from campaign.results.rules import Totals


@dataclass(frozen=True)
class Board:
    """The numbers of every campaign, of all together, and what waits."""

    rows: Sequence[Row]
    #: All that is in the queue.
    items: Sequence[Item]
    #: What was confirmed of all campaigns together, by day, of the last `DAYS`.
    by_day: Mapping[date, int]
    now: datetime

    @property
    def numbers(self) -> Numbers:
        """All campaigns together."""
        return sum((row.numbers for row in self.rows), Numbers())

    @property
    def waits(self) -> Waits:
        """How much waits, of campaigns and else, since when, and what of it for too long."""
        return queue.in_all(queue.waits_of(self.items, self.now))


def board(now: datetime) -> Board:
    """Every campaign as it stands at this moment."""
    items = queue.everything(now)
    of_campaigns: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        if item.campaign:
            of_campaigns[item.campaign.id].append(item)
    totals = results.totals_by_petition()
    recent = results.recent([first_day(now.date(), back) for back in RECENT])
    rows = []
    for campaign in db.session.execute(_CAMPAIGNS):
        today, days_7, days_30 = recent.by_petition.get(campaign.petition_id, (0, 0, 0))
        of_all_time, subscribers = totals.get(campaign.petition_id, (Totals(), 0))
        numbers = Numbers(
            totals=of_all_time,
            today=today,
            days_7=days_7,
            days_30=days_30,
            subscribers=subscribers,
            letters_drafted=campaign.drafted_count or 0,
            letters_posted=campaign.posted_count or 0,
        )
        rows.append(_row(campaign, numbers, of_campaigns[campaign.id], now))
    return Board(rows, items, recent.by_day, now)


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
            TrailEntry.deed.in_(DECIDING),
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
        LetterAction.drafted_count,
        LetterAction.posted_count,
    )
    .outerjoin(Petition, Petition.campaign_id == Campaign.id)
    .outerjoin(LetterAction, LetterAction.campaign_id == Campaign.id)
)


def _row(campaign: Any, numbers: Numbers, items: list[Item], now: datetime) -> Row:
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
        waiting=sum(item.count for item in items),
        oldest=min((item.since for item in items), default=None),
    )
