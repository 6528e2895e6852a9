"""Whatever is done in whatever order, the paper count is what batches and rows say."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from campaign.accounts.models import Account
from campaign.lib.db import db, transaction
from campaign.lib.refusals import Refused
from campaign.paper import rules, services
from campaign.paper.models import PaperBatch
from campaign.paper.rules import Row, State
from campaign.petitions import services as petitions
from campaign.petitions.models import Petition
from tests import factories
from tests.factories import NOW
from tests.paper.entering import compare, enter, paper_count, rows

pytestmark = pytest.mark.usefixtures("clock")


def everybody(chance: Random) -> Iterator[str]:
    """Some of a small town, so that they meet again."""
    for _ in range(chance.randrange(1, 15)):
        yield f"person-{chance.randrange(40)}@example.org"


def do_something(
    chance: Random, petition: Petition, olive: Account, mo: Account, now: datetime
) -> None:
    batches = db.session.scalars(select(PaperBatch).order_by(PaperBatch.id)).all()
    batch = chance.choice(batches) if batches else None
    told: dict[str, Any] = {"by": olive, "now": now}
    with transaction():
        match chance.randrange(8):
            case 0 | 1:
                people = [*rows(*dict.fromkeys(everybody(chance))), Row("No Address")]
                services.enter(petition, _FROM, rows=people, **told)
            case 2:
                services.enter(petition, _FROM, signatures=chance.randrange(1, 60), **told)
            case 3 if batch:
                services.take_back(batch, reason="?", **told)
            case 4 if batch:
                number = chance.randrange(1, 12)
                services.remove_row(batch, number=number, reason="?", **told)
            case 5 if batch:
                services.correct(batch, signatures=chance.randrange(1, 80), reason="?", **told)
            case 6 if batch:
                services.release(batch, by=mo, now=now)
            case 7 if batch:
                services.hold_again(batch, was=State.COUNTED, **told)


_FROM = rules.Provenance(
    sheets=1,
    collected_on=NOW.date(),
    keepers=rules.Keepers(
        collected_at="The market",
        collected_by="Olive",
        kept_by="Olive",
    ),
)


@pytest.mark.parametrize("seed", range(10))
def test_the_count_is_right_after_whatever_happens(
    archive: Petition, olive: Account, seed: int
) -> None:
    chance, now = Random(seed), NOW  # noqa: S311  (the same every time)
    mo = factories.account("moderator", "Mo")
    signed = {
        n: factories.confirmed(archive, f"person-{n}@example.org")
        for n in chance.sample(range(40), 10)
    }
    for _ in range(60):
        try:
            do_something(chance, archive, olive, mo, now)
        except Refused:
            db.session.expire_all()
        if chance.random() < 0.3:
            now += timedelta(hours=13)
            compare(now)
        if signed and chance.random() < 0.1:
            with transaction():
                petitions.withdraw(signed.popitem()[1], now=now)
        paper_count(archive)


def test_after_a_comparison_everybody_counts_once(archive: Petition, olive: Account) -> None:
    """As many as there are different addresses that have not signed online."""
    chance = Random("town")  # noqa: S311
    online = {f"person-{n}@example.org" for n in chance.sample(range(40), 10)}
    for email in online:
        factories.confirmed(archive, email)
    on_paper = set[str]()
    for day in range(6):
        people = list(dict.fromkeys(everybody(chance)))
        on_paper |= set(people)
        enter(archive, olive, rows(*people), now=NOW + timedelta(days=2 * day))
    later = NOW + timedelta(days=30)
    last = rows(*(f"last-{n}@example.org" for n in range(rules.COMPANY)))
    enter(archive, olive, last, now=later)

    compare(later)

    assert paper_count(archive) == len(on_paper - online) + rules.COMPANY
