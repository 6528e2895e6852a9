"""How soon a rule voids many signatures and brings them back, and how long others wait meanwhile.

`python bench/voiding.py --help`; how to read the figures: bench/README.md.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, insert, select

from bench import command, sites
from bench.figures import Figure
from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.chores import fold_tallies
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.vault import vault
from campaign.petitions import counting, queries, tally_queries, voiding_runs
from campaign.petitions.choosing import Conditions
from campaign.petitions.counting import STANDING, Change, Standing
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import CONSENT_VERSION, State
from campaign.petitions.voiding_models import VoidingRun

#: Each of the two has to be over by then.
TARGET_SECONDS = 60
#: So many signatures are made in one transaction.
_HEAP = 5000
_SEALED = Conditions(domains=("wave.example",))


def measure(kind: str, signatures: int) -> Iterator[Figure]:
    """All figures on one kind of database. Raises NotHere, WrongAnswer."""
    with (
        tempfile.TemporaryDirectory() as folder,
        sites.fresh_database(kind, Path(folder), "voiding") as url,
    ):
        site = sites.Site(Path(folder), url)
        site.open_petition()
        with site.app.app_context():
            _sign(signatures)
            try:
                yield from _void_and_restore()
            finally:
                db.session.remove()
                db.engine.dispose()


def _sign(signatures: int) -> None:
    """One in four is from a wave; nine of ten are confirmed."""
    petition = db.session.scalars(select(Petition)).one()
    for first in range(0, signatures, _HEAP):
        rows = [_signature(petition, n) for n in range(first, min(first + _HEAP, signatures))]
        with transaction():
            db.session.execute(insert(Signature), rows)
            counting.note(*(Change(petition.id, None, _standing(row)) for row in rows))
    fold_tallies(utc_now())


def _signature(petition: Petition, number: int) -> dict[str, object]:
    now = utc_now()
    is_wave, is_confirmed = number % 4 == 0, number % 10 != 0
    domain = "wave.example" if is_wave else "example.org"
    person = {"name": "Sam Signer", "email": f"sam-{number}@{domain}"}
    return {
        "ref": f"{number:020x}",
        "petition_id": petition.id,
        "version_id": petition.version_id,
        "state": State.CONFIRMED if is_confirmed else State.PENDING,
        "envelope": vault().seal({**person, "postcode": "", "comment": ""}),
        "fingerprint": number.to_bytes(32),
        "country": "CA",
        "language": "en",
        "shows_name": False,
        "wants_updates": False,
        "has_comment": False,
        "consent_version": CONSENT_VERSION,
        "source": "wave" if is_wave else None,
        "signed_at": now,
        "confirmed_at": now if is_confirmed else None,
        "mailed_at": now,
    }


def _standing(row: dict[str, object]) -> Standing:
    return Standing(*(row[column.key] for column in STANDING))  # type: ignore[arg-type]


def _void_and_restore() -> Iterator[Figure]:
    mo = _moderator()
    before, total = _numbers(), _total()
    began = time.perf_counter()
    run = _begin(Conditions(source="wave"), mo)
    yield Figure(f"{run.found:,} counted, chosen by their source", time.perf_counter() - began, "s")
    opening = _begin(_SEALED, mo)
    seconds, _, _ = _worked(opening)
    yield Figure("the same found by their sealed domain", seconds, "s")
    with transaction():
        voiding_runs.start(run, seen=run.found, reason="A wave.", by=mo, now=utc_now())
    yield from _told("voided", run)
    _must(run.voided == run.found == opening.found, "not all were voided")
    _must(_total() == total - run.parts[0].voided_confirmed, "the total is wrong")
    _must_not_drift()
    with transaction():
        voiding_runs.restore(run, reason="They were real.", by=mo, now=utc_now())
    yield from _told("restored", run)
    _must((_numbers(), _total()) == (before, total), "not all came back")
    _must_not_drift()


def _told(what: str, run: VoidingRun) -> Iterator[Figure]:
    seconds, busy, longest = _worked(run)
    yield Figure(f"{run.found:,} {what}", seconds, "s", TARGET_SECONDS)
    yield Figure("… processor's time", busy, "s")
    yield Figure("… longest batch", longest * 1000, "ms")


def _must(is_so: bool, otherwise: str) -> None:
    """Raises WrongAnswer."""
    if not is_so:
        raise sites.WrongAnswer(otherwise)


def _moderator() -> Account:
    with transaction():
        mo = Account(
            name="Mo", role=Role.MODERATOR, email_key="mo", envelope=b"", invited_at=utc_now()
        )
        db.session.add(mo)
    return mo


def _begin(conditions: Conditions, mo: Account) -> VoidingRun:
    with transaction():
        return voiding_runs.begin(conditions, by=mo, now=utc_now())


def _worked(run: VoidingRun) -> tuple[float, float, float]:
    """As a worker without other chores: seconds until there is nothing left.

    Then those in which this process had a processor, and those of the longest batch.
    """
    longest = 0.0
    began, busy = time.perf_counter(), time.process_time()
    while took := _timed(lambda: _batch(run.id)):
        longest = max(longest, took)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    db.session.expire_all()
    return seconds, busy, longest


def _batch(number: int) -> int:
    with transaction():
        return voiding_runs.go_on(number, utc_now())


def _timed(do: Callable[[], int]) -> float:
    """Seconds that it took; 0 when there was nothing to do."""
    began = time.perf_counter()
    return time.perf_counter() - began if do() else 0


def _numbers() -> dict[State, int]:
    rows = db.session.execute(select(Signature.state, func.count()).group_by(Signature.state))
    return {row[0]: row[1] for row in rows}


def _total() -> int:
    return db.session.scalars(select(Petition.confirmed_count)).one()


def _must_not_drift() -> None:
    drift = [*queries.drift(), *tally_queries.tally_drift()]
    _must(not drift, f"drift: {drift}")


def main() -> int:
    """Measure what is asked for; the exit status."""
    parser = command.asking("Measure how soon a rule voids signatures and brings them back.")
    parser.add_argument("--signatures", type=int, default=200_000)
    wanted = parser.parse_args()
    return command.run(
        wanted, {kind: measure(kind, wanted.signatures) for kind in command.databases(wanted)}
    )


if __name__ == "__main__":
    sys.exit(main())
