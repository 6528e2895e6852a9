"""Trends: petitions that are signed many times as often as usual.

The worker looks every minute; moderators are told, and signatures held until one of them believes
it, or it is over.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, update

from campaign.lib.db import db, upserting
from campaign.petitions import rules, sieve, tally_queries
from campaign.petitions.models import Signature
from campaign.petitions.rules import State, Tallied, Thresholds
from campaign.petitions.screening_models import Trend


def going_on() -> Sequence[Trend]:
    """The trends of this moment, the latest first."""
    return db.session.scalars(
        select(Trend).where(Trend.ended_at.is_(None)).order_by(Trend.began_at.desc(), Trend.id)
    ).all()


def by_id(number: int) -> Trend | None:
    """The trend with that number, if it goes on."""
    return db.session.scalar(select(Trend).where(Trend.id == number, Trend.ended_at.is_(None)))


def is_due(now: datetime) -> bool:
    """Whether there is a trend to write down, or one to end."""
    return bool(_seen(now)) or db.session.scalar(_over(now).limit(1)) is not None


def watch(now: datetime) -> int:
    """Write down the trends of this moment, and end those that are over. Returns how many.

    A petition has one at a time, however many workers look.
    """
    db.session.execute(
        update(Trend).where(Trend.id.in_(_over(now).scalar_subquery())).values(ended_at=now)
    )
    rows = [
        {
            "petition_id": petition,
            "began_at": now - rules.TREND_WINDOW,
            "seen_at": now,
            "most": number,
            "is_believed": False,
        }
        for petition, number in sorted(_seen(now).items())
    ]
    if rows:
        adding = upserting(Trend)
        db.session.connection().execute(
            adding.on_conflict_do_update(
                index_elements=["petition_id"],
                index_where=Trend.ended_at.is_(None),
                set_={"seen_at": adding.excluded.seen_at, "most": _higher(adding.excluded.most)},
            ),
            rows,
        )
    sieve.forget()
    return len(rows)


def believe(trend: Trend, *, is_believed: bool) -> None:
    """A moderator says that these are people, or that they are not: then it is held for."""
    trend.is_believed = is_believed
    db.session.flush()
    sieve.forget()


def _seen(now: datetime) -> dict[int, int]:
    """Petitions that have a trend just now, with their signatures in the window."""
    thresholds = sieve.thresholds()
    if not thresholds.trend_times:
        return {}
    recent = _recent(now, at_least=thresholds.trend_least)
    return dict(_unusual(recent, thresholds, now)) if recent else {}


def _recent(now: datetime, *, at_least: int) -> dict[int, int]:
    number = func.count()
    rows = (
        select(Signature.petition_id, number)
        .where(
            Signature.state.in_(tuple(State)),  # the index begins with it
            Signature.signed_at > now - rules.TREND_WINDOW,
            Signature.signed_at <= now,
        )
        .group_by(Signature.petition_id)
        .having(number >= max(1, at_least))
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _unusual(
    recent: dict[int, int], thresholds: Thresholds, now: datetime
) -> Iterator[tuple[int, int]]:
    """Those of them that are many times what is usual."""
    told = tally_queries.tallies(Tallied.SIGNED)
    days = [f"{now - timedelta(days=back):%Y-%m-%d}" for back in range(1, rules.TREND_DAYS + 1)]
    rows = (
        select(told.c.petition_id, func.sum(told.c.number))
        .where(told.c.petition_id.in_(recent), told.c.key.in_(days))
        .group_by(told.c.petition_id)
    )
    of_days = {petition: int(number) for petition, number in db.session.execute(rows)}
    windows = timedelta(days=rules.TREND_DAYS) / rules.TREND_WINDOW
    for petition, number in recent.items():
        if number >= thresholds.trend_times * of_days.get(petition, 0) / windows:
            yield petition, number


def _over(now: datetime) -> Any:
    return select(Trend.id).where(Trend.ended_at.is_(None), Trend.seen_at < now - rules.TREND_REST)


def _higher(number: Any) -> Any:
    return case((Trend.most > number, Trend.most), else_=number)
