"""Public pages, kept in memory for a moment: what is asked for again is not made again.

Only what `headers.public` has marked is kept, and every commit of this process forgets all of it,
so that a count is never older than its transaction; what other processes write shows after
LIFETIME. Stands before Flask: a page that is kept costs no routing, no database and no template.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import event
from werkzeug.http import is_resource_modified

from campaign.lib.clock import utc_now
from campaign.lib.db import db
from campaign.lib.headers import takes_packed

LIFETIME = timedelta(seconds=2)
#: So many addresses; then those that were not asked for longest are forgotten.
MOST = 500
#: Longer answers are made anew each time.
LARGEST_BYTES = 200_000

Environ = dict[str, Any]


class _Kept(NamedTuple):
    at: datetime
    headers: list[tuple[str, str]]
    body: bytes


class PageCache:
    """WSGI middleware in front of the app."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._pages: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()
        self._commits = 0
        self._lock = threading.Lock()

    def forget(self, *_: object) -> None:
        """Something was written: every page may be another one now."""
        with self._lock:
            self._commits += 1
            self._pages.clear()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer from memory, or from the app and keep its answer."""
        if environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        key = _key(environ)
        kept = self._pages.get(key)
        if kept and kept.at <= utc_now() < kept.at + LIFETIME:
            return _answer(kept, environ, start_response)
        return self._keep(key, environ, start_response)

    def _keep(
        self, key: tuple[str, ...], environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """The app's answer, which is kept on its way once it is whole."""
        began, commits = utc_now(), self._commits
        public: list[tuple[str, str]] = []

        def hear(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if status.startswith("200") and _is_public(headers):
                public.extend(headers)
            return start_response(status, headers, *rest)

        answer = self._app(environ, hear)
        if not public:
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        with self._lock:
            if commits == self._commits and len(body) <= LARGEST_BYTES:
                # after a commit meanwhile, it may be from before that commit
                self._pages[key] = _Kept(began, public, body)
                self._pages.move_to_end(key)
                if len(self._pages) > MOST:
                    self._pages.popitem(last=False)
        return [body]


def init_app(app: Flask) -> None:
    """Put the cache before the app; every commit of this process empties it."""
    cache = PageCache(app.wsgi_app)
    app.wsgi_app = cache  # type: ignore[method-assign]
    event.listen(db.session, "after_commit", cache.forget)


def _key(environ: Environ) -> tuple[str, ...]:
    """What an answer may depend on: the address, how the site was reached, whether it is packed."""
    names = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    packed = "gzip" if takes_packed(environ) else ""
    return (*(environ.get(name, "") for name in names), packed)


def _is_public(headers: list[tuple[str, str]]) -> bool:
    found = dict(headers)
    kept = found.get("Cache-Control", "").startswith("public, max-age=0")
    return kept and "ETag" in found and "Set-Cookie" not in found


def _answer(kept: _Kept, environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    """The kept page, or word that the browser's own copy is still right."""
    if is_resource_modified(environ, etag=dict(kept.headers)["ETag"]):
        start_response("200 OK", list(kept.headers))
        return [kept.body]
    of_body = ("Content-Length", "Content-Type")
    start_response("304 NOT MODIFIED", [pair for pair in kept.headers if pair[0] not in of_body])
    return []
