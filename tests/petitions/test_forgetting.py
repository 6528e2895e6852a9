"""What we promised to forget, and the alarm when a count drifts."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from campaign.accounts.models import TrailEntry
from campaign.chores import fold_tallies
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.limits import LimitWindow
from campaign.mail.models import Mail
from campaign.mail.rules import State as MailState
from campaign.petitions import queries, rules, services, setting_aside, tally_queries
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State
from campaign.petitions.tally_models import TallyEntry
from campaign.retention import forget_due
from tests.factories import NOW, close, confirmed, petition as a_petition, sign


def test_what_nobody_confirmed_is_deleted_after_seven_days_with_its_mail(
    petition: Petition,
) -> None:
    sign(petition)
    kept = confirmed(petition, "lena@example.org")

    with transaction():
        early = setting_aside.expire(NOW + rules.PENDING_LIFETIME)
        late = setting_aside.expire(NOW + rules.PENDING_LIFETIME + timedelta(seconds=1))

    assert (early, late) == (0, 1)
    assert db.session.scalars(select(Signature.id)).all() == [kept.id]
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 1, "Lena’s"


def test_what_nobody_confirmed_is_also_deleted_where_it_was_set_aside_or_taken_back(
    petition: Petition,
) -> None:
    kept = [confirmed(petition, f"lena-{number}@example.org") for number in range(3)]
    unconfirmed = [sign(petition, f"sam-{number}@example.org") for number in range(3)]
    erased = sign(petition, "adil@example.org")
    with transaction():
        for held, voided, withdrawn in (kept, unconfirmed):
            setting_aside.hold(held, reason="?", now=NOW)
            setting_aside.void(voided, reason="?", now=NOW)
            services.withdraw(withdrawn, now=NOW)
        services.erase(erased, now=NOW)

    with transaction():
        done = setting_aside.expire(NOW + rules.PENDING_LIFETIME + timedelta(seconds=1))

    assert done == 3
    left = db.session.scalars(select(Signature.id).order_by(Signature.id)).all()
    assert left == [*(one.id for one in kept), erased.id]
    assert tally_queries.tally_drift() == []


@pytest.mark.parametrize("migrated", ["postgresql"], indirect=True)
def test_who_signs_again_in_the_moment_of_deleting_stays(petition: Petition) -> None:
    signature = sign(petition)
    late = NOW + rules.PENDING_LIFETIME + timedelta(seconds=1)
    again = update(Signature).where(Signature.id == signature.id).values(signed_at=late)

    with db.engine.connect().execution_options(isolation_level="READ COMMITTED") as other:
        other.execute(again)
        with transaction():
            meanwhile = setting_aside.expire(late)
        other.commit()
    with transaction():
        afterwards = setting_aside.expire(late)

    assert (meanwhile, afterwards) == (0, 0)


def test_long_after_the_closing_names_are_destroyed_and_the_count_stays(
    petition: Petition,
) -> None:
    signature = confirmed(petition)
    other = confirmed(a_petition(), "lena@example.org")
    close(petition.campaign, at=NOW)

    with transaction():
        done = setting_aside.anonymise_due(NOW + rules.KEPT_AFTER_CLOSING + timedelta(seconds=1))

    assert done == 1
    assert signature.state is State.CONFIRMED
    assert (signature.envelope, signature.fingerprint) == (None, None)
    assert other.envelope is not None
    assert petition.confirmed_count == 1


def test_one_round_of_forgetting_does_it_all(petition: Petition) -> None:
    long_ago = utc_now() - timedelta(days=200)
    sign(petition, now=long_ago)
    confirmed(petition, "lena@example.org", now=long_ago)
    close(petition.campaign, at=utc_now() - timedelta(days=100))

    done = forget_due(utc_now())

    assert done == 2
    assert db.session.scalars(select(LimitWindow)).all() == []


def test_reconcile_finds_no_drift_where_there_is_none(app: Flask, petition: Petition) -> None:
    confirmed(petition)

    result = app.test_cli_runner().invoke(args=["reconcile"])

    assert result.exit_code == 0
    assert result.output == "All counts are right.\n"


def test_reconcile_reports_drift_and_repairs_it_if_told_to(app: Flask, petition: Petition) -> None:
    confirmed(petition)
    db.session.execute(
        update(TallyEntry).where(TallyEntry.state == State.CONFIRMED).values(number=7)
    )
    db.session.commit()

    result = app.test_cli_runner().invoke(args=["reconcile"])

    assert result.exit_code == 1
    assert "the count says 7, but 1 signatures are confirmed" in result.output
    assert queries.drift() == [(petition.campaign.slug, 7, 1)]

    repaired = app.test_cli_runner().invoke(args=["reconcile", "--repair"])

    assert repaired.exit_code == 0
    assert repaired.output.startswith(result.output)
    assert petition.confirmed_count == 1
    assert fold_tallies(utc_now())
    again = app.test_cli_runner().invoke(args=["reconcile", "--repair"])
    assert again.output == "All counts are right.\n"
    told = db.session.scalars(select(TrailEntry)).one()
    assert told.deed == "count.repaired"
    assert told.reason
    assert "state confirmed 7 → 1" in told.reason


def test_a_delivered_mail_leaves_a_trace_for_a_month(petition: Petition) -> None:
    sign(petition, now=utc_now())
    trace = db.session.scalars(select(Mail)).one()
    trace.state, trace.settled_at, trace.envelope = MailState.SENT, utc_now(), None
    db.session.commit()

    forget_due(utc_now())
    assert db.session.scalars(select(Mail)).all() == [trace]

    trace.settled_at = utc_now() - timedelta(days=31)
    db.session.commit()
    forget_due(utc_now())
    assert db.session.scalars(select(Mail)).all() == []
