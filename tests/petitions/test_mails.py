"""The mails of signing, word for word.

What each must look like is in `mails/<kind>.txt`. After a change of words that is meant:
`CAMPAIGN_TEST_UPDATE=goldens pytest tests/petitions/test_mails.py`, and read the difference.
"""

import inspect
import os
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from campaign.config import ROOT
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail import delivery, outbox
from campaign.mail.models import Mail
from campaign.petitions import mails
from campaign.petitions.models import Petition, Signature
from tests import factories
from tests.factories import NOW, sign
from tests.mail.smtp_server import SmtpServer
from tests.page_reader import PageReader

GOLDENS = Path(__file__).parent / "mails"
KINDS = sorted(
    name
    for name, function in inspect.getmembers(mails, inspect.isfunction)
    if function.__module__ == mails.__name__
    and "to" in inspect.signature(function).parameters
    and not name.startswith("_")
)
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"}
ANSWERS = {"name": "Sam Signer", "email": "sam@example.org", "country": "CA"}
BUTTON = "Sign the petition"


@pytest.fixture
def signature(app: Flask) -> Signature:
    """Of Sam, whose mail is still to be written."""
    signature = sign(factories.petition(factories.campaign("open-the-archive")))
    with transaction():
        outbox.take_back(mails.about(signature.ref))
    return signature


def message(kind: str, signature: Signature, **changes: str) -> EmailMessage:
    """That mail about the signature, as it would go out."""
    values = {"name": "Sam Signer", "to": "sam@example.org"}
    with transaction():
        getattr(mails, kind)(signature, now=NOW, **{**values, **changes})
    return delivery.message_of(db.session.scalars(select(Mail)).one())


def text_of(message: EmailMessage) -> str:
    """Its plain text."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def links_in(message: EmailMessage) -> set[str]:
    """The addresses in all its parts."""
    parts = [part.get_content() for part in message.iter_parts()]
    return {link for part in parts for link in re.findall(r"https?://[^\s<>\"]+", part)}


def in_full(message: EmailMessage) -> str:
    """Subject, text and HTML, with a mark in place of what is different each time."""
    html = message.get_body(("html",))
    assert html is not None
    whole = f"Subject: {message['Subject']}\n\n{text_of(message)}\n{html.get_content()}"
    return re.sub(r"/(confirm|my-signature)/[\w.-]+", r"/\1/<token>", whole)


@pytest.mark.parametrize("kind", KINDS)
def test_the_mail_is_as_agreed(signature: Signature, kind: str) -> None:
    golden = GOLDENS / f"{kind}.txt"

    written = in_full(message(kind, signature))

    if os.environ.get("CAMPAIGN_TEST_UPDATE") == "goldens":
        golden.write_text(written)
    assert written == golden.read_text()


def test_a_mail_names_the_words_that_were_signed(app: Flask) -> None:
    petition = factories.petition()
    factories.translation(petition.campaign)
    signature = sign(petition, language="fr")
    factories.translation(petition.campaign, title="Autre titre")
    with transaction():
        outbox.take_back(mails.about(signature.ref))

    assert "Ouvrez les archives" in text_of(message("please_confirm", signature))


def test_every_mail_has_its_function_its_folder_and_its_golden() -> None:
    folders = sorted(
        folder.name for folder in (ROOT / "templates" / "petitions" / "mail").iterdir()
    )
    goldens = sorted(golden.stem for golden in GOLDENS.iterdir())

    assert folders == KINDS
    assert goldens == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_subject_does_not_tell_what_was_signed(signature: Signature, kind: str) -> None:
    """A subject is read over shoulders, on locked screens and in the logs of mail servers."""
    sent = message(kind, signature)

    title = signature.petition.campaign.title
    assert title in text_of(sent)
    assert title not in sent["Subject"]
    assert signature.petition.campaign.slug not in str(sent["Subject"]).lower().replace(" ", "-")


@pytest.mark.parametrize(
    "name",
    [
        "Sam\r\nBcc: xan@example.org",
        "Sam\nSubject: Buy this\n\nReally",
        "Sam\r\n.\r\nMAIL FROM:<xan@example.org>\r\nRCPT TO:<xan@example.org>",
        "Sam <xan@example.org>, Xan",
    ],
)
def test_a_name_adds_neither_header_nor_reader(
    app: Flask, signature: Signature, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with transaction():
        for kind in KINDS:
            getattr(mails, kind)(signature, name=name, to="sam@example.org", now=NOW)

    with SmtpServer() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)
        delivery.deliver_due(utc_now())

    assert [arrival.to for arrival in server.arrivals] == [["sam@example.org"]] * len(KINDS)
    for arrival in server.arrivals:
        assert {name for name in arrival.message if not name.startswith("Content-")} == HEADERS
        assert "xan" not in " ".join(arrival.message.values())
        assert "Buy" not in arrival.message["Subject"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_french_signature_gets_its_links_in_french(signature: Signature, kind: str) -> None:
    with transaction():
        signature.language = "fr"

    sent = message(kind, signature)

    assert len(links_in(sent)) >= 2
    assert all(link.startswith("http://campaign.test/fr/") for link in links_in(sent))


def test_links_lead_to_our_own_site_whatever_host_the_request_names(
    reader: PageReader, petition: Petition
) -> None:
    address = f"/campaigns/{petition.campaign.slug}/sign"
    token = reader.get(address).value("form_token")

    reader.post(
        address,
        status=303,
        follow=False,
        data={**ANSWERS, "form_token": token},
        environ_overrides={"HTTP_HOST": "xan.example"},
    )
    factories.take_up()

    (mail,) = db.session.scalars(select(Mail))
    sent = delivery.message_of(mail)
    assert len(links_in(sent)) >= 2
    assert all(link.startswith("http://campaign.test/") for link in links_in(sent))
    assert "xan" not in sent.as_string()


def test_no_request_ever_speaks_to_the_mail_server(
    app: Flask, reader: PageReader, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpServer() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", server.url)

        form = reader.get(f"/campaigns/{petition.campaign.slug}/sign")
        page = reader.press(form, BUTTON, **ANSWERS)
        reader.press(page, "Send the mail again")

        assert server.connections == 0
        factories.take_up()
        delivery.deliver_due(utc_now())
        assert len(server.accepted) == 1
