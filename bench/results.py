"""How much longer the results page takes for a million signatures than for a thousand.

`python bench/results.py --help`; how to read the figures: bench/README.md.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, select

from bench import command, filling, sites
from bench.figures import Figure
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
        self.site = site
        for slug, number in (("few", FEW), ("many", MANY)):
            site.open_petition(slug)
            filling.fill(kind, site, slug, number)
        filling.fold(kind, site)
        self.client = self.site.signed_in()

    def figures(self) -> Iterator[Figure]:
        """Every figure, as soon as it is there."""
        few, many = self._in_turns()
        beside = [one / other for one, other in zip(many, few, strict=True)]
        yield Figure(f"results page, {FEW:,} signatures", median(few) * 1000, "ms")
        yield Figure(f"results page, {MANY:,} signatures", median(many) * 1000, "ms")
        yield Figure("the second beside the first", median(beside), "times", TARGET)
        with self.site.app.app_context():
            self._wait_for_the_worker()
        _, many = self._in_turns()
        yield Figure(f"… with {WAITING:,} entries not folded yet", median(many) * 1000, "ms")
        with self.site.app.app_context():
            counting_rows = _seconds(_count_rows)
        yield Figure("counting the rows by state alone", counting_rows * 1000, "ms")

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


def _count_rows() -> None:
    by_state = select(Signature.state, func.count()).join(Petition).group_by(Signature.state)
    db.session.execute(by_state).all()


def _seconds(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def measure(kind: str) -> Iterator[Figure]:
    """All figures on one kind of database. Raises NotHere, WrongAnswer."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "results"))
        site = stack.enter_context(closing(sites.Site(folder, database)))
        yield from Bench(kind, site).figures()
        site.must_reconcile()


def main() -> int:
    """Measure what is asked for; the exit status."""
    parser = command.asking(
        "Measure the results page of a petition with many signatures and with few."
    )
    wanted = parser.parse_args()
    return command.run(wanted, {kind: measure(kind) for kind in command.databases(wanted)})


if __name__ == "__main__":
    sys.exit(main())
