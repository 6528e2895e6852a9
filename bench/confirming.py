"""How much slower many confirm at once when all of them signed the same petition.

`python bench/confirming.py --help`; how to read the figures: bench/README.md.
"""

import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command, sites
from bench.clients import Clients, Figures, Request
from bench.figures import Figure
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import queries, signing, taking_up

#: So many petitions share what the hot one has alone.
SPREAD = 8
#: Hot and spread take turns so often.
ROUNDS = 8
#: No round takes longer, however slow the machine.
MOST_SECONDS = 20


def measure(kind: str, *, number: int, clients: int) -> Iterator[Figure]:
    """Both rates, and hot beside spread. Raises NotHere, DidNotStart, WrongAnswer."""
    with (
        tempfile.TemporaryDirectory(prefix="campaign-bench-") as name,
        sites.fresh_database(kind, Path(name), "campaign") as database,
        closing(sites.Site(Path(name), database)) as site,
    ):
        slugs = [sites.SLUG, *(f"{sites.SLUG}-{n}" for n in range(SPREAD))]
        for slug in slugs:
            site.open_petition(slug)
        with (
            site.served(Path(name) / "campaign.log"),
            closing(Clients(site.base_url, clients)) as visitors,
        ):
            spread = Figures("spread over eight")
            hot = Figures("all on one", floor=spread)
            unmeasured = Figures("warm-up")
            for turn in range(ROUNDS + 1):
                _sign(site, slugs, number // ROUNDS)
                requests = site.new_confirmations()
                half = len(requests) // 2
                turns = [(hot, requests[:half]), (spread, requests[half:])]
                for figures, waiting in turns[:: -1 if turn % 2 else 1]:
                    _confirm(visitors, figures if turn else unmeasured, waiting)
                site.fold()
            yield from _told(hot, spread)
            _check(site, hot, spread, before=len(unmeasured.slices[0].times))


def _sign(site: sites.Site, slugs: list[str], number: int) -> None:
    """So many for the first petition, and as many for the others in turns."""
    spread = itertools.cycle(slugs[1:])
    with site.app.app_context():
        for slug in [slugs[0]] * number + [next(spread) for _ in range(number)]:
            petition = queries.public_by_slug(slug)
            assert petition
            prepared = signing.prepare(
                petition,
                name="Sam Signer",
                email=f"sam-{next(_NUMBERS)}@example.org",
                language="en",
                now=utc_now(),
            )
            with transaction():
                signing.send_in(prepared)
                taking_up.take_up(utc_now())
        db.session.remove()


def _confirm(visitors: Clients, figures: Figures, waiting: list[Request]) -> None:
    figures.slices.append(visitors.run(waiting, expected=303, seconds=MOST_SECONDS))


def _told(hot: Figures, spread: Figures) -> Iterator[Figure]:
    for line in (spread, hot):
        yield Figure(f"{line.name}: confirmed a second", line.rate)
    ratio = hot.ratio
    assert ratio
    yield Figure("all on one, beside as many on eight", ratio.whole, "", 0.9, at_least=True)
    yield Figure("… the least of a round", ratio.least)
    yield Figure("… the most", ratio.most)


def _check(site: sites.Site, hot: Figures, spread: Figures, *, before: int) -> None:
    """Whether each confirmation counts. Raises WrongAnswer."""
    for line in (hot, spread):
        if line.others:
            raise sites.WrongAnswer(f"{line.name}: other answers {dict(line.others)}")
    with site.app.app_context():
        petition = queries.public_by_slug(sites.SLUG)
        counted = petition.confirmed_count if petition else 0
    if counted != hot.number + before:
        raise sites.WrongAnswer(f"the count says {counted}")
    site.must_reconcile()


_NUMBERS = itertools.count(1)


def main() -> int:
    """Measure; the exit status."""
    parser = command.asking(
        "Measure confirming on one petition and on many, on PostgreSQL: SQLite has one writer.",
        databases=False,
    )
    parser.add_argument("--number", type=int, default=1000, help="confirmations on each side")
    parser.add_argument("--clients", type=int, default=8)
    wanted = parser.parse_args()
    figures = measure("postgresql", number=wanted.number, clients=wanted.clients)
    return command.run(wanted, {"postgresql": figures})


if __name__ == "__main__":
    sys.exit(main())
