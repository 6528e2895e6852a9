"""The processes as an administrator starts them."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_migrate import upgrade

from campaign import create_app, serving
from campaign.chores import Chore
from campaign.config import ROOT
from campaign.lib.clock import utc_now
from campaign.lib.db import db
from campaign.mail import delivery
from tests import factories
from tests.conftest import on_one_database, settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m campaign …` with these settings alone; ended by its id whatever happens."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Tests that were started in the background ignore Ctrl-C, and so would what they start.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_")}
    started = subprocess.Popen(
        [sys.executable, "-m", "campaign", *words],
        cwd=ROOT,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def until(what: str, question: object) -> object:
    """Ask until there is an answer; half a minute is long enough for any machine."""
    for _ in range(300):
        try:
            answer = question()  # type: ignore[operator]
        except OSError:
            answer = None
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what} never came")


def test_the_demonstration_comes_up_and_goes_down(tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/campaigns/drop-dragonfly"

    def page() -> str:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return str(answer.read().decode())

    with process("demo", "--port", str(port), CAMPAIGN_DATA=str(tmp_path)) as demo:
        shown = str(until("the page", page))
        demo.send_signal(signal.SIGINT)
        printed, _ = demo.communicate(timeout=15)

    assert "have signed" in shown
    assert f"Campaign is at        http://127.0.0.1:{port}" in printed
    assert "/dev/mail/" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_told_and_not_a_traceback(tmp_path: Path, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with process(
            command, "--port", str(port), CAMPAIGN_DEMO="yes", CAMPAIGN_DATA=str(tmp_path)
        ) as started:
            printed, _ = started.communicate(timeout=15)

    assert started.returncode == 1
    assert f"port {port} is taken; choose another one" in printed
    assert "Traceback" not in printed
    assert not list(tmp_path.glob("*.sqlite3")), "it is told before anything is made"


def test_a_port_that_no_machine_has_is_told_and_nothing_is_started(tmp_path: Path) -> None:
    with process("demo", "--port", "70000", CAMPAIGN_DATA=str(tmp_path)) as demo:
        printed, _ = demo.communicate(timeout=15)

    assert demo.returncode == 2
    assert "70000 is not in the range" in printed
    assert list(tmp_path.iterdir()) == []


def test_a_worker_delivers_what_another_process_posted_and_stops_when_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/campaign.sqlite3"
    app = create_app(settings(tmp_path, url))
    with app.app_context():
        upgrade()
        factories.sign(factories.petition(), now=utc_now())
        db.session.remove()
        db.engine.dispose()
    mailbox = tmp_path / "mailbox"

    with process("worker", CAMPAIGN_DEMO="yes", CAMPAIGN_DATA=str(tmp_path)) as worker:
        until("the mail", lambda: list(mailbox.glob("*.eml")))
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=15)

    assert worker.returncode == 0
    assert len(list(mailbox.glob("*.eml"))) == 1


@on_one_database
def test_what_fails_keeps_nothing_else_from_its_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, done = threading.Event(), []

    def fail(_now: datetime, *_: object) -> int:
        raise ValueError

    def succeed(_now: datetime) -> int:
        done.append(1)
        stop.set()
        return 1

    monkeypatch.setattr(delivery, "deliver_due", fail)
    always = timedelta(0)
    monkeypatch.setattr(
        serving, "CHORES", (Chore("bad", always, fail), Chore("good", always, succeed))
    )

    serving.work(app, stop)

    assert done == [1]


@on_one_database
def test_a_clock_that_is_set_back_keeps_no_chore_from_its_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, done = threading.Event(), []
    patience = threading.Timer(5, stop.set)

    with time_machine.travel(utc_now()) as clock:

        def set_right(now: datetime) -> int:
            done.append(now)
            clock.shift(timedelta(days=-1))
            if len(done) == 2:
                stop.set()
            return 0

        monkeypatch.setattr(serving, "CHORES", (Chore("it", timedelta(0), set_right),))
        monkeypatch.setattr(serving, "PAUSE_SECONDS", 0.01)
        patience.start()
        serving.work(app, stop)
        patience.cancel()

    assert len(done) == 2


@pytest.mark.parametrize("command", [["config", "check"], ["serve"], ["reconcile"]])
def test_wrong_settings_are_all_listed_and_nothing_is_started(command: list[str]) -> None:
    with process(*command, CAMPAIGN_SECRET="short") as started:
        printed, _ = started.communicate(timeout=30)

    assert started.returncode != 0
    for name in ("CAMPAIGN_SECRET", "CAMPAIGN_BASE_URL", "CAMPAIGN_MAIL_URL"):
        assert f"- {name}:" in printed
    assert "Traceback" not in printed
    assert "No such command" not in printed


@pytest.mark.parametrize("words", ["mail status", "staff add ada@example.org --name Ada", "seed"])
def test_a_command_tells_what_is_wrong_with_the_database_and_what_to_do(
    tmp_path: Path, words: str
) -> None:
    away = f"postgresql://postgres@127.0.0.1:{free_port()}/campaign"

    for url, told in (
        ("", "has no tables yet. `campaign db upgrade`"),
        (away, "Connection refused"),
    ):
        with process(
            *words.split(),
            CAMPAIGN_DEMO="yes",
            CAMPAIGN_DATA=str(tmp_path),
            CAMPAIGN_DATABASE_URL=url,
        ) as started:
            printed, _ = started.communicate(timeout=30)

        assert started.returncode == 1
        assert told in printed
        assert "Traceback" not in printed
        assert "very busy" not in printed


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"]])
def test_who_forgot_to_make_the_tables_is_told(tmp_path: Path, command: list[str]) -> None:
    with process(*command, CAMPAIGN_DEMO="yes", CAMPAIGN_DATA=str(tmp_path)) as started:
        assert started.stdout
        first = started.stdout.readline()

    assert first == "The database has no tables yet: run `campaign db upgrade`.\n"
