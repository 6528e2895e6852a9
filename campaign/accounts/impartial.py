"""Nobody decides about what they made alone, by whichever door they come."""

from datetime import datetime

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.accounts.rules import OwnThing, Role


def must_not_be_own(is_own: bool, *, about: str, by: Account, now: datetime) -> None:
    """Raises OwnThing, but not for administrators: in a small group there may be nobody else.

    That they did is written down. Whether it `is_own` is what the thing's own room knows.
    """
    if not is_own:
        return
    if by.role is not Role.ADMINISTRATOR:
        raise OwnThing
    trail.note("decision.about-own", by=by, about=about, now=now)
