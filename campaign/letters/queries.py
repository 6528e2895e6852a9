"""What is asked of letter actions."""

from array import array
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import lazyload

from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign, CampaignMember
from campaign.letters import working
from campaign.letters.drafting import Trace
from campaign.letters.models import (
    Answer,
    CaseDraft,
    CaseVersion,
    IssuedDraft,
    LetterAction,
    Posted,
)
from campaign.letters.rules import COMPARED, PostedState
from campaign.lib.db import db

#: Made once: every reader of a campaign's page asks it, and has the campaign already.
_OF_CAMPAIGN = (
    select(LetterAction)
    .where(LetterAction.campaign_id == bindparam("campaign"))
    .options(lazyload(LetterAction.campaign))
)


def of_campaign(campaign: Campaign) -> LetterAction | None:
    """The campaign's letter action, if it has one."""
    return db.session.scalar(_OF_CAMPAIGN, {"campaign": campaign.id})


def public_by_slug(slug: str) -> LetterAction | None:
    """The letter action of a campaign that may be seen."""
    campaign = campaigns.public_by_slug(slug)
    return of_campaign(campaign) if campaign else None


def of_campaigns(among: Iterable[Campaign]) -> dict[int, LetterAction]:
    """Their letter actions, by the campaign's id."""
    ids = [campaign.id for campaign in among]
    found = db.session.scalars(select(LetterAction).where(LetterAction.campaign_id.in_(ids)))
    return {action.campaign_id: action for action in found}


def latest_version(campaign: Campaign) -> CaseVersion | None:
    """The newest version of the campaign's case."""
    return db.session.scalar(
        select(CaseVersion)
        .where(CaseVersion.campaign_id == campaign.id)
        .order_by(CaseVersion.number.desc())
        .limit(1)
    )


def working_copy(campaign: Campaign) -> CaseDraft | None:
    """What organisers have changed and not yet published, if anything. Never a stale one."""
    return db.session.get(CaseDraft, campaign.id, populate_existing=True)


def content(campaign: Campaign) -> working.Content:
    """What organisers edit: the working copy, or else what is published, or else a blank case."""
    copy = working_copy(campaign)
    if copy:
        return copy.content
    action = of_campaign(campaign)
    if action:
        return working.content_of(action.case, campaign.language)
    return working.blank(campaign.language)


def with_letters(account: Account) -> list[Campaign]:
    """The campaigns whose letters this account may copy: those of its teams, by title."""
    query = select(Campaign).join(LetterAction, LetterAction.campaign_id == Campaign.id)
    if account.role is not Role.ADMINISTRATOR:
        query = query.join(CampaignMember).where(CampaignMember.account_id == account.id)
    return list(db.session.scalars(query.order_by(Campaign.title)))


def told_by_id(action: LetterAction, number: int) -> Posted | None:
    """What was told to this letter action under that number, whatever became of it."""
    return db.session.scalar(
        select(Posted).where(Posted.letter_action_id == action.id, Posted.id == number)
    )


def traces(action: LetterAction, target: str, language: str) -> list[Trace]:
    """The latest drafts issued to a target in that language, each as its trace."""
    rows = db.session.scalars(
        select(IssuedDraft.trace)
        .where(
            IssuedDraft.letter_action_id == action.id,
            IssuedDraft.target == target,
            IssuedDraft.language == language,
        )
        .order_by(IssuedDraft.id.desc())
        .limit(COMPARED)
    )
    return [frozenset(array("I", row)) for row in rows]


def packed(trace: Trace) -> bytes:
    """A trace as it is stored: four bytes a passage."""
    return array("I", sorted(trace)).tobytes()


def tally(action: LetterAction) -> dict[str, int]:
    """Target key → letters posted to it, as far as they count."""
    rows = db.session.execute(
        select(Posted.target, func.sum(Posted.letters))
        .where(Posted.letter_action_id == action.id, Posted.state == PostedState.COUNTED)
        .group_by(Posted.target)
    )
    return {target: int(letters) for target, letters in rows}


def held(action: LetterAction | None = None) -> list[Posted]:
    """What waits for staff to look, oldest first."""
    query = select(Posted).where(Posted.state == PostedState.HELD).order_by(Posted.told_at)
    if action:
        query = query.where(Posted.letter_action_id == action.id)
    return list(db.session.scalars(query))


def held_of_actions() -> Sequence[tuple[Posted, LetterAction]]:
    """All that waits for staff to look, with what it was told to; oldest first."""
    rows = db.session.execute(
        select(Posted, LetterAction)
        .join(LetterAction, LetterAction.id == Posted.letter_action_id)
        .where(Posted.state == PostedState.HELD)
        .order_by(Posted.told_at, Posted.id)
    )
    return [(told, action) for told, action in rows]


def answers(action: LetterAction) -> list[Answer]:
    """What came back, newest first."""
    return list(
        db.session.scalars(
            select(Answer)
            .where(Answer.letter_action_id == action.id)
            .order_by(Answer.came_on.desc(), Answer.id.desc())
        )
    )
