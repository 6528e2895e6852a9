"""The mails of updates, as they go over the wire."""

import os
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from campaign.accounts.models import Account
from campaign.campaigns.models import CampaignPost
from campaign.campaigns.rules import PostRole
from campaign.config import ROOT
from campaign.lib.db import db, transaction
from campaign.mail import delivery
from campaign.mail.models import Mail
from campaign.petitions.models import Petition
from campaign.updates import rules, services
from campaign.updates.models import Update
from tests import factories
from tests.factories import NOW
from tests.mail.smtp_server import SmtpServer
from tests.updates.updating import deliver, fingerprint, forget_mails, queued, send_all

GOLDENS = Path(__file__).parent / "mails"

pytestmark = pytest.mark.usefixtures("clock")


def in_full(message: EmailMessage) -> str:
    """Subject, text and HTML, with a mark in place of what is different each time."""
    text, html = (str(part.get_content()) for part in message.iter_parts())
    whole = f"Subject: {message['Subject']}\n\n{text}\n{html}"
    whole = re.sub(r"/(my-signature|unsubscribe)/[\w.-]+", r"/\1/<token>", whole)
    return re.sub(r"/updates/\d+", "/updates/<number>", whole)


def agree(name: str, message: EmailMessage) -> None:
    golden = GOLDENS / f"{name}.txt"
    written = in_full(message)
    if os.environ.get("CAMPAIGN_TEST_UPDATE") == "goldens":
        golden.write_text(written)
    assert written == golden.read_text()


@pytest.fixture
def in_review(petition: Petition, draft: Update, olive: Account) -> Update:
    """With a post, and Sam is to get it, who signed in French."""
    post = factories.post("a-wall")
    with transaction():
        draft.campaign.post_links = [CampaignPost(post=post, role=PostRole.UPDATE)]
        draft.post_id = post.id
    factories.confirmed(petition, wants_updates=True, language="fr")
    forget_mails()
    with transaction():
        services.submit(draft, seen=fingerprint(draft), by=olive, now=NOW)
    return draft


def test_the_update_is_as_agreed(in_review: Update, petition: Petition, mo: Account) -> None:
    factories.confirmed(petition, "lena@example.org", name="Lena <Letter>", wants_updates=True)
    forget_mails()
    with transaction():
        services.approve(in_review, seen=fingerprint(in_review), by=mo, now=NOW - rules.TAKE_BACK)

    send_all()

    to_lena = max(queued(), key=lambda mail: mail.id)
    agree("here_is_an_update", delivery.message_of(to_lena))


def test_its_reader_is_told_of_the_campaign_by_the_name_it_has_in_their_language(
    in_review: Update, mo: Account
) -> None:
    factories.translation(in_review.campaign)
    with transaction():
        services.approve(in_review, seen=fingerprint(in_review), by=mo, now=NOW - rules.TAKE_BACK)

    send_all()

    said = in_full(delivery.message_of(queued()[0]))
    assert "«\u202fOuvrez les archives\u202f»" in said
    assert "A wall comes down" in said, "the post has no translation"


def test_its_frame_is_in_the_language_of_its_reader(in_review: Update, mo: Account) -> None:
    with transaction():
        services.approve(in_review, seen=fingerprint(in_review), by=mo, now=NOW - rules.TAKE_BACK)

    send_all()

    message = delivery.message_of(queued()[0])
    assert message["Content-Language"] == "fr"
    assert message["List-Unsubscribe"].startswith("<http://campaign.test/fr/unsubscribe/")
    whole = in_full(message)
    links = re.findall(r"http://campaign\.test\S+", whole)
    assert len(links) >= 2
    assert all(link.startswith("http://campaign.test/fr/") for link in links)


def test_the_return_is_as_agreed_and_goes_to_the_author_alone(
    in_review: Update, mo: Account
) -> None:
    with transaction():
        services.send_back(in_review, reason="Say when.\nAnd where.", by=mo, now=NOW)

    (mail,) = db.session.query(Mail)
    message = delivery.message_of(mail)
    assert message["To"] == "olive@example.org"
    agree("your_update_was_returned", message)


def test_every_mail_has_its_golden() -> None:
    folders = {folder.name for folder in (ROOT / "templates/updates/mail").iterdir()}

    assert folders == {golden.stem for golden in GOLDENS.iterdir()}


def test_the_headers_for_one_click_come_over_the_wire_as_they_should(
    approved: Update, smtp: SmtpServer
) -> None:
    """RFC 8058, 3.1: both headers, the address in angle brackets, in one piece."""
    send_all()
    deliver()

    assert smtp.accepted
    for arrival in smtp.accepted:
        as_it_came = dict(arrival.message.raw_items())["List-Unsubscribe"]
        assert re.fullmatch(r"<http://campaign\.test/unsubscribe/[\w.-]+>", as_it_came)
        assert arrival.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_no_other_mail_claims_to_be_a_newsletter(petition: Petition, smtp: SmtpServer) -> None:
    factories.sign(petition)

    deliver()

    assert "List-Unsubscribe" not in smtp.accepted[0].message


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[press](javascript:alert(1))",
        "![](https://tracker.example/x.gif)",
        "{{ config.SECRET_KEY }} {% raw %}",
        '<img src="https://tracker.example/x.gif">',
    ],
)
def test_whatever_is_written_stays_words(
    petition: Petition, draft: Update, olive: Account, mo: Account, text: str
) -> None:
    factories.confirmed(petition, wants_updates=True)
    with transaction():
        draft.text = text
        services.submit(draft, seen=fingerprint(draft), by=olive, now=NOW)
        services.approve(draft, seen=fingerprint(draft), by=mo, now=NOW - rules.TAKE_BACK)

    send_all()

    html = list(delivery.message_of(queued()[0]).iter_parts())[1].get_content()
    assert not re.search(r"<(script|img)|href=.javascript", html)
    assert "a secret for the tests" not in html
