"""The words that people sign, in each language: which version stands for them just now.

A translation is one more wording of the same petition: one count, one key, one mailbox once.
Versions are numbered over all languages.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from campaign.campaigns import images, services as campaigns
from campaign.campaigns.models import Campaign, CampaignTranslation, Version
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.petitions import queries
from campaign.petitions.models import Petition

#: What a translation puts into another language.
TRANSLATED = (
    "title",
    "ask",
    "story",
    "notice",
    "outcome_text",
    "image_alt",
    "addressee",
    "statement",
)
#: Without these it is no translation of the campaign …
_NEEDED = ("title", "ask", "story")
#: … nor without these of its petition.
_NEEDED_OF_PETITION = ("addressee", "statement")


def original(campaign: Campaign) -> dict[str, str]:
    """What there is to translate, by the names in TRANSLATED; blank where there is nothing."""
    petition, image = queries.of_campaign(campaign), images.of(campaign)
    return {
        "title": campaign.title,
        "ask": campaign.ask,
        "story": campaign.story,
        "notice": campaign.notice or "",
        "outcome_text": campaign.outcome_text or "",
        "image_alt": image.alt if image else "",
        "addressee": petition.addressee if petition else "",
        "statement": petition.statement if petition else "",
    }


def translated(translation: CampaignTranslation | None) -> dict[str, str]:
    """What stands in a translation, by the same names; blank where there is none."""
    return {name: getattr(translation, name) if translation else "" for name in TRANSLATED}


def needed(petition: Petition | None) -> tuple[str, ...]:
    """What a translation cannot be without."""
    return _NEEDED + (_NEEDED_OF_PETITION if petition else ())


def translate(
    campaign: Campaign,
    language: str,
    words: Mapping[str, str],
    *,
    translated_from: str,
    reason: str | None,
    now: datetime,
) -> CampaignTranslation:
    """Give the campaign these words in another language, however unfinished.

    `translated_from` is the fingerprint of the original they were made from. Words that somebody
    has signed are never changed: then there is a new version, and `reason` says why.
    """
    petition = queries.of_campaign(campaign)
    translation = campaigns.translate(
        campaign, language, words, needed=needed(petition), translated_from=translated_from
    )
    if petition:
        put_into_words(petition, reason=reason, now=now)
    return translation


def is_outdated(campaign: Campaign, translation: CampaignTranslation) -> bool:
    """Whether the original has other words than those it was made from."""
    return translation.translated_from != meanwhile.fingerprint(original(campaign))


def put_into_words(petition: Petition, *, reason: str | None, now: datetime) -> None:
    """Let each language's wording stand for the words as they are now, of campaign and petition.

    Called with whatever changes them. `reason` goes with each version that somebody has signed
    and that changes.
    """
    campaign = petition.campaign
    _let_signing_finish(petition)
    campaigns.complete(campaign, needed=needed(petition))
    for language in campaign.languages:
        of = petition.words_in(language)
        of.version_id = campaigns.put_into_words(
            campaign,
            db.session.get(Version, of.version_id) if of.version_id else None,
            petition.wording_in(language),
            is_signed=bool(of.version_id and queries.is_signed(of.version_id)),
            reason=reason,
            now=now,
        ).id
    db.session.flush()


def _let_signing_finish(petition: Petition) -> None:
    """Whoever is signing these very words is waited for, so that they count as signed."""
    translations = petition.campaign.translations
    stand = [petition.version_id, *(one.version_id for one in translations)]
    db.session.execute(
        select(Version.id).where(Version.id.in_(filter(None, stand))).with_for_update()
    )
