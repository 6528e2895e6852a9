"""Remembering up to when somebody has seen the dashboard."""

from collections.abc import Mapping
from datetime import datetime

from campaign.accounts.models import Account
from campaign.lib.db import db, upserting
from campaign.moderation.dashboard_models import LastVisit


def see(account: Account, *, at: datetime, numbers: Mapping[str, int]) -> None:
    """From now on they are told what has changed since that moment; never since an earlier one."""
    adding = upserting(LastVisit).values(account_id=account.id, at=at, numbers=dict(numbers))
    seen = {"at": adding.excluded.at, "numbers": adding.excluded.numbers}
    db.session.execute(
        adding.on_conflict_do_update(
            index_elements=["account_id"], set_=seen, where=LastVisit.at < adding.excluded.at
        )
    )
