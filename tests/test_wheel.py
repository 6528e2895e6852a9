"""The wheel carries everything the site needs, and starts where there is no checkout."""

import importlib.util
import os
import re
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from campaign.config import ROOT
from tests.conftest import missing
from tests.test_serving import free_port, until


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as an administrator would build it."""
    if importlib.util.find_spec("hatchling") is None:
        missing("No hatchling: make .venv/.dev.")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment with the wheel and, by reference, what it needs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "needed.pth").write_text("\n".join(ours))
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--quiet"),
            *("--python", str(folder / "bin" / "python"), str(wheel)),
        ],
        check=True,
    )
    return folder / "bin"


@contextmanager
def running(command: Path, *words: str, at: Path) -> Iterator["subprocess.Popen[str]"]:
    """The installed command, far from the checkout; ended by its id."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAMPAIGN_", "PYTHON"))
    }
    started = subprocess.Popen(
        [command, *words],
        cwd=at,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def test_nothing_is_left_out(wheel: Path) -> None:
    """Every file under version control that the site reads is in it, and no test is."""
    if not (ROOT / ".git").exists():
        missing("No git checkout: clone the repository.")
    listed = subprocess.run(
        [
            "/usr/bin/env",
            "git",
            "ls-files",
            "campaign",
            "templates",
            "static",
            "migrations",
            "seeds",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    wanted = {
        name if name.startswith("campaign/") else f"campaign/_beside/{name}" for name in listed
    }

    carried = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert wanted - carried == set()
    assert {name for name in carried - wanted if "/tests/" in name} == set()


def test_it_starts_far_from_the_checkout_and_shows_a_page_with_its_style(
    installed: Path, tmp_path: Path
) -> None:
    port = free_port()
    site = f"http://127.0.0.1:{port}"

    def text(path: str) -> str:
        address = site + path
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode())

    with running(installed / "campaign", "demo", "--port", str(port), at=tmp_path):
        shown = str(until("the page", lambda: text("/fr/campaigns/drop-dragonfly")))
        found = re.search(r'href="(/static/[^"]+\.css)"', shown)
        assert found
        style = text(found[1])

    assert 'lang="fr"' in shown
    assert "@layer" in style
    assert (tmp_path / "var" / "demo" / "campaign.sqlite3").exists()


def test_it_lists_every_mistake_in_the_settings(installed: Path, tmp_path: Path) -> None:
    with running(installed / "campaign", "config", "check", at=tmp_path) as checking:
        said, _ = checking.communicate(timeout=60)

    assert checking.returncode == 1
    assert "- CAMPAIGN_SECRET:" in said
