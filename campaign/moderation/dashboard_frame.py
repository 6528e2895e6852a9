"""The page of the dashboard, which its doors share."""

from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request

from campaign.accounts import guards
from campaign.campaigns import moves
from campaign.campaigns.rules import Stage
from campaign.desk.forms import STAGE_NAMES
from campaign.lib import charts, tokens
from campaign.lib.clock import utc_now
from campaign.lib.fields import StaffPress, cleaned
from campaign.lib.http import asked_number
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.paging import page_in
from campaign.lib.spellings import folded
from campaign.mail import queries as mail
from campaign.moderation import dashboard_queries as queries, deed_names
from campaign.moderation.dashboard_queries import Board
from campaign.moderation.dashboard_rules import DAYS, DECISIONS, PAGE_SIZE, Sort
from campaign.moderation.kinds import KINDS
from campaign.moderation.queries import waits_of
from campaign.petitions import taking_up
from campaign.results import queries as results

SORT_NAMES = {
    Sort.WAITING: _("What waits longest"),
    Sort.TODAY: _("Most confirmed today"),
    Sort.CONFIRMED: _("Most confirmed"),
    Sort.TITLE: _("Title"),
}
#: What is told of then and now.
COMPARED = {
    "confirmed": _("Confirmed"),
    "pending": _("Not confirmed yet"),
    "held": _("Held"),
    "withdrawn": _("Taken back"),
    "voided": _("Removed"),
    "paper": _("On paper"),
    "subscribers": _("Want updates"),
    "letters_posted": _("Letters posted"),
}
#: What a token about a page that somebody has seen is good for.
_SEEN = "dashboard-seen"
#: Longer than anybody leaves the page open; after it, the page counts as seen when it is pressed.
_SEEN_LIFETIME = timedelta(days=30)


def page(form: StaffPress | None = None) -> str:
    """Where everything stands at this moment; `form` was sent and is shown once more."""
    now = utc_now()
    board = queries.board(now)
    numbers = board.numbers
    return render_template(
        "moderation/dashboard.html",
        waits=board.waits,
        numbers=numbers,
        mail_trouble=sum(heap.number for heap in mail.heaps(in_trouble=True)),
        forms_are_late=taking_up.is_late(now),
        form=form or StaffPress(formdata=None),
        until=tokens.issue(_SEEN, {"at": now.isoformat(), "numbers": numbers.named()}),
        now=now,
        **_days(board),
        **_since_last_visit(board),
        **_campaigns(board),
    )


def looked_at() -> dict[str, Any]:
    """Which moment, and which numbers, stood on the page that somebody has seen."""
    try:
        said = tokens.read(_SEEN, request.form.get("until", ""), lifetime=_SEEN_LIFETIME)
    except (tokens.Unknown, tokens.Expired):
        now = utc_now()
        return {"at": now, "numbers": queries.board(now).numbers.named()}
    return {"at": datetime.fromisoformat(said["at"]), "numbers": said["numbers"]}


def _days(board: Board) -> dict[str, Any]:
    """The chart, and the same as a table, the latest day first."""
    first = queries.first_day(board.now.date(), DAYS)
    days = [(day, board.by_day.get(day, 0)) for day in (first + timedelta(n) for n in range(DAYS))]
    return {
        "days": days[::-1],
        "chart": charts.bars([number for _day, number in days]),
        "ends": [day for day, _number in (days[0], days[DAYS // 2], days[-1])],
    }


def _since_last_visit(board: Board) -> dict[str, Any]:
    """What has come and what colleagues have decided since then; nothing before the first visit."""
    visit = queries.last_visit(guards.me())
    if visit is None:
        return {"visit": None}
    now = board.numbers.named()
    new = waits_of([item for item in board.items if item.since > visit.at], board.now)
    decided = queries.decided_by_others(guards.me(), since=visit.at)
    titles = {moves.about_slug(row.slug): row for row in board.rows}
    return {
        "visit": visit,
        "new": [(KINDS[kind].words, some.count) for kind, some in new.items() if some.count],
        "decided": [
            (entry, deed_names.named(entry.deed), titles.get(entry.about))
            for entry in decided[:DECISIONS]
        ],
        "more_decided": len(decided) > DECISIONS,
        "then_and_now": [
            (words, visit.numbers.get(name, 0), now[name]) for name, words in COMPARED.items()
        ],
    }


def _campaigns(board: Board) -> dict[str, Any]:
    """The page of the table that is asked for, sorted and filtered, each with its small line."""
    chosen = {name: cleaned(request.args.get(name)) for name in ("q", "state", "sort")}
    sort = Sort(chosen["sort"]) if chosen["sort"] in list(Sort) else Sort.WAITING
    words = folded(chosen["q"])
    rows = [
        row
        for row in board.rows
        if (not words or words in folded(row.title))
        and (chosen["state"] not in list(Stage) or row.stage == chosen["state"])
    ]
    found = page_in(
        sorted(rows, key=lambda row: row.place(sort)),
        number=asked_number("page", 1),
        size=PAGE_SIZE,
    )
    first = queries.first_day(board.now.date(), DAYS)
    shown = [row.petition_id for row in found.items if row.petition_id]
    by_day = results.confirmed_by_petition(since=first, among=shown)
    lines = {
        number: charts.spark([days.get(first + timedelta(n), 0) for n in range(DAYS)])
        for number, days in by_day.items()
    }
    return {
        "page": found,
        "lines": lines,
        "chosen": chosen,
        "sort": sort,
        "sort_names": SORT_NAMES,
        "stage_names": STAGE_NAMES,
    }
