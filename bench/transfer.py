"""How long it takes to move a million signatures to another database and back, and how much memory.

`python bench/transfer.py --help`; how to read the figures: bench/README.md.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import insert, select

from bench import command, sites
from bench.figures import Figure
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.vault import vault
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import CONSENT_VERSION, Deed, State, Tallied
from campaign.petitions.tally_models import Tally

#: Most memory a transfer may take, however many rows there are.
MOST_MEGABYTES = 250
#: A signature has this many rows: itself, that it was signed, that it was confirmed.
ROWS_A_SIGNATURE = 3
BATCH = 10_000


def measure(signatures: int) -> Iterator[Figure]:
    """Every figure, as soon as it is there. Raises WrongAnswer, NotHere."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with sites.fresh_database("postgresql", folder, "transfer") as postgresql:
            first, back = (f"sqlite:///{folder / file}.sqlite3" for file in ("first", "back"))
            site = sites.Site(folder, first)
            site.open_petition()
            _fill(site, signatures)
            there = _moved(site, first, postgresql)
            yield from _figures("SQLite to PostgreSQL", signatures, *there[1:])
            again = _moved(site, postgresql, back)
            yield from _figures("PostgreSQL to SQLite", signatures, *again[1:])
            if there[0] != again[0]:
                raise sites.WrongAnswer("what came back is not what was sent")


def _figures(way: str, signatures: int, seconds: float, megabytes: float) -> Iterator[Figure]:
    yield Figure(f"{way}: {signatures:,} signatures", seconds, "s")
    yield Figure(f"{way}: rows a second", signatures * ROWS_A_SIGNATURE / seconds)
    yield Figure(f"{way}: most memory", megabytes, "MB", MOST_MEGABYTES)


def _moved(site: sites.Site, source: str, target: str) -> tuple[list[str], float, float]:
    """What the command proved, the seconds it took, the most memory it had."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "campaign", "transfer", "--to", target]
    with tempfile.TemporaryFile("w+") as lines:
        process = subprocess.Popen(
            command,
            env={**os.environ, **site.environment, "CAMPAIGN_DATABASE_URL": source},
            cwd=Path(__file__).resolve().parent.parent,
            stdout=lines,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        lines.seek(0)
        proven = [line for line in lines.read().splitlines() if line[:10].strip().isdigit()]
    if status:
        raise sites.WrongAnswer(f"the command ended with {os.waitstatus_to_exitcode(status)}")
    return proven, seconds, _megabytes(used)


def _megabytes(used: resource.struct_rusage) -> float:
    """Linux counts in kilobytes."""
    return used.ru_maxrss / 1000


def _fill(site: sites.Site, number: int) -> None:
    """So many confirmed signatures, each with an envelope of its own and its diary."""
    with site.app.app_context():
        petition = db.session.scalars(select(Petition)).one()
        for first in range(1, number + 1, BATCH):
            with transaction():
                _add(petition, range(first, min(first + BATCH, number + 1)))
        with transaction():
            db.session.add(
                Tally(
                    kind=Tallied.STATE, petition_id=petition.id, key=State.CONFIRMED, number=number
                )
            )
        db.session.remove()
        db.engine.dispose()


def _add(petition: Petition, ids: range) -> None:
    signed = utc_now()
    confirmed = signed + timedelta(minutes=3)
    sealed = vault().seal
    db.session.execute(
        insert(Signature),
        [
            {
                "id": number,
                "ref": f"{number:020x}",
                "petition_id": petition.id,
                "version_id": petition.version_id,
                "state": State.CONFIRMED,
                "envelope": sealed({"name": "Sam Signer", "email": f"sam-{number}@example.org"}),
                "fingerprint": number.to_bytes(32, "big"),
                "country": "CA",
                "language": "en",
                "shows_name": number % 3 == 0,
                "wants_updates": number % 2 == 0,
                "consent_version": CONSENT_VERSION,
                "signed_at": signed + timedelta(microseconds=number),
                "confirmed_at": confirmed,
                "mails": 1,
                "mailed_at": signed,
            }
            for number in ids
        ],
    )
    events = (
        (Deed.SIGN, None, State.PENDING, signed),
        (Deed.CONFIRM, State.PENDING, State.CONFIRMED, confirmed),
    )
    db.session.execute(
        insert(SignatureEvent),
        [
            {"signature_id": number, "deed": deed, "from_state": was, "to_state": now, "at": at}
            for number in ids
            for deed, was, now, at in events
        ],
    )


def main() -> int:
    """Measure both ways; the exit status."""
    parser = command.asking(
        "Measure moving signatures from SQLite to PostgreSQL and back.", databases=False
    )
    parser.add_argument("--signatures", type=int, default=1_000_000, metavar="NUMBER")
    wanted = parser.parse_args()
    return command.run(wanted, {"transfer": measure(wanted.signatures)})


if __name__ == "__main__":
    sys.exit(main())
