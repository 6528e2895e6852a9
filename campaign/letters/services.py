"""What can be done with letter actions."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, update

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import moves, services as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import State
from campaign.letters import (
    case as cases,
    completing,
    drafting,
    linting,
    queries,
    rules,
    working,
)
from campaign.letters.case import Case
from campaign.letters.drafting import Brief, Draft, Issued
from campaign.letters.models import CaseDraft, CaseVersion, IssuedDraft, LetterAction
from campaign.letters.rules import NOTED, TRACE_LIFETIME
from campaign.lib import limits, meanwhile
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


def save_part(
    campaign: Campaign,
    part: str,
    typed: working.Content,
    *,
    seen: str,
    gone: Iterable[str] = (),
    by: Account,
    now: datetime,
) -> None:
    """Keep what an organiser typed on one page of the case, however unfinished.

    `seen` is the fingerprint of that part when the page was opened, `gone` the keys of facts or
    asks whose wordings go too. A language that went meanwhile comes back with its words. Raises
    ChangedMeanwhile when the part is not as it was seen.
    """
    content = _locked_content(campaign)
    stands = working.part_of(content, part)
    if typed == stands:
        return
    if meanwhile.fingerprint(stands) != seen:
        raise meanwhile.ChangedMeanwhile
    kept = working.without_words(working.with_part(content, part, typed), part, gone)
    language = working.language_of(part)
    if language:
        kept = working.with_language(kept, language)
    _keep(campaign, kept, by=by, now=now)


def add_language(campaign: Campaign, language: str, *, by: Account, now: datetime) -> None:
    """Letters are to be written in that language too."""
    content = _locked_content(campaign)
    if language not in content.get("languages", ()):
        _keep(campaign, working.with_language(content, language), by=by, now=now)


def remove_language(campaign: Campaign, language: str, *, by: Account, now: datetime) -> None:
    """Take a language off the case. Raises LanguageInUse while anything is written in it."""
    content = _locked_content(campaign)
    if language == campaign.language or working.speaks(content, language):
        raise rules.LanguageInUse
    spoken = [other for other in content.get("languages", ()) if other != language]
    _keep(campaign, {**content, "languages": spoken}, by=by, now=now)


def copy_to(campaign: Campaign, *, of: Campaign, by: Account, now: datetime) -> None:
    """Begin the campaign's letters as a working copy of another campaign's.

    Does nothing where the other has none. Raises LettersBegun.
    """
    _locked_content(campaign)
    if queries.working_copy(campaign) or queries.of_campaign(campaign):
        raise rules.LettersBegun
    if queries.working_copy(of) or queries.of_campaign(of):
        _keep(campaign, queries.content(of), by=by, now=now)


def throw_away(campaign: Campaign, *, seen: str, by: Account, now: datetime) -> None:
    """Forget the working copy: what is published stands again.

    `seen` is the fingerprint of what the organiser looked at. Raises OtherCopyThanSeen. Does
    nothing where there is no copy any more.
    """
    content = _locked_content(campaign)
    if not queries.working_copy(campaign):
        return
    if meanwhile.fingerprint(content) != seen:
        raise rules.OtherCopyThanSeen
    _forget_copy(campaign)
    trail.note("letters.thrown-away", by=by, about=moves.about(campaign), now=now)


def publish(campaign: Campaign, *, seen: str, by: Account, now: datetime) -> LetterAction:
    """Let volunteers write with the working copy.

    `seen` is the fingerprint of what the organiser looked at. Raises OtherThanSeen, and
    linting.NotReady with all that stands in the way.
    """
    content = _locked_content(campaign)
    if meanwhile.fingerprint(content) != seen:
        raise rules.OtherThanSeen
    reading = completing.read(content)
    if reading.faults:
        raise linting.NotReady(reading.every_fault())
    action = give_to(campaign, reading.case, now=now)
    _forget_copy(campaign)
    trail.note("letters.published", by=by, about=moves.about(campaign), now=now)
    return action


def _locked_content(campaign: Campaign) -> working.Content:
    """What is edited, as it is now; nobody else changes it until this transaction ends."""
    campaigns.lock(campaign)
    action = queries.of_campaign(campaign)
    if action:
        db.session.refresh(action)
    return queries.content(campaign)


def _keep(campaign: Campaign, content: working.Content, *, by: Account, now: datetime) -> None:
    copy = queries.working_copy(campaign) or CaseDraft(campaign_id=campaign.id)
    copy.content, copy.changed_by, copy.changed_at = content, by, now
    db.session.add(copy)
    db.session.flush()


def _forget_copy(campaign: Campaign) -> None:
    copy = queries.working_copy(campaign)
    if copy:
        db.session.delete(copy)
        db.session.flush()


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
