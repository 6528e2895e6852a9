"""Campaigns close by themselves when their time has come."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaign import chores
from campaign.accounts.models import TrailEntry
from campaign.campaigns import rules
from campaign.campaigns.rules import MOVES, Move, Outcome, Stage, State
from campaign.lib.db import db
from tests.factories import NOW, campaign


def test_what_is_due_is_closed_once_with_a_plain_text(app: Flask) -> None:
    due = campaign("due", closes_at=NOW)
    french = campaign("french", closes_at=NOW - timedelta(days=1), language="fr")
    later = campaign("later", closes_at=NOW + timedelta(seconds=1))
    unbound = campaign("unbound")

    assert chores.close_due(NOW) == 2
    assert chores.close_due(NOW) == 0

    db.session.expire_all()
    assert (due.state, due.outcome) == (State.CLOSED, Outcome.ENDED)
    assert due.outcome_text == "This campaign closed on 1 March 2026."
    assert french.closed_on == NOW.date() - timedelta(days=1)
    assert {later.state, unbound.state} == {State.OPEN}
    noted = db.session.scalars(select(TrailEntry.about).order_by(TrailEntry.about)).all()
    assert noted == ["campaign:due", "campaign:french"]


@pytest.mark.parametrize(
    ("state", "opens_in", "closes_in", "stage"),
    [
        (State.OPEN, -1, None, Stage.OPEN),
        (State.OPEN, 1, None, Stage.SCHEDULED),
        (State.OPEN, 1, 2, Stage.SCHEDULED),
        (State.OPEN, -1, 0, Stage.CLOSED),
        (State.CLOSED, -1, 1, Stage.CLOSED),
        (State.DRAFT, 1, None, Stage.DRAFT),
        (State.HIDDEN, -1, None, Stage.HIDDEN),
    ],
)
def test_dates_make_stages_of_states(
    state: State, opens_in: int, closes_in: int | None, stage: Stage
) -> None:
    closes_at = None if closes_in is None else NOW + timedelta(days=closes_in)

    found = rules.stage(
        state, opens_at=NOW + timedelta(days=opens_in), closes_at=closes_at, now=NOW
    )

    assert found is stage


def test_nobody_but_moderators_makes_a_campaign_public() -> None:
    public = {move for move, (_start, end) in MOVES.items() if end is State.OPEN}

    assert public == {Move.OPEN, Move.REOPEN}
    assert not public & rules.MOVES_OF_THE_TEAM
