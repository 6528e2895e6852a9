"""The moderators' door to what belongs to the dashboard: its files, mail in trouble, «seen»."""

from flask import Response, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import headers, spreadsheets
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.mail import queries as mail
from campaign.mail.rules import TRACE_LIFETIME, State
from campaign.moderation import dashboard_files as files, dashboard_frame, visiting
from campaign.moderation.dashboard_queries import board
from campaign.moderation.mail_names import MAIL_NAMES

bp = Door("dashboard", __name__, audience=Audience.MODERATORS, url_prefix="/staff")


@bp.post("/seen")
def seen() -> ResponseReturnValue:
    """From now on the dashboard tells what has changed since the page that was pressed on."""
    form = StaffPress()
    if not form.validate():
        return dashboard_frame.page(form), 422
    with transaction():
        visiting.see(guards.me(), **dashboard_frame.looked_at())
    return redirect(url_for("moderation.home"), 303)


@bp.get("/numbers.json")
def as_json() -> Response:
    """The numbers of all campaigns for programs."""
    return jsonify(files.as_numbers(board(utc_now())))


@bp.get("/numbers.csv")
def as_csv() -> Response:
    """The same for a spreadsheet: all together, then a row a campaign."""
    rows = files.as_rows(board(utc_now()))
    content = b"".join(spreadsheets.csv_pieces(files.HEADER, [rows]))
    return headers.handed_over(content, "text/csv", name="numbers.csv")


@bp.get("/mail-trouble")
def mail_trouble() -> str:
    """Mails that were given up, or are tried again; no address among them."""
    return render_template(
        "moderation/mail_trouble.html",
        heaps=mail.heaps(in_trouble=True),
        names=MAIL_NAMES,
        given_up=State.FAILED,
        kept_days=TRACE_LIFETIME.days,
    )
