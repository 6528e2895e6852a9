"""Signing: add a signature, confirm it, and the mails of both.

Every deed that changes a state goes through `moves.move`: one conditional UPDATE with its counter
and its diary row.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from campaign.lib import addresses, limits
from campaign.lib.db import db, upserting
from campaign.lib.refusals import Busy
from campaign.lib.vault import vault
from campaign.petitions import counting, mails, queries, rules, screening
from campaign.petitions.counting import Change, Standing
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.moves import move, rewrite
from campaign.petitions.rules import CommentState, Deed, HeldFor, State


def sign(
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
) -> Signature:
    """Add a signature that waits for its owner to confirm it, and post the mail that asks them to.

    The visitor is told the same whether or not the address has signed before; only the mail
    differs. What is typed last replaces an unconfirmed or withdrawn signature of the same mailbox,
    and changes nothing of any other. Screening may hold it; it is told of the visitor's network
    `address`, which is not kept, and whether a box was filled in that people do not see. Raises
    PetitionClosed.
    """
    if not petition.campaign.takes_part(now):
        raise rules.PetitionClosed
    words: dict[str, Any] = {
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
    }
    held_for = screening.at_signing(
        petition, name=name, email=email, address=address, is_trapped=is_trapped, now=now
    )
    fingerprint = vault().fingerprint(petition.fingerprint_key, addresses.canonical(email))
    signature = _add(petition, fingerprint, words) or _sign_again(
        petition, fingerprint, words, now=now
    )
    _set_aside(signature, held_for, now=now)
    _mail_after_signing(signature, name=name, to=email, now=now)
    return signature


def confirm(signature: Signature, *, address: str | None = None, now: datetime) -> int | None:
    """Count the signature: its owner pressed the button. Returns which number it is.

    None means that it was confirmed before: nothing changes. A held one stays held, but has earned
    its confirmation; screening may hold one now. Raises SignatureWithdrawn, SignatureVoided,
    TooLateToConfirm.
    """
    state = db.session.scalars(select(Signature.state).where(Signature.id == signature.id)).one()
    if state is State.WITHDRAWN:
        raise rules.SignatureWithdrawn
    if state is State.VOIDED:
        raise rules.SignatureVoided
    if state is State.CONFIRMED or signature.confirmed_at:
        return None
    petition = signature.petition
    if not petition.campaign.still_confirms(now):
        raise rules.TooLateToConfirm
    held_for = screening.at_confirming(signature, address=address)
    _set_aside(signature, held_for, now=now)
    if move(signature, Deed.CONFIRM, now=now) is None:
        return None
    return petition.confirmed_count + (signature.state is State.HELD)


def mail_again(signature: Signature, *, now: datetime) -> None:
    """Send the confirm mail once more to the address on the signature, within the limits.

    Nothing when they are used up.
    """
    data = queries.personal_data(signature)
    if data:
        _mail_after_signing(signature, name=data.name, to=data.email, now=now)


def mail_owner_link(signature: Signature, *, now: datetime) -> None:
    """Send the owner a fresh link to their signature, within the limits."""
    data = queries.personal_data(signature)
    if data and _may_mail(signature, to=data.email, now=now):
        mails.here_is_your_link(signature, name=data.name, to=data.email, now=now)


def _add(petition: Petition, fingerprint: bytes, words: dict[str, Any]) -> Signature | None:
    """A new row; None when the mailbox has one.

    The database decides, so two presses at once make one row.
    """
    signature = db.session.scalars(
        upserting(Signature)
        .values(
            ref=secrets.token_hex(10),
            petition_id=petition.id,
            fingerprint=fingerprint,
            state=State.PENDING,
            mails=0,
            **words,
        )
        .on_conflict_do_nothing(index_elements=["petition_id", "fingerprint"])
        .returning(Signature)
    ).one_or_none()
    if signature:
        after = Standing(*(getattr(signature, name) for name in Standing._fields))
        counting.note(Change(petition.id, None, after))
        _note(signature, Deed.SIGN, now=signature.signed_at)
    return signature


def _note(signature: Signature, deed: Deed, *, now: datetime) -> None:
    db.session.add(
        SignatureEvent(
            signature_id=signature.id,
            deed=deed,
            from_state=None,
            to_state=signature.state,
            at=now,
        )
    )


def _sign_again(
    petition: Petition, fingerprint: bytes, words: dict[str, Any], *, now: datetime
) -> Signature:
    """The mailbox signed before: its signature.

    An unconfirmed or withdrawn one takes the new words, any other stays as it is.
    """
    signature = db.session.scalars(
        select(Signature).where(
            Signature.petition_id == petition.id,
            Signature.fingerprint == fingerprint,
        )
    ).one_or_none()
    if signature is None:
        raise Busy  # it was erased in this very moment
    if move(signature, Deed.SIGN_AGAIN, now=now, **words) is None:
        rewrite(signature, while_in={State.PENDING}, **words)
        db.session.refresh(signature)
    return signature


def _set_aside(signature: Signature, held_for: HeldFor | None, *, now: datetime) -> None:
    """Hold what is not confirmed yet, if screening says so."""
    if held_for and signature.state is State.PENDING:
        move(signature, Deed.HOLD, now=now, reason=held_for, held_for=held_for)


def _mail_after_signing(signature: Signature, *, name: str, to: str, now: datetime) -> None:
    if not _may_mail(signature, to=to, now=now):
        return
    if signature.state is State.VOIDED:
        mails.your_signature_was_removed(signature, name=name, to=to, now=now)
    elif signature.confirmed_at:
        mails.you_have_already_signed(signature, name=name, to=to, now=now)
    else:
        mails.please_confirm(signature, name=name, to=to, now=now)


def _may_mail(signature: Signature, *, to: str, now: datetime) -> bool:
    """Count one more mail against the signature's limits and the address's."""
    counted = db.session.execute(
        update(Signature)
        .where(
            Signature.id == signature.id,
            Signature.mails < rules.MAILS_A_SIGNATURE,
            or_(
                Signature.mailed_at.is_(None),
                Signature.mailed_at <= now - rules.MAIL_PAUSE,
            ),
        )
        .values(mails=Signature.mails + 1, mailed_at=now)
        .returning(Signature.mails)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if counted is None:
        return False
    db.session.refresh(signature, ["mails", "mailed_at"])
    mailbox = vault().pseudonym("mail", addresses.canonical(to))
    if limits.take(f"mail/{mailbox}", rules.MAILS_AN_ADDRESS, now=now):
        return True
    signature.mails -= 1  # none was sent: it may be asked for again
    return False
