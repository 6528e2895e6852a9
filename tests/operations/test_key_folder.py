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


@pytest.mark.parametrize("setting", ["CAMPAIGN_DATA", "CAMPAIGN_KEYS"])
def test_a_folder_that_cannot_be_used_is_told_by_its_setting(tmp_path: Path, setting: str) -> None:
    (tmp_path / "file").touch()
    folders = {"CAMPAIGN_DATA": f"{tmp_path}/data", setting: f"{tmp_path}/file"}

    with process("staff", "list", CAMPAIGN_DEMO="yes", **folders) as started:
        printed, _ = started.communicate(timeout=30)

    assert started.returncode != 0
    assert f"{tmp_path}/file ({setting})" in printed
    assert "Traceback" not in printed


def test_a_wrong_key_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "vault-1.key").touch()

    with process("staff", "list", CAMPAIGN_DEMO="yes", CAMPAIGN_DATA=str(tmp_path)) as started:
        printed, _ = started.communicate(timeout=30)

    assert started.returncode != 0
    assert "vault-1.key is no key file" in printed
    assert "Traceback" not in printed
