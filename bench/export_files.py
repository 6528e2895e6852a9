"""The signatures that are exported, our files of them, and the least that such a file takes."""

import csv
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from nacl.secret import SecretBox
from sqlalchemy import insert, text

from bench import sites
from bench.figures import Figure
from campaign.exports import services
from campaign.exports.rules import DEFAULT_COLUMNS, Kind
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction, transactional
from campaign.lib.vault import vault
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State, Tallied
from campaign.petitions.tally_models import Tally

#: Ours and the least take turns so often.
TURNS = 5
XLSX_ROWS = 100_000
BATCH = 10_000
#: So many different ones are sealed. Each row has a copy of its own and each copy is opened, so
#: that takes as long as if all were different.
ENVELOPES = 5_000
#: Ten columns that need no envelope, as many as our file has.
_TEN = "ref, country, shows_name, language, state, signed_at, confirmed_at, source, mails, id"
#: Kind and key id, before the nonce.
_HEAD = 5


def sign(rows: int) -> None:
    """Put that many confirmed signatures into the database, every fourth with a comment."""
    petition, now = _petition(), utc_now()
    comment = "Because everybody should be able to look things up without fear."
    envelopes = [
        vault().seal(
            {
                "name": f"Léa Gauvrin {n}",
                "email": f"lea.gauvrin-{n}@example.org",
                "postcode": "K1N 5A5",
                "comment": "" if n % 4 else comment,
            }
        )
        for n in range(ENVELOPES)
    ]
    same = {
        "petition_id": petition.id,
        "version_id": petition.version_id,
        "state": "confirmed",
        "language": "en",
        "wants_updates": False,
        "consent_version": "bench",
        "signed_at": now,
        "confirmed_at": now,
        "mails": 1,
    }
    for first in range(0, rows, BATCH):
        batch = [
            {
                **same,
                "ref": secrets.token_hex(10),
                "envelope": envelopes[n % ENVELOPES],
                "fingerprint": n.to_bytes(32, "big"),
                "country": ("CA", "FR", "DE", None)[n % 4],
                "shows_name": n % 2 == 0,
                "source": ("poster", None, "mail")[n % 3],
            }
            for n in range(first, min(first + BATCH, rows))
        ]
        with transaction():
            db.session.execute(insert(Signature), batch)
    with transaction():
        db.session.add(
            Tally(kind=Tallied.STATE, petition_id=petition.id, key=State.CONFIRMED, number=rows)
        )
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE signature"))  # as a server does by itself


def beside_the_least(rows: int) -> Iterator[Figure]:
    """Our file, and what it is measured against, in turns; all of them to nowhere."""
    turns = [
        (_took(_write_plainly), _took(_open_plainly), _took(lambda: _export(Kind.CSV, rows)))
        for _ in range(TURNS)
    ]
    name = f"CSV of {rows:,}"
    whats = ("csv.writer over a cursor", "loop that opens envelopes", "ours")
    seconds = [min(took.seconds for took in runs) for runs in zip(*turns, strict=True)]
    for what, least in zip(whats, seconds, strict=True):
        yield Figure(f"{name}: {what}", least, "s")
    plain, opened, ours = seconds
    yield Figure(f"{name}: of both together", ours / (plain + opened), "times", target=1.3)
    plain, opened, ours = (min(took.busy for took in runs) for runs in zip(*turns, strict=True))
    busy = ours / (plain + opened)
    yield Figure(f"{name}: of both together: processor time", busy, "times")
    most = min(rows, XLSX_ROWS)
    workbook = _took(lambda: _export(Kind.XLSX, most))
    yield Figure(f"XLSX of {most:,}", workbook.seconds, "s")


def _petition() -> Petition:
    found = petitions.by_slug(sites.SLUG)
    assert found
    return found


class _Took(NamedTuple):
    """The time that passed, and how long a processor was busy with us."""

    seconds: float
    busy: float


def _took(work: Callable[[], None]) -> _Took:
    start, start_busy = time.perf_counter(), time.process_time()
    work()
    return _Took(time.perf_counter() - start, time.process_time() - start_busy)


def _write_plainly() -> None:
    """Ten columns as they stand: no envelope, no guard, no word for a yes, no page."""
    with Path(os.devnull).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\r\n").writerows(_raw_rows(_TEN))


def _open_plainly() -> None:
    key = (Path(current_app.config["KEY_FOLDER"]) / "vault-1.key").read_text().strip()
    box = SecretBox(bytes.fromhex(key))
    for (envelope,) in _raw_rows("envelope"):
        json.loads(box.decrypt(envelope[_HEAD:]))


def _raw_rows(columns: str) -> Iterator[Any]:
    """The rows from the database's own cursor, a flat number of them in memory."""
    query = f"SELECT {columns} FROM signature WHERE petition_id = 1 ORDER BY id"  # noqa: S608
    with transactional(db.engine).connect() as connection:
        driver: Any = connection.connection.driver_connection
        if db.engine.dialect.name == "sqlite":
            yield from driver.execute(query)
        else:
            with driver.cursor(name="bare") as cursor:
                cursor.itersize = 2000
                yield from cursor.execute(query)


def _export(kind: Kind, rows: int) -> None:
    """Our file with its default columns; of a longer one, the beginning."""
    export = services.plan(_petition(), by=None, columns=DEFAULT_COLUMNS, now=utc_now())
    with transaction():
        services.take(export, Kind.CSV, by=None, reason=None)
    told = [0]
    with Path(os.devnull).open("wb") as file:
        for piece in services.pieces(export, kind, told.append):
            file.write(piece)
            if told[-1] >= rows:
                return
    assert told[-1] == rows
