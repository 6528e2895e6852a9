"""What a second `serve` adds to signing, on one PostgreSQL and one machine.

And what it does to hold each of them to one processor, as CPUAffinity= of a systemd unit does: the
threads of a Python process take turns, and taking them on one processor is cheaper.

`python bench/servers.py --help`; how to read the figures: bench/README.md.
"""

import html
import itertools
import os
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
HELD = "two servers, each held to its own"


def measure(kind: str, *, seconds: float) -> Iterator[Figure]:
    """Both rates, and two servers beside one. Raises NotHere, DidNotStart, WrongAnswer."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "campaign"))
        first, second = (
            stack.enter_context(closing(sites.Site(folder, database))) for _ in range(2)
        )
        first.open_petition()
        servers = [
            stack.enter_context(site.served(folder / f"campaign-{number}.log"))
            for number, site in enumerate((first, second))
        ]
        stack.enter_context(first.taken_up(folder / "worker.log"))
        alone, *halves = (
            stack.enter_context(closing(Clients(site.base_url, number)))
            for site, number in (
                (first, CLIENTS),
                (first, CLIENTS // 2),
                (second, CLIENTS // 2),
            )
        )
        signings = _Signings(first, alone.get(first.page)[1])
        one = Figures("one server")
        two = Figures("two servers", floor=one)
        held_one = Figures("one server, held to a processor", floor=one)
        held_two = Figures(HELD, floor=one)
        for turn in range(ROUNDS + 1):
            for figures, visitors, are_held in (
                (one, [alone], False),
                (two, halves, False),
                (held_one, [alone], True),
                (held_two, halves, True),
            ):
                first.fold()
                for number, server in enumerate(servers):
                    _hold(server, to=number if are_held else None)
                part = _sign(visitors, signings, seconds / ROUNDS)
                part = part.with_what_followed(first.seconds_until_taken_up())
                if turn:
                    figures.slices.append(part)
        for figures in (one, two, held_one, held_two):
            yield from _told(kind, figures)
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


def _hold(server: int, *, to: int | None) -> None:
    """Let all threads of the process run on the so many-th of our processors alone, or on all."""
    ours = sorted(os.sched_getaffinity(0))
    for thread in Path(f"/proc/{server}/task").iterdir():
        os.sched_setaffinity(int(thread.name), ours if to is None else {ours[to % len(ours)]})


def _told(kind: str, figures: Figures) -> Iterator[Figure]:
    yield Figure(f"{figures.name}: signings a second", figures.rate, "")
    # How operations.md would have it, on as many processors.
    target = P99_MS[kind] if figures.name == HELD else None
    yield Figure("… 99 of 100 within", figures.p99_ms, "ms", target)
    if ratio := figures.ratio:
        yield Figure("… beside one server", ratio.whole, "times")
        yield Figure("… in the rounds, least", ratio.least, "times")
        yield Figure("… and most", ratio.most, "times")


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
