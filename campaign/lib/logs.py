"""Logs for the administrator: what happened, by id. Never a name, an address or a token."""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from campaign.lib.turns import CAME_AT


def set_up(*, as_json: bool, quiet: bool = False) -> None:
    """One line an event on stderr, as JSON or plain; `quiet` means warnings only."""
    renderer = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if as_json else _leave,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if quiet else logging.INFO
        ),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def init_app(app: Flask) -> None:
    """Log each request by the rule of its address: the address itself may hold a token."""

    @app.before_request
    def _start() -> None:
        g.started = request.environ.get(CAME_AT, time.perf_counter())

    @app.after_request
    def _finish(response: Response) -> Response:
        structlog.get_logger().info(
            "request",
            method=request.method,
            rule=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        )
        return response


def _leave(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return event
