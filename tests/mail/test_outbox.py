"""Posting a mail, and taking it back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from campaign.lib.db import db, transaction
from campaign.mail import delivery, outbox
from campaign.mail.rules import State
from campaign.petitions.models import Petition
from tests.factories import sign
from tests.mail.posting import deliver, mails, post, put, the_mail


class Stumble(Exception):
    """Something goes wrong in the middle of a deed."""


def stored() -> str:
    """Every column of the outbox as the database holds it."""
    rows = db.session.execute(text("SELECT * FROM mail")).all()
    return " ".join(
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for row in rows
        for value in row
    )


@pytest.mark.usefixtures("app")
def test_a_deed_that_fails_leaves_neither_its_row_nor_its_mail() -> None:
    def stumbling_deed() -> None:
        with transaction():
            put()
            db.session.flush()
            raise Stumble

    with pytest.raises(Stumble):
        stumbling_deed()

    assert mails() == []


def test_a_deed_whose_mail_cannot_be_posted_is_not_done_either(petition: Petition) -> None:
    def twice_the_same_mail() -> None:
        with transaction():
            petition.goal = 4711
            put(key="the same")
            put(key="the same")

    with pytest.raises(IntegrityError):
        twice_the_same_mail()

    db.session.refresh(petition)
    assert petition.goal is None
    assert mails() == []


@pytest.mark.usefixtures("app")
def test_address_and_name_are_nowhere_in_clear() -> None:
    post("sam@example.org", name="Sam Signer")

    assert "here_is_your_link" in stored()
    for secret in ("sam@example.org", "Sam Signer", "example.org", "some-token"):
        assert secret not in stored()


def test_no_signature_puts_its_owner_into_the_outbox_in_clear(petition: Petition) -> None:
    sign(petition, "sam@example.org", name="Sam Signer")

    assert "please_confirm" in stored()
    assert "Sam" not in stored()
    assert "sam" not in stored()


@pytest.mark.usefixtures("app")
def test_the_words_are_made_of_the_envelope_on_the_way_out() -> None:
    post("sam@example.org", name="Sam <Signer>")

    text, html = (part.get_content() for part in delivery.message_of(the_mail()).iter_parts())

    assert "Hello Sam <Signer>," in text
    assert "Hello Sam &lt;Signer&gt;," in html


@pytest.mark.usefixtures("clock", "smtp")
def test_taking_back_destroys_what_was_not_delivered_yet_and_only_that() -> None:
    with transaction():
        put(about="signature:1")
    deliver()
    with transaction():
        put(about="signature:1")
        put(about="signature:12")

    with transaction():
        outbox.take_back("signature:1")

    assert [(mail.about, mail.state) for mail in mails()] == [
        ("signature:1", State.SENT),
        ("signature:12", State.QUEUED),
    ]
