"""The owner withdraws or erases; a moderator voids and restores."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from campaign.lib.db import db, transaction
from campaign.mail.models import Mail
from campaign.petitions import mailing, queries, services, setting_aside
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import Deed, HeldFor, State
from tests.factories import NOW, confirm, confirmed, sign


def count_of(petition: Petition) -> int:
    db.session.refresh(petition)
    return petition.confirmed_count


def test_a_withdrawn_signature_no_longer_counts_nor_shows_its_name(petition: Petition) -> None:
    signature = confirmed(petition, shows_name=True, wants_updates=True)

    with transaction():
        services.withdraw(signature, now=NOW)

    assert signature.state is State.WITHDRAWN
    assert (signature.shows_name, signature.wants_updates) == (False, False)
    assert count_of(petition) == 0
    assert queries.public_names(petition) == []


def test_withdrawing_twice_takes_one_off_the_count(petition: Petition) -> None:
    confirmed(petition, "lena@example.org")
    signature = confirmed(petition)

    for _ in range(2):
        with transaction():
            services.withdraw(signature, now=NOW)

    assert count_of(petition) == 1


def test_mail_that_is_still_on_its_way_is_destroyed_with_the_signature(petition: Petition) -> None:
    signature = sign(petition)

    with transaction():
        services.withdraw(signature, now=NOW)

    assert db.session.scalars(select(Mail)).all() == []


def test_whoever_withdrew_may_sign_again_and_has_to_confirm_again(petition: Petition) -> None:
    signature = confirmed(petition)
    with transaction():
        services.withdraw(signature, now=NOW)

    again = sign(petition, name="Sam S. Signer")

    assert again.id == signature.id
    assert again.state is State.PENDING
    assert again.confirmed_at is None
    assert count_of(petition) == 0


@pytest.mark.parametrize("signed", [sign, confirmed])
def test_whoever_took_it_back_is_mailed_the_link_to_it_and_not_that_it_is_confirmed(
    petition: Petition, signed: Callable[[Petition], Signature]
) -> None:
    signature = signed(petition)
    with transaction():
        services.withdraw(signature, now=NOW)

    with transaction():
        mailing.mail_again(signature, now=NOW + timedelta(hours=1))

    assert db.session.scalars(select(Mail.kind)).all() == ["here_is_your_link"]


@pytest.mark.parametrize("held_for", [None, HeldFor.BURST])
@pytest.mark.parametrize("signed", [sign, confirmed])
def test_nobody_shakes_off_a_hold_by_taking_it_back_and_signing_again(
    petition: Petition, signed: Callable[[Petition], Signature], held_for: HeldFor | None
) -> None:
    signature = signed(petition)
    reason = held_for or "Not their own name"
    with transaction():
        setting_aside.hold(signature, reason=reason, held_for=held_for, now=NOW)
        services.withdraw(signature, now=NOW)

    again = sign(petition, now=NOW + timedelta(hours=1))
    assert (again.state, again.held_for, again.confirmed_at) == (State.HELD, held_for, None)
    confirm(again, now=NOW + timedelta(hours=2))

    assert again.state is State.HELD
    assert count_of(petition) == 0
    assert [event.reason for event in queries.events_of(again) if event.deed is Deed.HOLD] == [
        reason,
        reason,
    ]
    assert db.session.scalars(select(Mail.kind)).all() == ["please_confirm"], "as everybody gets"


def test_a_hold_that_was_released_does_not_come_back_with_signing_again(
    petition: Petition,
) -> None:
    signature = confirmed(petition)
    with transaction():
        setting_aside.hold(signature, reason="?", now=NOW)
        setting_aside.release(signature, now=NOW)
        services.withdraw(signature, now=NOW)

    assert sign(petition, now=NOW + timedelta(hours=1)).state is State.PENDING


def test_an_erased_signature_has_no_person_left(petition: Petition) -> None:
    signature = confirmed(petition, name="Sam Signer")

    with transaction():
        services.erase(signature, now=NOW)

    assert signature.state is State.WITHDRAWN
    assert (signature.envelope, signature.fingerprint, signature.country) == (None, None, None)
    assert queries.personal_data(signature) is None
    assert count_of(petition) == 0


def test_erasing_later_leaves_the_moment_of_withdrawing(petition: Petition) -> None:
    withdrawn, erased_at_once = confirmed(petition), confirmed(petition, "lena@example.org")
    with transaction():
        services.withdraw(withdrawn, now=NOW)

    later = NOW + timedelta(days=3)
    for signature in (withdrawn, erased_at_once):
        with transaction():
            services.erase(signature, now=later)

    assert withdrawn.withdrawn_at == NOW
    assert erased_at_once.withdrawn_at == later


def test_whoever_erased_may_sign_anew_as_somebody_unknown(petition: Petition) -> None:
    signature = confirmed(petition)
    with transaction():
        services.erase(signature, now=NOW)

    assert sign(petition).id != signature.id


def test_voiding_is_reversible_to_where_it_stood(petition: Petition) -> None:
    counted, waiting = confirmed(petition), sign(petition, "lena@example.org")
    for signature in (counted, waiting):
        with transaction():
            setting_aside.void(signature, reason="One network", now=NOW)
    assert count_of(petition) == 0

    for signature in (counted, waiting):
        with transaction():
            setting_aside.restore(signature, now=NOW)

    assert counted.state is State.CONFIRMED
    assert waiting.state is State.PENDING
    assert count_of(petition) == 1


def test_a_voided_signature_cannot_be_held_or_withdrawn(petition: Petition) -> None:
    signature = confirmed(petition)
    with transaction():
        setting_aside.void(signature, reason="A test", now=NOW)

    with transaction():
        assert not setting_aside.hold(signature, reason="Again", now=NOW)
        assert not services.withdraw(signature, now=NOW)

    assert signature.state is State.VOIDED
