"""The mail of signatures on paper: to whoever entered a batch that was refused."""

from datetime import datetime

from campaign.accounts.mails import post_to
from campaign.accounts.models import Account
from campaign.lib import links
from campaign.paper.models import PaperBatch


def your_batch_was_refused(
    batch: PaperBatch, *, author: Account, by: Account, now: datetime
) -> None:
    """A moderator does not let it count, and says why."""
    campaign = batch.petition.campaign
    post_to(
        author,
        "paper/mail/your_batch_was_refused",
        about=about(batch),
        now=now,
        by=by.name,
        title=campaign.title,
        number=batch.signatures,
        reason=batch.reason,
        link=links.page(f"/staff/campaigns/{campaign.slug}/paper/{batch.id}"),
    )


def about(batch: PaperBatch) -> str:
    """What stands for the batch in the outbox."""
    return f"paper:{batch.id}"
