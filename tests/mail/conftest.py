"""A mail server, and a clock that stands still until a test moves it."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.factories import NOW
from tests.mail.smtp_server import SmtpServer


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is NOW."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def smtp(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpServer]:
    """The mail server of the app."""
    with SmtpServer() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)
        yield server
