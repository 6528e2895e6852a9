"""The administrators' door to the trail: look at the whole chain now, take the entries away."""

from flask import Response, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import chain, guards, queries, trail
from campaign.accounts.models import TrailEntry
from campaign.lib import just_done, spreadsheets
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.moderation import trail_frame

bp = Door("trail_keeping", __name__, audience=Audience.ADMINISTRATORS, url_prefix="/staff/trail")

COLUMNS = ("place", "at_utc", "who", "deed", "about", "reason", "seal", "link")


@bp.post("/check")
def check() -> ResponseReturnValue:
    """Look at every entry now, without waiting for the worker's next round."""
    form, press = trail_frame.asked(), StaffPress()
    if not press.validate():
        form.show_mistakes_of(press)
        return trail_frame.page(form), 422
    report = chain.check()
    with transaction():
        chain.write_down(report, utc_now())
    return just_done.lead_to(url_for("trail.index"), "checked")


@bp.post("/file")
def take() -> ResponseReturnValue:
    """The entries that match, as CSV; that they were taken stands in the trail too."""
    form, press = trail_frame.asked(), StaffPress()
    if not (press.validate() and form.validate()):
        form.show_mistakes_of(press)
        return trail_frame.page(form), 422
    now = utc_now()
    asked_for = request.query_string.decode() or None
    with transaction():
        trail.note("trail.taken", by=guards.me(), about="trail", reason=asked_for, now=now)
    pages = (map(_row, entries) for entries in queries.trail_pages(trail_frame.matching(form)))
    pieces = stream_with_context(spreadsheets.csv_pieces(COLUMNS, pages))
    response = Response(pieces, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=trail-{now:%Y-%m-%d}.csv"
    return response


def _row(entry: TrailEntry) -> tuple[str, ...]:
    return (
        str(entry.place or ""),
        f"{entry.at:%Y-%m-%dT%H:%M:%SZ}",
        entry.who,
        entry.deed,
        entry.about,
        entry.reason or "",
        entry.seal or "",
        entry.link or "",
    )
