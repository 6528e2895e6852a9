"""What is done to petitions, and what owners do with their signatures after signing.

Signing itself is in `signing.py`; what moderators and the calendar do is in `setting_aside.py`.
"""

from datetime import datetime

from sqlalchemy import delete

from campaign.campaigns import services as campaigns
from campaign.campaigns.models import Campaign, Version
from campaign.campaigns.rules import SHOWN_STATES
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.mail import outbox
from campaign.petitions import mails, queries, rules, wording
from campaign.petitions.models import Petition, Signature
from campaign.petitions.moves import move, rewrite
from campaign.petitions.rules import MAY_START_FROM, Deed, State


def put_to(
    campaign: Campaign,
    *,
    addressee: str,
    statement: str,
    goal: int | None,
    asks_country: bool,
    asks_postcode: bool,
    asks_comment: bool,
    now: datetime,
    reason: str | None = None,
) -> Petition:
    """Give the campaign its petition, or bring the petition's words up to date with the campaign's.

    Words that somebody has signed are never changed: then there is a new version, and `reason` says
    why.
    """
    petition = queries.of_campaign(campaign) or Petition(
        campaign=campaign, fingerprint_key=vault().new_key()
    )
    with db.session.no_autoflush:
        petition.addressee, petition.statement, petition.goal = addressee, statement, goal
        petition.asks_country, petition.asks_postcode = asks_country, asks_postcode
        petition.asks_comment = asks_comment
        wording.put_into_words(petition, reason=reason, now=now)
    db.session.add(petition)
    db.session.flush()
    return petition


def take_from(campaign: Campaign) -> None:
    """Take the petition off a campaign that was never open. Raises PetitionStays."""
    petition = queries.of_campaign(campaign)
    if petition is None:
        return
    if campaign.state in SHOWN_STATES or queries.has_signatures(petition):
        raise rules.PetitionStays
    db.session.delete(petition)
    campaigns.complete(campaign, needed=wording.needed(None))
    for translation in campaign.translations:
        translation.version_id = None
    db.session.flush()
    db.session.execute(delete(Version).where(Version.campaign_id == campaign.id))


def show_name(signature: Signature, *, shows: bool) -> None:
    """The owner shows or hides their name; it is not shown of what was taken back or removed."""
    _wish(signature, shows, shows_name=shows)


def want_updates(signature: Signature, *, wants: bool) -> None:
    """The owner asks for news of the campaign, or for no more of it.

    What is on its way to them is destroyed then. Nobody has news of what was taken back or removed.
    """
    _wish(signature, wants, wants_updates=wants)
    if not wants:
        outbox.take_back_news(mails.about(signature.ref))


def withdraw(signature: Signature, *, now: datetime) -> bool:
    """The owner takes the signature back; mails on their way to them are destroyed.

    False when there was nothing to take back.
    """
    left = move(signature, Deed.WITHDRAW, now=now)
    if left:
        outbox.take_back(mails.about(signature.ref))
    return left is not None


def erase(signature: Signature, *, now: datetime) -> None:
    """The owner has everything destroyed that could tell who they are.

    A row without a person stays, withdrawn.
    """
    move(signature, Deed.ERASE, now=now)
    outbox.take_back(mails.about(signature.ref))


def _wish(signature: Signature, wish: bool, **values: bool) -> None:
    """Write down what its owner wishes.

    For more of something a signature must still be somebody's, and stand where it could be taken
    back. The buttons for more are not on the page of any other, but stay on one that was open
    before. Its row is held, so that nobody destroys the envelope meanwhile.
    """
    db.session.refresh(signature, ["envelope"], with_for_update={"key_share": True})
    if wish and signature.envelope is None:
        return
    while_in = MAY_START_FROM[Deed.WITHDRAW] if wish else frozenset(State)
    rewrite(signature, while_in=while_in, **values)
    db.session.refresh(signature, [*values])
