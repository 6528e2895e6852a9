"""What the tests of updates do over and over."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from campaign.accounts.models import Account, TrailEntry
from campaign.campaigns.models import Campaign
from campaign.lib import meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.mail import delivery
from campaign.mail.models import Mail
from campaign.petitions import queries
from campaign.petitions.models import Signature
from campaign.updates import rules, sending, services
from campaign.updates.models import Update

WORDS = {
    "subject": "What happened this week",
    "text": "It **moved**. See [it](https://x.example/).",
}


def fingerprint(update: Update) -> str:
    """What the page of the update carries."""
    return meanwhile.fingerprint(update.words)


def forget_mails() -> None:
    """The outbox is empty."""
    with transaction():
        db.session.execute(delete(Mail))


def approve(campaign: Campaign, olive: Account, mo: Account) -> Update:
    """One more update, written, submitted and approved long enough ago to go."""
    now = utc_now() - rules.TAKE_BACK
    with transaction():
        made = services.write(campaign, **WORDS, post_id=None, by=olive, now=now)
    with transaction():
        services.submit(made, seen=fingerprint(made), by=olive, now=now)
    with transaction():
        services.approve(made, seen=fingerprint(made), by=mo, now=now)
    return made


def send() -> int:
    """A worker does the chore once. Returns how many mails it added."""
    return sending.send_due(utc_now())


def send_all() -> None:
    """Until there is nothing left to add."""
    while send():
        pass


def deliver() -> None:
    """A worker delivers all that is due."""
    while delivery.deliver_due(utc_now()):
        pass


def again(update: Update) -> Update:
    """The update as it stands in the database."""
    db.session.refresh(update)
    return update


def queued() -> Sequence[Mail]:
    """The mails of updates in the outbox, whatever their state."""
    return db.session.scalars(
        select(Mail).where(Mail.sending.is_not(None)).execution_options(populate_existing=True)
    ).all()


def readers(mails: Sequence[Mail]) -> list[str]:
    """To whom mails that wait are going."""
    return sorted(str(delivery.message_of(mail)["To"]) for mail in mails)


def signature_of(email: str) -> Signature:
    """The signature with that address."""
    for signature in db.session.scalars(select(Signature)):
        data = queries.personal_data(signature)
        if data and data.email == email:
            return signature
    raise AssertionError(f"{email} has not signed")


def deeds() -> list[tuple[str, str, str]]:
    """What stands in the trail: who, what, to what."""
    entries = db.session.scalars(select(TrailEntry).order_by(TrailEntry.id))
    return [(entry.who, entry.deed, entry.about) for entry in entries]
