"""What can be done with letter actions."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, update

from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import State
from campaign.letters import case as cases, drafting, linting, queries
from campaign.letters.case import Case
from campaign.letters.drafting import Brief, Draft, Issued
from campaign.letters.models import CaseVersion, IssuedDraft, LetterAction
from campaign.letters.rules import NOTED, TRACE_LIFETIME
from campaign.lib import limits
from campaign.lib.db import db


def give_to(campaign: Campaign, case: Case, *, now: datetime) -> LetterAction:
    """Give the campaign its letter action, or bring it up to date.

    Other words make a new version. Raises linting.NotReady with all that is wrong, and in an open
    campaign with all that is missing.
    """
    wrong = linting.faults(case)
    if not wrong and campaign.state is State.OPEN:
        wrong = linting.shortages(case)
    if wrong:
        raise linting.NotReady(wrong)
    action = queries.of_campaign(campaign) or LetterAction(campaign=campaign)
    action.version = _version(campaign, case, now)
    db.session.add(action)
    db.session.flush()
    return action


def _version(campaign: Campaign, case: Case, now: datetime) -> CaseVersion:
    """The version that holds this case: the latest, if nothing has changed."""
    digest = hashlib.sha256(msgspec.json.encode(case, order="sorted")).hexdigest()
    latest = queries.latest_version(campaign)
    if latest and latest.digest == digest:
        return latest
    return CaseVersion(
        campaign_id=campaign.id,
        number=latest.number + 1 if latest else 1,
        digest=digest,
        content=cases.content(case),
        made_at=now,
    )


def draft(
    action: LetterAction, briefs: Sequence[Brief], *, seed: str, now: datetime
) -> list[Draft]:
    """A draft for each brief, as unlike as can be to those issued before.

    Without passages in the language there is nothing to draft from: the letter is left blank.
    """
    return [
        draft_many(action, brief, 1, seed=f"{seed}/{brief.target.key}", now=now)[0]
        if brief.language in action.case.passages
        else drafting.blank(action.case, brief)
        for brief in briefs
    ]


def draft_many(
    action: LetterAction, brief: Brief, number: int, *, seed: str, now: datetime
) -> list[Draft]:
    """That many drafts to one target, each unlike the others and those issued before."""
    issued = Issued(queries.traces(action, brief.target.key, brief.language))
    drafts = []
    for n in range(number):
        made = drafting.draft_unlike(
            action.case, brief, issued, version=action.version.digest, seed=f"{seed}/{n}"
        )
        issued.add(made.trace)
        drafts.append(made)
    _note_issued(action, brief, (made.trace for made in drafts), now)
    return drafts


def _note_issued(
    action: LetterAction, brief: Brief, traces: Iterable[drafting.Trace], now: datetime
) -> None:
    if not limits.take(f"drafts/{action.id}", NOTED, now=now):
        return
    rows = [
        IssuedDraft(
            letter_action_id=action.id,
            target=brief.target.key,
            language=brief.language,
            trace=queries.packed(trace),
            drafted_at=now,
        )
        for trace in traces
    ]
    db.session.add_all(rows)
    db.session.execute(
        update(LetterAction)
        .where(LetterAction.id == action.id)
        .values(drafted_count=LetterAction.drafted_count + len(rows))
    )
    db.session.flush()


def forget_traces(now: datetime) -> None:
    """Letters of another year need not differ from today's."""
    db.session.execute(delete(IssuedDraft).where(IssuedDraft.drafted_at < now - TRACE_LIFETIME))
