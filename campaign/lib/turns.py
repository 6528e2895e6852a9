"""Answers are made a few at a time, first come, first served.

A web process has threads enough for slow readers and a busy database. When all of them make
answers, they take turns at the one interpreter, and wake each other for it all the time: on two
processors and PostgreSQL eight signed a twelfth less than three, and the slowest waited a quarter
longer (docs/performance.md).
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

#: When the request came, by `perf_counter`: what is told of slow answers begins there.
CAME_AT = "campaign.came_at"
#: One runs, and meanwhile others wait for the database.
AT_ONCE = 3
#: Then it goes on all the same: what takes long must not hold up what does not.
PATIENCE_SECONDS = 0.1


class Turns:
    """WSGI middleware around the app. A streamed answer has had its turn when it begins."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._busy = 0
        #: Who waits, each at a lock of its own that is opened for them.
        self._waiting: deque[threading.Lock] = deque()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The app's answer, in its turn."""
        environ[CAME_AT] = time.perf_counter()
        self._begin()
        try:
            return self._app(environ, start_response)
        finally:
            self._end()

    def _begin(self) -> None:
        with self._lock:
            if self._busy < AT_ONCE:
                self._busy += 1
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if not mine.acquire(timeout=PATIENCE_SECONDS):
            with self._lock:
                if mine in self._waiting:  # otherwise its turn has come in this very moment
                    self._waiting.remove(mine)
                    self._busy += 1

    def _end(self) -> None:
        with self._lock:
            self._busy -= 1
            if self._waiting and self._busy < AT_ONCE:
                self._busy += 1
                self._waiting.popleft().release()


def init_app(app: Flask) -> None:
    """Around the app itself: what the cache of pages or a static file answers needs no turn."""
    app.wsgi_app = Turns(app.wsgi_app)  # type: ignore[method-assign]
