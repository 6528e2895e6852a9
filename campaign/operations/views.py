"""The monitoring's door: `/metrics`, in the words of Prometheus."""

import hmac
import time

from flask import Flask, Response, abort, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from campaign.lib import networks
from campaign.lib.doors import Audience, Door
from campaign.operations.figures import Figures

bp = Door("operations", __name__, audience=Audience.EVERYBODY)

#: What proxies add. A request that bears one does not come from this machine, wherever the
#: connection does.
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


@bp.get("/metrics")
def metrics() -> Response:
    """For whoever asks on this machine itself or has the token; others find no such page."""
    if not (_is_from_here() or _has_token()):
        abort(404)
    figures: Figures = current_app.extensions["campaign.figures"]
    return Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST)


def _is_from_here() -> bool:
    found = networks.read(request.remote_addr)
    is_proxied = any(name in request.headers for name in _FORWARDED)
    return found is not None and found.is_loopback and not is_proxied


def _has_token() -> bool:
    token = current_app.config["METRICS_TOKEN"]
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(shown.encode(), token.encode())


def init_app(app: Flask) -> None:
    """Count every answer of the app."""
    figures = app.extensions["campaign.figures"] = Figures()

    @app.after_request
    def _note(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        figures.note(request.endpoint or "none", response.status_code, seconds)
        return response
