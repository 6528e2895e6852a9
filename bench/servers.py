"""What a second `serve` adds to signing, on one PostgreSQL and one machine.

`python bench/servers.py --help`; how to read the figures: bench/README.md.
"""

import html
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command, sites
from bench.clients import Clients, Figures, Request, Slice
from bench.figures import Figure
from bench.signing import P99_MS, TOKEN, answers, network

#: So many visitors at once, all of one server or half of each.
CLIENTS = 8
#: Both kinds take turns so often, after one round that is not measured.
ROUNDS = 5


def measure(kind: str, *, seconds: float) -> Iterator[Figure]:
    """Both rates, and two servers beside one. Raises NotHere, DidNotStart, WrongAnswer."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "campaign"))
        first, second = (
            stack.enter_context(closing(sites.Site(folder, database))) for _ in range(2)
        )
        first.open_petition()
        for number, site in enumerate((first, second)):
            stack.enter_context(site.served(folder / f"campaign-{number}.log"))
        alone, *halves = (
            stack.enter_context(closing(Clients(site.base_url, number)))
            for site, number in (
                (first, CLIENTS),
                (first, CLIENTS // 2),
                (second, CLIENTS // 2),
            )
        )
        signings = _Signings(first, alone.get(first.page)[1])
        one = Figures("one")
        two = Figures("two", floor=one)
        for turn in range(ROUNDS + 1):
            first.fold()
            parts = [_sign([alone], signings, seconds / ROUNDS)]
            parts.append(_sign(halves, signings, seconds / ROUNDS))
            if turn:
                one.slices.append(parts[0])
                two.slices.append(parts[1])
        yield from _told(kind, one, two)
        first.must_reconcile()


class _Signings:
    """Each from another address. Several threads may take the next one."""

    def __init__(self, site: sites.Site, page: str) -> None:
        self._path = f"{site.page}/sign"
        self._token = html.unescape(TOKEN.findall(page)[0])
        self._numbers = itertools.count(1)

    def __iter__(self) -> "Iterator[Request]":
        for number in self._numbers:
            typed = {"form_token": self._token, **answers(number)}
            yield Request(self._path, typed, comes_from=network(number))


def _sign(visitors: Sequence[Clients], signings: _Signings, seconds: float) -> Slice:
    """All of them sign for so long; what they brought together."""
    with ThreadPoolExecutor(len(visitors)) as threads:
        parts = list(
            threads.map(lambda each: each.run(signings, expected=303, seconds=seconds), visitors)
        )
    others = sum((part.others for part in parts), Counter[int]())
    if others:
        raise sites.WrongAnswer(f"signing was answered with {dict(others)}")
    return Slice(
        times=[needed for part in parts for needed in part.times],
        others=others,
        seconds=max(part.seconds for part in parts),
    )


def _told(kind: str, one: Figures, two: Figures) -> Iterator[Figure]:
    ratio = two.ratio
    assert ratio
    yield Figure("one server: signings a second", one.rate, "")
    yield Figure("one server: 99 of 100 within", one.p99_ms, "ms")
    yield Figure("two servers: signings a second", two.rate, "")
    yield Figure("two servers: 99 of 100 within", two.p99_ms, "ms", P99_MS[kind])
    yield Figure("two servers beside one", ratio.whole, "times")
    yield Figure("… the least of a round", ratio.least, "times")
    yield Figure("… the most", ratio.most, "times")


def main() -> int:
    """Measure; the exit status."""
    parser = command.asking(
        "Measure signing with one server process and with two, on PostgreSQL: SQLite has one "
        "writer.",
        databases=False,
    )
    parser.add_argument("--seconds", type=float, default=5, help="for each (default: 5)")
    wanted = parser.parse_args()
    return command.run(wanted, {"postgresql": measure("postgresql", seconds=wanted.seconds)})


if __name__ == "__main__":
    sys.exit(main())
