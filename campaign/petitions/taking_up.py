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
from sqlalchemy import Row, Table, delete, func, literal, select, update

from campaign.campaigns.models import Campaign, Version
from campaign.lib import limits
from campaign.lib.db import db, transaction
from campaign.lib.limits import Take
from campaign.lib.refusals import Busy
from campaign.lib.vault import vault
from campaign.mail import outbox
from campaign.mail.models import Mail
from campaign.petitions import holds, mails, moves, queries, rules, screening
from campaign.petitions.mailing import mail_again, mailbox
from campaign.petitions.models import Signature
from campaign.petitions.queries import PersonalData
from campaign.petitions.rules import CommentState, Deed, HeldFor, State
from campaign.petitions.screening import Impression
from campaign.petitions.sent_form_models import SentForm

#: How many a worker takes in hand at once.
BATCH = 20
#: For so long one worker has them; what could not be taken up is tried again then.
LEASE = timedelta(minutes=1)

log = structlog.get_logger()


class _AskedAgain(NamedTuple):
    """A press of «send the mail again»."""

    id: int
    petition_id: int
    fingerprint: bytes


class _Ready(NamedTuple):
    """A form that only has to be written down."""

    id: int
    petition_id: int
    fingerprint: bytes
    data: PersonalData
    #: What the supporter decides, by column; also what replaces an earlier signature's.
    words: dict[str, Any]
    #: What screening saw when it was sent in.
    impression: Impression
    #: What the signature is called if it is the mailbox's first …
    ref: str
    #: … and the mail that then goes to its owner.
    mail: Mail


#: What a row of what was sent in turns out to be.
_Taken = _Ready | _AskedAgain


def take_up_due(now: datetime) -> int:
    """Take up a batch of what was sent in. Returns how many; 0 means nothing waits.

    They are taken by a lease, and made ready while others may write: on SQLite one at a time can.
    One that cannot be taken up keeps back none of the others.
    """
    if db.session.scalar(select(SentForm.id).where(SentForm.due_at <= now).limit(1)) is None:
        return 0  # without having taken SQLite's write lock for it
    with transaction():
        taken = _take(now)
    try:
        ready = _make_ready(taken, now=now)
        with transaction():
            _write(ready, now=now)
    except Exception:
        log.exception("sent forms fault", number=len(taken))
        for one in taken:
            _take_up_alone(one, now=now)
    return len(taken)


def waiting() -> tuple[int, datetime | None]:
    """How many forms wait for a worker, and since when the first of them does."""
    number, since = db.session.execute(select(func.count(), func.min(SentForm.sent_at))).one()
    return number, since


def is_late(now: datetime) -> bool:
    """Whether a form has waited for so long that something must be wrong."""
    _, since = waiting()
    return since is not None and since < now - rules.TAKEN_UP_WITHIN


def take_up(now: datetime) -> list[str]:
    """Take up a batch in the caller's transaction, all or nothing: the signatures' references."""
    return _write(_make_ready(_take(now), now=now), now=now)


def forget(now: datetime) -> None:
    """Delete what was tried in vain for as long as anybody has to confirm."""
    last = now - rules.PENDING_LIFETIME
    db.session.execute(delete(SentForm).where(SentForm.tried_at < last))


def _take_up_alone(one: Row[Any], *, now: datetime) -> None:
    """Without the limits of screening where they cannot be counted; after a fault it waits on."""
    try:
        ready = _make_ready([one], now=now)
        try:
            with transaction():
                _write(ready, now=now)
        except screening.LimiterFailed:
            with transaction():
                _write(ready, now=now, with_limits=False)
    except Exception as fault:
        log.warning("sent form put off", form=one.id, trouble=type(fault).__name__)


def _take(now: datetime) -> Sequence[Row[Any]]:
    """A batch of those that are due, in the order they were sent in; nobody else takes them."""
    first = literal(now, SentForm.tried_at.type)
    batch = (
        select(SentForm.id)
        .where(SentForm.due_at <= now)
        .order_by(SentForm.due_at, SentForm.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("batch")
    )
    taken = db.session.execute(
        update(SentForm)
        .where(SentForm.id.in_(select(batch.c.id)))
        .values(due_at=now + LEASE, tried_at=func.coalesce(SentForm.tried_at, first))
        .returning(*cast(Table, SentForm.__table__).columns)
        .execution_options(synchronize_session=False)
    )
    return sorted(taken, key=lambda one: (one.sent_at, one.id))


def _make_ready(taken: Sequence[Row[Any]], *, now: datetime) -> list[_Taken]:
    """Do all that writes nothing: open them, and write the mail that a first signature has."""
    of_version = {
        version.id: (campaign, version.title)
        for version, campaign in db.session.execute(
            select(Version, Campaign)
            .join(Campaign, Campaign.id == Version.campaign_id)
            .where(Version.id.in_({one.version_id for one in taken}))
        )
    }
    return [_ready(one, *of_version[one.version_id], now=now) for one in taken]


def _ready(form: Row[Any], campaign: Campaign, title: str, *, now: datetime) -> _Taken:
    sealed = vault().open(form.envelope)
    fingerprint = bytes.fromhex(sealed["fingerprint"])
    if "data" not in sealed:
        return _AskedAgain(form.id, form.petition_id, fingerprint)
    data, ref = PersonalData(**sealed["data"]), token_hex(10)
    words = {
        **sealed["words"],
        "version_id": form.version_id,
        "envelope": vault().seal(sealed["data"]),
        "has_comment": bool(data.comment),
        "comment_state": CommentState.WAITING if data.comment else None,
        "signed_at": form.sent_at,
    }
    return _Ready(
        id=form.id,
        petition_id=form.petition_id,
        fingerprint=fingerprint,
        data=data,
        words=words,
        impression=msgspec.convert(sealed["impression"], Impression),
        ref=ref,
        mail=mails.first_of_all(
            campaign,
            title=title,  # as its owner read it, whatever the page says by now
            ref=ref,
            name=data.name,
            email=data.email,
            language=words["language"],
            now=now,
        ),
    )


def _write(taken: Sequence[_Taken], *, now: datetime, with_limits: bool = True) -> list[str]:
    """Add one for each mailbox that has none, with its mail; the others have signed before.

    Whoever asked for another mail gets it then. Without limits, those are held that a limit could
    have held. Returns the references of all that were signed. Raises screening.LimiterFailed.
    """
    taken = _still_ours(taken, now=now)
    forms = [one for one in taken if isinstance(one, _Ready)]
    refs = _sign(forms, now=now, with_limits=with_limits) if forms else []
    for one in taken:
        if isinstance(one, _AskedAgain):
            _mail_again(one, now=now)
    return refs


def _sign(ready: Sequence[_Ready], *, now: datetime, with_limits: bool) -> list[str]:
    held_for = _screened(ready, with_limits=with_limits)
    ids = moves.add([_row(one, now=now) for one in ready])
    _mail_first([one for one in ready if one.ref in ids], now=now)
    for why in {*held_for.values()} - {None}:
        those = [ids[ref] for ref, of in held_for.items() if of is why and ref in ids]
        moves.move_many(those, Deed.HOLD, now=now, reason=why, held_for=why)
    return [
        one.ref if one.ref in ids else _sign_again(one, held_for[one.ref], now=now) for one in ready
    ]


def _still_ours(ready: Sequence[_Taken], *, now: datetime) -> list[_Taken]:
    """Those that nobody else took since our lease ended; gone when the transaction is kept.

    An id alone does not tell: SQLite gives that of a row that is gone to the next one.
    """
    gone = db.session.scalars(
        delete(SentForm)
        .where(SentForm.id.in_([one.id for one in ready]), SentForm.due_at == now + LEASE)
        .returning(SentForm.id)
        .execution_options(synchronize_session=False)
    )
    ids = set(gone)
    return [one for one in ready if one.id in ids]


def _screened(ready: Sequence[_Ready], *, with_limits: bool) -> dict[str, HeldFor | None]:
    """Why each is to be held, by its reference."""
    impressions = [
        (
            one.words["signed_at"],
            one.impression if with_limits else screening.without_limits(one.impression),
        )
        for one in ready
    ]
    whys = screening.count(impressions)
    return {one.ref: why for one, why in zip(ready, whys, strict=True)}


def _row(one: _Ready, *, now: datetime) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "petition_id": one.petition_id,
        "fingerprint": one.fingerprint,
        "mails": 1,
        "mailed_at": now,
        **one.words,
    }


def _mail_first(new: Sequence[_Ready], *, now: datetime) -> None:
    """Ask the owners to confirm; but none whose address has had too many mails."""
    takes = [Take(now, {mailbox(one.data.email): rules.MAILS_AN_ADDRESS}) for one in new]
    used_up = limits.used_up(takes)
    outbox.queue([one.mail for one, full in zip(new, used_up, strict=True) if not full])
    if any(used_up):  # none is sent: it may be asked for again
        refs = [one.ref for one, full in zip(new, used_up, strict=True) if full]
        db.session.execute(update(Signature).where(Signature.ref.in_(refs)).values(mails=0))


def _mail_again(one: _AskedAgain, *, now: datetime) -> None:
    """Nothing where there is no signature: its form was put off, or its owner has erased it."""
    signature = queries.by_fingerprint(one.petition_id, one.fingerprint)
    if signature:
        mail_again(signature, now=now)


def _sign_again(one: _Ready, held_for: HeldFor | None, *, now: datetime) -> str:
    """The mailbox signed before: the reference of its signature.

    An unconfirmed or withdrawn one takes the new words, if they are the newest; any other stays as
    it is. What was held when it was withdrawn is held again: nobody shakes off a hold by taking the
    signature back.
    """
    signature = queries.by_fingerprint(one.petition_id, one.fingerprint)
    if signature is None:
        raise Busy  # it was erased in this very moment
    if moves.move(signature, Deed.SIGN_AGAIN, now=now, **one.words) is None:
        if signature.signed_at <= one.words["signed_at"]:  # else this one was put off
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
