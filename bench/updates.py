"""How soon an update to many supporters is queued, and what memory and other mail pay for it.

`python bench/updates.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import func, insert, select, update

from bench import sites
from campaign.lib import logs
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

_LINE = (
    "{database:<11} {supporters:>9,} supporters queued in {seconds:>5.0f} s, {a_second:>5,.0f} a "
    "second; longest batch {longest_ms:>4.0f} ms; memory + {grown_mb:.0f} MB"
)
#: So many signatures are made in one transaction.
_HEAP = 5000


def main() -> int:
    """Measure on each database that is here; 1 when somebody got no mail, or two."""
    asked = _arguments()
    logs.set_up(as_json=True, quiet=True)
    told = []
    for kind in asked.database or ["sqlite", "postgresql"]:
        try:
            told.append(_measured(kind, asked.supporters))
        except sites.NotHere as trouble:
            print(f"{kind} is left out: {trouble}")
            continue
        print(_LINE.format(**told[-1]))
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=2))
    wrong = [one for one in told if one["mails"] != one["supporters"]]
    for one in wrong:
        print(f"WRONG {one['database']}: {one['mails']} mails")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--supporters", type=int, default=5_000)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _measured(kind: str, supporters: int) -> dict[str, object]:
    with (
        tempfile.TemporaryDirectory() as folder,
        sites.fresh_database(kind, Path(folder), "updates") as url,
    ):
        site = sites.Site(Path(folder), url)
        site.open_petition()
        with site.app.app_context():
            _sign(supporters)
            try:
                return {"database": kind, "supporters": supporters, **_queue(supporters)}
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


def _queue(supporters: int) -> dict[str, object]:
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
    return {
        "mails": db.session.scalar(select(func.count()).select_from(Mail)),
        "seconds": seconds,
        "a_second": (queued - rules.BATCH) / seconds,
        "longest_ms": longest * 1000,
        "grown_mb": most - before,
    }


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


if __name__ == "__main__":
    sys.exit(main())
