"""The door to a campaign's results: its team, and moderators, who may read all campaigns."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, jsonify, render_template, request

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.letters import queries as letters
from campaign.lib import charts, countries, headers, languages, spreadsheets
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience, Door
from campaign.lib.http import found
from campaign.lib.languages import Text, lazy_gettext as _
from campaign.mail import queries as mail
from campaign.petitions import mails, queries as petitions
from campaign.results import queries, rules, telling
from campaign.results.queries import Results
from campaign.results.rules import Day, Period

bp = Door("results", __name__, audience=Audience.STAFF, url_prefix="/staff/campaigns/<slug:slug>")

#: So many countries and sources on the page; the files have all of them.
SHOWN = 15


@bp.get("/results")
def page(slug: str) -> str:
    """What came of the campaign, in words, tables and a chart."""
    campaign, period = found(campaigns.seen_by(guards.me(), slug)), _period()
    petition, action = petitions.of_campaign(campaign), letters.of_campaign(campaign)
    today = utc_now().date()
    since = period.begins(today)
    results = queries.of_petition(petition, since=since) if petition else None
    return render_template(
        "results/page.html",
        campaign=campaign,
        period=period,
        results=results,
        letter_action=action,
        held_letters=sum(told.letters for told in letters.held(action)) if action else 0,
        failures=_named(mail.failures(mails.failures_of(campaign)), _("Other domains")),
        shown=SHOWN,
        **(_of_days(results, since, today) | _of_whom(results) if results else {}),
    )


@bp.get("/results.json")
def as_json(slug: str) -> Response:
    """The same numbers for programs, all days of them."""
    campaign = found(campaigns.seen_by(guards.me(), slug))
    return jsonify(telling.as_numbers(*_everything(campaign)))


@bp.get("/results.csv")
def as_csv(slug: str) -> Response:
    """The same numbers for a spreadsheet: what, which, how many."""
    campaign = found(campaigns.seen_by(guards.me(), slug))
    rows = telling.as_rows(telling.as_numbers(*_everything(campaign)))
    content = b"".join(spreadsheets.csv_pieces(telling.HEADER, [rows]))
    return headers.handed_over(content, "text/csv", name=f"{slug}-results.csv")


def _everything(campaign: Campaign) -> tuple[Any, ...]:
    petition = petitions.of_campaign(campaign)
    return (
        queries.of_petition(petition) if petition else None,
        letters.of_campaign(campaign),
        mail.failures(mails.failures_of(campaign)),
    )


def _period() -> Period:
    asked = request.args.get("period", "")
    return Period(asked) if asked in list(Period) else Period.MONTH


def _of_days(results: Results, since: date | None, today: date) -> dict[str, Any]:
    """What the page tells of the days: the newest first in the table, the oldest in the chart."""
    first = since or min([*results.signed, *results.confirmed], default=today)
    days = rules.days(results.signed, results.confirmed, first=first, last=today)
    return {
        "days": days[::-1],
        "by_week": len(days) > 1 and days[1].begins - days[0].begins > timedelta(days=1),
        "chart": charts.bars([day.confirmed for day in days]),
        "ends": _ends(days),
        "recent": [
            results.confirmed_since(today - timedelta(days=back - 1)) for back in (1, 7, 30)
        ],
        "signed": sum(results.signed.values()),
        "proved": sum(results.proved.values()),
    }


def _of_whom(results: Results) -> dict[str, Any]:
    none, tongues = _("Not told"), languages.LANGUAGES
    return {
        "countries": _named(results.countries, none, countries.name),
        "tongues": _named(results.languages, none, lambda code: tongues.get(code, code)),
        "sources": _named(results.sources, none),
    }


def _named(
    numbers: Sequence[tuple[str, int]], none: Text, name: Callable[[str], str] = str
) -> list[tuple[Text, int]]:
    """The same with words for keys; `none` where there is no key."""
    return [(name(key) if key else none, number) for key, number in numbers]


def _ends(days: list[Day]) -> list[date]:
    """The days that stand below the chart."""
    return [day.begins for day in (days[0], days[len(days) // 2], days[-1])]
