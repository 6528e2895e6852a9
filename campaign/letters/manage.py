"""The organisers' door: how alike the letters are, what the case lacks, what was posted.

Open in the demonstration alone, as long as there are no staff accounts to guard it.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.campaigns import queries as campaigns
from campaign.letters import linting, queries, variety
from campaign.letters.case import Case
from campaign.letters.drafting import Brief
from campaign.letters.models import LetterAction
from campaign.letters.variety import Report
from campaign.lib.http import found

bp = Blueprint("letters_manage", __name__)

#: How many drafts the page makes to measure; the command line makes more.
SAMPLES = (100, 300, 1000)


@bp.get("/staff/campaigns/<slug:slug>/letters")
def overview(slug: str) -> ResponseReturnValue:
    """The variety meter for every language and target, the linter, and the tally."""
    campaign = found(campaigns.by_slug(slug))
    action = found(queries.of_campaign(campaign))
    asked = request.args.get("letters", SAMPLES[0], int)
    sample = asked if asked in SAMPLES else SAMPLES[0]
    return render_template(
        "letters/manage.html",
        campaign=campaign,
        letter_action=action,
        case=action.case,
        sample=sample,
        samples=SAMPLES,
        alike=variety.ALIKE,
        reports=_reports(action, sample),
        lacks=[str(fault) for fault in linting.shortages(action.case)],
        tally=queries.tally(action),
        held=queries.held(action),
        answers=queries.answers(action),
    )


def _reports(action: LetterAction, sample: int) -> list[tuple[str, str, Report]]:
    """Language, target and what the meter says."""
    case: Case = action.case
    return [
        (
            language,
            target.role[language],
            variety.report(
                variety.issue(
                    case,
                    Brief(language, target),
                    sample,
                    version=action.version.digest,
                    seed="variety",
                )
            ),
        )
        for language in case.passages
        for target in case.main_targets
    ]
