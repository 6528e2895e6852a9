"""How soon an update to many supporters is queued, and what memory and other mail pay for it.

`python bench/updates.py --help`; how to read the figures: bench/README.md.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, insert, select, update

from bench import command, sites
from bench.figures import Figure
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.vault import vault
from campaign.mail.models import Mail
from campaign.mail.rules import State as MailState
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import CONSENT_VERSION, State as SignatureState
from campaign.updates import rules, sending
from campaign.updates.models import Update
from campaign.updates.rules import State

_WORDS = "It **moved** today. See [what the court said](https://example.org/court).\n\n" * 20

#: So many signatures are made in one transaction.
_HEAP = 5000


def measure(kind: str, supporters: int) -> Iterator[Figure]:
    """All figures on one kind of database. Raises NotHere, WrongAnswer."""
    with (
        tempfile.TemporaryDirectory() as folder,
        sites.fresh_database(kind, Path(folder), "updates") as url,
    ):
        site = sites.Site(Path(folder), url)
        site.open_petition()
        with site.app.app_context():
            _sign(supporters)
            try:
                yield from _queue(supporters)
            finally:
                db.session.remove()
                db.engine.dispose()


def _sign(supporters: int) -> None:
    petition = db.session.scalars(select(Petition)).one()
    for first in range(0, supporters, _HEAP):
        numbers = range(first, min(first + _HEAP, supporters))
        with transaction():
            db.session.execute(insert(Signature), [_signature(petition, n) for n in numbers])


def _signature(petition: Petition, number: int) -> dict[str, object]:
    now = utc_now()
    person = {"name": "Sam Signer", "email": f"sam-{number}@example.org"}
    return {
        "ref": f"{number:020x}",
        "petition_id": petition.id,
        "version_id": petition.version_id,
        "state": SignatureState.CONFIRMED,
        "envelope": vault().seal({**person, "postcode": "", "comment": ""}),
        "fingerprint": number.to_bytes(32),
        "language": "en",
        "shows_name": False,
        "wants_updates": True,
        "consent_version": CONSENT_VERSION,
        "signed_at": now,
        "confirmed_at": now,
    }


def _queue(supporters: int) -> Iterator[Figure]:
    petition = db.session.scalars(select(Petition)).one()
    now = utc_now()
    with transaction():
        db.session.add(
            Update(
                campaign=petition.campaign,
                state=State.APPROVED,
                subject="What happened this week",
                text=_WORDS,
                changed_at=now,
                decided_at=now - rules.TAKE_BACK,
            )
        )
    sending.send_due(utc_now())
    before = most = _memory()
    seconds, longest, queued = 0.0, 0.0, rules.BATCH
    while True:
        began = time.perf_counter()
        added = sending.send_due(utc_now())
        took = time.perf_counter() - began
        if not added:
            break
        seconds, longest, queued = seconds + took, max(longest, took), queued + added
        most = max(most, _memory())
        _deliver()
    yield Figure(f"update to {supporters:,} supporters, queued", seconds, "s")
    yield Figure("… a second", (queued - rules.BATCH) / seconds)
    yield Figure("… longest batch", longest * 1000, "ms")
    yield Figure("… memory more than after the first batch", most - before, "MB")
    mails = db.session.scalar(select(func.count()).select_from(Mail))
    if mails != supporters:
        raise sites.WrongAnswer(f"{mails} mails")


def _deliver() -> None:
    """Not measured: as if the mail server had taken them."""
    with transaction():
        db.session.execute(
            update(Mail)
            .where(Mail.state == MailState.QUEUED)
            .values(state=MailState.SENT, envelope=None, settled_at=utc_now())
            .execution_options(synchronize_session=False)
        )
    db.session.remove()


def _memory() -> float:
    """What this process holds just now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    """Measure what is asked for; the exit status."""
    parser = command.asking("Measure how soon an update to many supporters is queued.")
    parser.add_argument("--supporters", type=int, default=5_000)
    wanted = parser.parse_args()
    return command.run(
        wanted, {kind: measure(kind, wanted.supporters) for kind in command.databases(wanted)}
    )


if __name__ == "__main__":
    sys.exit(main())
