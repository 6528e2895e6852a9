"""How fast a campaign's page is, how little its signatures weigh; start-up and memory.

`python bench/reading.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import html
import itertools
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command, filling, processes, running, sites
from bench.clients import Clients, Request, Slice
from bench.figures import Figure
from bench.signing import TOKEN, answers, network
from campaign.lib.db import THREADS

#: The kinds of request take turns so often, after one round that is not measured.
ROUNDS = 6
CLIENTS = 4
#: Start-ups; the median is told.
STARTS = 5
#: One in so many requests of the long run is a page that nobody has asked for yet; one signs.
FRESH, SIGNS = 20, 50
#: How much the second half of the long run may add, where memory is to be flat.
GROWTH_MB = 2


@dataclass
class Line:
    """One kind of request: who answers it, and what its slices brought."""

    clients: Clients
    pids: Sequence[int]
    requests: Iterator[Request]
    expected: int = 200
    #: Waits for what the answers only began; how many seconds that took (`float`: none).
    wait: Callable[[], float] = float
    slices: list[Slice] = field(default_factory=list)
    #: The processor seconds of the processes an answer, of each slice.
    worked: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """One turn."""
        before = sum(map(processes.processor_seconds, self.pids))
        part = self.clients.run(self.requests, expected=self.expected, seconds=seconds)
        part = part.with_what_followed(self.wait())
        worked = sum(map(processes.processor_seconds, self.pids)) - before
        if part.others or not part.times:
            raise running.DidNotStart(f"{next(self.requests).path}: {dict(part.others)}")
        self.slices.append(part)
        self.worked.append(worked / len(part.times))

    @property
    def median_ms(self) -> float:
        """Half of the answers came within this time."""
        return statistics.median(t for part in self.slices for t in part.times) * 1000


class Bench:
    """Two petitions on one database, one of them large, and the floor beside them."""

    def __init__(self, kind: str, signatures: int, stack: ExitStack) -> None:
        self.signatures = signatures
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "campaign"))
        floor_database = stack.enter_context(sites.fresh_database(kind, folder, "floor"))
        self.site = stack.enter_context(closing(sites.Site(folder, database)))
        for slug, number in ((sites.SLUG, 1), ("many", signatures)):
            self.site.open_petition(slug)
            filling.fill(kind, self.site, slug, number)
        filling.fold(kind, self.site)
        self.log = folder / "campaign.log"
        self.pid = stack.enter_context(self.site.served(self.log))
        self.worker_pid = stack.enter_context(self.site.taken_up(folder / "worker.log"))
        self.visitors = stack.enter_context(closing(Clients(self.site.base_url, CLIENTS)))
        page = self.visitors.get(self.site.page)[1]
        self.token = html.unescape(TOKEN.findall(page)[0])
        same_as = folder / "page.html"
        same_as.write_text(page)
        floor, self.floor_pid = stack.enter_context(
            running.floor_served(
                floor_database, threads=THREADS, log=folder / "floor.log", same_as=same_as
            )
        )
        self.floor = stack.enter_context(closing(Clients(floor, CLIENTS)))
        self._numbers = itertools.count(1)

    def figures(self, seconds: float) -> Iterator[Figure]:
        """The ratios; each kind of request is sent for so many seconds in all."""
        many = "/campaigns/many"
        same, long, typed = (
            Line(self.floor, [self.floor_pid], itertools.repeat(Request(path)))
            for path in ("/same", "/long", "/typed")
        )
        kept, fresh, of_many = (
            Line(self.visitors, [self.pid], requests)
            for requests in (
                itertools.repeat(Request(self.site.page)),
                self._fresh(self.site.page),
                self._fresh(many),
            )
        )
        sign, sign_many = (
            Line(
                self.visitors,
                [self.pid, self.worker_pid],
                self._signings(page),
                expected=303,
                wait=self.site.seconds_until_taken_up,
            )
            for page in (self.site.page, many)
        )
        lines = (same, kept, fresh, of_many, long, typed, sign, sign_many)
        for line in lines:
            line.run(0.5)
            line.slices.clear()
            line.worked.clear()
        for turn in range(ROUNDS):
            for line in lines[:: -1 if turn % 2 else 1]:
                line.run(seconds / ROUNDS)
        yield from self._beside("page, served again, beside the same bytes", kept, same, 0.8)
        yield from self._beside("page, made afresh, beside the same bytes", fresh, same, 0.15)
        yield from self._beside("page, made afresh, beside the floor's as long", fresh, long, 0.75)
        yield from self._beside("… whose form has no list of countries", fresh, typed)
        number = f"{self.signatures:,}"
        yield from self._beside(f"page with {number} beside one", of_many, fresh, 0.9)
        yield from self._beside(f"signing with {number} beside one", sign_many, sign, 0.9)
        for name, line in (
            *(("the same bytes", same), ("page, served again", kept)),
            *(("page, made afresh", fresh), ("the floor's page as long", long), ("signing", sign)),
        ):
            yield Figure(f"{name}: median", line.median_ms, "ms")
            yield Figure(
                "… the server's processor time", statistics.median(line.worked) * 1000, "ms"
            )

    def memory(self, number: int) -> Iterator[Figure]:
        """What the web process holds in the middle and at the end of so many requests."""
        requests = self._mixed()
        before, held = self.site.bytes_on_disk(), []
        for _ in range(2):
            half = itertools.islice(requests, number // 2)
            run = self.visitors.run(half, expected=200, seconds=3600)
            if run.others.keys() - {303}:
                raise running.DidNotStart(f"other answers: {dict(run.others)}")
            held.append(processes.resident_mb(self.pid))
        name = f"memory after {number:,} requests"
        yield Figure(name, held[1], "MB", 150)
        yield Figure("… more than after half of them", held[1] - held[0], "MB", GROWTH_MB)
        self.site.seconds_until_taken_up()
        signed = (self.site.bytes_on_disk() - before) / (number // SIGNS)
        yield Figure("on the disk for one signing, with its mail", signed, "bytes")

    def _beside(
        self, name: str, ours: Line, theirs: Line, target: float | None = None
    ) -> Iterator[Figure]:
        """Answers a second, as a part of theirs: the median of the turns; and the server's work."""
        rates = [
            one.rate / other.rate for one, other in zip(ours.slices, theirs.slices, strict=True)
        ]
        yield Figure(name, statistics.median(rates), "", target, at_least=True)
        work = [other / one for one, other in zip(ours.worked, theirs.worked, strict=True)]
        yield Figure("… by the server's processor time alone", statistics.median(work))

    def _fresh(self, page: str) -> Iterator[Request]:
        """Each from another link (`?via=`), so that it lies in no memory."""
        for number in self._numbers:
            yield Request(f"{page}?via=link-{number}")

    def _signings(self, page: str) -> Iterator[Request]:
        for number in self._numbers:
            typed = {"form_token": self.token, **answers(number)}
            yield Request(f"{page}/sign", typed, comes_from=network(number))

    def _mixed(self) -> Iterator[Request]:
        fresh, signings = self._fresh(self.site.page), self._signings(self.site.page)
        for number in itertools.count(1):
            if number % SIGNS == 0:
                yield next(signings)
            elif number % FRESH == 0:
                yield next(fresh)
            else:
                yield Request(self.site.page)


def start_up() -> Iterator[Figure]:
    """From the start of `serve` to its first page; warm, since one start comes before."""
    with (
        tempfile.TemporaryDirectory(prefix="campaign-bench-") as name,
        sites.fresh_database("sqlite", Path(name), "campaign") as database,
        closing(sites.Site(Path(name), database)) as site,
    ):
        site.open_petition()
        log = Path(name) / "campaign.log"
        took = [processes.seconds_to_first_answer(site, log) for _ in range(STARTS + 1)][1:]
    yield Figure("start-up to the first page", statistics.median(took) * 1000, "ms", 1000)
    yield Figure("… the quickest", min(took) * 1000, "ms")


def measure(kind: str, wanted: argparse.Namespace) -> Iterator[Figure]:
    """All figures of one kind of database. Raises NotHere, DidNotStart."""
    with ExitStack() as stack:
        bench = Bench(kind, wanted.signatures, stack)
        yield from bench.figures(wanted.seconds)
        if kind == "sqlite" or wanted.database == kind:
            yield from bench.memory(wanted.requests)


def main() -> int:
    """Measure what is asked for; the exit status."""
    parser = command.asking(
        "Measure the page of a campaign beside plainer ones; start-up and memory."
    )
    parser.add_argument("--seconds", type=float, default=2, help="for each kind of request")
    parser.add_argument("--signatures", type=int, default=200_000, help="on the large petition")
    parser.add_argument("--requests", type=int, default=20_000, help="before memory is read")
    wanted = parser.parse_args()
    parts = {kind: measure(kind, wanted) for kind in command.databases(wanted)}
    return command.run(wanted, {"start": start_up(), **parts})


if __name__ == "__main__":
    sys.exit(main())
