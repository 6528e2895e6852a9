"""Who signed on paper and online counts once, and nobody learns from the count who that is."""

from datetime import timedelta

import pytest
from flask import Flask

from campaign.accounts.models import Account
from campaign.lib.db import db, transaction
from campaign.paper import comparing, queries, rules, services
from campaign.paper.models import PaperBatch
from campaign.paper.rules import COMPANY, PAUSE, MovedMeanwhile, Row, State
from campaign.petitions import services as petition_services, setting_aside
from campaign.petitions.models import Petition
from tests import factories
from tests.factories import NOW
from tests.paper.entering import ADDRESS, compare, enter, paper_count, rows, strangers
from tests.staff import StaffReader

pytestmark = pytest.mark.usefixtures("clock")

LATER = NOW + PAUSE + timedelta(minutes=1)


def take_back(batch: PaperBatch, olive: Account) -> None:
    with transaction():
        services.take_back(batch, reason="?", by=olive, now=NOW)


def remove(batch: PaperBatch, number: int, olive: Account) -> None:
    with transaction():
        services.remove_row(batch, number=number, reason="?", by=olive, now=NOW)


def test_whoever_signed_both_ways_counts_once_and_only_the_number_is_told(
    desk: StaffReader, archive: Petition, olive: Account
) -> None:
    for name in ("sam", "lena"):
        factories.confirmed(archive, f"{name}@example.org")
    factories.sign(archive, "pending@example.org")
    enter(
        archive,
        olive,
        [*rows("Sam@example.org", "lena@example.org", "pending@example.org"), *strangers(9)],
    )
    assert paper_count(archive) == 12

    assert compare() == 1

    assert paper_count(archive) == 10
    page = desk.get(ADDRESS)
    assert "2 online + 10 on paper" in page.text
    assert "Of 12 on sheets, 2 had also signed online or on another sheet" in page.text
    db.session.refresh(archive)
    assert archive.confirmed_count == 2


def test_one_address_cannot_be_tested_by_entering_it(archive: Petition, olive: Account) -> None:
    factories.confirmed(archive, "sam@example.org")

    batch = enter(archive, olive, rows("sam@example.org"))
    enter(archive, olive, strangers(COMPANY - 2))
    enter(archive, olive, 30)

    assert not comparing.is_due(LATER)
    assert compare(LATER) == 0
    assert paper_count(archive) == 1 + COMPANY - 2 + 30
    take_back(batch, olive)
    assert paper_count(archive) == COMPANY - 2 + 30


def test_nor_by_removing_it_again_after_it_was_compared(archive: Petition, olive: Account) -> None:
    """The count goes down by one whether or not it was a double; the next comparison mends it."""
    factories.confirmed(archive, "sam@example.org")
    tested = enter(archive, olive, rows("sam@example.org", "stranger@example.org"))
    enter(archive, olive, strangers(COMPANY))
    compare()
    before = paper_count(archive)

    remove(tested, 1, olive)
    assert paper_count(archive) == before - 1
    remove(tested, 2, olive)
    assert paper_count(archive) == before - 2

    enter(archive, olive, strangers(COMPANY, of="fair"))
    compare(LATER)
    assert paper_count(archive) == 2 * COMPANY


def test_nor_by_taking_a_small_batch_back(archive: Petition, olive: Account) -> None:
    factories.confirmed(archive, "sam@example.org")
    tested = enter(archive, olive, rows("sam@example.org"))
    enter(archive, olive, strangers(COMPANY))
    compare()
    assert paper_count(archive) == COMPANY

    take_back(tested, olive)

    assert paper_count(archive) == COMPANY - 1
    enter(archive, olive, strangers(COMPANY, of="fair"))
    compare(LATER)
    assert paper_count(archive) == 2 * COMPANY


def test_a_large_batch_is_taken_back_exactly(archive: Petition, olive: Account) -> None:
    enter(archive, olive, 7)
    factories.confirmed(archive, "stall-3@example.org")
    batch = enter(archive, olive, strangers(COMPANY + 5))
    compare()
    assert paper_count(archive) == 7 + COMPANY + 4

    take_back(batch, olive)

    assert paper_count(archive) == 7


def test_where_all_were_doubles_the_count_never_falls_below_zero(
    archive: Petition, olive: Account
) -> None:
    for n in range(COMPANY):
        factories.confirmed(archive, f"stall-{n}@example.org")
    batch = enter(archive, olive, strangers(COMPANY))
    compare()
    assert paper_count(archive) == 0

    remove(batch, 1, olive)

    assert paper_count(archive) == 0


def test_what_is_owed_is_given_back_at_the_latest_when_nothing_else_is_left(
    archive: Petition, olive: Account
) -> None:
    factories.confirmed(archive, "sam@example.org")
    small = enter(archive, olive, rows("sam@example.org"))
    large = enter(archive, olive, strangers(COMPANY))
    compare()
    remove(small, 1, olive)
    assert paper_count(archive) == COMPANY - 1

    take_back(large, olive)

    assert paper_count(archive) == 0


@pytest.mark.parametrize("doubles", [(1, 2, 3, 6, 7), (1, 2, 3, 7, 8)])
def test_nor_by_removing_rows_until_the_count_has_no_room(
    archive: Petition, olive: Account, doubles: tuple[int, ...]
) -> None:
    """Whether or not the sixth row is a double, the count says the same."""
    for n in doubles:
        factories.confirmed(archive, f"stall-{n - 1}@example.org")
    batch = enter(archive, olive, strangers(COMPANY))
    compare()

    counts = []
    for number in range(1, 7):
        remove(batch, number, olive)
        counts.append(paper_count(archive))

    assert counts == [4, 3, 2, 1, 0, 2]


def test_a_release_is_not_undone_once_a_row_was_compared_though_that_row_is_removed(
    archive: Petition, olive: Account
) -> None:
    factories.confirmed(archive, "sam@example.org")
    mo = factories.account("moderator", "Mo")
    batch = enter(archive, olive, [*rows("sam@example.org"), *(Row(f"P. {n}") for n in range(55))])
    enter(archive, olive, strangers(COMPANY))
    with transaction():
        services.release(batch, by=mo, now=NOW)
    for other in queries.held():
        with transaction():
            services.release(other, by=mo, now=NOW)
    compare()
    remove(batch, 1, olive)

    with pytest.raises(MovedMeanwhile), transaction():
        services.hold_again(batch, was=State.COUNTED, by=olive, now=NOW)

    assert paper_count(archive) == 55 + COMPANY - 1


def test_a_sheet_that_was_entered_twice_counts_once(archive: Petition, olive: Account) -> None:
    first = enter(archive, olive, strangers(COMPANY))
    enter(archive, olive, strangers(COMPANY))
    assert paper_count(archive) == 2 * COMPANY

    compare()
    assert paper_count(archive) == COMPANY

    take_back(first, olive)
    assert paper_count(archive) == 0
    enter(archive, olive, strangers(COMPANY, of="fair"))
    compare(LATER)
    assert paper_count(archive) == 2 * COMPANY, "the second one counts instead"


def test_whoever_signs_online_later_is_found_the_next_time(
    archive: Petition, olive: Account
) -> None:
    enter(archive, olive, strangers(COMPANY))
    compare()
    signature = factories.confirmed(archive, "stall-1@example.org")
    enter(archive, olive, strangers(COMPANY, of="fair"))

    assert compare(NOW + PAUSE - timedelta(minutes=1)) == 0, "once a day"
    compare(LATER)
    assert paper_count(archive) == 2 * COMPANY - 1

    with transaction():
        petition_services.withdraw(signature, now=NOW)
    enter(archive, olive, strangers(COMPANY, of="door"))
    compare(LATER + PAUSE * 2)
    assert paper_count(archive) == 3 * COMPANY - 1, "who withdrew has withdrawn"


def test_a_signature_that_a_moderator_removed_lets_the_one_on_paper_count(
    archive: Petition, olive: Account
) -> None:
    signature = factories.confirmed(archive, "stall-1@example.org")
    with transaction():
        setting_aside.void(signature, reason="?", now=NOW)
    enter(archive, olive, strangers(COMPANY))

    compare()

    assert paper_count(archive) == COMPANY


def test_other_petitions_have_nothing_to_do_with_it(
    app: Flask, archive: Petition, olive: Account
) -> None:
    other = factories.petition()
    factories.confirmed(other, "stall-1@example.org")
    enter(other, olive, strangers(COMPANY))
    enter(archive, olive, strangers(COMPANY))

    assert compare() == 2

    assert (paper_count(archive), paper_count(other)) == (COMPANY, COMPANY - 1)


def test_held_batches_are_not_compared(archive: Petition, olive: Account) -> None:
    enter(archive, olive, strangers(rules.HELD_ABOVE + 1))

    assert not comparing.is_due(NOW)
    assert queries.standing(archive).held == rules.HELD_ABOVE + 1
