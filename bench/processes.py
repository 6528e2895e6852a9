"""What Linux says of a process: the processors' time it took, its memory, how soon it answers."""

import os
import subprocess
import time
from http.client import HTTPException
from pathlib import Path

from bench import running, sites
from bench.clients import Clients
from campaign import config

_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PATIENCE_SECONDS = 30


def processor_seconds(pid: int) -> float:
    """How long the processors have worked for it so far, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_SECONDS


def resident_mb(pid: int) -> float:
    """How much memory it holds now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise running.DidNotStart(f"process {pid} is gone")


def seconds_to_first_answer(site: sites.Site, log: Path) -> float:
    """From the start of `serve`, with its worker, to the campaign's page. Raises DidNotStart.

    From the second time on, Python finds its compiled modules beside the log, as after any first
    start of an installed site.
    """
    began = time.monotonic()
    with log.open("wb") as lines:
        process = subprocess.Popen(
            site.serve_command,
            cwd=config.ROOT,
            env=running.environment(site.environment)
            | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(log.parent / "compiled")},
            stdout=lines,
            stderr=lines,
        )
    client = Clients(site.base_url, 1)
    try:
        while time.monotonic() < began + _PATIENCE_SECONDS and process.poll() is None:
            try:
                status, _ = client.get(site.page)
            except (OSError, HTTPException):
                client.close()
                time.sleep(0.005)
                continue
            if status == 200:
                return time.monotonic() - began
        raise running.DidNotStart(f"serve does not answer:\n{running.tail(log)}")
    finally:
        client.close()
        process.terminate()
        process.wait()
