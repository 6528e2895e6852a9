"""The pages that say what went wrong and what to do next."""

import secrets

import structlog
from flask import Flask, Response, make_response, render_template
from sqlalchemy.exc import OperationalError, TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, SecurityError

from campaign.lib.db import db
from campaign.lib.refusals import Busy
from campaign.lib.vault import Unreadable

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Answer every mistake, the visitor's and ours, with a page."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(NoConnection, _busy)
    app.register_error_handler(Unreadable, _locked_out)
    app.register_error_handler(Exception, _our_fault)


def _refused(trouble: HTTPException) -> Response:
    """404, 403, 405, 413 and their like. Redirects and prepared answers pass as they are."""
    status = trouble.code or 500
    if isinstance(trouble, SecurityError):
        # A host that is not ours: no page of ours has an address there.
        return make_response("Bad request", status, {"Content-Type": "text/plain"})
    if trouble.response is not None or status < 400:
        return make_response(trouble.get_response())
    response = make_response(render_template("pages/error.html", status=status), status)
    for name, value in trouble.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _busy(trouble: Exception) -> Response:
    """The database is locked or away."""
    db.session.rollback()
    log.warning("busy", why=type(trouble.__cause__ or trouble).__name__)
    response = make_response(render_template("pages/error.html", status=503), 503)
    response.headers["Retry-After"] = "10"
    return response


def _locked_out(trouble: Unreadable) -> Response:
    """A key file is missing: nothing can be opened until the administrator brings it back."""
    log.error("key missing", why=str(trouble))
    return _busy(trouble)


def _our_fault(trouble: Exception) -> Response:
    """An error of ours: logged once, under a reference that the visitor can tell us."""
    reference = secrets.token_hex(4)
    log.exception("error", reference=reference)
    return make_response(render_template("pages/error.html", status=500, reference=reference), 500)
