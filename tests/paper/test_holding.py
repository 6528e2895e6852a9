"""What is not likely waits for a moderator."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from campaign.accounts.models import Account
from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.moderation.queue_models import Decision
from campaign.paper import queries, rules, services
from campaign.paper.models import PaperBatch
from campaign.paper.rules import MovedMeanwhile, State
from campaign.petitions.models import Petition
from campaign.retention import forget_due
from tests import factories
from tests.factories import NOW
from tests.moderation.queueing import QUEUE
from tests.paper.entering import ADDRESS, enter, paper_count, strangers, trail
from tests.staff import StaffReader

pytestmark = pytest.mark.usefixtures("clock")


@pytest.mark.parametrize(
    ("signatures", "lately", "total", "held"),
    [
        (50, 0, 0, False),
        (51, 0, 0, True),
        (51, 0, 510, False),
        (80, 0, 1147, False),
        (200, 0, 10_000, False),
        (201, 0, 10_000, True),
        (1, 50, 0, True),
        (30, 171, 100_000, True),
    ],
)
def test_how_many_are_held(signatures: int, lately: int, total: int, held: bool) -> None:
    assert rules.is_held(signatures, lately=lately, total=total) is held


def test_many_small_batches_are_held_like_a_large_one(archive: Petition, olive: Account) -> None:
    batches = [enter(archive, olive, 20) for _ in range(4)]
    next_day = enter(archive, olive, 20, now=NOW + rules.LATELY + timedelta(minutes=1))

    states = [State.COUNTED, State.COUNTED, State.HELD, State.HELD]
    assert [batch.state for batch in batches] == states
    assert next_day.state is State.COUNTED
    assert paper_count(archive) == 60


def test_a_moderator_lets_them_count(
    desk: StaffReader, mo: StaffReader, archive: Petition, olive: Account
) -> None:
    batch = enter(archive, olive, 900)
    assert "900 more wait for a moderator and are not counted yet." in desk.get(ADDRESS).text
    assert "900 signatures on paper" in mo.get(QUEUE).text

    page = mo.get(f"{QUEUE}paper/{batch.id}")
    assert "Market square, Halifax" in page.text
    mo.press(page, "Save the decision", verdict="approve")

    assert paper_count(archive) == 900
    assert trail()[-1][:2] == ("Mo", "paper.released")


def test_a_moderator_refuses_them_and_says_why(
    desk: StaffReader, mo: StaffReader, archive: Petition, olive: Account
) -> None:
    batch = enter(archive, olive, 900)
    page = mo.get(f"{QUEUE}paper/{batch.id}")

    mo.press(page, "Save the decision", verdict="reject", words="The sheets are one hand.")

    assert paper_count(archive) == 0
    shown = desk.get(f"{ADDRESS}/{batch.id}").text
    assert "Refused by a moderator" in shown
    assert "The sheets are one hand." in shown
    mail = db.session.scalars(select(Mail)).one()
    assert mail.about == f"paper:{batch.id}"


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_a_decision_is_undone_and_the_count_is_as_before(
    mo: StaffReader, archive: Petition, olive: Account, verdict: str
) -> None:
    enter(archive, olive, 7)
    batch = enter(archive, olive, strangers(60))
    words = {"words": "Whose?"} if verdict == "reject" else {}
    page = mo.get(f"{QUEUE}paper/{batch.id}")
    after = mo.press(page, "Save the decision", verdict=verdict, **words)

    mo.press(after, "Undo")

    db.session.refresh(batch)
    assert batch.state is State.HELD
    assert paper_count(archive) == 7
    assert db.session.scalars(select(Decision)).one().undone_at
    assert len([row for _n, row in queries.opened(batch) if row]) == 60, "nothing was destroyed"


def test_an_administrator_may_decide_about_their_own_and_it_is_noted(
    app: Flask, archive: Petition
) -> None:
    ada = factories.account("administrator", "Ada")
    reader, batch = StaffReader(app, ada), enter(archive, ada, 900)

    reader.press(reader.get(f"{QUEUE}paper/{batch.id}"), "Save the decision", verdict="approve")

    assert paper_count(archive) == 900
    assert "Decision about something of one’s own" in reader.get("/staff/trail").text


def test_of_two_decisions_one_wins(archive: Petition, olive: Account) -> None:
    batch = enter(archive, olive, 900)
    with transaction():
        services.take_back(batch, reason="?", by=olive, now=NOW)

    with pytest.raises(MovedMeanwhile), transaction():
        services.release(batch, by=olive, now=NOW)
    assert paper_count(archive) == 0


def test_rows_that_were_refused_are_destroyed_a_day_later(
    archive: Petition, olive: Account
) -> None:
    batch, mo = enter(archive, olive, strangers(60)), factories.account("moderator", "Mo")
    with transaction():
        services.refuse(batch, reason="?", by=mo, now=NOW)

    forget_due(NOW + rules.REFUSED_KEPT)
    assert len([row for _n, row in queries.opened(batch) if row]) == 60
    forget_due(NOW + rules.REFUSED_KEPT + timedelta(seconds=1))
    assert not any(row for _n, row in queries.opened(batch))


def test_a_day_later_more_can_be_entered(archive: Petition, olive: Account) -> None:
    enter(archive, olive, 50)
    with time_machine.travel(NOW + rules.LATELY * 2, tick=False):
        assert enter(archive, olive, 50, now=NOW + rules.LATELY * 2).state is State.COUNTED
    assert len(db.session.scalars(select(PaperBatch)).all()) == 2
