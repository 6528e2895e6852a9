"""The page of one update, which all who may see it share."""

from email.message import EmailMessage

from flask import render_template
from markupsafe import Markup

from campaign.accounts import guards
from campaign.accounts.rules import ADMITS
from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.lib import meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.doors import Audience
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.mail import delivery
from campaign.updates import mails, queries, rules
from campaign.updates.forms import STATE_NAMES, ReturnForm, SeenForm
from campaign.updates.models import Update


def campaign_of_team(slug: str) -> Campaign:
    """The campaign, for its team; nobody else learns whether there is one."""
    return found(campaigns.of_team(guards.me(), slug))


def campaign_seen(slug: str) -> Campaign:
    """The same for its team and for moderators."""
    return found(campaigns.seen_by(guards.me(), slug))


def update_of(campaign: Campaign, number: int) -> Update:
    """The campaign's update with that number."""
    return found(queries.by_number(campaign, number))


def refused(update: Update, refusal: Refused) -> tuple[str, int]:
    """The page of the update as it stands now, with what a rule said on top."""
    form = SeenForm(formdata=None)
    form.show(refusal)
    return page(update, slip=form), refusal.status


def page(
    update: Update,
    *,
    slip: SeenForm | StaffPress | None = None,
    return_form: ReturnForm | None = None,
    done: str = "",
) -> str:
    """Where it stands, the mail as it goes out, and what this visitor may do with it.

    `slip` is a button that could not be pressed.
    """
    now, campaign = utc_now(), update.campaign
    seen = meanwhile.fingerprint(update.words)
    sample = mails.sample(update, to=_NOBODYS, name=mails.made_up_name(), key="", now=now)
    return render_template(
        "updates/show.html",
        campaign=campaign,
        update=update,
        state_names=STATE_NAMES,
        progress=queries.progress(update) if update.began_at else None,
        supporters=queries.supporters(campaign, after=update.reached),
        goes_at=rules.goes_at(
            approved_at=update.decided_at or now, last_began_at=queries.last_began_at(campaign)
        ),
        take_back=rules.TAKE_BACK,
        now=now,
        **_parts(delivery.message_of(sample)),
        replaces=queries.other_waiting(update) if update.may_be_changed else None,
        in_team=campaigns.is_in_team(guards.me(), campaign),
        decides=guards.me().role in ADMITS[Audience.MODERATORS],
        slip=slip or SeenForm(formdata=None),
        seen_form=SeenForm(formdata=None, seen=seen),
        return_form=return_form or ReturnForm(formdata=None, seen=seen),
        press_form=StaffPress(formdata=None),
        done=done,
    )


_NOBODYS = "sam@example.org"


def _parts(message: EmailMessage) -> dict[str, object]:
    """Subject, text and HTML of the mail, the HTML without the frame of its document."""
    text, html = (part.get_content() for part in message.iter_parts())
    body = html.partition("<body>")[2].partition("</body>")[0]
    return {
        "mail_subject": message["Subject"],
        "mail_text": text,
        "mail_html": Markup(body),  # noqa: S704  (our own template has escaped it)
    }
