"""Signing: add a signature, confirm it, and the mails of both.

Every deed that changes a state goes through `moves.move`: one conditional UPDATE with its ledger
and its diary row.
"""

import secrets
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import case, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from campaign.lib import addresses, limits
from campaign.lib.db import db, dialect, upserting
from campaign.lib.refusals import Busy
from campaign.lib.vault import vault
from campaign.mail import outbox
from campaign.mail.models import Mail
from campaign.petitions import counting, holds, mails, queries, rules, screening
from campaign.petitions.counting import Change, Standing
from campaign.petitions.models import Petition, Signature
from campaign.petitions.moves import move, note_event, rewrite
from campaign.petitions.rules import CommentState, Deed, HeldFor, State
from campaign.petitions.screening import Impression


class Prepared(NamedTuple):
    """A signature that only has to be written down: whatever takes time is done."""

    petition: Petition
    name: str
    email: str
    fingerprint: bytes
    #: What the visitor decides, by column; also what replaces an earlier signature's.
    words: dict[str, Any]
    impression: Impression
    #: What it is called if it is the mailbox's first …
    ref: str
    #: … and the mail that then goes to its owner.
    mail: Mail
    now: datetime


def prepare(
    petition: Petition,
    *,
    name: str,
    email: str,
    language: str,
    country: str | None = None,
    postcode: str = "",
    comment: str = "",
    shows_name: bool = False,
    wants_updates: bool = False,
    source: str | None = None,
    address: str | None = None,
    is_trapped: bool = False,
    now: datetime,
) -> Prepared:
    """Do all of signing that writes nothing, so that nobody waits for it: before the transaction.

    Screening is told of the visitor's network `address`, which is not kept, and whether a box was
    filled in that people do not see. Raises PetitionClosed.
    """
    if not petition.campaign.takes_part(now):
        raise rules.PetitionClosed
    ref = secrets.token_hex(10)
    return Prepared(
        petition=petition,
        name=name,
        email=email,
        fingerprint=vault().fingerprint(petition.fingerprint_key, addresses.canonical(email)),
        words={
            "version_id": petition.words_in(language).version_id,
            "envelope": vault().seal(
                {"name": name, "email": email, "postcode": postcode, "comment": comment}
            ),
            "country": country,
            "language": language,
            "shows_name": shows_name,
            "wants_updates": wants_updates,
            "has_comment": bool(comment),
            "comment_state": CommentState.WAITING if comment else None,
            "consent_version": rules.CONSENT_VERSION,
            "source": source,
            "signed_at": now,
        },
        impression=screening.look_at(
            petition, name=name, email=email, address=address, is_trapped=is_trapped, now=now
        ),
        ref=ref,
        mail=mails.first_of_all(
            petition.campaign, ref=ref, name=name, email=email, language=language, now=now
        ),
        now=now,
    )


def sign(prepared: Prepared) -> str:
    """Add a signature that waits for its owner to confirm it, and post the mail that asks them to.

    Returns its reference. The visitor is told the same whether or not the address has signed
    before; only the mail differs. What is typed last replaces an unconfirmed or withdrawn
    signature of the same mailbox, and changes nothing of any other. Screening may hold it.
    Raises screening.LimiterFailed: then do it again, `without_limits`.
    """
    added = _add(prepared)
    if added is None:
        return _sign_again(prepared)
    outbox.queue(prepared.mail)
    # Last, since whoever comes from the same network or mail domain waits from here on.
    mailbox = _mailbox(prepared.email)
    held_for, full = screening.count(prepared.impression, {mailbox: rules.MAILS_AN_ADDRESS})
    if held_for:
        _set_aside(db.session.get_one(Signature, added), held_for, now=prepared.now)
    if mailbox in full:  # none is sent: it may be asked for again
        outbox.take_back(prepared.mail.about)
        db.session.execute(update(Signature).where(Signature.id == added).values(mails=0))
    return prepared.ref


def without_limits(prepared: Prepared) -> Prepared:
    """The same, to be held since nobody can say how many came from there: no signature is lost."""
    return prepared._replace(impression=screening.without_limits(prepared.impression))


def confirm(signature: Signature, *, address: str | None = None, now: datetime) -> int | None:
    """Count the signature: its owner pressed the button. Returns which number it is.

    None means that it was confirmed before: nothing changes. A held one stays held, but has earned
    its confirmation; screening may hold one now. Raises SignatureWithdrawn, SignatureVoided,
    TooLateToConfirm.
    """
    if _is_confirmed(signature):
        return None
    petition = signature.petition
    if not petition.campaign.still_confirms(now):
        raise rules.TooLateToConfirm
    held_for = screening.at_confirming(signature, address=address)
    _set_aside(signature, held_for, now=now)
    if move(signature, Deed.CONFIRM, now=now) is None:  # something else was done to it meanwhile
        db.session.refresh(signature)
        _is_confirmed(signature)
        return None
    return petition.confirmed_count + (signature.state is State.HELD)


def mail_again(signature: Signature, *, now: datetime) -> None:
    """Send the mail of how it stands to the address on the signature, within the limits.

    Nothing when they are used up. Who took it back gets the link to it.
    """
    data = queries.personal_data(signature)
    if data is None or not _may_mail(signature, to=data.email, now=now):
        return
    if signature.state is State.VOIDED:
        mails.your_signature_was_removed(signature, name=data.name, to=data.email, now=now)
    elif signature.state is State.WITHDRAWN:
        mails.here_is_your_link(signature, name=data.name, to=data.email, now=now)
    elif signature.confirmed_at:
        mails.you_have_already_signed(signature, name=data.name, to=data.email, now=now)
    else:
        mails.please_confirm(signature, name=data.name, to=data.email, now=now)


def mail_owner_link(signature: Signature, *, now: datetime) -> None:
    """Send the owner a fresh link to their signature, within the limits."""
    data = queries.personal_data(signature)
    if data and _may_mail(signature, to=data.email, now=now):
        mails.here_is_your_link(signature, name=data.name, to=data.email, now=now)


def _add(prepared: Prepared) -> int | None:
    """A new row, with its first mail counted; its id. None when the mailbox has one.

    The database decides, so two presses at once make one row.
    """
    words, petition_id, now = prepared.words, prepared.petition.id, prepared.now
    added: int | None = db.session.connection().scalar(
        _add_signature(dialect()),
        {
            "ref": prepared.ref,
            "petition_id": petition_id,
            "fingerprint": prepared.fingerprint,
            "state": State.PENDING,
            "mails": 1,
            "mailed_at": now,
            **words,
        },
    )
    if added is None:
        return None
    stands = {"state": State.PENDING, "confirmed_at": None, **words}
    counting.note(Change(petition_id, None, Standing(*map(stands.__getitem__, Standing._fields))))
    note_event(added, Deed.SIGN, left=None, reached=State.PENDING, now=now)
    return added


@cache
def _add_signature(_dialect: str) -> ReturningInsert[int]:
    """The statement, kept: to build it takes longer than to run it."""
    return (
        upserting(Signature)
        .on_conflict_do_nothing(index_elements=["petition_id", "fingerprint"])
        .returning(Signature.id)
    )


def _sign_again(prepared: Prepared) -> str:
    """The mailbox signed before: the reference of its signature.

    An unconfirmed or withdrawn one takes the new words, any other stays as it is. What was held
    when it was withdrawn is held again: nobody shakes off a hold by taking the signature back.
    """
    now, words = prepared.now, prepared.words
    signature = db.session.scalars(
        select(Signature).where(
            Signature.petition_id == prepared.petition.id,
            Signature.fingerprint == prepared.fingerprint,
        )
    ).one_or_none()
    if signature is None:
        raise Busy  # it was erased in this very moment
    if move(signature, Deed.SIGN_AGAIN, now=now, **words) is None:
        rewrite(signature, while_in={State.PENDING}, **words)
        db.session.refresh(signature)
    elif hold := holds.unreleased(signature):
        before = holds.HELD_FOR_BEFORE
        move(signature, Deed.HOLD, now=now, reason=hold.reason, held_for=before)
    held_for, _ = screening.count(prepared.impression)
    _set_aside(signature, held_for, now=now)
    # To the address on the signature: the one just typed may be the same to us (`canonical`) and
    # yet somebody else's, and the mail has the link that shows and erases all.
    mail_again(signature, now=now)
    return signature.ref


def _is_confirmed(signature: Signature) -> bool:
    """Whether its owner has pressed before. Raises SignatureWithdrawn, SignatureVoided."""
    if signature.state is State.WITHDRAWN:
        raise rules.SignatureWithdrawn
    if signature.state is State.VOIDED:
        raise rules.SignatureVoided
    return signature.state is State.CONFIRMED or signature.confirmed_at is not None


def _set_aside(signature: Signature, held_for: HeldFor | None, *, now: datetime) -> None:
    """Hold what is not confirmed yet, if screening says so."""
    if held_for and signature.state is State.PENDING:
        move(signature, Deed.HOLD, now=now, reason=held_for, held_for=held_for)


def _may_mail(signature: Signature, *, to: str, now: datetime) -> bool:
    """Count one more mail against the signature's limits and the address's.

    Where the last one was lost to a moderator's voiding, counting begins anew as after a day.
    """
    most, per = rules.MAILS_A_SIGNATURE
    begins_anew = or_(Signature.mailed_at.is_(None), Signature.mailed_at <= now - per)
    counted = db.session.execute(
        update(Signature)
        .where(
            Signature.id == signature.id,
            or_(begins_anew, Signature.mails < most),
            or_(
                Signature.mailed_at.is_(None),
                Signature.mailed_at <= now - rules.MAIL_PAUSE,
            ),
        )
        .values(mails=case((begins_anew, 1), else_=Signature.mails + 1), mailed_at=now)
        .returning(Signature.mails)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if counted is None:
        return False
    db.session.refresh(signature, ["mails", "mailed_at"])
    if limits.take(_mailbox(to), rules.MAILS_AN_ADDRESS, now=now):
        return True
    signature.mails -= 1  # none was sent: it may be asked for again
    return False


def _mailbox(email: str) -> str:
    """What the mails to an address are counted under, over all campaigns."""
    return f"mail/{vault().pseudonym('mail', addresses.canonical(email))}"
