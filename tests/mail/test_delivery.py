"""Delivering to a real mail server that behaves, or does not."""

import socket
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.vault import Vault
from campaign.mail import delivery, outbox, queries as mail_queries, rules, transport
from campaign.mail.models import Mail
from campaign.mail.rules import State
from campaign.petitions import queries
from campaign.petitions.mails import failures_of
from campaign.petitions.models import Petition
from campaign.petitions.rules import State as SignatureState
from tests.factories import NOW, sign
from tests.mail.posting import deliver, mails, post, put, the_mail
from tests.mail.smtp_server import Fault, SmtpServer

pytestmark = pytest.mark.usefixtures("clock")

NOT_NOW = "the mail server cannot take the mail now"
NEVER = "the mail server refused the mail for good"
AWAY = "the mail server is away"


@pytest.fixture
def nobody(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server of the app is down."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{port}")


def states() -> list[State]:
    return [mail.state for mail in mails()]


def test_a_delivered_mail_is_sent_once_and_its_envelope_destroyed(smtp: SmtpServer) -> None:
    post("sam@example.org")

    assert deliver() == 1
    assert deliver() == 0

    mail = the_mail()
    assert (mail.state, mail.tries, mail.trouble, mail.settled_at) == (State.SENT, 1, None, NOW)
    assert mail.envelope is None
    assert [arrival.to for arrival in smtp.accepted] == [["sam@example.org"]]


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault("MAIL", "451"), "451: the mail server refuses our sender"),
        (Fault("MAIL", "550"), "550: the mail server refuses our sender"),
        (Fault("RCPT", "450"), f"450: {NOT_NOW}"),
        (Fault("RCPT", "421", hangs_up=True), f"421: {NOT_NOW}"),
        (Fault("RCPT", hangs_up=True), AWAY),
        (Fault("DATA", "452"), f"452: {NOT_NOW}"),
        (Fault("DATA", "421", hangs_up=True), f"421: {NOT_NOW}"),
        (Fault("DATA", hangs_up=True), AWAY),
    ],
    ids=str,
)
def test_a_mail_that_meets_trouble_waits_and_is_delivered_later(
    smtp: SmtpServer, clock: time_machine.Traveller, fault: Fault, trouble: str
) -> None:
    post("sam@example.org")
    smtp.faults.append(fault)

    deliver()

    mail = the_mail()
    assert (mail.state, mail.tries, mail.due_at) == (State.QUEUED, 1, NOW + timedelta(minutes=1))
    assert mail.envelope
    assert (mail.trouble or "").startswith(trouble)
    assert "sam" not in (mail.trouble or "")

    assert deliver() == 0, "not before it is due"
    clock.move_to(mail.due_at)
    assert deliver() == 1

    assert (the_mail().state, the_mail().tries, the_mail().trouble) == (State.SENT, 2, None)
    assert len(smtp.accepted) == 1
    assert len({arrival.message["Message-ID"] for arrival in smtp.arrivals}) == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_server_that_falls_silent_is_away(
    smtp: SmtpServer,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    post()
    smtp.faults.append(Fault(step))

    with monkeypatch.context() as impatient:
        impatient.setattr(transport, "TIMEOUT_SECONDS", 0.2)
        deliver()

    assert the_mail().state is State.QUEUED
    assert (the_mail().trouble or "").startswith(AWAY)
    clock.move_to(the_mail().due_at)
    deliver()
    assert the_mail().state is State.SENT
    assert len(smtp.accepted) == 1


def test_while_no_server_is_there_every_mail_waits(nobody: None) -> None:
    post("sam@example.org")
    post("lena@example.org")

    deliver()

    assert len(mails()) == 2
    for mail in mails():
        assert (mail.state, mail.tries) == (State.QUEUED, 1)
        assert mail.trouble == f"{AWAY} (ConnectionRefusedError)"
        assert mail.envelope


def test_a_server_that_never_answers_is_waited_for_once_a_batch(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        post(f"sam+{number}@example.org")
    monkeypatch.setattr(transport, "TIMEOUT_SECONDS", 0.2)

    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        deliver()
        silent.settimeout(0)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()

    for mail in mails():
        assert (mail.state, mail.tries) == (State.QUEUED, 1)
        assert (mail.trouble or "").startswith(AWAY)


def test_after_72_hours_of_trouble_a_mail_is_given_up(
    nobody: None, clock: time_machine.Traveller
) -> None:
    post()

    while the_mail().state is State.QUEUED:
        clock.move_to(the_mail().due_at)
        assert deliver() == 1

    mail = the_mail()
    assert mail.state is State.FAILED
    assert mail.settled_at is not None
    assert timedelta(hours=68) <= mail.settled_at - NOW <= rules.PATIENCE
    assert mail.envelope is None
    assert mail.trouble == f"{AWAY} (ConnectionRefusedError)"


def test_a_mail_that_nobody_looked_after_for_days_is_not_given_up_at_the_first_trouble(
    smtp: SmtpServer, clock: time_machine.Traveller
) -> None:
    post("sam@example.org", now=NOW - rules.PATIENCE - timedelta(days=1))
    smtp.faults.append(Fault("RCPT", "450"))

    deliver()
    assert (the_mail().state, the_mail().due_at) == (State.QUEUED, NOW + timedelta(minutes=1))
    clock.move_to(the_mail().due_at)
    deliver()

    assert the_mail().state is State.SENT


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        (Fault("RCPT", "550"), f"550: {NEVER}"),
        (Fault("DATA", "554"), f"554: {NEVER}"),
    ],
    ids=str,
)
def test_a_refused_mail_is_over_but_its_signature_stays(
    smtp: SmtpServer, petition: Petition, fault: Fault, trouble: str
) -> None:
    signature = sign(petition, "sam@example.org")
    smtp.faults.append(fault)

    deliver()

    mail = the_mail()
    assert (mail.state, mail.trouble, mail.envelope) == (State.FAILED, trouble, None)
    assert deliver() == 0
    db.session.refresh(signature)
    assert signature.state is SignatureState.PENDING
    assert queries.personal_data(signature)


@pytest.mark.parametrize("fault", [Fault("RCPT", "550"), Fault("RCPT", "451")], ids=str)
def test_a_fault_after_a_refusal_does_not_take_the_address_into_the_log(
    app: Flask, smtp: SmtpServer, fault: Fault
) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "campaign@example.org", "sam@example.org"
    smtp.faults.append(fault)
    way_out = transport.transport(app.config["MAIL_URL"])

    def meet_another_fault() -> None:
        try:
            way_out.send(message)
        except transport.NotSent as not_sent:
            raise OSError("the database went away") from not_sent

    with pytest.raises(OSError, match="went away") as caught, closing(way_out):
        meet_another_fault()

    logged = "".join(traceback.format_exception(caught.value))
    assert "the mail server" in logged
    assert "sam@" not in logged


def test_failed_mails_are_counted_by_a_domain_that_many_people_have(
    smtp: SmtpServer, petition: Petition
) -> None:
    for address in ("sam@googlemail.com", "Lena@GMail.com", "adil@the-adils.example"):
        sign(petition, address)
    smtp.faults.extend(Fault("RCPT", "550") for _ in range(3))

    deliver()

    assert mail_queries.failures(failures_of(petition.campaign)) == [("gmail.com", 2), ("", 1)]
    assert mail_queries.failures("campaign:0") == []


def test_a_sent_mail_is_no_failure(smtp: SmtpServer, petition: Petition) -> None:
    sign(petition, "sam@gmail.com")

    deliver()

    assert mail_queries.failures(failures_of(petition.campaign)) == []


@pytest.mark.parametrize(
    "fault",
    [Fault("RCPT", "550"), Fault("DATA", "451"), Fault("RCPT", "421", hangs_up=True)],
    ids=str,
)
def test_one_refused_mail_does_not_keep_the_others(smtp: SmtpServer, fault: Fault) -> None:
    for address in ("sam@example.org", "lena@example.org", "mo@example.org"):
        post(address)
    smtp.faults.append(fault)

    deliver()

    assert states().count(State.SENT) == 2
    assert len(smtp.accepted) == 2


def test_a_batch_goes_out_in_one_conversation(smtp: SmtpServer) -> None:
    for number in range(rules.BATCH + 1):
        post(f"sam+{number}@example.org")

    assert deliver() == rules.BATCH
    assert smtp.connections == 1
    assert deliver() == 1
    assert deliver() == 0


def test_a_mail_in_the_hands_of_one_worker_is_left_to_it_until_its_lease_runs_out(
    smtp: SmtpServer, clock: time_machine.Traveller
) -> None:
    post()
    with transaction():
        db.session.execute(update(Mail).values(leased_until=NOW + rules.LEASE))

    assert deliver() == 0
    clock.shift(rules.LEASE)
    assert deliver() == 1

    assert the_mail().state is State.SENT
    assert the_mail().leased_until is None


def test_a_mail_that_is_taken_back_goes_to_nobody_though_a_worker_has_it_in_hand(
    app: Flask, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    post("sam@example.org", now=NOW - timedelta(seconds=1))
    with transaction():
        put("lena@example.org", about="signature:2")
    send = transport.Smtp.send

    def while_lena_erases(way_out: transport.Smtp, message: EmailMessage) -> None:
        send(way_out, message)
        with app.app_context(), transaction():
            outbox.take_back("signature:2")

    monkeypatch.setattr(transport.Smtp, "send", while_lena_erases)
    deliver()

    assert [arrival.to for arrival in smtp.accepted] == [["sam@example.org"]]
    assert the_mail().state is State.SENT


@pytest.mark.parametrize("fault", [None, Fault("DATA", "451")], ids=str)
def test_what_became_of_a_mail_is_not_written_into_the_next_one(
    app: Flask, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch, fault: Fault | None
) -> None:
    about = post("sam@example.org").about
    smtp.faults.extend([fault] if fault else [])
    send = transport.Smtp.send

    def while_sam_erases_and_lena_signs(way_out: transport.Smtp, message: EmailMessage) -> None:
        with app.app_context(), transaction():
            outbox.take_back(about)
            put("lena@example.org", about="signature:2")
        send(way_out, message)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(transport.Smtp, "send", while_sam_erases_and_lena_signs)
        deliver()

    assert (the_mail().state, the_mail().tries) == (State.QUEUED, 0)
    assert deliver() == 1
    assert smtp.accepted[-1].to == ["lena@example.org"]


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next(smtp: SmtpServer) -> None:
    for number in range(3):
        post(f"sam+{number}@example.org")

    assert delivery.deliver_due(utc_now(), lambda: len(smtp.accepted) == 1) == 3

    assert states().count(State.SENT) == 1
    assert [mail.leased_until for mail in mails()] == [None] * 3
    assert deliver() == 2
    assert len({arrival.to[0] for arrival in smtp.accepted}) == 3


def test_two_workers_at_once_deliver_each_mail_once(app: Flask, smtp: SmtpServer) -> None:
    addresses = {f"sam+{number}@example.org" for number in range(60)}
    for address in addresses:
        post(address)

    def work() -> int:
        taken = 0
        with app.app_context():
            while batch := deliver():
                taken += batch
        return taken

    with ThreadPoolExecutor(2) as workers:
        taken = [worker.result() for worker in [workers.submit(work), workers.submit(work)]]

    assert sum(taken) == 60
    assert sorted(arrival.to[0] for arrival in smtp.arrivals) == sorted(addresses)
    assert set(states()) == {State.SENT}


def test_a_mail_goes_to_nobody_but_the_address_that_was_posted_to(smtp: SmtpServer) -> None:
    post("=?utf-8?q?lena?=@example.org")
    post("sam@example.org")

    deliver()

    assert states() == [State.FAILED, State.SENT]
    assert [arrival.to for arrival in smtp.accepted] == [["sam@example.org"]]


def test_a_mail_whose_key_file_is_missing_waits_for_it_and_does_not_keep_the_others(
    app: Flask,
    smtp: SmtpServer,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with monkeypatch.context() as other_key:
        other_key.setitem(app.extensions, "campaign.vault", Vault(tmp_path))
        post("lena@example.org")
    post("sam@example.org")

    deliver()

    assert [arrival.to for arrival in smtp.accepted] == [["sam@example.org"]]
    waiting, sent = mails()
    assert (waiting.state, sent.state) == (State.QUEUED, State.SENT)
    assert waiting.trouble == "the key file of its envelope is missing"
    clock.move_to(waiting.due_at)
    monkeypatch.setitem(app.extensions, "campaign.vault", Vault(tmp_path))
    deliver()
    assert smtp.accepted[-1].to == ["lena@example.org"]


def test_a_message_is_plain_text_first_then_the_same_as_html(smtp: SmtpServer) -> None:
    mail = post("sam@example.org", name="倪玉兰")

    deliver()

    (arrival,) = smtp.arrivals
    message = arrival.message
    identity = message["Message-ID"]
    assert {name: value for name, value in message.items() if not name.startswith("Content-")} == {
        "From": "Campaign <campaign@campaign.test>",
        "To": "sam@example.org",
        "Subject": "The link to your signature",
        "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
        "Message-ID": identity,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    assert identity.endswith("@campaign.test>")
    assert mail.key not in identity
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Hello 倪玉兰," in text.get_content()
    assert "<p>Hello 倪玉兰,</p>" in html.get_content()


def test_a_message_says_in_which_language_it_is(smtp: SmtpServer) -> None:
    post()

    deliver()

    assert smtp.arrivals[0].message["Content-Language"] == "en"


def test_a_domain_in_another_script_goes_out_in_ascii(smtp: SmtpServer) -> None:
    post("sam@bücher.example")

    deliver()

    (arrival,) = smtp.accepted
    assert arrival.to == ["sam@xn--bcher-kva.example"]
    assert arrival.message["To"] == "sam@xn--bcher-kva.example"


def test_a_mail_goes_to_the_domain_as_it_is_registered_today(smtp: SmtpServer) -> None:
    post("sam@straße.example")

    deliver()

    assert smtp.accepted[0].to == ["sam@xn--strae-oqa.example"]


def test_a_mailbox_in_another_script_gets_its_mail(smtp: SmtpServer) -> None:
    post("用户@example.org")
    post("sam@example.org")

    deliver()

    assert sorted(arrival.to for arrival in smtp.accepted) == [
        ["sam@example.org"],
        ["用户@example.org"],
    ]


def test_a_server_that_does_not_know_such_a_mailbox_refuses_that_mail_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    post("用户@example.org")
    post("sam@example.org")

    with SmtpServer(enable_SMTPUTF8=False) as old:
        monkeypatch.setitem(app.config, "MAIL_URL", old.url)
        deliver()

    assert [(mail.state, mail.trouble) for mail in mails()] == [
        (State.FAILED, "the mail server cannot take this kind of address"),
        (State.SENT, None),
    ]


@pytest.mark.parametrize("scheme", ["smtp+starttls://", "smtp://campaign:password@"])
def test_without_the_encryption_or_login_that_was_set_nothing_is_sent_and_nothing_lost(
    app: Flask, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", smtp.url.replace("smtp://", scheme))
    post("sam@example.org")
    post("lena@example.org")

    deliver()

    assert smtp.arrivals == []
    assert states() == [State.QUEUED, State.QUEUED]
