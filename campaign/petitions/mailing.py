"""Mailing a signature's owner when somebody asks for it, within the limits."""

from datetime import datetime

from sqlalchemy import case, or_, update

from campaign.lib import addresses, limits
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.petitions import mails, queries, rules
from campaign.petitions.models import Signature
from campaign.petitions.rules import State


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


def mailbox(email: str) -> str:
    """What the mails to an address are counted under, over all campaigns."""
    return f"mail/{vault().pseudonym('mail', addresses.canonical(email))}"


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
    if limits.take(mailbox(to), rules.MAILS_AN_ADDRESS, now=now):
        return True
    signature.mails -= 1  # none was sent: it may be asked for again
    return False
