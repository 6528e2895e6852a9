"""Templates are compiled once for all starts."""

import shutil
from pathlib import Path

from flask import Flask

from campaign import create_app
from tests.conftest import settings


def started(folder: Path) -> Flask:
    return create_app(settings(folder, "sqlite://"))


def drawn(app: Flask) -> str:
    with app.test_request_context("/"):
        return app.jinja_env.get_template("components/field.html").render()


def files(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in (folder / "templates").iterdir()}


def test_the_next_start_finds_what_the_first_compiled(tmp_path: Path) -> None:
    first = drawn(started(tmp_path))
    kept = files(tmp_path)

    second = drawn(started(tmp_path))

    assert second == first
    assert kept
    assert files(tmp_path) == kept


def test_nobody_else_may_put_anything_there(tmp_path: Path) -> None:
    started(tmp_path)

    assert (tmp_path / "templates").stat().st_mode & 0o777 == 0o700


def test_pages_do_without_the_files(tmp_path: Path) -> None:
    app = started(tmp_path)
    shutil.rmtree(tmp_path / "templates")

    drawn(app)

    assert not (tmp_path / "templates").exists()
