"""The owner presses the button in the mail's page."""

import contextvars
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from campaign.lib.db import db, transaction
from campaign.petitions import moves, rules, services, setting_aside, signing, taking_up
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import Deed, State
from tests.factories import NOW, close, confirm, confirmed, petition as a_petition, sign

CLOSING = NOW + timedelta(hours=1)


def count_of(petition: Petition) -> int:
    db.session.refresh(petition)
    return petition.confirmed_count


def test_a_confirmed_signature_counts_and_gets_its_number(petition: Petition) -> None:
    confirmed(petition, "lena@example.org")
    signature = sign(petition)

    number = confirm(signature)

    assert number == 2
    assert signature.state is State.CONFIRMED
    assert count_of(petition) == 2


def test_the_number_is_the_one_that_the_page_shows_with_those_on_paper(petition: Petition) -> None:
    with transaction():
        petition.paper_count = 12
    signature = sign(petition)

    assert confirm(signature) == petition.total == 13


def test_a_second_press_changes_nothing_and_is_no_error(petition: Petition) -> None:
    signature = confirmed(petition)

    assert confirm(signature) is None
    assert count_of(petition) == 1


def test_a_held_signature_earns_its_confirmation_without_counting(petition: Petition) -> None:
    signature = sign(petition)
    with transaction():
        setting_aside.hold(signature, reason="Looks odd", now=NOW)

    number = confirm(signature)

    assert number == 1, "the signer sees no difference"
    assert signature.state is State.HELD
    assert count_of(petition) == 0


def test_a_released_signature_gets_what_it_has_earned(petition: Petition) -> None:
    waiting, earned = sign(petition), sign(petition, "lena@example.org")
    for signature in (waiting, earned):
        with transaction():
            setting_aside.hold(signature, reason="Looks odd", now=NOW)
    confirm(earned)

    for signature in (waiting, earned):
        with transaction():
            setting_aside.release(signature, now=NOW)

    assert waiting.state is State.PENDING
    assert earned.state is State.CONFIRMED
    assert count_of(petition) == 1


def test_a_signature_made_in_time_may_be_confirmed_for_a_day_after_the_closing(
    petition: Petition,
) -> None:
    signature = sign(petition)
    close(petition.campaign, at=CLOSING)

    assert confirm(signature, now=CLOSING + timedelta(hours=23)) == 1


def test_after_that_day_it_is_too_late(petition: Petition) -> None:
    signature = sign(petition)
    close(petition.campaign, at=CLOSING)

    with pytest.raises(rules.TooLateToConfirm):
        confirm(signature, now=CLOSING + timedelta(hours=24))

    assert count_of(petition) == 0


def test_a_withdrawn_signature_is_not_confirmed_by_its_old_link(petition: Petition) -> None:
    signature = sign(petition)
    with transaction():
        services.withdraw(signature, now=NOW)

    with pytest.raises(rules.SignatureWithdrawn):
        confirm(signature)


def test_a_voided_signature_is_not_confirmed_and_its_owner_is_told(petition: Petition) -> None:
    signature = sign(petition)
    with transaction():
        setting_aside.void(signature, reason="A test", now=NOW)

    with pytest.raises(rules.SignatureVoided):
        confirm(signature)


def test_the_diary_tells_each_deed_once(petition: Petition) -> None:
    signature = confirmed(petition)
    confirm(signature)

    diary = db.session.execute(
        select(SignatureEvent.deed, SignatureEvent.from_state, SignatureEvent.to_state)
        .where(SignatureEvent.signature_id == signature.id)
        .order_by(SignatureEvent.id)
    ).all()

    assert [tuple(row) for row in diary] == [
        (Deed.SIGN, None, State.PENDING),
        (Deed.CONFIRM, State.PENDING, State.CONFIRMED),
    ]


def in_parallel(app: Flask, number: int, deed: object) -> list[BaseException]:
    """Run the deed so many times at once, each in a context of its own, all starting together."""
    troubles: list[BaseException] = []
    start = threading.Barrier(number)

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    deed()  # type: ignore[operator]
            except BaseException as trouble:
                troubles.append(trouble)

    threads = [
        threading.Thread(target=contextvars.Context().run, args=(run,)) for _ in range(number)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


@pytest.mark.parametrize("is_held", [False, True])
def test_a_hundred_presses_of_one_link_at_once_count_exactly_one(
    app: Flask, petition: Petition, is_held: bool
) -> None:
    signature = sign(petition)
    ref = signature.ref
    if is_held:
        with transaction():
            setting_aside.hold(signature, reason="Looks odd", now=NOW)
    db.session.rollback()

    def press() -> None:
        signature = db.session.scalars(select(Signature).where(Signature.ref == ref)).one()
        signing.confirm(signature, now=NOW)

    troubles = in_parallel(app, 100, press)

    assert troubles == []
    assert count_of(petition) == (0 if is_held else 1)
    diary = select(func.count()).where(SignatureEvent.deed == Deed.CONFIRM)
    assert db.session.scalar(diary) == 1


@pytest.mark.parametrize(
    ("deed", "refusal"),
    [(Deed.WITHDRAW, rules.SignatureWithdrawn), (Deed.VOID, rules.SignatureVoided)],
)
def test_what_was_done_after_the_page_was_opened_is_told(
    app: Flask, petition: Petition, deed: Deed, refusal: type[Exception]
) -> None:
    signature = sign(petition)
    with app.app_context(), transaction():  # while the owner's request is at work
        moves.move(db.session.get_one(Signature, signature.id), deed, now=NOW)

    with pytest.raises(refusal), transaction():
        signing.confirm(signature, now=NOW)

    assert count_of(petition) == 0


def test_two_presses_of_the_sign_button_at_once_make_one_signature_and_one_mail(
    app: Flask, petition: Petition
) -> None:
    petition_id = petition.id
    db.session.rollback()

    def press() -> None:
        signing.send_in(
            signing.prepare(
                db.session.get_one(Petition, petition_id),
                name="Sam Signer",
                email="sam@example.org",
                language="en",
                now=NOW,
            )
        )

    troubles = in_parallel(app, 8, press) + in_parallel(app, 4, lambda: taking_up.take_up(NOW))

    assert troubles == []
    signatures = db.session.scalars(select(Signature)).all()
    assert [signature.mails for signature in signatures] == [1]


def test_two_petitions_do_not_share_their_counts(petition: Petition) -> None:
    confirmed(petition)

    assert count_of(a_petition()) == 0


@pytest.mark.parametrize("migrated", ["postgresql"], indirect=True)
def test_no_confirmation_waits_for_another_of_the_same_petition(
    app: Flask, petition: Petition
) -> None:
    ids = [sign(petition).id, sign(petition, "lena@example.org").id]
    db.session.rollback()

    with app.app_context(), transaction():  # somebody else's, in the middle of it
        signing.confirm(db.session.get_one(Signature, ids[0]), now=NOW)
        with app.app_context(), transaction():
            db.session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            signing.confirm(db.session.get_one(Signature, ids[1]), now=NOW)

    assert count_of(petition) == 2
