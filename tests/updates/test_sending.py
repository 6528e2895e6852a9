"""Sending: to each who asked exactly once, whatever workers and supporters do meanwhile."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update as update_rows

from campaign.accounts.models import Account
from campaign.campaigns import taking_down
from campaign.campaigns.models import Campaign
from campaign.lib import logs
from campaign.lib.db import db, transaction
from campaign.lib.vault import Vault
from campaign.mail import delivery, rules as mail_rules
from campaign.mail.models import Mail
from campaign.mail.rules import State as MailState
from campaign.petitions import services as petitions, setting_aside
from campaign.petitions.models import Petition
from campaign.updates import queries, rules, sending, services
from campaign.updates.models import Update
from campaign.updates.rules import State
from tests import factories
from tests.factories import NOW
from tests.mail.smtp_server import Fault, SmtpServer
from tests.updates.updating import (
    again,
    approve,
    deeds,
    deliver,
    queued,
    readers,
    send,
    send_all,
    signature_of,
)

pytestmark = pytest.mark.usefixtures("clock")

THE_THREE = ["lena@example.org", "nora@example.org", "sam@example.org"]


class Crash(Exception):
    """The worker dies."""


def test_it_goes_to_confirmed_signers_who_asked_and_to_nobody_else(
    approved: Update, smtp: SmtpServer
) -> None:
    send_all()
    deliver()
    send()

    assert sorted(arrival.to[0] for arrival in smtp.accepted) == THE_THREE
    assert again(approved).state is State.SENT
    assert (approved.delivered, approved.failed) == (3, 0)
    assert ("Mo", "update.sent", "campaign:archive") in deeds()


def test_it_is_being_sent_until_the_last_mail_is_settled(
    approved: Update, smtp: SmtpServer, clock: time_machine.Traveller
) -> None:
    smtp.faults.extend([Fault("RCPT", "550"), Fault("DATA", "451")])
    send_all()
    deliver()

    send()
    assert again(approved).is_under_way
    assert queries.progress(approved) == (1, 1, 1)

    clock.shift(timedelta(minutes=2))
    deliver()
    send()
    assert again(approved).state is State.SENT
    assert (approved.delivered, approved.failed) == (2, 1)


def test_the_numbers_stay_when_the_outbox_has_forgotten(approved: Update, smtp: SmtpServer) -> None:
    send_all()
    deliver()
    send()

    with transaction():
        db.session.execute(Mail.__table__.delete())

    assert queries.progress(again(approved)) == (0, 3, 0)


def test_batches_follow_each_other_without_gap_or_repetition(
    approved: Update, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 2)

    assert [send() for _ in range(4)] == [2, 1, 0, 0]

    assert readers(queued()) == THE_THREE


def test_a_crash_between_batches_and_one_in_the_middle_lose_nobody(
    approved: Update, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 1)
    send()

    def stumble(*_: object) -> set[int]:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(queries, "still_want_updates", stumble)
        with pytest.raises(Crash):
            send()
    assert len(queued()) == 1
    send_all()

    assert readers(queued()) == THE_THREE


def test_two_workers_at_once_write_to_everybody_once(
    app: Flask, approved: Update, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 3)
    everybody = set(THE_THREE)
    for number in range(27):
        address = f"sam-{number}@example.org"
        factories.confirmed(petition, address, wants_updates=True)
        everybody.add(address)

    def work() -> int:
        added = 0
        with app.app_context():
            while again(db.session.merge(approved)).reached < last:
                added += send()
                db.session.rollback()
        return added

    last = max(signature_of(address).id for address in everybody)
    db.session.rollback()
    with ThreadPoolExecutor(2) as workers:
        added = [worker.result() for worker in [workers.submit(work), workers.submit(work)]]

    assert sum(added) == 30
    assert readers(queued()) == sorted(everybody)


def test_only_some_thousands_wait_in_the_outbox_at_a_time(
    approved: Update, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 1)
    monkeypatch.setattr(rules, "AHEAD", 2)

    send_all()
    assert len(queued()) == 2
    deliver()
    send_all()

    assert len(queued()) == 3


@pytest.mark.parametrize("batch", [2, 20])
def test_all_other_mail_goes_first(
    approved: Update,
    petition: Petition,
    smtp: SmtpServer,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    batch: int,
) -> None:
    monkeypatch.setattr(mail_rules, "BATCH", batch)
    send_all()
    clock.shift(timedelta(minutes=1))
    factories.sign(petition, "new@example.org", now=NOW + timedelta(minutes=1))

    deliver()

    assert smtp.accepted[0].to == ["new@example.org"]
    assert len(smtp.accepted) == 4


def test_whoever_stops_the_news_between_approval_and_sending_gets_none(approved: Update) -> None:
    with transaction():
        petitions.want_updates(signature_of("sam@example.org"), wants=False)

    send_all()

    assert readers(queued()) == ["lena@example.org", "nora@example.org"]


def test_whoever_stops_the_news_while_a_batch_is_being_written_gets_none(
    approved: Update, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = sending._written

    def and_meanwhile(*args: object) -> dict[int, Mail]:
        mails = written(*args)  # type: ignore[arg-type]
        with transaction():
            petitions.want_updates(signature_of("sam@example.org"), wants=False)
        return mails

    monkeypatch.setattr(sending, "_written", and_meanwhile)
    send()

    assert readers(queued()) == ["lena@example.org", "nora@example.org"]


@pytest.mark.parametrize("deed", ["no news", "withdraw", "erase", "anonymise"])
def test_an_update_on_its_way_is_taken_back_with_the_wish_for_it(
    approved: Update, deed: str
) -> None:
    send_all()
    sam = signature_of("sam@example.org")

    with transaction():
        match deed:
            case "no news":
                petitions.want_updates(sam, wants=False)
            case "withdraw":
                petitions.withdraw(sam, now=NOW)
            case "erase":
                petitions.erase(sam, now=NOW)
            case "anonymise":
                setting_aside.anonymise(sam, now=NOW)

    assert readers(queued()) == ["lena@example.org", "nora@example.org"]


def test_stopping_the_news_leaves_the_mail_that_was_asked_for(petition: Petition) -> None:
    signature = factories.sign(petition, wants_updates=True)

    with transaction():
        petitions.want_updates(signature, wants=False)

    assert [mail.kind for mail in db.session.scalars(select(Mail))] == ["please_confirm"]


def test_one_update_a_day_begins(
    approved: Update,
    campaign: Campaign,
    olive: Account,
    mo: Account,
    clock: time_machine.Traveller,
) -> None:
    send_all()
    second = approve(campaign, olive, mo)

    clock.shift(rules.PAUSE - timedelta(seconds=1))
    send_all()
    assert again(second).began_at is None
    assert len(queued()) == 3

    clock.shift(timedelta(seconds=1))
    send_all()
    assert again(second).is_under_way
    assert len(queued()) == 6


def test_the_day_counts_for_its_own_campaign_alone(
    approved: Update, olive: Account, mo: Account
) -> None:
    send_all()
    other = factories.campaign()
    factories.confirmed(factories.petition(other), wants_updates=True)

    update = approve(other, olive, mo)
    send_all()

    assert again(update).is_under_way


def test_while_its_campaign_is_hidden_an_update_rests(
    approved: Update, campaign: Campaign, mo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 1)
    send()
    factories.hide(campaign)
    send_all()
    assert len(queued()) == 1

    with transaction():
        taking_down.bring_back(campaign, by=mo, now=NOW)
    send_all()

    assert readers(queued()) == THE_THREE


def test_stopping_takes_back_what_has_not_gone(
    approved: Update, mo: Account, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BATCH", 1)
    send()
    deliver()
    send()

    with transaction():
        services.stop(again(approved), by=mo, now=NOW)
    send_all()
    deliver()

    assert len(smtp.accepted) == 1
    assert again(approved).state is State.STOPPED
    assert (approved.delivered, approved.failed) == (1, 0)
    assert ("Mo", "update.stopped", "campaign:archive") in deeds()


def test_a_mail_in_the_hands_of_a_worker_is_counted_before_a_stopped_update_ends(
    approved: Update, mo: Account
) -> None:
    send_all()
    in_hand = queued()[0].id
    with transaction():
        db.session.execute(
            update_rows(Mail)
            .where(Mail.id == in_hand)
            .values(leased_until=NOW + timedelta(minutes=10))
        )

    with transaction():
        services.stop(again(approved), by=mo, now=NOW)
    send()
    assert [mail.id for mail in queued()] == [in_hand]
    assert again(approved).ended_at is None

    (mail,) = queued()
    delivery._settle(mail, delivery.State.SENT, None)
    send()
    assert again(approved).delivered == 1


def test_a_missing_key_file_lets_it_wait_and_loses_nobody(
    app: Flask, approved: Update, tmp_path_factory: pytest.TempPathFactory
) -> None:
    keys = app.extensions["campaign.vault"]
    app.extensions["campaign.vault"] = Vault(tmp_path_factory.mktemp("other-keys"))
    try:
        assert send() == 0
    finally:
        app.extensions["campaign.vault"] = keys

    send_all()

    assert readers(queued()) == THE_THREE


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """All that a site would write into its log."""
    lines = StringIO()
    with monkeypatch.context() as changed:
        changed.setattr("sys.stderr", lines)
        logs.set_up(as_json=True)
    yield lines
    logs.set_up(as_json=True, quiet=True)


def test_no_address_gets_into_trail_or_logs(
    approved: Update, smtp: SmtpServer, logged: StringIO
) -> None:
    smtp.faults.append(Fault("RCPT", "550"))
    send_all()
    deliver()
    send()

    events = [json.loads(line) for line in logged.getvalue().splitlines()]
    settled = [event["state"] for event in events if event["event"] == "mail settled"]
    assert settled.count(MailState.FAILED) == 1
    assert "example.org" not in logged.getvalue()
    assert "example.org" not in str(deeds())
