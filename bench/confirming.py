"""How much slower many confirm at once when all of them signed the same petition.

`python bench/confirming.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import itertools
import signal
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import sites
from bench.clients import Clients, Figures, Request
from campaign.lib import logs
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import queries, signing

#: So many petitions share what the hot one has alone.
SPREAD = 8
#: Hot and spread take turns so often.
ROUNDS = 8
#: No round takes longer, however slow the machine.
MOST_SECONDS = 20


def measure(kind: str, *, number: int, clients: int) -> tuple[float, list[str]]:
    """Print both rates; hot beside spread, and what is wrong. Raises NotHere, DidNotStart."""
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
            return _told(kind, site, hot, spread, before=len(unmeasured.slices[0].times))


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
                signing.sign(prepared)
        db.session.remove()


def _confirm(visitors: Clients, figures: Figures, waiting: list[Request]) -> None:
    figures.slices.append(visitors.run(waiting, expected=303, seconds=MOST_SECONDS))


def _told(
    kind: str, site: sites.Site, hot: Figures, spread: Figures, *, before: int
) -> tuple[float, list[str]]:
    for line in (hot, spread):
        print(f"{kind:<11} {line.name:<18} {line.number:>6,} confirmed, {line.rate:>7.1f} a second")
    ratio = hot.ratio
    assert ratio
    brackets = f"({ratio.least:.2f} to {ratio.most:.2f})"
    print(f"{kind:<11} {'hot beside spread':<18} {ratio.whole:.2f} {brackets}")
    right, words = site.reconcile()
    with site.app.app_context():
        petition = queries.public_by_slug(sites.SLUG)
        counted = petition.confirmed_count if petition else 0
    wrong = [
        f"{line.name}: other answers {dict(line.others)}" for line in (hot, spread) if line.others
    ]
    wrong += [] if counted == hot.number + before else [f"the count says {counted}"]
    return ratio.whole, wrong + ([] if right else [f"reconcile: {words}"])


_NUMBERS = itertools.count(1)


def main() -> int:
    """Measure; 1 when a count is wrong, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--number", type=int, default=1000, help="confirmations on each side")
    parser.add_argument("--clients", type=int, default=8)
    wanted = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # so that server and database go too
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    logs.set_up(as_json=True, quiet=True)
    _, wrong = measure(wanted.database, number=wanted.number, clients=wanted.clients)
    for what in wrong:
        print(f"  WRONG: {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
