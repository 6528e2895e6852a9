"""Mails for the tests of the mail room, about nothing in particular."""

import itertools
from datetime import datetime

from sqlalchemy import select

from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail import delivery, outbox
from campaign.mail.models import Mail
from tests.factories import NOW

_number = itertools.count(1)


def put(
    to: str = "sam@example.org",
    *,
    name: str = "Sam Signer",
    key: str = "",
    about: str = "signature:1",
    now: datetime = NOW,
) -> Mail:
    """Post a mail, inside the transaction of whoever calls."""
    return outbox.post(
        "petitions/mail/here_is_your_link",
        to=to,
        language="en",
        key=key or f"mail-{next(_number)}",
        about=about,
        now=now,
        values={
            "name": name,
            "campaign": {"title": "Open the archive"},
            "owner_link": "http://campaign.test/my-signature/some-token?a=1&b=2",
            "campaign_link": "http://campaign.test/campaigns/open-the-archive",
        },
    )


def post(to: str = "sam@example.org", *, name: str = "Sam Signer", now: datetime = NOW) -> Mail:
    """Post a mail, and that is the whole deed."""
    with transaction():
        return put(to, name=name, now=now)


def deliver() -> int:
    """A worker does one round. Returns how many mails it took."""
    return delivery.deliver_due(utc_now())


def mails() -> list[Mail]:
    """The outbox as it stands in the database."""
    db.session.expire_all()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def the_mail() -> Mail:
    """The only mail in the outbox."""
    (mail,) = mails()
    return mail
