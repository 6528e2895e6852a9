"""How many of 10,000 scripted signatures count, and what 200 people behind one address lose.

`python bench/screening.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import itertools
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command, sites
from bench.figures import Figure
from campaign.chores import fold_tallies, watch_trends
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import queries, setting_aside, sieve, signing, taking_up, tally_queries
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State
from campaign.petitions.screening_models import ScreeningSetting

#: At most so many of the scripted signatures may count without review.
MOST_PERCENT = 0.5
SCHOOL = 200
#: So many are made in one transaction: what is counted is the same, and the disk waits less.
BATCH = 50
#: A script signs and confirms at this pace.
PACE = timedelta(seconds=0.7)

_PROVIDERS = ("gmail.com", "outlook.com", "yahoo.com", "gmx.net", "proton.me", "qq.com", "mail.ru")
_PASSING = ("mailinator.com", "guerrillamail.com", "yopmail.com", "10minutemail.com")


class Try(NamedTuple):
    """One signature that a script makes; it owns the mailbox, and confirms at once."""

    email: str
    address: str


def one_network(number: int) -> Iterator[Try]:
    """A script at home, with a mailbox at a large provider for each signature."""
    for n in range(number):
        yield Try(f"script{n}@{_PROVIDERS[n % len(_PROVIDERS)]}", f"100.1.1.{n % 250 + 1}")


def five_hundred_networks(number: int) -> Iterator[Try]:
    """Rented networks, and three domains that take mail for any name."""
    for n in range(number):
        yield Try(f"any-{n}@rented-{n % 3}.net", f"101.{n % 500 // 250}.{n % 250}.9")


def catch_all_domains(number: int) -> Iterator[Try]:
    """Passing mailboxes, and three more domains with as many names below them as one likes."""
    for n in range(number):
        domain = _PASSING[n % 4] if n % 2 else f"below-{n}.catch-{n % 3}.org"
        yield Try(f"any-{n}@{domain}", _fresh_network(102, n))


def dots_and_plus(number: int) -> Iterator[Try]:
    """Five mailboxes, each spelt in as many ways as it takes."""
    for n in range(number):
        spelling = "s.pelt" if n % 2 else "spelt"
        yield Try(f"{spelling}{n % 5}+{n}@gmail.com", _fresh_network(103, n))


def in_a_rush(number: int) -> Iterator[Try]:
    """The worst: as many networks and mailboxes at large providers as signatures."""
    for n in range(number):
        yield Try(f"rush{n}@{_PROVIDERS[n % len(_PROVIDERS)]}", _fresh_network(104, n))


PARTS: tuple[Callable[[int], Iterator[Try]], ...] = (
    one_network,
    five_hundred_networks,
    catch_all_domains,
    dots_and_plus,
)


def _fresh_network(first: int, n: int) -> str:
    return f"{first}.{n // 250 % 250}.{n % 250}.9"


class Crowd:
    """Those who sign one petition, one after the other, with the worker's chores between them."""

    def __init__(self, slug: str, now: datetime) -> None:
        petition = queries.by_slug(slug)
        assert petition
        self.petition, self.now = petition, now
        self._watched = now

    def sign(self, tries: Iterator[Try], pace: timedelta) -> tuple[int, int]:
        """Each signs and presses the button. How many tried, and how many more count now."""
        before, tried = self.count, 0
        while batch := list(itertools.islice(tries, BATCH)):
            with transaction():
                for one in batch:
                    self._sign(one)
                    self.now += pace
            tried += len(batch)
            if self.now - self._watched > timedelta(minutes=1):
                watch_trends(self.now)
                self._watched = self.now
        fold_tallies(self.now)
        return tried, self.count - before

    def _sign(self, one: Try) -> None:
        prepared = signing.prepare(
            self.petition,
            name="Sam Signer",
            email=one.email,
            language="en",
            address=one.address,
            now=self.now,
        )
        signing.send_in(prepared)
        (ref,) = taking_up.take_up(self.now)
        signature = db.session.scalars(select(Signature).where(Signature.ref == ref)).one()
        signing.confirm(signature, address=one.address, now=self.now)

    @property
    def count(self) -> int:
        """What the page would say."""
        return db.session.scalars(
            select(Petition.confirmed_count).where(Petition.id == self.petition.id)
        ).one()

    def standing(self) -> dict[State, int]:
        """How many signatures there are in each state."""
        rows = db.session.execute(
            select(Signature.state, func.count())
            .where(Signature.petition_id == self.petition.id)
            .group_by(Signature.state)
        )
        return {state: number for state, number in rows}  # noqa: C416  (rows are no pairs to mypy)

    def release_all(self) -> None:
        """One decision of a moderator, in small transactions."""
        held = db.session.scalars(
            select(Signature).where(
                Signature.petition_id == self.petition.id, Signature.state == State.HELD
            )
        ).all()
        for start in range(0, len(held), BATCH):
            with transaction():
                for signature in held[start : start + BATCH]:
                    setting_aside.release(signature, now=self.now)


def of_scripts(number: int, now: datetime) -> Iterator[Figure]:
    """What of the scripted signatures counts, by limits and lists alone."""
    _let_trends_only_be_told()
    crowd, tried, counted = Crowd("scripted", now), 0, 0
    for part in PARTS:
        of_part, more = crowd.sign(part(number // len(PARTS)), PACE)
        tried, counted = tried + of_part, counted + more
        yield Figure(f"count of {of_part:,}: {part.__name__.replace('_', ' ')}", more)
    yield Figure(f"count of {tried:,} scripted", 100 * counted / tried, "%", MOST_PERCENT)


def of_a_rush(number: int, now: datetime) -> Iterator[Figure]:
    """What no limit sees, and only its pace gives away."""
    with transaction():
        db.session.query(ScreeningSetting).delete()
    sieve.forget()
    tried, counted = Crowd("rushed", now).sign(in_a_rush(number // len(PARTS)), PACE)
    yield Figure(f"count of {tried:,}: in a rush, until the trend is seen", counted)


def of_a_school(now: datetime) -> Iterator[Figure]:
    """What 200 people behind one address lose: half have mailboxes of the school."""
    chance = Random("school")
    emails = [
        f"pupil{n}@" + ("school.example" if n % 2 else chance.choice(_PROVIDERS))
        for n in range(SCHOOL)
    ]
    crowd = Crowd("school", now)
    crowd.sign((Try(email, "105.5.5.5") for email in emails), timedelta(seconds=15))
    stands = crowd.standing()
    kept = stands.get(State.CONFIRMED, 0) + stands.get(State.HELD, 0)
    yield Figure(f"held of {SCHOOL} behind one address", stands.get(State.HELD, 0))
    yield Figure("lost of them", SCHOOL - kept, "", 0)
    crowd.release_all()
    yield Figure("do not count after all are released", SCHOOL - crowd.count, "", 0)


def measure(kind: str, number: int) -> Iterator[Figure]:
    """All figures on one kind of database. Raises NotHere."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "screening"))
        site = stack.enter_context(closing(sites.Site(folder, database)))
        for slug in ("scripted", "rushed", "school"):
            site.open_petition(slug)
        now = utc_now().replace(hour=1)
        with site.app.app_context():
            yield from of_scripts(number, now)
            yield from of_a_rush(number, now)
            yield from of_a_school(now)
            drift = len(queries.drift()) + len(tally_queries.tally_drift())
            yield Figure("counts and tallies that are not their rows", drift, "", 0)
            db.session.remove()


def _let_trends_only_be_told() -> None:
    with transaction():
        db.session.add(ScreeningSetting(name="trend_holds", value=0, changed_at=utc_now()))
    sieve.forget()


def _wanted() -> argparse.Namespace:
    parser = command.asking("Let scripts and a school sign, and see what counts and what is lost.")
    parser.add_argument(
        "--number", type=int, default=10_000, help="scripted signatures (default: 10000)"
    )
    wanted = parser.parse_args()
    if not 1000 <= wanted.number <= 1_000_000:
        parser.error("--number: from 1000 to 1000000")
    return wanted


def main() -> int:
    """Measure what is asked for; the exit status."""
    wanted = _wanted()
    return command.run(
        wanted, {kind: measure(kind, wanted.number) for kind in command.databases(wanted)}
    )


if __name__ == "__main__":
    sys.exit(main())
