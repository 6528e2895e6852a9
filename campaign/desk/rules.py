"""The checklist: what a campaign needs before a moderator can be asked to open it."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from campaign.campaigns.models import Campaign
from campaign.letters import linting
from campaign.letters.models import LetterAction
from campaign.lib.languages import Text, lazy_gettext as _, ngettext
from campaign.lib.refusals import Refused
from campaign.petitions.models import Petition
from campaign.petitions.rules import KEPT_AFTER_CLOSING

#: The words that signers have before them; other words than these make a new version.
SIGNED_WORDS = ("title", "ask", "story", "addressee", "statement")


class Lack(NamedTuple):
    """One thing that is missing."""

    says: Text
    #: The box of the editor where it is mended; "letters" and "translations" stand for pages of
    #: their own.
    where: str


def lacks(
    campaign: Campaign, petition: Petition | None, letters: LetterAction | None, *, now: datetime
) -> list[Lack]:
    """Everything that stands in the way of a review."""
    return [
        *_missing_words(campaign),
        *_missing_action(petition, letters),
        *_wrong_dates(campaign, now),
        *_unfinished_translations(campaign),
    ]


def _missing_words(campaign: Campaign) -> Iterator[Lack]:
    if not campaign.ask:
        yield Lack(_("Say in one sentence who should do what."), "ask")
    if not campaign.story:
        yield Lack(_("Tell the story."), "story")
    if not campaign.country:
        yield Lack(_("Choose the country it is about."), "country")


def _missing_action(petition: Petition | None, letters: LetterAction | None) -> Iterator[Lack]:
    if petition is None and letters is None:
        says = _("Give people something to do: write a petition, or publish letters.")
        yield Lack(says, "addressee")
    if petition and not petition.addressee:
        yield Lack(_("Say to whom the petition goes."), "addressee")
    if petition and not petition.statement:
        yield Lack(_("Write what people sign."), "statement")
    shortages = len(linting.shortages(letters.case)) if letters else 0
    if shortages:
        says = ngettext(
            "The letters lack %(num)s thing.", "The letters lack %(num)s things.", shortages
        )
        yield Lack(says, "letters")


def _wrong_dates(campaign: Campaign, now: datetime) -> Iterator[Lack]:
    if campaign.closes_at and campaign.closes_at <= max(campaign.opens_at, now):
        yield Lack(_("Choose another closing time: this one has passed."), "closes_at")


def _unfinished_translations(campaign: Campaign) -> Iterator[Lack]:
    if any(not one.is_whole for one in campaign.translations):
        yield Lack(_("Finish the translations, or remove them."), "translations")


def may_reopen(closed_at: datetime | None, *, is_signed: bool, now: datetime) -> bool:
    """Whether people may take part again in a campaign that closed then.

    Once it is forgotten who has signed, nobody could tell who signs twice.
    """
    return not is_signed or closed_at is None or now < closed_at + KEPT_AFTER_CLOSING


class NotComplete(Refused):
    """The checklist is not done."""

    message = _("Something is still missing; it is listed below. Nothing was done.")


class ReasonMissing(Refused):
    """People have signed the words that are to change."""

    message = _("People have signed these words. Say why they change.")


class TooLateToReopen(Refused):
    """Its signatures are anonymous by now, or as good as."""

    message = _(
        "It closed more than ninety days ago. What could tell who signed is destroyed then, so the "
        "same people could sign and count once more. Its team can begin another campaign like it."
    )
    status = 409
