"""What all pages of the case editor show around the boxes."""

from typing import Any

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.letters import case_faults, queries, working
from campaign.letters.case_forms import LanguageForm
from campaign.letters.completing import Reading
from campaign.letters.working import Content
from campaign.lib import languages
from campaign.lib.http import found


def campaign_of(slug: str) -> Campaign:
    """The campaign, for its team; nobody else learns whether there is one."""
    return found(campaigns.of_team(guards.me(), slug))


def parts_of(content: Content) -> dict[str, Any]:
    """Every page of the editor with its name."""
    return case_faults.PART_NAMES | {
        working.part_of_words(language): languages.language_name(language)
        for language in content.get("languages", ())
    }


def frame(campaign: Campaign, content: Content, reading: Reading, part: str) -> dict[str, Any]:
    """The navigation, what is to mend, and who changed the case last."""
    faults = case_faults.told(reading, content)
    return {
        "campaign": campaign,
        "part": part,
        "parts": parts_of(content),
        "faults": faults,
        "fault_counts": case_faults.by_part(faults),
        "working_copy": queries.working_copy(campaign),
        "letter_action": queries.of_campaign(campaign),
        "language_form": LanguageForm(content, formdata=None),
    }
