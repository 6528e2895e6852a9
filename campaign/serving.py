"""The processes: a web server, a worker, and both in one for a small site."""

import gc
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
import waitress
from flask import Flask

from campaign.chores import CHORES
from campaign.lib.clock import utc_now
from campaign.lib.db import THREADS
from campaign.mail import delivery
from campaign.petitions import taking_up

#: How long a worker with nothing to do waits before it looks again.
PAUSE_SECONDS = 1.0
#: What waits for a slow reader before more is made for them, and what waits in memory rather than
#: in a temporary file: no piece of an export is ever on the disk.
WAITING_BYTES = 1 << 20
IN_MEMORY_BYTES = 4 << 20

log = structlog.get_logger()


def serve(app: Flask, *, host: str, port: int, with_worker: bool) -> None:
    """Answer requests until the process is told to stop."""
    gc.freeze()  # looking through all that the app is made of would hold a visitor up
    stop = threading.Event()
    worker = threading.Thread(target=_work_beside, args=(app, stop), name="worker", daemon=True)
    if with_worker:
        worker.start()
    # Its lines name paths, and a path may hold a token; what matters is in our own log.
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            # create_app() believes as many as there are proxies; waitress would take all away.
            clear_untrusted_proxy_headers=False,
            outbuf_high_watermark=WAITING_BYTES,
            outbuf_overflow=IN_MEMORY_BYTES,
        )
    finally:
        stop.set()
        if with_worker:
            worker.join(timeout=5)


def _work_beside(app: Flask, stop: threading.Event) -> None:
    """A worker in a web server. Whoever waited for the start is answered before its first round."""
    if not stop.wait(PAUSE_SECONDS):
        work(app, stop)


def work_until_stopped(app: Flask) -> None:
    """A worker process: deliver mail and forget what is due, until SIGTERM or Ctrl-C.

    The mail that is on its way is finished.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(app, stop)


def work(app: Flask, stop: threading.Event) -> None:
    """The worker's loop. When a chore falls due, no clock can say that is set right meanwhile."""
    due_at = dict.fromkeys((chore.name for chore in CHORES), time.monotonic())
    while not stop.is_set():
        taken = _try(app, "sent forms", taking_up.take_up_due)
        taken += _try(app, "mail", lambda now: delivery.deliver_due(now, stop.is_set))
        for chore in CHORES:
            if time.monotonic() >= due_at[chore.name]:
                due_at[chore.name] = time.monotonic() + chore.every.total_seconds()
                if done := _try(app, chore.name, chore.do):
                    log.info("chore", name=chore.name, done=done)
        if not taken:
            stop.wait(PAUSE_SECONDS)


def _try(app: Flask, what: str, do: Callable[[datetime], int]) -> int:
    """What it has done. A fault is logged, and keeps neither the mail nor a chore from its turn."""
    try:
        with app.app_context():
            return do(utc_now())
    except Exception:
        log.exception("the worker stumbled", over=what)
        return 0
