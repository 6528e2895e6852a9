"""What can be done with updates. Sending them is in `sending.py`."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import update as update_rows

from campaign.accounts import impartial, queries as accounts, trail
from campaign.accounts.models import Account
from campaign.campaigns import moves, services as campaigns
from campaign.campaigns.models import Campaign
from campaign.lib import limits, meanwhile
from campaign.lib.db import db
from campaign.mail import outbox
from campaign.updates import mails, queries, rules
from campaign.updates.models import Update
from campaign.updates.rules import State


def write(
    campaign: Campaign,
    *,
    subject: str,
    text: str,
    post_id: int | None,
    key: str | None = None,
    by: Account,
    now: datetime,
) -> Update:
    """Begin an update, as a draft.

    The same words with the same key once more, which is that of the form, give the same draft.
    """
    press = None
    if key:
        campaigns.lock(campaign)  # of two presses at once, the second waits for the first
        press = meanwhile.fingerprint([key, by.id, campaign.id, subject, text, post_id])
        if begun := queries.begun_by(press):
            return begun
    made = Update(
        campaign=campaign,
        state=State.DRAFT,
        subject=subject,
        text=text,
        post_id=post_id,
        author=by,
        changed_at=now,
        press=press,
    )
    db.session.add(made)
    db.session.flush()
    return made


def change(
    update: Update,
    *,
    subject: str,
    text: str,
    post_id: int | None,
    seen: str,
    by: Account,
    now: datetime,
) -> None:
    """Give it other words.

    `seen` is the fingerprint of its words when the page was opened. Raises NotToBeChanged,
    ChangedMeanwhile.
    """
    lock(update)
    if not update.may_be_changed:
        raise rules.NotToBeChanged
    if {"subject": subject, "text": text, "post": post_id} == update.words:
        return
    if meanwhile.fingerprint(update.words) != seen:
        raise meanwhile.ChangedMeanwhile
    update.subject, update.text, update.post_id = subject, text, post_id
    update.author, update.changed_at = by, now
    db.session.flush()


def send_test(update: Update, *, by: Account, now: datetime) -> None:
    """Mail it to whoever asks, and to nobody else. Raises NothingToSend, TooManyTests."""
    if not update.text:
        raise rules.NothingToSend
    if not limits.take(f"update-test/{by.id}", rules.TESTS, now=now):
        raise rules.TooManyTests
    key = f"test:{update.sending}:{secrets.token_hex(8)}"
    to = accounts.email_of(by)
    db.session.add(mails.sample(update, to=to, name=by.name, key=key, now=now))
    db.session.flush()


def submit(update: Update, *, seen: str, by: Account, now: datetime) -> None:
    """Ask a moderator to approve it; one that still waits is replaced.

    Raises NothingToSend, NobodyAsked, OtherThanSeen, MovedMeanwhile.
    """
    lock_campaign(update)
    lock(update)
    _compare(update, seen)
    if not update.text:
        raise rules.NothingToSend
    if not queries.supporters(update.campaign):
        raise rules.NobodyAsked
    if not update.may_be_changed:
        raise rules.MovedMeanwhile
    db.session.execute(
        update_rows(Update)
        .where(
            Update.campaign_id == update.campaign_id,
            Update.state.in_(rules.WAITING),
            Update.began_at.is_(None),
        )
        .values(state=State.REPLACED)
        .execution_options(synchronize_session=False)
    )
    _move(update, rules.EDITABLE, State.IN_REVIEW, submitted_at=now)
    _note("submitted", update, by=by, now=now)


def recall(update: Update, *, by: Account, now: datetime) -> None:
    """Its team takes it back before it has begun, to change it. Raises MovedMeanwhile."""
    _move(update, rules.WAITING, State.DRAFT)
    _note("recalled", update, by=by, now=now)


def approve(update: Update, *, seen: str, by: Account, now: datetime) -> None:
    """Let it go to all who asked for updates. Raises OtherThanSeen, MovedMeanwhile, OwnThing."""
    lock(update)
    _compare(update, seen)
    _move(update, {State.IN_REVIEW}, State.APPROVED, decided_by_id=by.id, decided_at=now)
    _must_not_be_own(update, by=by, now=now)
    _note("approved", update, by=by, now=now)


def send_back(update: Update, *, reason: str, by: Account, now: datetime) -> None:
    """Return it to its author, who gets the reason by mail. Raises MovedMeanwhile, OwnThing."""
    _move(
        update,
        {State.IN_REVIEW},
        State.RETURNED,
        decided_by_id=by.id,
        decided_at=now,
        reason=reason,
    )
    _must_not_be_own(update, by=by, now=now)
    _note("returned", update, by=by, now=now, reason=reason)
    if update.author and update.author.is_active:
        mails.your_update_was_returned(update, author=update.author, by=by, now=now)


def undo_review(update: Update, *, by: Account, now: datetime) -> None:
    """It waits for a moderator as it did before one approved or returned it.

    Raises OwnThing, and MovedMeanwhile, also when another one of its campaign waits by now.
    """
    lock_campaign(update)
    if queries.other_waiting(update):
        raise rules.MovedMeanwhile
    _move(
        update,
        {State.APPROVED, State.RETURNED},
        State.IN_REVIEW,
        decided_by_id=None,
        decided_at=None,
        reason=None,
    )
    _must_not_be_own(update, by=by, now=now)
    _note("review-undone", update, by=by, now=now)


def stop(update: Update, *, by: Account, now: datetime) -> None:
    """Stop it on its way: what has not gone goes to nobody. Raises MovedMeanwhile."""
    lock(update)
    if not update.is_under_way:
        raise rules.MovedMeanwhile
    update.state = State.STOPPED
    db.session.flush()
    outbox.stop_sending(update.sending, now=now)
    _note("stopped", update, by=by, now=now)


def lock(update: Update) -> None:
    """Nobody else changes it until this transaction ends; it is as it is now."""
    db.session.refresh(update, with_for_update={"key_share": True, "of": Update})


def lock_campaign(update: Update) -> None:
    """Otherwise two at once would both be the one that waits."""
    campaigns.lock(update.campaign)


def _must_not_be_own(update: Update, *, by: Account, now: datetime) -> None:
    """Once it has moved: then nobody can have changed its words since. Raises OwnThing."""
    about = moves.about(update.campaign)
    impartial.must_not_be_own(queries.wrote(by, update), about=about, by=by, now=now)


def _compare(update: Update, seen: str) -> None:
    if meanwhile.fingerprint(update.words) != seen:
        raise rules.OtherThanSeen


def _move(update: Update, left: Iterable[State], reached: State, **values: Any) -> None:
    """One conditional UPDATE: of two decisions at once one wins."""
    moved = db.session.scalar(
        update_rows(Update)
        .where(Update.id == update.id, Update.state.in_(left), Update.began_at.is_(None))
        .values(state=reached, **values)
        .returning(Update.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise rules.MovedMeanwhile
    db.session.refresh(update)


def _note(
    deed: str, update: Update, *, by: Account, now: datetime, reason: str | None = None
) -> None:
    about = moves.about(update.campaign)
    trail.note(f"update.{deed}", by=by, about=about, reason=reason, now=now)
