"""The mail of signatures on paper, as it goes over the wire."""

import os
import re
from pathlib import Path

import pytest

from campaign.accounts.models import Account
from campaign.config import ROOT
from campaign.lib.db import db, transaction
from campaign.mail import delivery
from campaign.mail.models import Mail
from campaign.paper import services
from campaign.petitions.models import Petition
from tests import factories
from tests.factories import NOW
from tests.paper.entering import enter

GOLDENS = Path(__file__).parent / "mails"

pytestmark = pytest.mark.usefixtures("clock")


def test_the_refusal_is_as_agreed(archive: Petition, olive: Account) -> None:
    batch = enter(archive, olive, 900)
    mo = factories.account("moderator", "Mo")
    with transaction():
        services.refuse(batch, reason="Whose are they?\nAnd <where>?", by=mo, now=NOW)

    message = delivery.message_of(db.session.query(Mail).one())

    text, html = (str(part.get_content()) for part in message.iter_parts())
    whole = f"Subject: {message['Subject']}\n\n{text}\n{html}"
    written = re.sub(r"/paper/\d+", "/paper/<number>", whole)
    golden = GOLDENS / "your_batch_was_refused.txt"
    if os.environ.get("CAMPAIGN_TEST_UPDATE") == "goldens":
        golden.write_text(written)
    assert written == golden.read_text()


def test_every_mail_has_its_golden() -> None:
    folders = {folder.name for folder in (ROOT / "templates/paper/mail").iterdir()}

    assert folders == {golden.stem for golden in GOLDENS.iterdir()}
