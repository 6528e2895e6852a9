"""The mails of signing. One function a mail, one folder of templates a function."""

from datetime import datetime

from campaign.campaigns.models import Campaign
from campaign.lib import links
from campaign.mail import outbox
from campaign.petitions.models import Signature
from campaign.petitions.owner_links import Purpose, path


def please_confirm(signature: Signature, *, name: str, to: str, now: datetime) -> None:
    """The signature waits for its owner to press the button."""
    _post("please_confirm", signature, name=name, to=to, now=now)


def you_have_already_signed(signature: Signature, *, name: str, to: str, now: datetime) -> None:
    """The address signed before and confirmed it: nothing to do.

    The page told the visitor nothing of it.
    """
    _post("you_have_already_signed", signature, name=name, to=to, now=now)


def your_signature_was_removed(signature: Signature, *, name: str, to: str, now: datetime) -> None:
    """The address signed before, and a moderator removed that signature."""
    _post("your_signature_was_removed", signature, name=name, to=to, now=now)


def here_is_your_link(signature: Signature, *, name: str, to: str, now: datetime) -> None:
    """The owner asked for a fresh link to their signature."""
    _post("here_is_your_link", signature, name=name, to=to, now=now)


def about(ref: str) -> str:
    """How the outbox knows the mails of the signature with that reference."""
    return f"signature:{ref}"


def failures_of(campaign: Campaign) -> str:
    """Under what the outbox counts failed mails of that campaign."""
    return f"campaign:{campaign.id}"


def _post(kind: str, signature: Signature, *, name: str, to: str, now: datetime) -> None:
    campaign, language = signature.petition.campaign, signature.language
    outbox.post(
        f"petitions/mail/{kind}",
        to=to,
        language=language,
        key=f"{kind}:{signature.ref}:{signature.mails}",
        about=about(signature.ref),
        counted_under=failures_of(campaign),
        now=now,
        values={
            "name": name,
            # As its owner read it, whatever the page says by now.
            "title": signature.version.title,
            "confirm_link": links.page(path(Purpose.CONFIRM, signature), language),
            "owner_link": links.page(path(Purpose.OWN, signature), language),
            "campaign_link": links.page(f"/campaigns/{campaign.slug}", language),
        },
    )
