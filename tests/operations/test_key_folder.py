"""A database that was begun with a key is not gone on with under another one."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from campaign.operations import key_folder
from tests.test_serving import process


def test_without_its_keys_a_database_is_not_gone_on_with(app: Flask, tmp_path: Path) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]

    key_folder.look(Path(app.config["KEY_FOLDER"]), url)
    with pytest.raises(key_folder.NoKeys, match=str(tmp_path)):
        key_folder.look(tmp_path, url)


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
