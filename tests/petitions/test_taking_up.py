"""What was sent in becomes a signature: whose mailbox has signed before is asked by the worker."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, select, update

from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.petitions import queries, rules, services, setting_aside, signing, taking_up
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import HeldFor, State
from campaign.petitions.sent_form_models import SentForm
from campaign.retention import forget_due
from tests import factories
from tests.factories import NOW, confirmed, petition as a_petition, sign
from tests.page_reader import PageReader
from tests.petitions.test_confirming import in_parallel


def send_in(of: Petition, email: str = "sam@example.org", **changes: object) -> None:
    """Sam sends the form in; no worker has seen it yet."""
    values = {"name": "Sam Signer", "language": "en", "now": NOW, **changes}
    with transaction():
        signing.send_in(signing.prepare(of, email=email, **values))  # type: ignore[arg-type]


def take_up() -> list[str]:
    """A worker comes by."""
    with transaction():
        return taking_up.take_up(NOW)


def number_of(model: type) -> int:
    """How many rows there are."""
    return db.session.scalars(select(func.count()).select_from(model)).one()


def _nothing(_: Petition) -> None:
    """Sam has not signed."""


def _held(petition: Petition) -> None:
    signature = confirmed(petition)
    with transaction():
        setting_aside.hold(signature, reason="?", now=NOW)


def _voided(petition: Petition) -> None:
    signature = sign(petition)
    with transaction():
        setting_aside.void(signature, reason="?", now=NOW)


def _withdrawn(petition: Petition) -> None:
    signature = confirmed(petition)
    with transaction():
        services.withdraw(signature, now=NOW)


@pytest.mark.parametrize("before", [sign, confirmed, _held, _voided, _withdrawn])
def test_whoever_answers_the_form_does_not_know_who_has_signed(
    reader: PageReader, petition: Petition, before: Callable[[Petition], object]
) -> None:
    """So neither what is answered nor how long that takes can tell it."""

    def asked(after: Callable[[Petition], object]) -> list[str]:
        after(petition)
        page = reader.get(f"/campaigns/{petition.campaign.slug}/sign")
        statements: list[str] = []
        event.listen(
            db.engine, "before_cursor_execute", hear := lambda *said: statements.append(said[2])
        )
        answers = {"name": "Sam Signer", "email": "sam@example.org", "country": "CA"}
        reader.press(page, "Sign the petition", **answers)
        event.remove(db.engine, "before_cursor_execute", hear)
        return statements

    asked(_nothing)  # what is read once and kept is read here
    of_the_first = asked(_nothing)
    with transaction():
        db.session.execute(delete(SentForm))

    assert asked(before) == of_the_first
    assert not [said for said in of_the_first if "FROM signature" in said]


@pytest.mark.parametrize("before", [_nothing, sign, confirmed, _held, _voided, _withdrawn])
def test_whoever_answers_send_it_again_does_not_know_either(
    reader: PageReader, petition: Petition, before: Callable[[Petition], object]
) -> None:
    """Before a worker has come by, only who had signed earlier has a signature."""
    before(petition)
    form = reader.get(f"/campaigns/{petition.campaign.slug}/sign")
    answers = {"name": "Sam Signer", "email": "sam@example.org", "country": "CA"}
    page = reader.press(form, "Sign the petition", **answers)
    statements: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", hear := lambda *said: statements.append(said[2])
    )

    reader.press(page, "Send the mail again")
    event.remove(db.engine, "before_cursor_execute", hear)

    assert [said for said in statements if said.startswith("INSERT INTO sent_form ")]
    assert not [said for said in statements if "FROM signature" in said or "INTO mail" in said]


def test_who_asked_again_for_a_form_that_was_put_off_gets_its_first_mail_alone(
    petition: Petition,
) -> None:
    send_in(petition)
    with transaction():
        db.session.execute(update(SentForm).values(due_at=NOW + taking_up.LEASE))
        prepared = signing.prepare(
            petition, name="", email="sam@example.org", language="en", now=NOW
        )
        signing.ask_again(petition, prepared.fingerprint, now=NOW)

    assert take_up() == []
    assert number_of(SentForm) == 1
    assert number_of(Mail) == 0
    with transaction():
        (ref,) = taking_up.take_up(NOW + taking_up.LEASE)
    assert db.session.scalars(select(Mail.kind)).all() == ["please_confirm"]
    assert queries.by_ref(ref)


def test_workers_at_once_take_up_each_once(app: Flask, petition: Petition) -> None:
    for number in range(3 * taking_up.BATCH):
        send_in(petition, f"sam-{number}@example.org")
    db.session.rollback()

    troubles = in_parallel(app, 6, lambda: taking_up.take_up(NOW))

    assert troubles == []
    take_up()
    assert number_of(SentForm) == 0
    assert number_of(Signature) == number_of(Mail) == 3 * taking_up.BATCH


def test_of_two_forms_of_one_mailbox_the_last_words_stand(petition: Petition) -> None:
    send_in(petition, name="Sma Signer")
    send_in(petition, name="Sam Signer", email="SAM+x@example.org")

    refs = take_up()

    assert refs[0] == refs[1]
    signature = db.session.scalars(select(Signature)).one()
    assert queries.personal_data(signature).name == "Sam Signer"  # type: ignore[union-attr]
    assert db.session.scalars(select(Mail.kind)).all() == ["please_confirm"]


def test_words_that_were_put_off_replace_none_that_are_newer(petition: Petition) -> None:
    send_in(petition, name="Sma Signer", now=NOW - timedelta(seconds=1))
    with transaction():
        db.session.execute(update(SentForm).values(due_at=NOW + taking_up.LEASE))
    send_in(petition, name="Sam Signer")

    assert taking_up.take_up_due(NOW) == 1
    assert taking_up.take_up_due(NOW + taking_up.LEASE) == 1

    signature = db.session.scalars(select(Signature)).one()
    assert queries.personal_data(signature).name == "Sam Signer"  # type: ignore[union-attr]


def test_one_address_gets_three_mails_an_hour_also_when_all_is_taken_up_at_once(
    app: Flask,
) -> None:
    for _ in range(5):
        send_in(a_petition())

    take_up()

    assert number_of(Mail) == 3
    mails = db.session.scalars(select(Signature.mails).order_by(Signature.id)).all()
    assert mails == [1, 1, 1, 0, 0]


def test_of_a_batch_from_one_network_those_past_its_limit_are_held(petition: Petition) -> None:
    most = rules.Thresholds().network_hour
    with transaction():
        for number in range(most + 2):
            prepared = signing.prepare(
                petition,
                name="Sam Signer",
                email=f"sam-{number}@gmail.com",
                language="en",
                address="100.20.30.40",
                now=NOW if number else NOW - timedelta(hours=1),
            )
            signing.send_in(prepared)

    while take_up():
        pass

    held = db.session.scalars(
        select(Signature.held_for).where(Signature.state == State.HELD).order_by(Signature.id)
    )
    assert held.all() == [HeldFor.BURST], "one of them was sent in an hour earlier"


def test_words_that_somebody_has_just_sent_in_are_not_changed_any_more(petition: Petition) -> None:
    send_in(petition)

    a_petition(petition.campaign, statement="We ask you to burn the archive.")
    take_up()

    signature = db.session.scalars(select(Signature)).one()
    assert signature.version.statement == "We ask you to open the archive."


def test_what_was_sent_in_before_the_closing_is_taken_up_after_it(petition: Petition) -> None:
    send_in(petition)
    factories.close(petition.campaign, at=NOW)

    take_up()

    assert db.session.scalars(select(Signature.state)).all() == [State.PENDING]


def test_one_that_cannot_be_taken_up_keeps_back_none_of_the_others(petition: Petition) -> None:
    for name in ("sam", "lena", "xan"):
        send_in(petition, f"{name}@example.org")
    of_lena = select(SentForm.id).order_by(SentForm.id).offset(1).limit(1).scalar_subquery()
    with transaction():
        db.session.execute(
            update(SentForm).where(SentForm.id == of_lena).values(envelope=b"of a key that is lost")
        )

    assert taking_up.take_up_due(NOW) == 3

    assert number_of(Signature) == number_of(Mail) == 2
    assert number_of(SentForm) == 1
    assert taking_up.take_up_due(NOW) == 0
    assert taking_up.take_up_due(NOW + taking_up.LEASE) == 1


def test_a_worker_that_was_too_slow_leaves_to_others_what_they_have_taken(
    petition: Petition,
) -> None:
    send_in(petition)
    with transaction():
        slow = taking_up._take(NOW)
    assert taking_up.take_up_due(NOW) == 0
    assert taking_up.take_up_due(NOW + taking_up.LEASE) == 1
    send_in(petition, "lena@example.org")  # on SQLite, with the id of the one that is gone

    with transaction():
        assert taking_up._write(taking_up._make_ready(slow, now=NOW), now=NOW) == []

    assert number_of(Signature) == number_of(SentForm) == 1


def test_what_cannot_be_taken_up_in_a_week_is_forgotten(petition: Petition) -> None:
    send_in(petition)
    with transaction():
        db.session.execute(update(SentForm).values(envelope=b"of a key that is lost"))
    first = NOW + timedelta(days=9)
    last = first + rules.PENDING_LIFETIME
    assert [taking_up.take_up_due(at) for at in (first, last)] == [1, 1]

    with transaction():
        taking_up.forget(last)
    assert number_of(SentForm) == 1
    with transaction():
        taking_up.forget(last + timedelta(seconds=1))

    assert number_of(SentForm) == 0


def test_what_waited_while_no_worker_was_there_is_lost_to_nobody(petition: Petition) -> None:
    """The workers are back after nine days: one takes up, another forgets what is too old."""
    send_in(petition)
    back = NOW + timedelta(days=9)
    with transaction():
        in_hand = taking_up._take(back)

    forget_due(back)
    with transaction():
        (ref,) = taking_up._write(taking_up._make_ready(in_hand, now=back), now=back)
    forget_due(back + rules.PENDING_LIFETIME)

    signature = db.session.scalars(select(Signature)).one()
    assert (signature.ref, signature.signed_at) == (ref, NOW)
    assert number_of(Mail) == 1
    forget_due(back + rules.PENDING_LIFETIME + timedelta(seconds=1))
    assert number_of(Signature) == 0


def test_a_worker_takes_up_what_the_form_has_sent_in(reader: PageReader) -> None:
    petition = a_petition()
    answers = {"name": "Sam Signer", "email": "sam@example.org", "country": "CA"}
    reader.press(reader.get(f"/campaigns/{petition.campaign.slug}"), "Sign the petition", **answers)
    assert number_of(Signature) == 0

    assert taking_up.take_up_due(utc_now()) == 1

    assert number_of(Signature) == number_of(Mail) == 1
