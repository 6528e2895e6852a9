"""Correcting, taking back, removing, forgetting: each with a reason, and the number follows."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.accounts.models import Account
from campaign.lib.db import db, transaction
from campaign.paper import services
from campaign.paper.models import PaperBatch, PaperSignature
from campaign.paper.rules import LATELY, State
from campaign.petitions.models import Petition
from campaign.petitions.rules import KEPT_AFTER_CLOSING
from campaign.retention import forget_due
from tests import factories
from tests.factories import NOW
from tests.page_reader import PageReader
from tests.paper.entering import ADDRESS, enter, paper_count, strangers, trail
from tests.staff import StaffReader

pytestmark = pytest.mark.usefixtures("clock")


def test_taking_back_moves_the_number_back_exactly(
    desk: StaffReader, reader: PageReader, archive: Petition, olive: Account
) -> None:
    factories.confirmed(archive)
    before = reader.get("/campaigns/archive/count.json").response.get_json()
    batch = enter(archive, olive, 40)
    page = desk.get(f"{ADDRESS}/{batch.id}")

    slip = desk.press(page, "Take the batch back", status=422)
    assert "Say why." in slip.text
    page = desk.press(slip, "Take the batch back", reason="They were for another petition.")

    assert "Taken back." in page.text
    assert not page.soup.select("form.panel")
    assert reader.get("/campaigns/archive/count.json").response.get_json() == before
    assert trail()[-1] == (
        "Olive",
        "paper.taken-back",
        f"batch {batch.id}, 40 by number, taken-back: They were for another petition.",
    )


def test_taking_back_destroys_rows(desk: StaffReader, archive: Petition, olive: Account) -> None:
    batch = enter(archive, olive, strangers(3))

    desk.press(desk.get(f"{ADDRESS}/{batch.id}"), "Take the batch back", reason="?")

    assert paper_count(archive) == 0
    rows = db.session.scalars(select(PaperSignature)).all()
    assert [(row.envelope, row.fingerprint) for row in rows] == [(None, None)] * 3


def test_a_number_is_corrected_with_a_reason(
    desk: StaffReader, archive: Petition, olive: Account
) -> None:
    batch = enter(archive, olive, 40)
    page = desk.get(f"{ADDRESS}/{batch.id}")

    desk.press(page, "Correct it", status=422, signatures="0", reason="A slip of the pen.")
    desk.press(page, "Correct it", signatures="4", reason="A slip of the pen.")

    assert paper_count(archive) == 4
    assert "was 40: A slip of the pen." in (trail()[-1][2] or "")


def test_a_number_that_grows_by_much_waits_for_a_moderator(
    desk: StaffReader, archive: Petition, olive: Account
) -> None:
    batch = enter(archive, olive, 4)

    page = desk.get(f"{ADDRESS}/{batch.id}")
    page = desk.press(page, "Correct it", signatures="4000", reason="Zeros.")

    assert "Waits for a moderator" in page.text
    assert paper_count(archive) == 0
    with transaction():
        assert db.session.scalars(select(PaperBatch)).one().state is State.HELD


def test_many_small_corrections_of_old_batches_are_held_like_a_large_one(
    archive: Petition, olive: Account
) -> None:
    batch, later = enter(archive, olive, 40), NOW + LATELY * 2

    for signatures in (80, 120):
        with transaction():
            services.correct(batch, signatures=signatures, reason="?", by=olive, now=later)

    assert batch.state is State.HELD
    assert paper_count(archive) == 0


def test_one_person_is_removed_by_number(
    desk: StaffReader, archive: Petition, olive: Account
) -> None:
    batch = enter(archive, olive, strangers(3))
    page = desk.get(f"{ADDRESS}/{batch.id}")
    assert "Person" not in page.text

    names = desk.press(page, "Show the names", follow=False)
    assert "2 Person 2" in names.text
    assert trail()[-1][:2] == ("Olive", "paper.read")
    done = desk.press(names, "Remove the row", number="2", reason="They asked.")

    assert "Removed." in done.text
    assert "1 row was removed" in done.text
    assert paper_count(archive) == 2
    assert "Person 2" not in desk.press(done, "Show the names").text
    again = desk.press(done, "Remove the row", status=409, number="2", reason="They asked.")
    assert "There is no such row" in again.text
    desk.press(done, "Remove the row", status=422, number="two", reason="They asked.")


def test_long_after_the_closing_rows_are_destroyed_and_the_count_stays(
    archive: Petition, olive: Account, desk: StaffReader
) -> None:
    batch = enter(archive, olive, strangers(3))
    factories.close(archive.campaign, at=NOW)

    forget_due(NOW + KEPT_AFTER_CLOSING)
    assert db.session.scalars(select(PaperSignature.envelope)).first()
    forget_due(NOW + KEPT_AFTER_CLOSING + timedelta(seconds=1))

    rows = db.session.scalars(select(PaperSignature)).all()
    assert [(row.envelope, row.fingerprint) for row in rows] == [(None, None)] * 3
    assert batch.keepers is None
    assert "The Tuesday group" not in desk.get(f"{ADDRESS}/{batch.id}").text
    assert paper_count(archive) == 3


def test_a_paper_count_that_went_wrong_is_reported_and_put_right(
    app: Flask, archive: Petition, olive: Account
) -> None:
    enter(archive, olive, 3)
    with transaction():
        db.session.execute(update(Petition).values(paper_count=8))

    result = app.test_cli_runner().invoke(args=["reconcile"])

    assert result.exit_code == 1
    assert "archive: the paper count says 8, but its batches count 3." in result.output

    app.test_cli_runner().invoke(args=["reconcile", "--repair"])

    assert app.test_cli_runner().invoke(args=["reconcile"]).output == "All counts are right.\n"
    assert paper_count(archive) == 3
