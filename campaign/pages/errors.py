"""The pages that say what went wrong and what to do next."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import OperationalError, TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, SecurityError

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.lib.db import db
from campaign.lib.refusals import Busy
from campaign.lib.vault import Unreadable
from campaign.pages import taken_down

log = structlog.get_logger()

#: What a sentence, a mail program or a habit adds at the end of an address.
_NOT_OF_IT = "/ .,;:!?)]>\"'”’»"


def init_app(app: Flask) -> None:
    """Answer every mistake, the visitor's and ours, with a page."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(NoConnection, _busy)
    app.register_error_handler(Unreadable, _locked_out)
    app.register_error_handler(Exception, _our_fault)
    app.after_request(_overhear)


def _refused(trouble: HTTPException) -> Response:
    """404, 403, 405, 413 and their like. Redirects and prepared answers pass as they are."""
    status = trouble.code or 500
    if isinstance(trouble, SecurityError):
        # A host that is not ours: no page of ours has an address there.
        return make_response("Bad request", status, {"Content-Type": "text/plain"})
    if trouble.response is not None or status < 400:
        return make_response(trouble.get_response())
    if status == 404 and (moved := _where_it_went() or _as_it_was_meant()):
        return moved
    if status == 404 and (page := taken_down.page()):
        return page
    if status == 405 and (page := _page_of_the_form()):
        return page
    response = make_response(render_template("pages/error.html", status=status), status)
    for name, value in trouble.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _where_it_went() -> Response | None:
    """A campaign's former address leads to its present one, with the rest of path and query.

    A form sent to it is sent on whole. Nobody learns this way of a campaign they may not see.
    """
    rule, slug = request.url_rule, (request.view_args or {}).get("slug", "")
    if rule is None or not taken_down.names_a_campaign():
        return None
    campaign = campaigns.by_former_slug(slug)
    is_staff = rule.rule.startswith("/staff/")
    if campaign is None or not (
        campaigns.seen_by(guards.me(), campaign.slug)
        if is_staff
        else campaigns.public_by_slug(campaign.slug) or campaigns.taken_down(campaign.slug)
    ):
        return None
    values = {**(request.view_args or {}), "slug": campaign.slug}
    address = url_for(str(request.endpoint), _method=request.method, **values)
    return _led_to(address, 301 if request.method in ("GET", "HEAD") else 308)


def _as_it_was_meant() -> Response | None:
    """An address that no page of ours has, without what stood around it, or in small letters."""
    if request.url_rule or request.method not in ("GET", "HEAD"):
        return None
    path = "/" + request.path.strip(_NOT_OF_IT)
    ours = current_app.create_url_adapter(request)
    found = [way for way in (path, path.lower()) if ours and ours.test(way, "GET")]
    return _led_to(quote(request.script_root + found[0]), 301) if found else None


def _page_of_the_form() -> Response | None:
    """To an address that only takes forms, but was opened: the nearest page above it.

    Browsers that bring their tabs back do so, also to addresses whose answer had been a page.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    path, ours = request.path, current_app.create_url_adapter(request)
    while path := path.rpartition("/")[0]:
        if ours and ours.test(path, "GET"):
            return _led_to(quote(request.script_root + path), 302)
    return None


def _led_to(address: str, code: int) -> Response:
    """There, with the query that came."""
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return make_response(redirect(address + query, code))


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


def _overhear(response: Response) -> Response:
    """Log what goes wrong with an answer that is on its way: no handler is asked any more."""
    if response.is_streamed and not response.direct_passthrough:
        response.response = _overheard(response.response)
    return response


def _overheard(pieces: Iterable[Any]) -> Iterator[Any]:
    try:
        yield from pieces
    except Exception:
        log.exception("error half-way")
        raise


def _our_fault(trouble: Exception) -> Response:
    """An error of ours: logged once, under a reference that the visitor can tell us."""
    reference = secrets.token_hex(4)
    log.exception("error", reference=reference)
    return make_response(render_template("pages/error.html", status=500, reference=reference), 500)
