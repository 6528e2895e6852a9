"""A campaign's image: put there, described, taken away, shown."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.campaigns.image_models import CampaignImage, CampaignPicture
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import State
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.meanwhile import ChangedMeanwhile
from campaign.lib.refusals import Refused

if TYPE_CHECKING:
    from campaign.campaigns.imaging import Picture


class NoPicture(Refused):
    """Words alone are no image."""

    message = _("Choose an image.")


def of(campaign: Campaign) -> CampaignImage | None:
    """The campaign's image, if it has one."""
    return db.session.get(CampaignImage, campaign.id)


def picture(name: str, width: int) -> bytes | None:
    """The bytes of one size.

    Nothing while a moderator has hidden the campaign. A draft's can be seen by whoever was told
    its name, as the team is.
    """
    return db.session.scalar(
        select(CampaignPicture.content)
        .join(CampaignImage, CampaignImage.campaign_id == CampaignPicture.campaign_id)
        .join(Campaign, Campaign.id == CampaignImage.campaign_id)
        .where(
            CampaignImage.name == name,
            CampaignPicture.width == width,
            Campaign.state != State.HIDDEN,
        )
    )


def fingerprint(image: CampaignImage | None) -> str:
    """Tells whether the image or its words have changed since."""
    return meanwhile.fingerprint([image.name, image.alt, image.credit] if image else None)


def put(
    campaign: Campaign,
    pictures: "Sequence[Picture]",
    *,
    alt: str,
    credit: str,
    seen: str,
    by: Account,
    now: datetime,
) -> CampaignImage:
    """Give the campaign this image, or other words to the one it has when there are no pictures.

    `seen` is the fingerprint of what the page showed. Raises ChangedMeanwhile, NoPicture.
    """
    image = _locked(campaign)
    if seen != fingerprint(image):
        raise ChangedMeanwhile
    if image is None:
        if not pictures:
            raise NoPicture
        image = CampaignImage(campaign_id=campaign.id)
    if pictures or image.alt != alt:
        _forget_translated_alt(campaign)
    image.alt, image.credit = alt, credit
    if pictures:
        _replace(image, pictures)
    db.session.flush()
    trail.note("campaign.image-put", by=by, about=moves.about(campaign), now=now)
    return image


def _forget_translated_alt(campaign: Campaign) -> None:
    """Whatever translations say is to be seen: it is something else now."""
    for translation in campaign.translations:
        translation.image_alt = ""


def _locked(campaign: Campaign) -> CampaignImage | None:
    """The image as it stands, while nobody else changes it. (SQLite has one writer anyway.)"""
    db.session.execute(
        select(Campaign.id).where(Campaign.id == campaign.id).with_for_update(key_share=True)
    )
    return db.session.get(CampaignImage, campaign.id, populate_existing=True)


def _replace(image: CampaignImage, pictures: "Sequence[Picture]") -> None:
    image.name = secrets.token_hex(16)
    image.sizes = [[one.width, one.height] for one in pictures]
    db.session.add(image)
    db.session.flush()
    db.session.execute(
        delete(CampaignPicture).where(CampaignPicture.campaign_id == image.campaign_id)
    )
    db.session.add_all(
        CampaignPicture(campaign_id=image.campaign_id, width=one.width, content=one.content)
        for one in pictures
    )


def remove(campaign: Campaign, *, by: Account, now: datetime) -> None:
    """Take the image away; its address leads nowhere from now on."""
    image = _locked(campaign)
    if image is None:
        return
    db.session.delete(image)
    db.session.flush()
    trail.note("campaign.image-removed", by=by, about=moves.about(campaign), now=now)
