"""Answers are made a few at a time, and none is held up for long by another."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Response

from campaign import create_app
from campaign.lib import turns
from campaign.lib.turns import AT_ONCE, CAME_AT, Turns
from tests.conftest import settings
from tests.page_reader import HOST

#: Nothing waits so long when all is well.
PATIENCE_SECONDS = 10


class App:
    """Makes answers that take as long as the test wants."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.came_at: dict[str, float] = {}
        self.begun = threading.Semaphore(0)
        self.may_end = {name: threading.Event() for name in "abcdefgh"}

    def __call__(self, environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
        name = environ["name"]
        self.came_at[name] = environ[CAME_AT]
        self.inside.append(name)
        self.begun.release()
        assert self.may_end[name].wait(PATIENCE_SECONDS)
        self.inside.remove(name)
        if name == "h":
            raise ValueError(name)
        return [name.encode()]


class Visitors:
    """Each asks from a thread of its own."""

    def __init__(self, app: App, threads: ThreadPoolExecutor) -> None:
        self.app, self.threads, self.turns = app, threads, Turns(app)

    def ask(self, name: str) -> "Future[Iterable[bytes]]":
        return self.threads.submit(self.turns, {"name": name}, lambda *_: None)

    def come(self, name: str) -> "Future[Iterable[bytes]]":
        """And is either let in or stands in the queue."""
        has_room, waiting = len(self.app.inside) < AT_ONCE, len(self.turns._waiting)
        answer = self.ask(name)
        if has_room:
            assert self.app.begun.acquire(timeout=PATIENCE_SECONDS)
        while not has_room and len(self.turns._waiting) == waiting:
            time.sleep(0.001)
        return answer

    def leave(self, name: str) -> None:
        """And the next one is let in."""
        self.app.may_end[name].set()
        assert self.app.begun.acquire(timeout=PATIENCE_SECONDS)


@pytest.fixture
def visitors() -> Iterable[Visitors]:
    app = App()
    with ThreadPoolExecutor(8) as threads:
        yield Visitors(app, threads)
        for event in app.may_end.values():
            event.set()


def test_a_few_are_answered_at_once_and_the_others_in_the_order_in_which_they_came(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    for name in "abcdefg":
        visitors.come(name)
    assert sorted(visitors.app.inside) == ["a", "b", "c"]

    visitors.leave("b")
    assert sorted(visitors.app.inside) == ["a", "c", "d"]
    visitors.leave("d")
    assert sorted(visitors.app.inside) == ["a", "c", "e"]


def test_the_wait_is_a_part_of_what_is_told_of_slow_answers(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    for name in "abcd":
        visitors.come(name)
    still_waiting = time.perf_counter()

    visitors.leave("a")

    assert visitors.app.came_at["d"] < still_waiting


def test_what_takes_long_holds_nobody_up(visitors: Visitors) -> None:
    for name in "abc":
        visitors.come(name)
    visitors.app.may_end["d"].set()

    answer = visitors.ask("d")

    assert answer.result(PATIENCE_SECONDS) == [b"d"]
    assert sorted(visitors.app.inside) == ["a", "b", "c"]


def test_a_fault_ends_a_turn_too(visitors: Visitors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    fault = visitors.come("h")
    for name in "abc":
        visitors.come(name)

    visitors.leave("h")

    with pytest.raises(ValueError, match="h"):
        fault.result(PATIENCE_SECONDS)
    assert sorted(visitors.app.inside) == ["a", "b", "c"]


def test_the_site_has_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    app = create_app(settings(tmp_path, f"sqlite:///{tmp_path}/some.sqlite3"))
    begun, may_end = threading.Semaphore(0), threading.Event()

    def slowly() -> Response:
        begun.release()
        assert may_end.wait(PATIENCE_SECONDS)
        return Response("done")

    monkeypatch.setattr(app, "full_dispatch_request", slowly)
    with ThreadPoolExecutor(AT_ONCE + 1) as visitors:
        answers = [
            visitors.submit(lambda: app.test_client().get("/", base_url=HOST))
            for _ in range(AT_ONCE + 1)
        ]
        assert all(begun.acquire(timeout=PATIENCE_SECONDS) for _ in range(AT_ONCE))
        too_many = begun.acquire(timeout=0.2)
        may_end.set()

    assert not too_many
    assert {answer.result().status_code for answer in answers} == {200}
