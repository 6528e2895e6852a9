"""How many can sign, confirm and read at once; beside the floor, and with the count checked.

`python bench/signing.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import html
import itertools
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command, running, sites
from bench.clients import NO_ANSWER, Clients, Figures, Request, Slice
from bench.figures import Figure
from campaign.lib.db import THREADS

#: The kinds of request take turns so often, so that a noisy moment of the machine meets all alike.
ROUNDS = 5
#: The floor is steadier, so half the time is enough for it.
FLOOR_SHARE = 0.5
#: One in so many signatures is kept back, and confirmed while the page is read.
KEPT_BACK = 10
WARM_UP_SECONDS = 0.3
#: 99 of 100 signings are to be answered within this time, of 8 clients.
P99_MS = {"sqlite": 100, "postgresql": 50}

TOKEN = re.compile(r'name="form_token"[^>]*value="([^"]+)"')
_FLOORS_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_COUNT = re.compile(r'<b class="figure">([\d,]+)</b>')


@dataclass
class Visitors:
    """Who sends the requests."""

    of_the_floor: Clients
    of_the_site: Clients
    #: One more, who confirms while the others read.
    beside: Clients


class Bench:
    """A run on one database."""

    def __init__(self, site: sites.Site, visitors: Visitors) -> None:
        self.site, self.visitors = site, visitors
        _, page = visitors.of_the_site.get(site.page)
        found = TOKEN.search(page)
        assert found, "no form on the campaign's page"
        self._token = html.unescape(found[1])
        text, self._floors_cookie = visitors.of_the_floor.get_with_cookie("/petition")
        self._floors_token = html.unescape(_FLOORS_TOKEN.findall(text)[0])
        self._numbers = itertools.count(1)
        self.signed = self.confirmed = 0
        self._start_counting()

    def _start_counting(self) -> None:
        self.floor_form, self.floor_page = Figures("floor: form"), Figures("floor: page")
        self.two_fields = Figures("floor: 2 fields")
        self.sign = Figures("sign", floor=self.floor_form)
        self.confirm = Figures("confirm", floor=self.floor_form)
        self.read = Figures("campaign page", floor=self.floor_page)
        self.beside = Figures("confirm, beside the readers")

    @property
    def figures(self) -> list[Figures]:
        """What goes into the table."""
        return [
            *(self.floor_form, self.two_fields, self.sign, self.confirm),
            *(self.floor_page, self.read),
        ]

    def warm_up(self) -> None:
        """A round that is not measured: templates, statements and connections are made in it."""
        self.round(WARM_UP_SECONDS)
        self._start_counting()

    def round(self, seconds: float) -> None:
        """One turn of each kind of request."""
        self.site.fold()
        site, floor = self.visitors.of_the_site, self.visitors.of_the_floor
        short = seconds * FLOOR_SHARE
        self.floor_form.slices.append(floor.run(self._forms(), expected=303, seconds=short))
        self.two_fields.slices.append(floor.run(self._two_fields(), expected=303, seconds=short))
        signed = site.run(self._signings(), expected=303, seconds=seconds)
        self.sign.slices.append(signed.with_what_followed(self.site.seconds_until_taken_up()))
        self.signed += len(self.sign.slices[-1].times)

        waiting = self.site.new_confirmations()
        later = [waiting.pop() for _ in range(len(waiting) // KEPT_BACK)]
        self.confirm.slices.append(site.run(waiting, expected=303, seconds=seconds))
        self.confirmed += len(self.confirm.slices[-1].times)

        pages = itertools.repeat(Request("/"))
        self.floor_page.slices.append(floor.run(pages, expected=200, seconds=short))
        self.read.slices.append(self._read_while_it_moves(later, seconds))
        self.confirmed += len(self.beside.slices[-1].times)

    def _read_while_it_moves(self, later: list[Request], seconds: float) -> Slice:
        """Read the page; beside it, what was kept back is confirmed, evenly over the time."""

        def confirm() -> None:
            requests = _paced(later, seconds)
            self.beside.slices.append(
                self.visitors.beside.run(requests, expected=303, seconds=seconds)
            )

        beside = threading.Thread(target=confirm)
        beside.start()
        pages = itertools.repeat(Request(self.site.page))
        read = self.visitors.of_the_site.run(pages, expected=200, seconds=seconds)
        beside.join()
        return read

    def _forms(self) -> Iterator[Request]:
        """The same answers as at the site."""
        for number in self._numbers:
            typed = {"csrf_token": self._floors_token, **answers(number)}
            yield Request("/petition", typed, cookie=self._floors_cookie)

    def _two_fields(self) -> Iterator[Request]:
        for number in self._numbers:
            yield Request("/sign", {"name": "Sam Signer", "email": f"sam-{number}@example.org"})

    def _signings(self) -> Iterator[Request]:
        """Each from another address."""
        for number in self._numbers:
            typed = {"form_token": self._token, **answers(number)}
            yield Request(f"{self.site.page}/sign", typed, comes_from=network(number))

    def check(self) -> None:
        """Compare what was answered with what there is. Raises WrongAnswer."""
        _, page = self.visitors.of_the_site.get(self.site.page)
        found = _COUNT.search(page)
        count = int(found[1].replace(",", "")) if found else 0
        signatures, mails = self.site.rows()
        print(
            f"  confirmed {self.confirmed:,}, on the page {count:,}; signed {self.signed:,}, "
            f"in the database {signatures:,} signatures and {mails:,} mails"
        )
        wrong = [
            *_unexpected([*self.figures, self.beside]),
            *(f"{line.name}: not one good answer" for line in self.figures if not line.number),
            *(["the count on the page"] if count != self.confirmed else []),
            *(["the rows in the database"] if {signatures, mails} != {self.signed} else []),
        ]
        if wrong:
            raise sites.WrongAnswer("; ".join(wrong))
        self.site.must_reconcile()


def answers(number: int) -> dict[str, str]:
    """What the so many-th signer types; every third shows the name, every fifth says why."""
    typed = {
        "via": "bench",
        "name": f"Sam Signer {number}",
        "email": f"sam-{number}@example.org",
        "country": "CA",
        "postcode": "H2X 1Y4",
        "comment": "Because it is ours." if number % 5 == 0 else "",
    }
    return typed | ({"shows_name": "y"} if number % 3 == 0 else {})


def network(number: int) -> str:
    """Theirs: from so many that screening holds nobody, and counts everybody."""
    return f"100.{number // 250 % 250}.{number % 250}.7"


def measure(kind: str, *, seconds: float, clients: int) -> Iterator[Figure]:
    """Print the table of one kind of database; what of it has a target, and the rest beside.

    Raises NotHere, DidNotStart, WrongAnswer.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "campaign"))
        floor_database = stack.enter_context(sites.fresh_database(kind, folder, "floor"))
        site = stack.enter_context(closing(sites.Site(folder, database)))
        site.open_petition()
        log = folder / "campaign.log"
        stack.enter_context(site.served(log))
        stack.enter_context(site.taken_up(folder / "worker.log"))
        floor, _ = stack.enter_context(
            running.floor_served(floor_database, threads=THREADS, log=folder / "floor.log")
        )
        visitors = [Clients(floor, clients), Clients(site.base_url, clients)]
        visitors.append(Clients(site.base_url, 1))
        for each in visitors:
            stack.callback(each.close)

        bench = Bench(site, Visitors(*visitors))
        bench.warm_up()
        for _ in range(ROUNDS):
            bench.round(seconds / ROUNDS)
        _print_table(bench.figures)
        try:
            bench.check()
        except sites.WrongAnswer as wrong:
            raise sites.WrongAnswer(f"{wrong}\n{running.tail(log)}") from wrong
        yield from _told(kind, bench)


def _told(kind: str, bench: Bench) -> Iterator[Figure]:
    for line, least in ((bench.sign, 0.6), (bench.confirm, None), (bench.read, None)):
        ratio = line.ratio
        assert ratio
        yield Figure(f"{line.name}, beside the floor", ratio.whole, "", least, at_least=True)
    rates = bench.sign.rate, bench.two_fields.rate
    yield Figure("sign, beside a form of two fields", rates[0] / rates[1], "")
    yield Figure("99 of 100 signings within", bench.sign.p99_ms, "ms", P99_MS[kind])
    yield Figure("… of the floor's forms", bench.floor_form.p99_ms, "ms")


def _print_table(figures: list[Figures]) -> None:
    print(
        f"  {'':<13} {'number':>8} {'a second':>9} {'median ms':>10} {'99% ms':>8}   of the floor"
    )
    for line in figures:
        ratio = line.ratio
        of_floor = f"{ratio.whole:.2f} ({ratio.least:.2f} to {ratio.most:.2f})" if ratio else ""
        print(
            f"  {line.name:<13} {line.number:>8,} {line.rate:>9,.1f} {line.median_ms:>10,.1f} "
            f"{line.p99_ms:>8,.1f}   {of_floor}".rstrip()
        )


def _unexpected(figures: Iterable[Figures]) -> Iterator[str]:
    for line in figures:
        for status, times in sorted(line.others.items()):
            answer = "no answer" if status == NO_ANSWER else f"status {status}"
            yield f"{line.name}: {answer}, {times} times"


def _paced(requests: list[Request], seconds: float) -> Iterator[Request]:
    for request in requests:
        yield request
        time.sleep(seconds / len(requests))


def _wanted() -> argparse.Namespace:
    parser = command.asking("Measure signing, confirming and reading over HTTP; check the count.")
    parser.add_argument(
        "--seconds", type=float, default=5, help="for each kind of request (default: 5)"
    )
    parser.add_argument(
        "--clients", type=int, default=8, help="visitors at once, 1 to 64 (default: 8)"
    )
    wanted = parser.parse_args()
    if not 1 <= wanted.clients <= 64:
        parser.error("--clients: from 1 to 64")
    if not 0.5 <= wanted.seconds <= 600:
        parser.error("--seconds: from 0.5 to 600")
    return wanted


def main() -> int:
    """Measure what is asked for; the exit status."""
    wanted = _wanted()
    return command.run(
        wanted,
        {
            kind: measure(kind, seconds=wanted.seconds, clients=wanted.clients)
            for kind in command.databases(wanted)
        },
    )


if __name__ == "__main__":
    sys.exit(main())
