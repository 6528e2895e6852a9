"""What is done to a campaign as a whole: submitted, opened, sent back, closed, reopened."""

from datetime import datetime

from sqlalchemy import update

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import mails, queries, rules
from campaign.campaigns.models import Campaign
from campaign.campaigns.moves import about, move, must_not_be_own, write
from campaign.campaigns.rules import Move, Outcome, State
from campaign.lib import languages
from campaign.lib.db import db
from campaign.lib.languages import gettext


def submit(campaign: Campaign, *, by: Account, now: datetime) -> None:
    """Ask a moderator to open it. Raises MovedMeanwhile."""
    move(campaign, Move.SUBMIT, by=by, now=now, submitted_at=now, review_note=None)


def take_back(campaign: Campaign, *, by: Account, now: datetime) -> None:
    """The team wants to go on writing. Raises MovedMeanwhile."""
    move(campaign, Move.TAKE_BACK, by=by, now=now, submitted_at=None)


def open_reviewed(campaign: Campaign, *, by: Account, now: datetime) -> None:
    """A moderator lets it go public: people take part from `opens_at` on, or at once.

    The team hears of it. Raises ClosingPassed, MovedMeanwhile.
    """
    opens_at = max(campaign.opens_at, now)
    if campaign.closes_at is not None and campaign.closes_at <= opens_at:
        raise rules.ClosingPassed
    move(campaign, Move.OPEN, by=by, now=now, opens_at=opens_at, submitted_at=None)
    mails.your_campaign_was_accepted(campaign, team=queries.team_of(campaign), now=now)


def send_back(campaign: Campaign, *, reason: str, by: Account, now: datetime) -> None:
    """A moderator gives it back to the team and says why. Raises MovedMeanwhile."""
    move(
        campaign,
        Move.SEND_BACK,
        by=by,
        now=now,
        reason=reason,
        submitted_at=None,
        review_note=reason,
    )
    mails.your_campaign_came_back(
        campaign, reason=reason, team=queries.team_of(campaign), by=by, now=now
    )


def undo_review(
    campaign: Campaign,
    *,
    opened: bool,
    opens_at: datetime,
    submitted_at: datetime,
    by: Account,
    now: datetime,
) -> None:
    """It waits for a moderator as it did before one `opened` it, or else sent it back.

    The two times are those of before. Raises OwnThing, MovedMeanwhile.
    """
    move(
        campaign,
        Move.UNDO_OPEN if opened else Move.UNDO_SEND_BACK,
        by=by,
        now=now,
        opens_at=opens_at,
        submitted_at=submitted_at,
        review_note=None,
    )
    must_not_be_own(campaign, by=by, now=now)


def end(
    campaign: Campaign, *, outcome: Outcome, outcome_text: str, by: Account, now: datetime
) -> None:
    """Close it now, and say what came of it. Raises MovedMeanwhile.

    The team hears of it where it is a moderator who does so.
    """
    is_past = campaign.closes_at is not None and campaign.closes_at <= now
    move(
        campaign,
        Move.CLOSE,
        by=by,
        now=now,
        outcome=outcome,
        outcome_text=outcome_text,
        opens_at=min(campaign.opens_at, now),
        closes_at=campaign.closes_at if is_past else now,
    )
    _forget_translated_outcome(campaign)
    team = queries.team_of(campaign)
    if by not in team:
        mails.your_campaign_was_closed(campaign, team=team, by=by, now=now)


def reopen(campaign: Campaign, *, reason: str, by: Account, now: datetime) -> None:
    """Let people take part again, with no closing time; the team hears why.

    Raises OwnThing, MovedMeanwhile.
    """
    move(
        campaign,
        Move.REOPEN,
        by=by,
        now=now,
        reason=reason,
        outcome=None,
        outcome_text=None,
        closes_at=None,
    )
    must_not_be_own(campaign, by=by, now=now)
    mails.your_campaign_was_reopened(
        campaign, reason=reason, team=queries.team_of(campaign), by=by, now=now
    )


def tell_outcome(
    campaign: Campaign, *, outcome: Outcome, outcome_text: str, by: Account, now: datetime
) -> None:
    """Say anew what came of a closed campaign. Raises MovedMeanwhile when it is not closed."""
    is_other = outcome_text != campaign.outcome_text
    write(campaign, Campaign.state == State.CLOSED, outcome=outcome, outcome_text=outcome_text)
    if is_other:
        _forget_translated_outcome(campaign)
    trail.note("campaign.outcome-told", by=by, about=about(campaign), now=now)


def close_due(now: datetime) -> int:
    """Close whatever has reached its closing time, with a plain text the team may replace.

    Returns how many were closed.
    """
    closed = db.session.scalars(
        update(Campaign)
        .where(Campaign.state == State.OPEN, Campaign.closes_at <= now)
        .values(state=State.CLOSED, outcome=Outcome.ENDED)
        .returning(Campaign)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    for campaign in closed:
        campaign.outcome_text = _closed_in_words(campaign, campaign.language)
        for translation in campaign.translations:
            translation.outcome_text = _closed_in_words(campaign, translation.language)
        trail.note(f"campaign.{Move.CLOSE}", by=None, about=about(campaign), now=now)
    db.session.flush()
    return len(closed)


def _forget_translated_outcome(campaign: Campaign) -> None:
    """Whatever translations say came of it: the original says otherwise now."""
    for translation in campaign.translations:
        translation.outcome_text = ""
    db.session.flush()


def _closed_in_words(campaign: Campaign, language: str) -> str:
    with languages.speaking(languages.spoken(language)):
        day = languages.day(campaign.closed_on) if campaign.closed_on else ""
        return gettext("This campaign closed on %(day)s.", day=day)
