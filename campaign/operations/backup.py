"""Backups: one state of the whole database, taken while the site runs, with what proves it.

A backup is a folder: the database's own kind of copy, and a manifest with its checksum, the rows of
each table and theirs. The key files are never in it, so whoever finds it reads no name and no
address.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Engine, create_engine, text

from campaign.lib import migrations
from campaign.lib.db import transactional
from campaign.operations import proofs
from campaign.operations.proofs import Progress, Proof

MANIFEST = "manifest.json"
_SQLITE, _POSTGRESQL = "campaign.sqlite3", "campaign.pgdump"


class NoBackup(Exception):
    """Why there is no backup, or not a good one; and what to do."""


class Manifest(msgspec.Struct):
    """What a backup holds."""

    made_at: datetime
    #: The copy, by its name in the folder.
    file: str
    bytes: int
    sha256: str
    #: Which migrations the database had come to.
    revisions: list[str]
    tables: dict[str, Proof]


def take(engine: Engine, into: Path, *, now: datetime, tell: Progress) -> Path:
    """A new backup, in a folder of its own named by the time. Raises NoBackup.

    It has its name only when it is whole: what is left of a broken-off one ends in `.unfinished`.
    """
    folder = into / f"campaign-{now:%Y%m%dT%H%M%SZ}"
    unfinished = folder.with_suffix(".unfinished")
    if folder.exists():
        raise NoBackup(f"{folder} is there already.")
    unfinished.mkdir(parents=True, mode=0o700)
    on_sqlite = engine.dialect.name == "sqlite"
    file = unfinished / (_SQLITE if on_sqlite else _POSTGRESQL)
    tables, revisions = (_copy if on_sqlite else _dump)(engine, file, tell)
    file.chmod(0o600)
    manifest = Manifest(
        made_at=now,
        file=file.name,
        bytes=file.stat().st_size,
        sha256=_sha256(file),
        revisions=sorted(revisions),
        tables=tables,
    )
    (unfinished / MANIFEST).write_bytes(
        msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    )
    return unfinished.rename(folder)


@contextmanager
def keys(folder: Path, file: Path, *, apart_from: Path) -> Iterator[None]:
    """The key files as a tar that only we can read, of the backup that is made meanwhile.

    Its place is taken first, so that nobody waits for a backup and then has no keys to it; the keys
    are put there last, and nothing is left of it when either fails. Raises NoBackup if it lay
    beside the backup.
    """
    if file.resolve().is_relative_to(apart_from.resolve()):
        raise NoBackup("The keys do not belong beside the backup: together they open everything.")
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            yield
            with tarfile.open(fileobj=target, mode="w") as tar:
                for key in sorted(folder.glob("*.key")):
                    tar.add(key, arcname=key.name)
    except BaseException:
        file.unlink()
        raise


def check(folder: Path, *, revisions: set[str], tell: Progress) -> Manifest:
    """What the backup holds, if it is whole and unchanged. Raises NoBackup.

    A SQLite file is opened and every row of it compared with the manifest, if it has the migrations
    that this version knows.
    """
    manifest = _manifest_in(folder)
    file = folder / manifest.file
    try:
        is_same = file.stat().st_size == manifest.bytes and _sha256(file) == manifest.sha256
    except OSError as trouble:
        raise _unreadable(file, trouble.strerror) from trouble
    if not is_same:
        raise NoBackup(f"{file} is not what it was when the backup was made.")
    if file.name == _SQLITE and set(manifest.revisions) == revisions:
        copy = create_engine(URL.create("sqlite", database=f"file:{file}", query=_READ_ONLY))
        compare(manifest, copy, tell)
    elif file.name == _POSTGRESQL:
        _run(["pg_restore", "--list", str(file)])
    return manifest


def _manifest_in(folder: Path) -> Manifest:
    file = folder / MANIFEST
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError) as trouble:
        raise _no_backup_in(folder) from trouble
    except OSError as trouble:
        raise _unreadable(file, trouble.strerror) from trouble
    except msgspec.MsgspecError as trouble:
        raise _unreadable(file, trouble) from trouble


def _no_backup_in(folder: Path) -> NoBackup:
    """What was looked for, and where there is one."""
    holding = sorted(manifest.parent for manifest in folder.glob(f"campaign-*/{MANIFEST}"))
    if holding:
        return NoBackup(
            f"{folder} is no backup itself, it holds some. Name the one to check, such as\n"
            f"{holding[-1]}"
        )
    looked_for = f"there is no {MANIFEST} in it" if folder.is_dir() else "there is no such folder"
    return NoBackup(
        f"{folder} is no backup: {looked_for}.\n"
        "Name a folder that `campaign backup FOLDER` has made in FOLDER: campaign-<time>."
    )


def _unreadable(file: Path, why: object) -> NoBackup:
    return NoBackup(
        f"{file} of this backup cannot be read: {why}.\n"
        "See that you may read it. If it is damaged or gone: check another backup, make a new one."
    )


def compare(manifest: Manifest, engine: Engine, tell: Progress) -> None:
    """Whether a database holds exactly what the backup does. Raises NoBackup."""
    try:
        with transactional(engine).connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            if migrations.present(connection) != set(manifest.revisions):
                raise NoBackup("The database has other migrations than the backup.")
            held = proofs.of_database(connection, tell)
    finally:
        engine.dispose()
    differing = [name for name, proof in manifest.tables.items() if held.get(name) != proof]
    if differing:
        raise NoBackup(f"Not what the backup says: {', '.join(differing)}.")


_READ_ONLY = {"mode": "ro", "immutable": "1", "uri": "true"}


def _copy(engine: Engine, file: Path, tell: Progress) -> tuple[dict[str, Proof], set[str]]:
    """SQLite's own online backup: one state, while readers read and writers write."""
    with engine.connect() as connection, closing(sqlite3.connect(file)) as copy:
        source: Any = connection.connection.driver_connection
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # so that it is one file and not three
    of_copy = create_engine(URL.create("sqlite", database=str(file)))
    with of_copy.connect() as connection:
        proven = proofs.of_database(connection, tell), migrations.present(connection)
    of_copy.dispose()
    return proven


def _dump(engine: Engine, file: Path, tell: Progress) -> tuple[dict[str, Proof], set[str]]:
    """pg_dump, and the proof of the very state that it writes."""
    if shutil.which("pg_dump") is None:
        raise NoBackup("There is no pg_dump here: install the client tools of your PostgreSQL.")
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {name} = 0"))
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        where = engine.url.set(drivername="postgresql")
        _run(
            [
                *("pg_dump", "--format=custom", "--no-owner", "--no-privileges"),
                *("--snapshot", snapshot, "--file", str(file)),
                *("--dbname", where._replace(password=None).render_as_string()),
            ],
            # In the environment, as everybody on the machine sees the words of a command.
            PGPASSWORD=str(where.password or os.environ.get("PGPASSWORD", "")),
        )
        return proofs.of_database(connection, tell), migrations.present(connection)


def _run(command: list[str], **environment: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603  (our own words; only the path is the administrator's)
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as missing:
        raise NoBackup(f"There is no {command[0]} here: install PostgreSQL's tools.") from missing
    if done.returncode:
        raise NoBackup(f"{command[0]} says: {done.stderr.strip()}")


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
