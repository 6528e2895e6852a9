"""Every address against every kind of visitor: nobody comes in who is not let in.

The matrix makes itself from the app's addresses, so a new door is tested by being there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from campaign.accounts.models import Account
from campaign.accounts.rules import ADMITS, Role
from campaign.campaigns.models import Campaign
from campaign.lib.doors import Audience
from tests import factories
from tests.conftest import on_one_database
from tests.staff import StaffReader

OF_A_CAMPAIGN = "/staff/campaigns/<slug:slug>"
#: A form without its token is told so at the top of its page, but for these: one is a script's, and
#: where no working copy is, the page says that nothing was changed.
SAY_IT_OTHERWISE = ("/staff/markdown", f"{OF_A_CAMPAIGN}/letters/throw-away")


@dataclass(frozen=True)
class Visitor:
    """Somebody before a door."""

    name: str
    reader: StaffReader
    account: Account | None

    @property
    def role(self) -> Role | None:
        return self.account.role if self.account else None


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    petition = factories.petition(factories.campaign("open-the-archive"))
    factories.letter_action(petition.campaign)
    factories.confirmed(petition)
    return petition.campaign


@pytest.fixture
def visitors(app: Flask, campaign: Campaign) -> list[Visitor]:
    """Nobody, Xan of no team, and each role."""
    accounts = {
        "signed out": None,
        "Xan, of no team": factories.account("organiser", "Xan"),
        "Olive, of the team": factories.account("organiser", "Olive", team_of=[campaign]),
        "Mo": factories.account("moderator", "Mo"),
        "Ada": factories.account("administrator", "Ada"),
    }
    return [Visitor(name, StaffReader(app, who), who) for name, who in accounts.items()]


def _doors(app: Flask) -> Iterator[tuple[Rule, Audience | None]]:
    for rule in app.url_map.iter_rules():
        room = rule.endpoint.rpartition(".")[0]
        yield rule, getattr(app.blueprints.get(room), "audience", None)


def _address(app: Flask, rule: Rule) -> str:
    """The address with its variable parts filled in: a campaign's pages are about the campaign."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        match converter:
            case AnyConverter():
                values[name] = min(converter.items)
            case IntegerConverter():
                values[name] = 1
            case _:
                values[name] = "nothing"
    if "campaigns/<slug:slug>" in rule.rule:
        values["slug"] = "open-the-archive"
    built = app.url_map.bind("campaign.test").build(rule.endpoint, values, force_external=False)
    return str(built)


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) & {"GET", "POST"}


def test_every_address_says_for_whom_it_is(app: Flask) -> None:
    silent = [rule.rule for rule, audience in _doors(app) if audience is None]

    assert silent == []


def test_whatever_is_under_staff_is_for_staff(app: Flask) -> None:
    at_the_entrance = ("/staff/sign-in", "/staff/forgotten", "/staff/join/", "/staff/new-password/")
    for rule, audience in _doors(app):
        if rule.rule.startswith("/staff/") and not rule.rule.startswith(at_the_entrance):
            assert audience is not Audience.EVERYBODY, rule.rule
        if not rule.rule.startswith("/staff/"):
            assert audience is Audience.EVERYBODY, rule.rule


@on_one_database
def test_nobody_comes_in_who_is_not_let_in(app: Flask, visitors: list[Visitor]) -> None:
    for rule, audience in _doors(app):
        for method in sorted(_methods(rule)):
            for visitor in visitors:
                if audience is not None and not rule.rule.endswith("/sign-out"):
                    _knock(app, rule, audience, method, visitor)


def _knock(app: Flask, rule: Rule, audience: Audience, method: str, visitor: Visitor) -> None:
    response = visitor.reader._open(method, _address(app, rule))
    status, what = response.status_code, f"{visitor.name}: {method} {rule.rule}"
    to_sign_in = "/staff/sign-in" in response.headers.get("Location", "")

    assert status < 500, what
    if audience is Audience.EVERYBODY:
        assert status not in (401, 403), what
    elif visitor.role is None:
        assert to_sign_in if method == "GET" else status == 403, what
    elif visitor.role not in ADMITS[audience]:
        assert status == 403, what
    else:
        assert status != 403, what
        assert not to_sign_in, what
        if rule.rule.startswith(OF_A_CAMPAIGN) and visitor.name.startswith("Xan"):
            assert status == 404, what
        if method == "GET" and rule.arguments <= {"slug"} and visitor.name.startswith("Olive"):
            assert status < 400 or not rule.rule.startswith(OF_A_CAMPAIGN), what
        if status == 422 and rule.rule not in SAY_IT_OTHERWISE:
            said = response.get_data(as_text=True)
            assert 'class="summary"' in said, what
            assert "CSRF" not in said, what
