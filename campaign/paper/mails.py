"""The mail of signatures on paper: to whoever entered a batch that was refused."""

from datetime import datetime

from campaign.accounts import queries as accounts
from campaign.accounts.models import Account
from campaign.lib import languages, links
from campaign.mail import outbox
from campaign.paper.models import PaperBatch


def your_batch_was_refused(
    batch: PaperBatch, *, author: Account, by: Account, now: datetime
) -> None:
    """A moderator does not let it count, and says why."""
    campaign = batch.petition.campaign
    outbox.post(
        "paper/mail/your_batch_was_refused",
        to=accounts.email_of(author),
        language=languages.DEFAULT,
        key=f"your_batch_was_refused:{batch.id}:{now.timestamp():.6f}",
        about=about(batch),
        now=now,
        values={
            "name": author.name,
            "by": by.name,
            "title": campaign.title,
            "number": batch.signatures,
            "reason": batch.reason,
            "link": links.page(f"/staff/campaigns/{campaign.slug}/paper/{batch.id}"),
        },
    )


def about(batch: PaperBatch) -> str:
    """What stands for the batch in the outbox."""
    return f"paper:{batch.id}"
