"""Figures for the administrator's monitoring: how long answers take, what waits, what went wrong.

Requests are counted by each web process for itself; the rest stands in the database and is the same
whichever process is asked. Nothing here is counted row by row over all signatures.
"""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, TimeoutError as NoConnection

from campaign.lib.clock import utc_now
from campaign.lib.db import db
from campaign.mail.models import Mail
from campaign.mail.rules import State as MailState
from campaign.petitions import queries as petitions, taking_up
from campaign.petitions.models import Signature
from campaign.petitions.rules import State

#: Seconds. A page takes milliseconds; a paper, or a database that is busy, seconds.
_STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Figures:
    """What one web process knows of itself and of the database."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.registry.register(_Database())
        self._seconds = Histogram(
            "campaign_request_seconds",
            "How long answers took, by endpoint; of this process alone.",
            ["endpoint"],
            buckets=_STEPS,
            registry=self.registry,
        )
        self._answers = Counter(
            "campaign_answers",
            "Answers by endpoint and status; of this process alone.",
            ["endpoint", "status"],
            registry=self.registry,
        )

    def note(self, endpoint: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._seconds.labels(endpoint).observe(seconds)
        self._answers.labels(endpoint, str(status)).inc()


class _Database(Collector):
    """What the database says at the moment of asking."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            found = [*_of_sent_forms(), *_of_mail(), *_of_signatures()]
        except (OperationalError, NoConnection):
            found = []
        finally:
            db.session.rollback()
        yield _gauge("campaign_database_up", "1 if the database answers.", float(bool(found)))
        yield from found

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing beforehand: there is no database yet when the app is made."""
        yield from ()


def _of_sent_forms() -> Iterator[GaugeMetricFamily]:
    number, since = taking_up.waiting()
    yield _gauge("campaign_sent_forms", "Forms sent in that no worker has taken up.", number)
    yield _gauge(
        "campaign_sent_form_late_seconds",
        "For how long the oldest of them has waited.",
        _late(since),
    )


def _of_mail() -> Iterator[GaugeMetricFamily]:
    unsettled = (MailState.QUEUED, MailState.FAILED)
    rows = db.session.execute(
        select(Mail.state, func.count(), func.min(Mail.due_at))
        .where(Mail.state.in_(unsettled))
        .group_by(Mail.state)
    ).all()
    numbers = {state: number for state, number, _ in rows}
    mails = GaugeMetricFamily(
        "campaign_mails", "Mails that wait, and that failed in the last 30 days.", labels=["state"]
    )
    for state in unsettled:
        mails.add_metric([state.value], numbers.get(state, 0))
    yield mails
    late = _late(*(due for state, _, due in rows if state is MailState.QUEUED))
    yield _gauge("campaign_mail_late_seconds", "For how long the oldest due mail has waited.", late)


def _of_signatures() -> Iterator[GaugeMetricFamily]:
    # Few wait, and there is an index for them; the confirmed ones have tallies.
    waiting = (State.PENDING, State.HELD)
    rows = db.session.execute(
        select(Signature.state, func.count())
        .where(Signature.state.in_(waiting))
        .group_by(Signature.state)
    )
    numbers = {row[0]: row[1] for row in rows}
    signatures = GaugeMetricFamily(
        "campaign_signatures", "Signatures of all petitions.", labels=["state"]
    )
    online, on_paper = petitions.totals()
    signatures.add_metric([State.CONFIRMED.value], online)
    signatures.add_metric(["paper"], on_paper)
    for state in waiting:
        signatures.add_metric([state.value], numbers.get(state, 0))
    yield signatures


def _late(since: datetime | None = None) -> float:
    return max(0.0, (utc_now() - since).total_seconds()) if since else 0.0


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)
