"""The mails to the team of a campaign. One function a mail, one folder of templates a function."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from campaign.accounts.mails import post_to
from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.lib import languages, links


def your_campaign_was_accepted(
    campaign: Campaign, *, team: Sequence[Account], now: datetime
) -> None:
    """A moderator has opened it, at once or for its day."""
    is_open = campaign.takes_part(now)
    opens: dict[str, str] = {}
    if campaign.opens_at and not is_open:
        with languages.speaking(languages.DEFAULT):
            opens["opens_at"] = languages.moment(campaign.opens_at)
            opens["opens_on"] = languages.day(campaign.opens_at)
    _post("your_campaign_was_accepted", campaign, team=team, now=now, is_open=is_open, **opens)


def your_campaign_came_back(
    campaign: Campaign, *, reason: str, team: Sequence[Account], by: Account, now: datetime
) -> None:
    """A moderator has sent it back and says what to mend."""
    _post("your_campaign_came_back", campaign, team=team, now=now, reason=reason, moderator=by.name)


def your_campaign_was_closed(
    campaign: Campaign, *, team: Sequence[Account], by: Account, now: datetime
) -> None:
    """A moderator has closed it and says what came of it."""
    says = campaign.outcome_text
    _post("your_campaign_was_closed", campaign, team=team, now=now, says=says, moderator=by.name)


def your_campaign_was_reopened(
    campaign: Campaign, *, reason: str, team: Sequence[Account], by: Account, now: datetime
) -> None:
    """A moderator lets people take part in it again and says why."""
    _post(
        "your_campaign_was_reopened", campaign, team=team, now=now, reason=reason, moderator=by.name
    )


def your_campaign_was_taken_down(
    campaign: Campaign, *, team: Sequence[Account], by: Account, now: datetime
) -> None:
    """A moderator has taken it down and says why."""
    _post(
        "your_campaign_was_taken_down",
        campaign,
        team=team,
        now=now,
        because=languages.said(campaign.hidden_says, languages.DEFAULT),
        reason=campaign.hidden_words,
        moderator=by.name,
    )


def your_campaign_is_back(
    campaign: Campaign, *, team: Sequence[Account], by: Account, now: datetime
) -> None:
    """A moderator has brought it back to where it was."""
    _post("your_campaign_is_back", campaign, team=team, now=now, moderator=by.name)


def about(campaign: Campaign) -> str:
    """What stands for the campaign in the outbox."""
    return f"campaign:{campaign.id}"


def _post(
    kind: str, campaign: Campaign, *, team: Sequence[Account], now: datetime, **values: Any
) -> None:
    for account in team:
        if not account.is_active:
            continue
        post_to(
            account,
            f"campaigns/mail/{kind}",
            about=about(campaign),
            now=now,
            campaign={"title": campaign.title},
            public_link=links.page(f"/campaigns/{campaign.slug}"),
            staff_link=links.page(f"/staff/campaigns/{campaign.slug}"),
            **values,
        )
