"""A database that was begun with a key is not gone on with under another one."""

import secrets
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from campaign.operations import key_folder
from tests import factories
from tests.test_serving import process


def test_without_its_keys_a_database_is_not_gone_on_with(app: Flask, tmp_path: Path) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]

    key_folder.look(Path(app.config["KEY_FOLDER"]), url)
    with pytest.raises(key_folder.NoKeys, match=str(tmp_path)):
        key_folder.look(tmp_path, url)


def a_key(folder: Path, number: int = 1) -> None:
    (folder / f"vault-{number}.key").write_text(secrets.token_hex(32))


def test_with_the_keys_of_another_site_a_database_is_not_gone_on_with(
    app: Flask, tmp_path: Path
) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    a_key(tmp_path)

    key_folder.look(tmp_path, url)  # nothing is sealed yet
    factories.petition()
    with pytest.raises(key_folder.NoKeys, match=str(tmp_path)):
        key_folder.look(tmp_path, url)
    key_folder.look(tmp_path, url, without_lost_keys=True)
    key_folder.look(Path(app.config["KEY_FOLDER"]), url)


def test_nor_with_the_newest_key_alone(app: Flask, tmp_path: Path) -> None:
    first = Path(app.config["KEY_FOLDER"]) / "vault-1.key"
    factories.account()
    a_key(tmp_path, 2)

    with pytest.raises(key_folder.NoKeys):
        key_folder.look(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"])
    shutil.copy(first, tmp_path)
    key_folder.look(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.mark.parametrize("content", ["", "abc", "0123456789abcdef", "ä" * 64])
def test_a_key_that_was_not_copied_whole_is_told(app: Flask, tmp_path: Path, content: str) -> None:
    (tmp_path / "vault-1.key").write_text(content)

    with pytest.raises(key_folder.NoKeys, match=r"vault-1\.key holds no key"):
        key_folder.look(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"])


def test_who_has_a_key_starts_while_the_database_is_away(tmp_path: Path) -> None:
    a_key(tmp_path)

    key_folder.look(tmp_path, "postgresql://postgres@127.0.0.1:1/nothing")


def test_a_new_database_begins_without_a_key(tmp_path: Path, other_postgresql: str) -> None:
    key_folder.look(tmp_path, other_postgresql)
    key_folder.look(tmp_path, f"sqlite:///{tmp_path}/campaign.sqlite3")

    assert list(tmp_path.iterdir()) == []


def test_where_nobody_knows_whether_it_is_new_no_key_is_made(tmp_path: Path) -> None:
    with pytest.raises(OperationalError):
        key_folder.look(tmp_path, "postgresql://postgres@127.0.0.1:1/nothing")


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"], ["staff", "list"]])
@pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)
def test_nothing_starts_without_the_keys(app: Flask, tmp_path: Path, command: list[str]) -> None:
    with process(
        *command,
        CAMPAIGN_DEMO="yes",
        CAMPAIGN_DATA=str(tmp_path),
        CAMPAIGN_DATABASE_URL=app.config["SQLALCHEMY_DATABASE_URI"],
    ) as started:
        printed, _ = started.communicate(timeout=30)

    assert started.returncode != 0
    assert f"there is no key in {tmp_path / 'keys'}" in printed
    assert "Traceback" not in printed
    assert list(tmp_path.iterdir()) == []
