"""Backups: one whole state, proven, and never the keys beside it."""

import errno
import os
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, text

from campaign.lib import migrations
from campaign.lib.db import db, transactional
from campaign.operations import backup, proofs
from campaign.petitions import queries as petitions
from tests import factories
from tests.conftest import missing
from tests.operations.conftest import NewSite, fill


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, new_site: NewSite) -> Flask:
    """A site with something in it."""
    if request.param == "postgresql" and not (shutil.which("pg_dump") and shutil.which("psql")):
        missing("No pg_dump: apt-get install postgresql-client.")
    app = new_site(request.param)
    fill(app)
    return app


def run(site: Flask, *words: str | Path, status: int = 0) -> Result:
    """`python -m campaign …`, which must end with that status."""
    result = site.test_cli_runner().invoke(args=[str(word) for word in words])
    assert result.exit_code == status, result.output
    return result


@pytest.fixture
def taken(site: Flask, tmp_path: Path) -> Path:
    """The folder of a backup of the site."""
    run(site, "backup", tmp_path / "backups")
    (folder,) = (tmp_path / "backups").iterdir()
    return folder


@pytest.fixture
def restored(site: Flask, taken: Path, new_site: NewSite, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that was made from the backup, as docs/operations.md says."""
    file = next(taken.glob("campaign.*"))
    if file.suffix == ".sqlite3":
        yield f"sqlite:///{shutil.copy(file, tmp_path / 'restored.sqlite3')}"
        return
    with site.app_context():
        url = db.engine.url
    name = f"{url.database}_restored"
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    where = url.set(database=name, drivername="postgresql")
    address = where.render_as_string(hide_password=False)
    subprocess.run(
        [
            str(shutil.which("pg_restore")),
            "--no-owner",
            "--exit-on-error",
            "--dbname",
            address,
            str(file),
        ],
        check=True,
    )
    yield address
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def test_a_backup_is_whole_and_says_what_it_holds(site: Flask, taken: Path) -> None:
    said = run(site, "backup", "--check", taken)

    assert "9  signature\n" in said.output
    assert "is whole" in said.output
    assert {file.name for file in taken.iterdir()} in (
        {"manifest.json", "campaign.sqlite3"},
        {"manifest.json", "campaign.pgdump"},
    )


def test_only_its_owner_can_read_it(taken: Path) -> None:
    assert stat.S_IMODE(taken.stat().st_mode) == 0o700
    assert stat.S_IMODE(next(taken.glob("campaign.*")).stat().st_mode) == 0o600


def test_a_thief_of_the_backup_finds_no_key_and_no_address(
    site: Flask, taken: Path, tmp_path: Path
) -> None:
    key = (tmp_path / "keys" / "vault-1.key").read_text().strip()
    for file in taken.iterdir():
        content = file.read_bytes()
        for secret in (key.encode(), bytes.fromhex(key), b"sam-1@example.org", b"Sam Signer"):
            assert secret not in content


def test_the_keys_go_into_a_file_elsewhere_with_a_loud_word(site: Flask, tmp_path: Path) -> None:
    folder, file = tmp_path / "backups", tmp_path / "elsewhere.tar"

    said = run(site, "backup", folder, "--with-keys", file)
    refused = run(site, "backup", folder, "--with-keys", folder / "keys.tar", status=1)

    with tarfile.open(file) as tar:
        assert tar.getnames() == ["vault-1.key"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "holds the KEYS" in said.output
    assert "do not belong beside the backup" in refused.output
    assert not (folder / "keys.tar").exists()


def test_a_backup_that_fails_leaves_no_keys_behind(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, file = tmp_path / "backups", tmp_path / "elsewhere.tar"
    folder.write_text("No folder can be made here.")
    run(site, "backup", folder, "--with-keys", file, status=1)
    assert not file.exists()

    folder.unlink()
    with monkeypatch.context() as disk:
        disk.setattr(tarfile.TarFile, "add", fail_for_want_of_space)
        said = run(site, "backup", folder, "--with-keys", file, status=1)
    assert "No space left" in said.output
    assert not file.exists()
    shutil.rmtree(folder)

    def take(*_: object, **__: object) -> Path:
        assert file.read_bytes() == b"", "whoever is killed here leaves no key"
        return folder

    monkeypatch.setattr(backup, "take", take)
    run(site, "backup", folder, "--with-keys", file)
    assert file.stat().st_size
    run(site, "backup", folder, "--with-keys", file, status=1)
    assert file.exists(), "that of another backup stays"


def fail_for_want_of_space(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_damaged_backup_is_noticed(site: Flask, taken: Path) -> None:
    file = next(taken.glob("campaign.*"))
    with file.open("r+b") as content:
        content.seek(-7, os.SEEK_END)
        content.write(b"\0oops\0\0")

    said = run(site, "backup", "--check", taken, status=1)

    assert "is not what it was" in said.output


def test_what_is_no_backup_is_told_with_what_was_looked_for_and_what_to_name_instead(
    site: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "a-file"
    file.touch()
    for folder, looked_for in [
        (tmp_path, "there is no manifest.json in it"),
        (tmp_path / "missing", "there is no such folder"),
        (file, "there is no such folder"),
    ]:
        said = run(site, "backup", "--check", folder, status=1).output
        assert f"{folder} is no backup: {looked_for}." in said
        assert "Name a folder that `campaign backup FOLDER` has made" in said
        assert "Errno" not in said


def test_a_folder_of_backups_is_told_from_a_backup(site: Flask, taken: Path) -> None:
    said = run(site, "backup", "--check", taken.parent, status=1).output

    assert "is no backup itself, it holds some" in said
    assert str(taken) in said


@pytest.mark.parametrize("lost", ["campaign.*", "manifest.json"])
def test_a_backup_that_lost_a_part_says_which(site: Flask, taken: Path, lost: str) -> None:
    file = next(taken.glob(lost))
    if file.suffix == ".json":
        file.write_text("{}")
    else:
        file.unlink()

    said = run(site, "backup", "--check", taken, status=1).output

    assert f"{file} of this backup cannot be read: " in said
    assert "check another backup, make a new one." in said
    assert "Errno" not in said


def test_a_rehearsal_proves_that_the_restored_database_is_the_same(
    site: Flask, taken: Path, restored: str
) -> None:
    manifest = backup.check(taken, revisions=set(), tell=lambda what, rows: None)

    engine = create_engine(restored)
    backup.compare(manifest, engine, lambda what, rows: None)
    with engine.begin() as connection:
        connection.execute(text("UPDATE signature SET mails = 4 WHERE id = 2"))
    with pytest.raises(backup.NoBackup, match="Not what the backup says: signature"):
        backup.compare(manifest, engine, lambda what, rows: None)


def test_what_is_written_meanwhile_is_in_it_or_not_but_never_half(
    site: Flask, tmp_path: Path
) -> None:
    """A signature and its diary come in after the copy began: the backup has neither."""
    is_late: list[bool] = []

    def sign_meanwhile(_what: str, _rows: int) -> None:
        if not is_late:
            is_late.append(True)
            petition = petitions.public_by_slug("ouvrir-l-archive")
            assert petition
            factories.confirmed(petition, "late@example.org")

    with site.app_context():
        folder = backup.take(
            db.engine, tmp_path / "backups", now=factories.NOW, tell=sign_meanwhile
        )
        revisions = migrations.wanted()
        manifest = backup.check(folder, revisions=revisions, tell=lambda what, rows: None)
        with transactional(db.engine).connect() as connection:
            now = proofs.of_database(connection, lambda what, rows: None)
        db.session.remove()

    assert is_late
    assert manifest.tables["signature"].rows == 9
    assert now["signature"].rows == 10
    assert manifest.tables["tally_entry"] != now["tally_entry"]


def test_without_pg_dump_it_says_what_to_install(
    new_site: NewSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = new_site("postgresql")
    monkeypatch.setenv("PATH", str(tmp_path))

    said = run(site, "backup", tmp_path / "backups", status=1)

    assert "There is no pg_dump here" in said.output
