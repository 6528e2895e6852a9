"""The staff's overview of letters: how alike they are, what was posted, what is held."""

from flask import render_template
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.campaigns import queries as campaigns
from campaign.letters import linting, queries, variety
from campaign.letters.drafting import Brief
from campaign.letters.models import LetterAction
from campaign.letters.variety import Report
from campaign.lib import just_done
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import asked_number, found

bp = Door("letters_manage", __name__, audience=Audience.STAFF)

#: How many drafts the page makes to measure; the command line makes more.
SAMPLES = (100, 300, 1000)
#: So many drafts a page at most; further languages and targets are left to the command line.
_DRAFTS_A_PAGE = 3000


@bp.get("/staff/campaigns/<slug:slug>/letters")
def overview(slug: str) -> ResponseReturnValue:
    """The variety meter for every language and target, the linter, and the tally."""
    campaign = found(campaigns.seen_by(guards.me(), slug))
    action = queries.of_campaign(campaign)
    asked = asked_number("letters", SAMPLES[0])
    sample = asked if asked in SAMPLES else SAMPLES[0]
    return render_template(
        "letters/manage.html",
        campaign=campaign,
        letter_action=action,
        working_copy=queries.working_copy(campaign),
        in_team=campaigns.is_in_team(guards.me(), campaign),
        done=just_done.told(),
        press_form=StaffPress(formdata=None),
        sample=sample,
        samples=SAMPLES,
        alike=variety.ALIKE,
        **(_of_action(action, sample) if action else {}),
    )


def _of_action(action: LetterAction, sample: int) -> dict[str, object]:
    case = action.case
    return {
        "case": case,
        "reports": _reports(action, sample),
        "lacks": [str(fault) for fault in linting.shortages(case)],
        "tally": queries.tally(action),
        "held": queries.held(action),
        "answers": queries.answers(action),
    }


def _reports(action: LetterAction, sample: int) -> list[tuple[str, str, Report]]:
    """Language, target and what the meter says."""
    case, version = action.case, action.version.digest
    pairs = [(language, target) for language in case.passages for target in case.main_targets]
    measured = []
    for language, target in pairs[: max(_DRAFTS_A_PAGE // sample, 1)]:
        brief = Brief(language, target)
        drafts = variety.issue(case, brief, sample, version=version, seed="variety")
        if variety.say_something(drafts):
            role = target.role.get(language, target.key)
            measured.append((language, role, variety.report(drafts)))
    return measured
