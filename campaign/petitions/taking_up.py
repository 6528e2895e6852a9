"""Taking up what supporters have sent in: a worker does it, within moments.

Only here is asked whether a mailbox has signed before, and so which mail it gets, and limits are
counted. Any number of workers may do this at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, NamedTuple, cast

import msgspec
import structlog
from sqlalchemy import ColumnElement, Row, Table, delete, select, update

from campaign.campaigns.models import Campaign, Version
from campaign.lib import limits
from campaign.lib.db import db, transaction
from campaign.lib.limits import Take
from campaign.lib.refusals import Busy
from campaign.lib.vault import vault
from campaign.mail import outbox
from campaign.petitions import holds, mails, moves, queries, rules, screening
from campaign.petitions.mailing import mail_again, mailbox
from campaign.petitions.models import Signature
from campaign.petitions.queries import PersonalData
from campaign.petitions.rules import CommentState, Deed, HeldFor, State
from campaign.petitions.screening import Impression
from campaign.petitions.submission_models import Submission

#: How many one transaction takes up; on SQLite everybody else who writes waits for it.
BATCH = 20
#: What cannot be taken up is tried again after this time.
_PUT_OFF = timedelta(minutes=5)

log = structlog.get_logger()


class _Opened(NamedTuple):
    """A submission, and what it is called if its mailbox has not signed before."""

    ref: str
    petition_id: int
    fingerprint: bytes
    data: PersonalData
    #: What the supporter decides, by column; also what replaces an earlier signature's.
    words: dict[str, Any]
    #: What screening saw when it was sent in.
    impression: Impression


def take_up_due(now: datetime) -> int:
    """Take up a batch of what was sent in. Returns how many; 0 means nothing waits.

    Where one of them cannot be taken up, it is put off and keeps back none of the others.
    """
    is_due = Submission.due_at <= now
    if db.session.scalar(select(Submission.id).where(is_due).limit(1)) is None:
        return 0  # without having taken SQLite's write lock for it
    taken: Sequence[Row[Any]] = []
    try:
        with transaction():
            taken = _take(is_due)
            _make_signatures(taken, now=now)
    except Busy:
        raise
    except Exception:
        log.exception("submissions fault", number=len(taken))
        for one in taken:
            _take_up_alone(one.id, now=now)
    return len(taken)


def take_up(now: datetime) -> list[str]:
    """The same within a transaction, all or nothing; the references of the signatures."""
    return _make_signatures(_take(Submission.due_at <= now), now=now)


def forget(now: datetime) -> None:
    """Delete what could not be taken up in all the time that anybody has to confirm."""
    too_old = Submission.submitted_at < now - rules.PENDING_LIFETIME
    db.session.execute(delete(Submission).where(too_old, Submission.due_at > now))


def _take_up_alone(number: int, *, now: datetime) -> None:
    which = Submission.id == number
    try:
        try:
            with transaction():
                _make_signatures(_take(which), now=now)
        except screening.LimiterFailed:
            with transaction():
                _make_signatures(_take(which), now=now, with_limits=False)
    except Exception as fault:
        log.warning("submission put off", submission=number, trouble=type(fault).__name__)
        with transaction():
            db.session.execute(
                update(Submission).where(Submission.id == number).values(due_at=now + _PUT_OFF)
            )


def _take(which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """A batch of these rows, in their order; gone when the transaction is kept."""
    batch = (
        select(Submission.id)
        .where(which)
        .order_by(Submission.due_at, Submission.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("batch")
    )
    taken = db.session.execute(
        delete(Submission)
        .where(Submission.id.in_(select(batch.c.id)))
        .returning(*cast(Table, Submission.__table__).columns)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken, key=lambda one: (one.due_at, one.id))


def _make_signatures(
    taken: Sequence[Row[Any]], *, now: datetime, with_limits: bool = True
) -> list[str]:
    """Add one for each mailbox that has none, with its mail; the others have signed before.

    Without limits, those are held that a limit could have held. Raises screening.LimiterFailed.
    """
    if not taken:
        return []
    opened = [_open(one) for one in taken]
    held_for = _screened(opened, with_limits=with_limits)
    ids = moves.add([_row(one, now=now) for one in opened])
    _mail_first([one for one in opened if one.ref in ids], now=now)
    for why in {*held_for.values()} - {None}:
        those = [ids[ref] for ref, of in held_for.items() if of is why and ref in ids]
        moves.move_many(those, Deed.HOLD, now=now, reason=why, held_for=why)
    return [
        one.ref if one.ref in ids else _sign_again(one, held_for[one.ref], now=now)
        for one in opened
    ]


def _screened(opened: Sequence[_Opened], *, with_limits: bool) -> dict[str, HeldFor | None]:
    """Why each is to be held, by its reference."""
    impressions = [
        (
            one.words["signed_at"],
            one.impression if with_limits else screening.without_limits(one.impression),
        )
        for one in opened
    ]
    whys = screening.count(impressions)
    return {one.ref: why for one, why in zip(opened, whys, strict=True)}


def _open(submission: Row[Any]) -> _Opened:
    sealed = vault().open(submission.envelope)
    has_comment = bool(sealed["data"]["comment"])
    return _Opened(
        ref=token_hex(10),
        petition_id=submission.petition_id,
        fingerprint=bytes.fromhex(sealed["fingerprint"]),
        data=PersonalData(**sealed["data"]),
        words={
            **sealed["words"],
            "version_id": submission.version_id,
            "envelope": vault().seal(sealed["data"]),
            "has_comment": has_comment,
            "comment_state": CommentState.WAITING if has_comment else None,
            "signed_at": submission.submitted_at,
        },
        impression=msgspec.convert(sealed["impression"], Impression),
    )


def _row(one: _Opened, *, now: datetime) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "petition_id": one.petition_id,
        "fingerprint": one.fingerprint,
        "mails": 1,
        "mailed_at": now,
        **one.words,
    }


def _mail_first(new: Sequence[_Opened], *, now: datetime) -> None:
    """Ask the owners to confirm; but none whose address has had too many mails."""
    full = _whose_address_is_full(new, now=now)
    of_version = {
        version.id: (campaign, version.title)
        for version, campaign in db.session.execute(
            select(Version, Campaign)
            .join(Campaign, Campaign.id == Version.campaign_id)
            .where(Version.id.in_({one.words["version_id"] for one in new}))
        )
    }
    outbox.queue(
        [
            mails.first_of_all(
                campaign,
                # As its owner read it, whatever the page says by now.
                title=title,
                ref=one.ref,
                name=one.data.name,
                email=one.data.email,
                language=one.words["language"],
                now=now,
            )
            for one in new
            if one.ref not in full
            for campaign, title in [of_version[one.words["version_id"]]]
        ]
    )
    if full:  # none is sent: it may be asked for again
        db.session.execute(update(Signature).where(Signature.ref.in_(full)).values(mails=0))


def _whose_address_is_full(new: Sequence[_Opened], *, now: datetime) -> set[str]:
    """Count one more mail to the address of each; the references of those that get none."""
    takes = [Take(now, {mailbox(one.data.email): rules.MAILS_AN_ADDRESS}) for one in new]
    return {one.ref for one, full in zip(new, limits.used_up(takes), strict=True) if full}


def _sign_again(one: _Opened, held_for: HeldFor | None, *, now: datetime) -> str:
    """The mailbox signed before: the reference of its signature.

    An unconfirmed or withdrawn one takes the new words, any other stays as it is. What was held
    when it was withdrawn is held again: nobody shakes off a hold by taking the signature back.
    """
    signature = queries.by_fingerprint(one.petition_id, one.fingerprint)
    if signature is None:
        raise Busy  # it was erased in this very moment
    if moves.move(signature, Deed.SIGN_AGAIN, now=now, **one.words) is None:
        moves.rewrite(signature, while_in={State.PENDING}, **one.words)
        db.session.refresh(signature)
    elif hold := holds.unreleased(signature):
        before = holds.HELD_FOR_BEFORE
        moves.move(signature, Deed.HOLD, now=now, reason=hold.reason, held_for=before)
    moves.hold_unconfirmed(signature, held_for, now=now)
    # To the address on the signature: the one just typed may be the same to us (`canonical`) and
    # yet somebody else's, and the mail has the link that shows and erases all.
    mail_again(signature, now=now)
    return signature.ref
