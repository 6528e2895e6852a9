"""What can be done with letter actions."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.campaigns.models import Campaign
from campaign.letters import queries
from campaign.letters.models import LetterAction, Target
from campaign.lib.db import db


@dataclass(frozen=True)
class Addressee:
    """Whom to write to, as an organiser writes it down."""

    role: str
    name: str | None = None
    salutation: str | None = None
    address: Sequence[str] = ()


def give_to(
    campaign: Campaign,
    *,
    asks: Sequence[str],
    say: Sequence[str],
    avoid: Sequence[str],
    guidance: str,
    targets: Sequence[Addressee],
) -> LetterAction:
    """Give the campaign its letter action, or bring it up to date."""
    action = queries.of_campaign(campaign) or LetterAction(campaign_id=campaign.id)
    action.asks, action.say, action.avoid, action.guidance = (
        list(asks),
        list(say),
        list(avoid),
        guidance,
    )
    wanted = [(to.role, to.name, to.salutation, list(to.address)) for to in targets]
    if wanted != [(to.role, to.name, to.salutation, to.address) for to in action.targets]:
        action.targets = [
            Target(position=position, role=role, name=name, salutation=salutation, address=lines)
            for position, (role, name, salutation, lines) in enumerate(wanted)
        ]
    db.session.add(action)
    db.session.flush()
    return action
