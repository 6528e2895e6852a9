"""What waits in the outbox, as it would go out."""

from sqlalchemy import select

from campaign.lib.db import db
from campaign.mail import delivery
from campaign.mail.models import Mail


def mails(kind: str = "") -> list[dict[str, str]]:
    """To whom, subject and text of those that wait, in the order they were posted."""
    of_that_kind = [Mail.kind == kind] if kind else []
    waiting = db.session.scalars(
        select(Mail).where(Mail.envelope.is_not(None), *of_that_kind).order_by(Mail.id)
    )
    messages = [delivery.message_of(mail) for mail in waiting]
    return [
        {
            "to": str(message["To"]),
            "subject": str(message["Subject"]),
            "text": next(message.iter_parts()).get_content(),
        }
        for message in messages
    ]
