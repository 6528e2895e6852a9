"""Servers and workers as processes of their own: started, waited for, ended.

Whatever is started here is gone at the end, however the run ends.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from bench.clients import Clients
from campaign import config

START_SECONDS = 20


class DidNotStart(Exception):
    """A server did not answer; the message is what it said."""


@contextmanager
def floor_served(
    database_url: str, *, threads: int, log: Path, same_as: Path | None = None
) -> Iterator[tuple[str, int]]:
    """The floor answers at the URL that comes back, with its process's id.

    With `same_as`, a file with a page of ours, it has pages as long as that.
    """
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, str(Path(__file__).with_name("floor.py"))),
        *("--database-url", database_url, "--port", str(port), "--threads", str(threads)),
        *(("--same-as", str(same_as)) if same_as else ()),
    ]
    with served(command, {}, at=base_url + "/", log=log) as pid:
        yield base_url, pid


@contextmanager
def served(command: list[str], settings: Mapping[str, str], *, at: str, log: Path) -> Iterator[int]:
    """The id of a server process, from its first answer on. Raises DidNotStart."""
    with process(command, settings, log) as server:
        _wait_for(server, at, log)
        yield server.pid


@contextmanager
def process(
    command: list[str], settings: Mapping[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of its own, whose lines go into the log; ended at the end."""
    with log.open("wb") as lines:
        started = subprocess.Popen(
            command, cwd=config.ROOT, env=environment(settings), stdout=lines, stderr=lines
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(timeout=5)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _wait_for(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    base_url, slash, rest = url.removeprefix("http://").partition("/")
    client = Clients(f"http://{base_url}", 1)
    patient_until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < patient_until:
        try:
            status, _ = client.get(slash + rest)
        except (OSError, HTTPException):
            client.close()
            time.sleep(0.05)
            continue
        if status == 200:
            client.close()
            return
        break
    raise DidNotStart(f"{url} does not answer:\n{tail(log)}")


def tail(log: Path) -> str:
    """The last lines of a server's log, without each request's own and waitress's on its queue."""
    routine = ('"level": "info"', "waitress.queue")
    lines = [
        line
        for line in log.read_text(errors="replace").splitlines()
        if line.strip() and not any(word in line for word in routine)
    ]
    return "\n".join(lines[-20:]) or "(nothing)"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Ours, with these settings of Campaign and no others."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("CAMPAIGN_")}
    return {**others, **settings}
