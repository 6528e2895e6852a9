"""How much longer the results page takes for a million signatures than for a thousand.

`python bench/results.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import json
import os
import platform
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench import filling, sites
from bench.letter_figures import HEADING, Figure
from campaign.accounts import passwords, services as accounts, sessions
from campaign.accounts.rules import Role
from campaign.lib import logs
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import counting, queries
from campaign.petitions.counting import Change, Standing
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State

FEW, MANY = 1_000, 1_000_000
#: How often each page is opened, in turns.
TIMES = 60
TARGET = 1.2
#: Entries that wait for the worker, as after half a minute of a surge.
WAITING = 1_000


class Bench:
    """Two petitions on one database, and somebody who looks at their results."""

    def __init__(self, kind: str, site: sites.Site) -> None:
        self.kind, self.site = kind, site
        for slug, number in (("few", FEW), ("many", MANY)):
            site.open_petition(slug)
            filling.fill(kind, site, slug, number)
        filling.fold(kind, site)
        self.client = self._signed_in()

    def figures(self) -> Iterator[Figure]:
        """Every figure, as soon as it is there."""
        few, many = self._in_turns()
        beside = [one / other for one, other in zip(many, few, strict=True)]
        yield self._figure(f"results page, {FEW:,} signatures", median(few) * 1000, "ms")
        yield self._figure(f"results page, {MANY:,} signatures", median(many) * 1000, "ms")
        yield self._figure("the second beside the first", median(beside), "times", TARGET)
        with self.site.app.app_context():
            self._wait_for_the_worker()
        _, many = self._in_turns()
        yield self._figure(f"… with {WAITING:,} entries not folded yet", median(many) * 1000, "ms")
        with self.site.app.app_context():
            counting_rows = _seconds(_count_rows)
        yield self._figure("counting the rows by state alone", counting_rows * 1000, "ms")

    def wrong(self) -> str:
        """What `reconcile` finds wrong with the tallies; empty where nothing is."""
        right, words = self.site.reconcile()
        return "" if right else words

    def _figure(self, name: str, value: float, unit: str, target: float | None = None) -> Figure:
        return Figure(f"{self.kind}: {name}", value, unit, target)

    def _open(self, slug: str) -> None:
        answer = self.client.get(
            f"/staff/campaigns/{slug}/results?period=all", base_url=self.site.base_url
        )
        assert answer.status_code == 200, answer.status

    def _in_turns(self) -> tuple[list[float], list[float]]:
        """How long each page took, each time."""
        few, many = [], []
        for _ in range(TIMES + 1):
            few.append(_seconds(lambda: self._open("few")))
            many.append(_seconds(lambda: self._open("many")))
        return few[1:], many[1:]  # in the first round, templates and statements are made

    def _wait_for_the_worker(self) -> None:
        """Entries that cancel each other, so that the numbers stay."""
        petition = queries.by_slug("many")
        assert petition
        stands = Standing(State.PENDING, utc_now(), None, "CA", "en", None, False, False)
        held = stands._replace(state=State.HELD)
        there_and_back = (Change(petition.id, stands, held), Change(petition.id, held, stands))
        with transaction():
            counting.note(*there_and_back * (WAITING // 4))

    def _signed_in(self) -> FlaskClient:
        now, client = utc_now(), self.site.app.test_client()
        with self.site.app.app_context(), self.site.app.test_request_context(), transaction():
            mo = accounts.invite("mo@example.org", name="Mo", role=Role.MODERATOR, by=None, now=now)
            mo.joined_at, mo.password = now, passwords.hashed(secrets.token_urlsafe())
            key = sessions.begin(mo, now=now)
        with client.session_transaction(base_url=self.site.base_url) as session:
            session["key"] = key
        return client


def _count_rows() -> None:
    by_state = select(Signature.state, func.count()).join(Petition).group_by(Signature.state)
    db.session.execute(by_state).all()


def _seconds(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def measure(kind: str) -> tuple[list[Figure], str]:
    """Measure with one kind of database and print the lines; the figures and what is wrong.

    Raises NotHere.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "results"))
        site = stack.enter_context(closing(sites.Site(folder, database)))
        bench = Bench(kind, site)
        figures = []
        for figure in bench.figures():
            print(figure.line, flush=True)
            figures.append(figure)
        wrong = bench.wrong()
        if wrong:
            print(f"WRONG: {wrong}")
        return figures, wrong


def main() -> int:
    """Measure what is asked for. 1 when a target is missed or a tally is wrong, else 0."""
    parser = argparse.ArgumentParser(
        description="Measure the results page of a petition with many signatures and with few."
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    wanted = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # so that databases and folders go too
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    logs.set_up(as_json=True, quiet=True)
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load "
        f"{os.getloadavg()[0]:.1f}\n\n{HEADING}"
    )
    figures, wrong, missing = [], [], False
    for kind in ["sqlite", "postgresql"] if wanted.database == "both" else [wanted.database]:
        try:
            measured, fault = measure(kind)
        except sites.NotHere as absent:
            print(f"{kind}: not measured, {absent}")
            missing |= wanted.database != "both"
            continue
        figures += measured
        wrong += [fault] if fault else []
    if wanted.json:
        report = {"figures": [figure.for_programs() for figure in figures], "wrong": wrong}
        wanted.json.write_text(json.dumps(report, indent=2) + "\n")
    missed = [figure for figure in figures if figure.met is False]
    return 1 if missed or wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
