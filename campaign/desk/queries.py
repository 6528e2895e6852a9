"""What the organisers' pages ask of several rooms at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.accounts.models import Account
from campaign.campaigns import images, queries as campaigns, rules
from campaign.campaigns.models import Campaign
from campaign.desk import rules as desk_rules
from campaign.letters import queries as letters
from campaign.letters.models import LetterAction
from campaign.lib import meanwhile
from campaign.lib.paging import Page, page_of
from campaign.petitions import queries as petitions, wording
from campaign.petitions.models import Petition

PAGE_SIZE = 30

#: What the editor edits, as plain JSON: the words of the campaign and of its petition.
Content = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One campaign in the organisers' list."""

    campaign: Campaign
    petition: Petition | None
    letters: LetterAction | None


def listed(account: Account, *, query: str, state: str, page: int) -> Page[Row]:
    """A page of the campaigns on somebody's desk."""
    found = page_of(
        campaigns.of_staff(account, query=query, state=state), number=page, size=PAGE_SIZE
    )
    of_petitions = petitions.of_campaigns(found.items)
    of_letters = letters.of_campaigns(found.items)
    rows = [Row(one, of_petitions.get(one.id), of_letters.get(one.id)) for one in found.items]
    return Page(rows, found.number, found.pages, found.total)


def content(campaign: Campaign) -> Content:
    """What the editor edits, as it stands."""
    petition = petitions.of_campaign(campaign)
    return {
        "title": campaign.title,
        "ask": campaign.ask,
        "story": campaign.story,
        "notice": campaign.notice or "",
        "topics": sorted(topic.slug for topic in campaign.topics),
        "country": campaign.country,
        "language": campaign.language,
        "posts": {link.post.slug: link.role.value for link in campaign.post_links},
        "opens_at": "" if campaign.opens_at == rules.AT_ONCE else moment(campaign.opens_at),
        "closes_at": moment(campaign.closes_at) if campaign.closes_at else "",
        "addressee": petition.addressee if petition else "",
        "statement": petition.statement if petition else "",
        "goal": str(petition.goal) if petition and petition.goal else "",
        "asks_country": bool(petition and petition.asks_country),
        "asks_postcode": bool(petition and petition.asks_postcode),
        "asks_comment": bool(petition and petition.asks_comment),
    }


def outdated(campaign: Campaign) -> list[str]:
    """The languages of translations that were made from other words than the original has now."""
    return [one.language for one in campaign.translations if wording.is_outdated(campaign, one)]


def moment(at: datetime) -> str:
    """A moment as a browser's field for date and time has it."""
    return at.strftime("%Y-%m-%dT%H:%M")


def read_by_moderators(campaign: Campaign) -> str:
    """The fingerprint of everything a moderator decides about."""
    action = letters.of_campaign(campaign)
    image = images.fingerprint(images.of(campaign))
    letter = action.version_id if action else None
    translations = {one.language: wording.translated(one) for one in campaign.translations}
    return meanwhile.fingerprint([content(campaign), image, letter, translations])


def may_reopen(campaign: Campaign, now: datetime) -> bool:
    """Whether people may take part again in this closed campaign."""
    petition = petitions.of_campaign(campaign)
    is_signed = petition is not None and petitions.has_signatures(petition)
    return desk_rules.may_reopen(campaign.closes_at, is_signed=is_signed, now=now)


def has_letters(campaign: Campaign) -> bool:
    """Whether letters are written for it, published or not."""
    return bool(letters.of_campaign(campaign) or letters.working_copy(campaign))
