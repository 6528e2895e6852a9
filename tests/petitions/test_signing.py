"""A supporter signs."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from campaign.lib.db import db, transaction
from campaign.lib.vault import vault
from campaign.mail.models import Mail
from campaign.petitions import mailing, queries, rules, setting_aside, signing, taking_up
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State
from tests.conftest import on_one_database
from tests.factories import NOW, close, confirmed, petition as a_petition, sign


def mails() -> list[str]:
    return list(db.session.scalars(select(Mail.kind).order_by(Mail.id)))


def test_a_new_signature_waits_for_its_owner_and_does_not_count(petition: Petition) -> None:
    signature = sign(petition)

    assert signature.state is State.PENDING
    assert petition.confirmed_count == 0
    assert mails() == ["please_confirm"]


def test_what_was_typed_is_sealed_and_can_be_opened_again(petition: Petition) -> None:
    signature = sign(petition, name="倪玉兰", postcode="K1N 5H3", comment="Because.")

    assert queries.personal_data(signature) == queries.PersonalData(
        name="倪玉兰", email="sam@example.org", postcode="K1N 5H3", comment="Because."
    )
    assert "倪玉兰".encode() not in (signature.envelope or b"")
    assert b"sam@example.org" not in (signature.envelope or b"")


def test_the_same_mailbox_in_another_spelling_is_the_same_signature(petition: Petition) -> None:
    first = sign(petition, "sam.signer@gmail.com")

    second = sign(petition, "S.A.M.Signer+petitions@GoogleMail.com")

    assert second.id == first.id
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1


def test_the_same_mailbox_may_sign_two_petitions(petition: Petition) -> None:
    first = sign(petition)

    second = sign(a_petition())

    assert first.id != second.id
    assert first.fingerprint != second.fingerprint, "fingerprints do not link petitions"


def test_an_unconfirmed_signature_takes_what_was_typed_last(petition: Petition) -> None:
    sign(petition, name="Sma Signer")

    signature = sign(petition, name="Sam Signer", now=NOW + timedelta(minutes=5))

    assert queries.personal_data(signature).name == "Sam Signer"  # type: ignore[union-attr]
    assert mails() == ["please_confirm", "please_confirm"]


def test_a_confirmed_signature_is_not_changed_by_signing_again(petition: Petition) -> None:
    confirmed(petition, name="Sam Signer", shows_name=False)

    signature = sign(petition, name="Xan", shows_name=True, now=NOW + timedelta(hours=1))

    assert signature.state is State.CONFIRMED
    assert not signature.shows_name
    assert queries.personal_data(signature).name == "Sam Signer"  # type: ignore[union-attr]
    assert mails()[-1] == "you_have_already_signed"


def test_whoever_signs_with_an_address_like_the_owners_gets_no_link_of_theirs(
    petition: Petition,
) -> None:
    confirmed(petition, "sam@example.org")

    sign(petition, "sam+x@example.org", now=NOW + timedelta(hours=1))

    last = db.session.scalars(select(Mail).where(Mail.kind == "you_have_already_signed")).one()
    assert last.envelope
    assert vault().open(last.envelope)["to"] == "sam@example.org"


def test_a_second_press_within_a_minute_sends_no_second_mail(petition: Petition) -> None:
    sign(petition)

    sign(petition, now=NOW + timedelta(seconds=30))

    assert mails() == ["please_confirm"]


def test_one_signature_causes_five_mails_a_day_at_most(petition: Petition) -> None:
    for hour in range(0, 14, 2):
        sign(petition, now=NOW + timedelta(hours=hour))

    assert len(mails()) == rules.MAILS_A_SIGNATURE.most == 5


def test_nobody_can_keep_another_from_signing_by_using_up_their_mails(petition: Petition) -> None:
    for hour in range(0, 10, 2):
        sign(petition, now=NOW + timedelta(hours=hour))
    last, day = NOW + timedelta(hours=8), rules.MAILS_A_SIGNATURE.per

    sign(petition, now=last + day - timedelta(seconds=1))
    assert len(mails()) == 5
    for hour in range(0, 14, 2):
        signature = sign(petition, now=last + day + timedelta(hours=hour))

    assert len(mails()) == 10
    assert signature.mails == 5


def test_whoever_lost_the_last_of_five_mails_to_a_voiding_gets_it_when_restored(
    petition: Petition,
) -> None:
    for hour in range(0, 10, 2):
        signature = sign(petition, now=NOW + timedelta(hours=hour))
    later = NOW + timedelta(hours=9)

    with transaction():
        setting_aside.void(signature, reason="?", now=later)
        setting_aside.restore(signature, now=later)

    assert mails() == ["please_confirm"]


def test_one_address_gets_three_mails_an_hour_over_all_petitions(petition: Petition) -> None:
    for _ in range(5):
        sign(a_petition(), "victim@example.org")

    assert len(mails()) == 3
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 5, "nobody is lost"


def test_whoever_got_no_mail_for_that_reason_may_ask_for_it_an_hour_later(
    petition: Petition,
) -> None:
    for _ in range(3):
        sign(a_petition())
    signature = sign(petition)
    assert signature.mails == 0

    with transaction():
        mailing.mail_again(signature, now=NOW + timedelta(hours=1))

    assert signature.mails == 1
    assert len(mails()) == 4


def test_a_petition_that_has_closed_takes_no_signature(petition: Petition) -> None:
    close(petition.campaign, at=NOW - timedelta(days=1))

    with pytest.raises(rules.PetitionClosed):
        sign(petition)

    assert mails() == []


def test_a_petition_past_its_closing_time_takes_no_signature(petition: Petition) -> None:
    petition.campaign.closes_at = NOW
    db.session.commit()

    with pytest.raises(rules.PetitionClosed):
        sign(petition, now=NOW)


def test_the_signature_is_bound_to_the_words_it_signed(petition: Petition) -> None:
    first = sign(petition)

    a_petition(petition.campaign, statement="Something quite different.")
    second = sign(petition, "lena@example.org")

    assert first.version.statement == "We ask you to open the archive."
    assert second.version.statement == "Something quite different."
    assert second.version.number == first.version.number + 1


def test_words_that_nobody_signed_are_simply_corrected(petition: Petition) -> None:
    a_petition(petition.campaign, statement="We ask you, please, to open the archive.")

    signature = sign(petition)

    assert signature.version.number == 1
    assert signature.version.statement == "We ask you, please, to open the archive."


@on_one_database
def test_a_signature_is_made_ready_while_somebody_else_writes(
    app: Flask, petition: Petition
) -> None:
    with db.engine.connect() as other:
        other.execute(text("BEGIN IMMEDIATE"))
        prepared = signing.prepare(
            petition, name="Sam Signer", email="sam@example.org", language="en", now=NOW
        )
        other.rollback()
    with transaction():
        signing.send_in(prepared)
        (ref,) = taking_up.take_up(NOW)

    assert db.session.scalars(select(Signature.ref)).all() == [ref]
