"""What a browser is told about every answer, and which posts are taken."""

import gzip
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from werkzeug.http import parse_accept_header

#: `default-src 'none'`, then only what a page of ours needs. No inline script, no inline style, no
#: other host.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
#: Two years, as browsers' preload lists ask; sent over https only.
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
#: For what is answered where a page was that shared caches kept, such as one that was taken down.
#: One that may not keep the new answer goes on with the old one: nginx shows a stale page while it
#: asks for another, and so for ever.
INSTEAD = "public, max-age=0, s-maxage=1, must-revalidate"


def init_app(app: Flask) -> None:
    """Watch over every request and answer of the app."""
    app.before_request(_refuse_posts_from_elsewhere)
    app.after_request(_add_headers)


def public(response: Response, *, seconds: int = 30) -> Response:
    """Let shared caches keep a page that is the same for everybody.

    A browser asks again each time (by ETag). Packed for whom it may be: nothing on such a page is
    one visitor's secret, so its size tells nothing.
    """
    response.vary.add("Accept-Encoding")
    if takes_packed(request.environ):
        response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
        response.content_encoding = "gzip"
    return _kept(response, f"max-age=0, s-maxage={seconds}, must-revalidate")


def takes_packed(environ: Mapping[str, Any]) -> bool:
    """Whether the visitor's program unpacks gzip."""
    wanted = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING", ""))
    return wanted.quality("gzip") > 0


def lasting(response: Response, *, seconds: int) -> Response:
    """Let everybody, browsers too, keep what seldom changes for so long.

    It does not lie in our own memory (`page_cache`), where a hundred large files would be too many.
    """
    return _kept(response, f"max-age={seconds}")


def unchanging(response: Response) -> Response:
    """Let everybody keep what never changes under its address: browsers for a year.

    Shared caches for an hour only, so that what was taken down is soon out of them too.
    """
    return _kept(response, "max-age=31536000, s-maxage=3600, immutable")


def _kept(response: Response, how: str) -> Response:
    """Whoever has kept it may ask whether it is still right, by its ETag."""
    response.headers["Cache-Control"] = f"public, {how}"
    response.add_etag()
    response.make_conditional(request)
    return response


def handed_over(content: bytes, media_type: str, *, name: str, opens: bool = False) -> Response:
    """A file for one visitor, kept by nobody on its way: to be saved, or opened in the browser."""
    response = Response(content, mimetype=media_type)
    way = "inline" if opens else "attachment"
    response.headers["Content-Disposition"] = f"{way}; filename={name}"
    return response


def _refuse_posts_from_elsewhere() -> None:
    """A browser says where a form was sent from; one that came from another site is not ours."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    door = current_app.blueprints.get(request.blueprint or "")
    if getattr(door, "from_anywhere", False):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        abort(403)
    origin = request.headers.get("Origin")
    # "null" is what a browser sends under Referrer-Policy: no-referrer, also for our own forms.
    if origin not in (None, "null") and _host_of(origin) != request.host:
        abort(403)


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _stands_for_a_kept_page(response: Response) -> bool:
    door = current_app.blueprints.get(request.blueprint or "")
    is_read = request.method in ("GET", "HEAD")
    return getattr(door, "is_shared", False) and is_read and response.status_code in (301, 410)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if "Cache-Control" not in response.headers:
        kept = _stands_for_a_kept_page(response)
        response.headers["Cache-Control"] = INSTEAD if kept else "no-store"
    return response
