"""The sheet that people sign with a pen: the whole statement, lines, and how to find the page."""

from datetime import datetime

from campaign.campaigns.models import Version
from campaign.letters import glyphs, print_words as words, scan_codes, typesetting
from campaign.letters.typography import is_right_to_left
from campaign.lib import languages
from campaign.lib.languages import gettext
from campaign.petitions.models import Petition


def pdf(petition: Petition, version: Version, *, link: str, site: str, made_at: datetime) -> bytes:
    """The sheet as PDF, A4, in the language of the campaign where we speak it.

    Ask `unprintable` first. `link` is the campaign's page, `site` whose it is. Raises
    typesetting.CannotPrint.
    """
    wanted = petition.campaign.language
    spoken = languages.spoken(wanted)
    with languages.speaking(spoken):
        data = _data(version, language=wanted, link=link, site=site)
        title = gettext("Signature sheet: %(title)s", title=version.title)
    return typesetting.compile(
        "paper/print/sheet.typ",
        {**data, "language": glyphs.primary(spoken)},
        title=words.printable(title),
        made_at=made_at,
    )


def unprintable(version: Version) -> list[str]:
    """The signs of its words that our fonts do not have: nobody signs what has gaps."""
    return glyphs.unprintable("\n".join([version.title, version.addressee, version.statement]))


def _data(version: Version, *, language: str, link: str, site: str) -> dict[str, object]:
    return {
        "kicker": gettext("Petition on paper"),
        "petition": words.words(version.title, language),
        "to": gettext("To"),
        "addressee": words.words(version.addressee, language),
        "rtl": is_right_to_left(version.statement),
        "statement": words.blocks(version.statement, language),
        "columns": [
            gettext("Name in full"),
            gettext("Postcode, country"),
            gettext("Email (only if you want)"),
            gettext("Show my name"),
            gettext("Signature"),
        ],
        "shows": gettext(
            "Tick “Show my name” only if it may stand on the campaign’s page. The email address is "
            "used for one thing: whoever has also signed online is counted once. Nobody writes to "
            "it."
        ),
        "privacy": gettext(
            "%(site)s collects these signatures. They are entered, name, postcode and address "
            "encrypted, and then this sheet is destroyed; until then it is kept under lock. "
            "What was entered is destroyed ninety days after the campaign has closed. Whoever "
            "wants to be removed before tells those who collect.",
            site=words.printable(site),
        ),
        "online": gettext("Read more, or sign online. Please sign once: here or there."),
        "address": scan_codes.typed(link),
        "code": scan_codes.code(link),
        "foot": gettext(
            "Wording %(number)s · Collected where, when and by whom:", number=version.number
        ),
    }
