"""The page of the trail, for both its doors: what is looked for, and whether the chain is whole."""

from datetime import UTC, date, datetime, time

from flask import render_template, request
from sqlalchemy import Select

from campaign.accounts import chain, guards, queries
from campaign.accounts.models import TrailEntry
from campaign.accounts.rules import Role
from campaign.lib import just_done
from campaign.lib.fields import StaffPress
from campaign.lib.http import asked_number
from campaign.moderation import deed_names, trail_things
from campaign.moderation.trail_forms import TrailFilter


def sees_accounts() -> bool:
    """Who signed in when, and whose role changed, is for administrators."""
    return guards.me().role is Role.ADMINISTRATOR


def asked() -> TrailFilter:
    """What the address asks for."""
    return TrailFilter(request.args, deeds=list(queries.deeds(of_accounts=sees_accounts())))


def matching(form: TrailFilter) -> Select[TrailEntry]:
    """The entries that match."""
    return queries.trail(
        search=form.q.data or "",
        called=deed_names.called,
        deed=form.deed.data or "",
        since=_moment(form.since.data, time.min),
        until=_moment(form.until.data, time.max),
        of_accounts=sees_accounts(),
    )


def _moment(day: date | None, at: time) -> datetime | None:
    return datetime.combine(day, at, UTC) if day else None


def page(form: TrailFilter) -> str:
    """The trail, the newest first, and what is known of its chain."""
    entries = (
        queries.trail_page(matching(form), asked_number("page", 1)) if form.validate() else None
    )
    head, faults = chain.last_check()
    return render_template(
        "moderation/trail.html",
        form=form,
        press_form=StaffPress(formdata=None),
        page=entries,
        deed_name=deed_names.named,
        things=trail_things.pages(entries.items if entries else (), of_accounts=sees_accounts()),
        chosen={name: value for name, value in request.args.items() if name in form and value},
        head=head,
        faults=faults,
        is_keeper=sees_accounts(),
        done=just_done.told(),
    )
