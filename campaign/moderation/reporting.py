"""Reports from the public: taken, decided about, and their words destroyed in time."""

from datetime import datetime

from sqlalchemy import func, select, update

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.lib import day_keys, limits, networks
from campaign.lib.db import db
from campaign.lib.paging import Page, page_of
from campaign.lib.vault import vault
from campaign.moderation import rules
from campaign.moderation.models import Report
from campaign.moderation.rules import ReportKind, ReportState
from campaign.posts.models import Post

PAGE = 25


def send(
    about: Campaign | Post,
    *,
    kind: ReportKind,
    words: str,
    email: str,
    address: str | None,
    now: datetime,
) -> Report:
    """Take a visitor's report about a page. Raises TooManyReports.

    Of the visitor's network `address` only a pseudonym of the day is counted, apart from the
    report.
    """
    network = day_keys.pseudonym("network", networks.of(address), now=now)
    if not (
        limits.take(f"report/network/{network}", rules.REPORTS_OF_A_NETWORK, now=now)
        and limits.take("report", rules.REPORTS, now=now)
    ):
        raise rules.TooManyReports
    report = Report(
        campaign_id=about.id if isinstance(about, Campaign) else None,
        post_id=about.id if isinstance(about, Post) else None,
        kind=kind,
        envelope=vault().seal({"words": words, "email": email}),
        sent_at=now,
    )
    db.session.add(report)
    db.session.flush()
    return report


def decide(
    report: Report,
    to: ReportState,
    *,
    standing: ReportState,
    note: str,
    by: Account,
    now: datetime,
) -> None:
    """Say what was done about it, or open it again. Raises MovedMeanwhile."""
    decided = to is not ReportState.WAITING
    done = db.session.scalar(
        update(Report)
        .where(Report.id == report.id, Report.state == standing)
        .values(
            state=to,
            decided_at=now if decided else None,
            decided_by=by.name if decided else None,
            note=note or None,
        )
        .returning(Report.id)
        .execution_options(synchronize_session=False)
    )
    if done is None:
        raise rules.MovedMeanwhile
    about = f"report:{report.id}"
    trail.note(f"report.{to}", by=by, about=about, reason=note or None, now=now)


def in_state(state: ReportState, *, page: int) -> Page[Report]:
    """A page of reports: those that wait with the oldest first, others the latest."""
    order = Report.sent_at if state is ReportState.WAITING else Report.sent_at.desc()
    found = select(Report).where(Report.state == state).order_by(order, Report.id)
    return page_of(found, number=page, size=PAGE)


def by_id(number: int) -> Report | None:
    """The report with that number."""
    return db.session.get(Report, number, populate_existing=True)


def said(report: Report) -> dict[str, str] | None:
    """The visitor's words and address; None once they were destroyed."""
    return vault().open(report.envelope) if report.envelope else None


def waiting() -> tuple[int, datetime | None]:
    """How many wait for a moderator, and when the first of them was sent."""
    number, oldest = db.session.execute(
        select(func.count(), func.min(Report.sent_at)).where(Report.state == ReportState.WAITING)
    ).one()
    return number, oldest


def forget(now: datetime) -> None:
    """Destroy the words and addresses whose time is over, decided or not."""
    db.session.execute(
        update(Report)
        .where(Report.sent_at < now - rules.REPORT_LIFETIME, Report.envelope.is_not(None))
        .values(envelope=None)
        .execution_options(synchronize_session=False)
    )
