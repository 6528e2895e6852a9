"""A real browser on the real app: the demonstration on a port of its own, with its worker.

Whatever test opens a page, the page is watched: it asks nothing of anybody else, its scripts make
no mistake, and it leaves no cookie.
"""

import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import waitress
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    sync_playwright,
)
from waitress import wasyncore

from campaign import create_app, demonstration, seeding, serving
from campaign.campaigns import queries as campaigns
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from tests import factories
from tests.conftest import missing, settings

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
#: The shell is Chromium without its own windows and pages: half of the processor's time.
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # What slips through all the same finds nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
#: How long a page may take before something must be wrong; nothing waits for it when all is well.
PATIENCE_MILLISECONDS = 10_000
PHONE = {"width": 390, "height": 844}
#: Made-up signers: enough for a bar, and for a list of names in several scripts.
SIGNERS = {"drop-dragonfly": 40, "ni-yulan": 10, "where-are-they": 5}

#: The campaign that has an image.
WITH_IMAGE = "where-are-they"

#: For a test that has nothing to learn from running twice.
with_javascript = pytest.mark.parametrize("context", [True], ids=["javascript"], indirect=True)

_NOTE = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")


@dataclass(frozen=True)
class Site:
    """The demonstration, being served."""

    app: Flask
    address: str


class Watch:
    """What a browser's tabs ask for and complain of."""

    def __init__(self, context: BrowserContext, own: str) -> None:
        self.context = context
        self.own = own
        #: Statuses of 4xx that the test is about; the browser notes each in its console.
        self.expected: set[int] = set()
        self._documents: set[str] = set()
        self._findings: list[str] = []
        self._notes: list[tuple[int, str]] = []
        self._ears = {
            "request": self._hear_request,
            "console": self._hear_console,
            "weberror": self._hear_error,
        }
        for event, ear in self._ears.items():
            context.on(event, ear)

    def end(self) -> list[str]:
        """Watch no longer, and tell everything that should not have been."""
        for event, ear in self._ears.items():
            self.context.remove_listener(event, ear)
        return [
            *self._findings,
            *(
                f"{status} for {address}"
                for status, address in self._notes
                if status not in self.expected or address not in self._documents
            ),
            *(f"cookie {cookie['name']}" for cookie in self.context.cookies()),
        ]

    def _hear_request(self, request: Request) -> None:
        if not request.url.startswith(f"{self.own}/"):
            self._findings.append(f"request to {request.url}")
        if request.is_navigation_request():
            self._documents.add(request.url)

    def _hear_console(self, message: ConsoleMessage) -> None:
        address = message.location["url"]
        note = _NOTE.match(message.text)
        if note:
            self._notes.append((int(note[1]), address))
        elif message.type == "error":
            self._findings.append(f"console: {message.text} ({address})")

    def _hear_error(self, trouble: WebError) -> None:
        self._findings.append(f"script: {trouble.error}")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real app with its texts and some signers, a real server, a worker that delivers."""
    folder = tmp_path_factory.mktemp("site")
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        app = create_app(settings(folder, f"sqlite:///{folder}/campaign.sqlite3", base_url=address))
        _fill(app)
        with _served(app, door), _worked(app):
            yield Site(app, address)
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the machine has it."""
    if not Path(CHROMIUM).exists():
        missing(f"No Chromium at {CHROMIUM}: install chromium-headless-shell, or set CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def context(
    request: pytest.FixtureRequest, browser: Browser, site: Site
) -> Iterator[BrowserContext]:
    """A phone that has never been here, with JavaScript and without."""
    context = browser.new_context(
        base_url=site.address,
        viewport=PHONE,
        java_script_enabled=request.param,
        # What gets the focus is in sight at once, not at the end of a gentle scroll.
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture
def watch(context: BrowserContext, site: Site) -> Iterator[Watch]:
    """Sees what the page does; the test fails at its end on whatever should not have been."""
    watch = Watch(context, site.address)
    yield watch
    assert watch.end() == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A watched tab."""
    page = context.new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, for the page to run."""
    if not AXE.exists():
        missing("axe-core is not installed: run npm ci in tests/browser.")
    return AXE.read_text("utf-8")


def _fill(app: Flask) -> None:
    """What `python -m campaign demo` does, with fewer signers."""
    with app.app_context(), pytest.MonkeyPatch.context() as changes:
        upgrade()
        with transaction():
            seeding.seed(demo=True, now=utc_now())
        changes.setattr(demonstration, "SIGNERS", SIGNERS)
        demonstration.demonstrate(utc_now())
        campaign = campaigns.by_slug(WITH_IMAGE)
        assert campaign
        factories.image(campaign)


@contextmanager
def _served(app: Flask, door: socket.socket) -> Iterator[None]:
    """Answered by waitress, as in earnest."""
    open_sockets: dict[int, object] = {}
    server = waitress.create_server(app, map=open_sockets, sockets=[door], threads=serving.THREADS)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        yield
    finally:
        # The server's loop ends when it has nothing left to listen to.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(open_sockets))
        thread.join()
        server.task_dispatcher.shutdown()


@contextmanager
def _worked(app: Flask) -> Iterator[None]:
    """Mail is delivered into the folder meanwhile."""
    stop = threading.Event()
    worker = threading.Thread(target=serving.work, args=(app, stop), name="worker")
    with pytest.MonkeyPatch.context() as changes:
        changes.setattr(serving, "PAUSE_SECONDS", 0.1)
        worker.start()
        try:
            yield
        finally:
            stop.set()
            worker.join()
