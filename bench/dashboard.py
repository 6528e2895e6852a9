"""How much longer the dashboard takes for millions of signatures than for thousands.

`python bench/dashboard.py --help`; how to read the figures: bench/README.md.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, select, text

from bench import command, sites
from bench.figures import Figure
from bench.filling import NOTE
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.moderation import dashboard_queries as dashboard
from campaign.moderation.dashboard_rules import DAYS, RECENT
from campaign.petitions import counting
from campaign.petitions.models import Signature
from campaign.petitions.rules import State
from campaign.results import queries as results

CAMPAIGNS = 200
FEW, MANY = 5_000, 500_000
#: How often each dashboard is opened, in turns; how often the rows are counted.
TIMES, COUNTS = 40, 3
#: At most so many times as long with many signatures as with few.
TARGET = 1.5
#: From so many signatures on, the tallies answer at least so many times faster than the rows.
FULL, FASTER = 5_000_000, 100

_COPIES = (
    """
INSERT INTO campaign (slug, title, ask, story, country, language, state, opens_at, search_text)
SELECT slug || '-' || n, title || ' ' || n, ask, story, country, language, state, opens_at, ''
FROM campaign, ({numbers}) AS numbers
""",
    """
INSERT INTO version (campaign_id, number, language, title, ask, story, addressee, statement,
    made_at)
SELECT campaign.id, 1, campaign.language, campaign.title, campaign.ask, campaign.story, addressee,
    statement, made_at
FROM campaign, version WHERE campaign.id > version.campaign_id
""",
    """
INSERT INTO petition (campaign_id, version_id, addressee, statement, asks_country, asks_postcode,
    asks_comment, fingerprint_key, paper_count)
SELECT version.campaign_id, version.id, petition.addressee, petition.statement, asks_country,
    asks_postcode, asks_comment, fingerprint_key, 0
FROM version, petition WHERE version.campaign_id > petition.campaign_id
""",
)
#: All petitions have the same spread: a year up to today, 60 countries, 2 languages, 5 sources;
#: nine of ten are confirmed, and the others stand in each of the other states.
_FILL = """
INSERT INTO signature (ref, petition_id, version_id, state, country, language, shows_name,
    wants_updates, has_comment, consent_version, source, signed_at, confirmed_at, mails)
SELECT 'bench' || n, petition.id, version_id,
    CASE n % 40 WHEN 0 THEN 'pending' WHEN 1 THEN 'held' WHEN 2 THEN 'withdrawn'
        WHEN 3 THEN 'voided' ELSE 'confirmed' END,
    'C' || n % 60, CASE n % 2 WHEN 0 THEN 'en' ELSE 'fr' END, false,
    n % 3 = 0, n % 4 = 0, 'bench', 'link ' || n % 5, {moment}, {moment}, 1
FROM ({numbers}) AS numbers JOIN petition
    ON petition.id = (n - 1) / (:number / {campaigns}) + 1
"""
_SQL = {
    "sqlite": {
        "moment": "datetime('now', '-' || (n % 365) || ' days') || '.000000'",
        "numbers": "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up "
        "WHERE n < :number) SELECT n FROM up",
        "day": "substr(signed_at, 1, 10)",
        "for filling": "PRAGMA cache_size = -400000",
        "after filling": "ANALYZE",
    },
    "postgresql": {
        "moment": "now() - (n % 365) * interval '1 day'",
        "numbers": "SELECT generate_series(1, :number) AS n",
        "day": "to_char(signed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
        "for filling": "SET LOCAL statement_timeout = 0",
        # The server does the first by itself, some minutes after so many rows have come and gone.
        # The second makes the ledger's file as short as it is where entries are folded every few
        # seconds: filling leaves one of millions of dead rows, which each look would go through.
        "after filling": "VACUUM ANALYZE; VACUUM FULL tally_entry",
    },
}


@dataclass
class Dashboard:
    """A site with 200 campaigns and that many signatures, and a moderator who looks at it."""

    kind: str
    site: sites.Site
    number: int

    def __post_init__(self) -> None:
        self.site.open_petition()
        with self.site.app.app_context():
            self._fill()
        self.client = self.site.signed_in()

    def open(self) -> None:
        """Look at it, as it is after signing in."""
        answer = self.client.get("/staff/", base_url=self.site.base_url)
        assert answer.status_code == 200, answer.status

    def _fill(self) -> None:
        sql = _SQL[self.kind]
        with transaction():
            for copy in _COPIES:
                values = {"number": CAMPAIGNS - 1} if ":number" in copy.format(**sql) else {}
                db.session.execute(text(copy.format(**sql)), values)
        with transaction():
            db.session.execute(text(sql["for filling"]))
            fill = _FILL.format(campaigns=CAMPAIGNS, **sql)
            db.session.execute(text(fill), {"number": self.number})
            db.session.execute(text(NOTE.format(**sql)))
        while counting.is_due():
            with transaction():
                counting.fold()
        db.session.rollback()
        with db.engine.connect() as connection:
            for statement in sql["after filling"].split("; "):
                connection.execute(text(statement))


def figures(few: Dashboard, many: Dashboard) -> Iterator[Figure]:
    """Every figure, as soon as it is there."""
    times: dict[int, list[float]] = {few.number: [], many.number: []}
    for _ in range(TIMES + 1):
        for one in (few, many):
            times[one.number].append(_seconds(one.open))
    short, long = (times[one.number][1:] for one in (few, many))  # the first makes the templates
    for one, took in ((few, short), (many, long)):
        name = f"dashboard, {one.number:,} signatures"
        yield Figure(name, median(took) * 1000, "ms")
    beside = median(b / a for a, b in zip(short, long, strict=True))
    yield Figure("the second beside the first", beside, "times", TARGET)
    with many.site.app.app_context():
        told = median(_seconds(_ask_tallies) for _ in range(TIMES))
        counted = median(_seconds(_count_rows) for _ in range(COUNTS))
    yield Figure("its numbers alone, from the tallies", told * 1000, "ms")
    yield Figure("the same, counting the rows", counted * 1000, "ms")
    yield Figure("so many times as long", counted / told, "times")
    target = 1 / FASTER if many.number >= FULL else None
    yield Figure("tallies beside rows", told / counted, "times", target)


def _ask_tallies() -> None:
    today = utc_now().date()
    results.totals_by_petition()
    results.recent([dashboard.first_day(today, back) for back in RECENT])
    db.session.rollback()


def _count_rows() -> None:
    """The same numbers as a site without tallies would ask for them."""
    since = utc_now() - timedelta(days=DAYS)
    is_confirmed, petition, number = (
        Signature.state == State.CONFIRMED,
        Signature.petition_id,
        func.count(),
    )
    day = func.date(Signature.confirmed_at)
    for query in (
        select(petition, Signature.state, number).group_by(petition, Signature.state),
        select(petition, day, number)
        .where(is_confirmed, Signature.confirmed_at >= since)
        .group_by(petition, day),
        select(petition, number).where(is_confirmed, Signature.wants_updates).group_by(petition),
    ):
        db.session.execute(query).all()
    db.session.rollback()


def _seconds(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def measure(kind: str, number: int) -> Iterator[Figure]:
    """All figures on one kind of database. Raises NotHere, WrongAnswer."""
    with ExitStack() as stack:
        made = []
        for name, signatures in (("few", FEW), ("many", number)):
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-"))
            )
            database = stack.enter_context(sites.fresh_database(kind, folder, name))
            site = stack.enter_context(closing(sites.Site(folder, database)))
            made.append(Dashboard(kind, site, signatures))
        yield from figures(*made)
        # Of five millions it takes longer than `reconcile` is waited for; the spread is the same.
        made[0].site.must_reconcile()


def main() -> int:
    """Measure what is asked for; the exit status."""
    parser = command.asking(f"Measure the dashboard with {FEW:,} signatures and with many.")
    parser.add_argument("--signatures", type=int, default=MANY, help=f"how many (default {MANY})")
    wanted = parser.parse_args()
    return command.run(
        wanted, {kind: measure(kind, wanted.signatures) for kind in command.databases(wanted)}
    )


if __name__ == "__main__":
    sys.exit(main())
