"""Sending updates: what the worker does for them every second. Any number may do it at once.

An update's mails are added to the outbox in batches, in the order of the signatures. Mails and the
mark of how far it came are one transaction: a worker that dies, or another that was quicker, leaves
neither a gap nor a second mail. Few wait in the outbox at a time, and all other mail goes first.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import exists, select, update as update_rows
from sqlalchemy.orm import aliased

from campaign.accounts import trail
from campaign.campaigns import moves
from campaign.campaigns.models import IS_PUBLIC, Campaign
from campaign.lib.db import db, transaction
from campaign.lib.vault import Unreadable
from campaign.mail import outbox, queries as outbox_queries
from campaign.mail.models import Mail
from campaign.petitions import queries as petitions
from campaign.petitions.models import Signature
from campaign.updates import mails, queries, rules
from campaign.updates.models import Update
from campaign.updates.rules import State

log = structlog.get_logger()


def send_due(now: datetime) -> int:
    """Begin what is due, and add one batch of mails for each update under way.

    Returns how many were added.
    """
    _begin_due(now)
    return sum(_go_on(update, now) for update in queries.under_way())


def _begin_due(now: datetime) -> None:
    """What was approved begins when that cannot be taken back any more, and one a day."""
    other = aliased(Update)
    is_due = (
        Update.state == State.APPROVED,
        Update.began_at.is_(None),
        Update.decided_at <= now - rules.TAKE_BACK,
        Update.campaign_id.in_(select(Campaign.id).where(IS_PUBLIC)),
        ~exists().where(
            other.campaign_id == Update.campaign_id, other.began_at > now - rules.PAUSE
        ),
    )
    if not db.session.scalar(select(Update.id).where(*is_due).limit(1)):
        return  # without having taken SQLite's write lock for it
    with transaction():
        db.session.execute(
            update_rows(Update)
            .where(*is_due)
            .values(began_at=now)
            .execution_options(synchronize_session=False)
        )


def _go_on(update: Update, now: datetime) -> int:
    if update.state is State.STOPPED:
        _clear_away(update, now)
        return 0
    waiting = outbox_queries.waiting(update.sending)
    if waiting >= rules.AHEAD:
        return 0
    supporters = queries.next_supporters(update, rules.BATCH)
    if not supporters:
        if not waiting:
            _end(update, now)
        return 0
    try:
        written = _written(update, supporters, now)
    except Unreadable:  # the administrator can bring the key file back: it waits for that
        log.exception("update waits for a key file", update=update.id)
        return 0
    return _post(update, supporters, written)


def _written(update: Update, supporters: Sequence[Signature], now: datetime) -> dict[int, Mail]:
    """Their mails by the id of the signature; written before anything is locked."""
    said = mails.words(update)
    return {
        signature.id: mails.here_is_an_update(said, signature, data, now=now)
        for signature in supporters
        if (data := petitions.personal_data(signature))
    }


def _post(update: Update, supporters: Sequence[Signature], written: dict[int, Mail]) -> int:
    """Queue these mails and move the mark, unless another worker has done so."""
    with transaction():
        if not _is_public(update.campaign_id):
            return 0
        moved = db.session.scalar(
            update_rows(Update)
            .where(
                Update.id == update.id,
                Update.state == State.APPROVED,
                Update.reached == update.reached,
            )
            .values(reached=supporters[-1].id)
            .returning(Update.id)
            .execution_options(synchronize_session=False)
        )
        if moved is None:
            return 0
        wanted = queries.still_want_updates(supporters) & written.keys()
        db.session.add_all(written[number] for number in sorted(wanted))
    return len(wanted)


def _is_public(campaign_id: int) -> bool:
    """Whether it is public, and stays so until this transaction ends: a moderator waits for it."""
    public = (Campaign.id == campaign_id, IS_PUBLIC)
    return (
        db.session.scalar(select(Campaign.id).where(*public).with_for_update(read=True)) is not None
    )


def _clear_away(update: Update, now: datetime) -> None:
    """Of a stopped update, what a worker had in hand and could not deliver."""
    with transaction():
        outbox.stop_sending(update.sending, now=now)
    if not outbox_queries.waiting(update.sending):
        _end(update, now)


def _end(update: Update, now: datetime) -> None:
    """Everybody has it, or will never: write the numbers down."""
    reached = State.SENT if update.state is State.APPROVED else update.state
    with transaction():
        told = outbox_queries.progress(update.sending)
        ended = db.session.scalar(
            update_rows(Update)
            .where(Update.id == update.id, Update.state == update.state, Update.ended_at.is_(None))
            .values(state=reached, ended_at=now, delivered=told.delivered, failed=told.failed)
            .returning(Update.id)
            .execution_options(synchronize_session=False)
        )
        if ended and reached is State.SENT:
            about = moves.about(update.campaign)
            trail.note("update.sent", by=update.decided_by, about=about, now=now)
