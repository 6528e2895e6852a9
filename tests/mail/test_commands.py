"""What an administrator sees of the outbox."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from tests.mail.posting import deliver, post
from tests.mail.smtp_server import Fault, SmtpServer


def status(app: Flask) -> str:
    result = app.test_cli_runner().invoke(args=["mail", "status"])
    assert result.exit_code == 0, result.output
    return result.output


def test_an_empty_outbox_is_called_empty(app: Flask) -> None:
    assert status(app) == "The outbox is empty.\n"


def test_a_waiting_heap_says_how_many_why_and_when(
    app: Flask, smtp: SmtpServer, clock: time_machine.Traveller
) -> None:
    post("sam@example.org")
    post("lena@example.org")
    smtp.faults.extend([Fault("RCPT", "450"), Fault("RCPT", "450")])
    deliver()
    clock.shift(timedelta(hours=1))

    assert status(app).splitlines() == [
        "      2 queued  here_is_your_link  (oldest 2026-03-01 12:00 UTC)",
        "        up to 1 tries; 450: the mail server cannot take the mail now",
        "        next try 2026-03-01 12:01:00 UTC",
    ]


@pytest.mark.usefixtures("clock")
def test_what_failed_says_why_and_no_address_is_ever_printed(app: Flask, smtp: SmtpServer) -> None:
    for address in ("sam@example.org", "lena@example.org", "mo@example.org"):
        post(address)
    smtp.faults.extend([Fault("RCPT", "550"), Fault("RCPT", "450")])
    deliver()

    output = status(app)

    assert "      1 failed  here_is_your_link" in output
    assert "550: the mail server refused the mail for good" in output
    assert "      1 sent    here_is_your_link" in output
    assert output.count("next try") == 1
    assert "@" not in output
