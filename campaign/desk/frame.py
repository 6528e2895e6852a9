"""A campaign's overview, which several doors show: where it stands, what it lacks, what is next."""

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.accounts.rules import ADMITS
from campaign.campaigns import queries as campaigns, rules as campaign_rules
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import Move
from campaign.desk import forms, queries, rules
from campaign.letters import queries as letters
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience
from campaign.lib.fields import StaffForm, StaffPress
from campaign.lib.refusals import Refused
from campaign.petitions import queries as petitions


def overview(campaign: Campaign, **sent: StaffForm) -> str:
    """The overview; `sent` is a form that was sent and is shown once more."""
    now = utc_now()
    petition, letter_action = petitions.of_campaign(campaign), letters.of_campaign(campaign)
    in_team = campaigns.is_in_team(guards.me(), campaign)
    shown: dict[str, Any] = {**_forms(campaign), **sent}
    return render_template(
        "desk/overview.html",
        campaign=campaign,
        stage=campaign.stage(now),
        stage_names=forms.STAGE_NAMES,
        petition=petition,
        letter_action=letter_action,
        in_team=in_team,
        moves=_moves(campaign, in_team=in_team),
        may_reopen=queries.may_reopen(campaign, now),
        too_late_to_reopen=rules.TooLateToReopen.message,
        lacks=rules.lacks(campaign, petition, letter_action, now=now),
        outdated=queries.outdated(campaign),
        versions=campaigns.versions(campaign),
        signed=petitions.confirmed_by_version(petition) if petition else {},
        team=campaigns.team_of(campaign),
        former_slugs=campaigns.former_slugs(campaign),
        at_once=campaign.opens_at == campaign_rules.AT_ONCE,
        mistaken=next((form for form in sent.values() if form.mistakes()), None),
        done=just_done.told(),
        **shown,
    )


def press(
    campaign: Campaign, name: str, form: StaffForm, do: Callable[[], None], *, done: str
) -> ResponseReturnValue:
    """A button on the overview: do it, or show the overview once more and say why not."""
    if not form.validate():
        return overview(campaign, **{name: form}), 422
    try:
        with transaction():
            do()
    except Refused as refusal:
        form.show(refusal)
        if isinstance(form, forms.OpenForm):
            form.seen.data = queries.read_by_moderators(campaign)
        if isinstance(form, forms.OutcomeForm):
            form.put_beside(campaign)
        return overview(campaign, **{name: form}), refusal.status
    return just_done.lead_to(url_for("desk.overview", slug=campaign.slug), done)


def _moves(campaign: Campaign, *, in_team: bool) -> set[Move]:
    """What this person may do with it just now."""
    allowed = set(campaign_rules.MOVES_OF_THE_TEAM) if in_team else set()
    if guards.me().role in ADMITS[Audience.MODERATORS]:
        allowed |= campaign_rules.MOVES_OF_MODERATORS
    return allowed & campaign_rules.moves_from(campaign.state)


def _forms(campaign: Campaign) -> dict[str, StaffForm]:
    return {
        "press_form": StaffPress(formdata=None),
        "submit_form": forms.SubmitForm(formdata=None),
        "open_form": forms.OpenForm(formdata=None, seen=queries.read_by_moderators(campaign)),
        "send_back_form": forms.SendBackForm(formdata=None),
        "outcome_form": forms.OutcomeForm.of(campaign),
        "reopen_form": forms.ReopenForm(formdata=None),
    }
