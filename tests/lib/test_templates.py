"""Templates are compiled once for all starts."""

import sys
from pathlib import Path

import pytest
from flask import Flask

from campaign import create_app
from campaign.lib import templates
from tests.conftest import settings


@pytest.fixture(autouse=True)
def _as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def started(data: Path, folder: Path) -> Flask:
    app = create_app(settings(data, "sqlite://"))
    templates.init_app(app, folder)
    return app


def drawn(app: Flask) -> str:
    with app.test_request_context("/"):
        return app.jinja_env.get_template("components/field.html").render()


def test_the_next_start_finds_what_the_first_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    first = drawn(started(tmp_path, folder))
    kept = {file: file.stat().st_mtime_ns for file in folder.iterdir()}

    second = drawn(started(tmp_path, folder))

    assert second == first
    assert kept
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == kept


def test_pages_do_without_where_nothing_can_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "no such" / "kept"

    drawn(started(tmp_path, folder))

    assert not folder.parent.exists()


def test_nothing_is_written_where_python_may_not_keep_its_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    drawn(started(tmp_path, tmp_path / "kept"))

    assert not (tmp_path / "kept").exists()
