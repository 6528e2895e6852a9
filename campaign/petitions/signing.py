"""Signing: what a supporter does. They send the form in, and confirm by the link in their mail.

What was sent in becomes a signature in `taking_up.py`, by a worker.
"""

from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, insert

from campaign.lib import addresses
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.petitions import rules, screening
from campaign.petitions.models import Petition, Signature
from campaign.petitions.moves import hold_unconfirmed, move
from campaign.petitions.rules import Deed, State
from campaign.petitions.screening import Impression
from campaign.petitions.sent_form_models import SentForm

_ADD = insert(cast(Table, SentForm.__table__)).inline()


class Prepared(NamedTuple):
    """A form that only has to be written down: whatever takes time is done."""

    petition_id: int
    version_id: int
    sent_at: datetime
    #: Stands for the mailbox, under the petition's key.
    fingerprint: bytes
    #: What the signature's own envelope will hold …
    data: dict[str, str]
    #: … and what the supporter decides besides, by column.
    words: dict[str, Any]
    impression: Impression


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
    """Do all of signing that writes nothing, before the turn to write is taken.

    Screening is told of the visitor's network `address`, which is not kept, and whether a box was
    filled in that people do not see. Raises PetitionClosed.
    """
    if not petition.campaign.takes_part(now):
        raise rules.PetitionClosed
    return Prepared(
        petition_id=petition.id,
        version_id=cast(int, petition.words_in(language).version_id),
        sent_at=now,
        fingerprint=vault().fingerprint(petition.fingerprint_key, addresses.canonical(email)),
        data={"name": name, "email": email, "postcode": postcode, "comment": comment},
        words={
            "country": country,
            "language": language,
            "shows_name": shows_name,
            "wants_updates": wants_updates,
            "consent_version": rules.CONSENT_VERSION,
            "source": source,
        },
        impression=screening.look_at(
            petition, name=name, email=email, address=address, is_trapped=is_trapped, now=now
        ),
    )


def send_in(prepared: Prepared) -> None:
    """Keep what was sent in, until a worker takes it up.

    Nobody asks here whether the mailbox has signed before: the same is done for everybody, so that
    neither what the visitor is told nor how long it takes can tell.
    """
    petition_id, now = prepared.petition_id, prepared.sent_at
    sealed = {
        "fingerprint": prepared.fingerprint.hex(),
        "data": prepared.data,
        "words": prepared.words,
        "impression": screening.under_pseudonyms(prepared.impression, of=petition_id, now=now),
    }
    _keep(sealed, petition_id=petition_id, version_id=prepared.version_id, now=now)


def ask_again(petition: Petition, mailbox: bytes, *, now: datetime) -> None:
    """Have a worker mail the owner of that mailbox once more, within the limits.

    Nobody asks here either whether the mailbox has signed: before a worker has taken up the form,
    only one that had signed earlier has a signature.
    """
    sealed = {"fingerprint": mailbox.hex()}
    _keep(sealed, petition_id=petition.id, version_id=petition.version_id, now=now)


def _keep(sealed: dict[str, Any], *, petition_id: int, version_id: int, now: datetime) -> None:
    # Its row alone, at once: quicker than by the session, and the visitor waits for it.
    db.session.connection().execute(
        _ADD,
        {
            "petition_id": petition_id,
            "version_id": version_id,
            "envelope": vault().seal(sealed),
            "sent_at": now,
            "due_at": now,
        },
    )


def confirm(signature: Signature, *, address: str | None = None, now: datetime) -> int | None:
    """Count the signature: its owner pressed the button. Returns which number it is.

    The number is that of the campaign's page, with those on paper. None means that it was confirmed
    before: nothing changes. A held one stays held, but has earned its confirmation; screening may
    hold one now. Raises SignatureWithdrawn, SignatureVoided, TooLateToConfirm.
    """
    if _is_confirmed(signature):
        return None
    petition = signature.petition
    if not petition.campaign.still_confirms(now):
        raise rules.TooLateToConfirm
    held_for = screening.at_confirming(signature, address=address)
    hold_unconfirmed(signature, held_for, now=now)
    if move(signature, Deed.CONFIRM, now=now) is None:  # something else was done to it meanwhile
        db.session.refresh(signature)
        _is_confirmed(signature)
        return None
    return petition.total + (signature.state is State.HELD)


def _is_confirmed(signature: Signature) -> bool:
    """Whether its owner has pressed before. Raises SignatureWithdrawn, SignatureVoided."""
    if signature.state is State.WITHDRAWN:
        raise rules.SignatureWithdrawn
    if signature.state is State.VOIDED:
        raise rules.SignatureVoided
    return signature.state is State.CONFIRMED or signature.confirmed_at is not None
