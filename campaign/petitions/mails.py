"""The mails of signing. One function a mail, one folder of templates a function."""

from datetime import datetime
from typing import Any

from campaign.campaigns.models import Campaign
from campaign.lib import links
from campaign.mail import outbox
from campaign.mail.models import Mail
from campaign.petitions.models import Signature
from campaign.petitions.owner_links import Purpose, path


def please_confirm(signature: Signature, *, name: str, to: str, now: datetime) -> None:
    """The signature waits for its owner to press the button."""
    _post("please_confirm", signature, name=name, to=to, now=now)


def first_of_all(
    campaign: Campaign,
    *,
    title: str,
    ref: str,
    name: str,
    email: str,
    language: str,
    now: datetime,
) -> Mail:
    """The first `please_confirm` of a signature that was just added; not queued yet."""
    return outbox.written(
        **_words(
            "please_confirm",
            campaign,
            title=title,
            ref=ref,
            name=name,
            to=email,
            language=language,
            now=now,
        )
    )


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
    outbox.post(
        **_words(
            kind,
            signature.petition.campaign,
            # As its owner read it, whatever the page says by now.
            title=signature.version.title,
            ref=signature.ref,
            name=name,
            to=to,
            language=signature.language,
            now=now,
        )
    )


def _words(
    kind: str,
    campaign: Campaign,
    *,
    title: str,
    ref: str,
    name: str,
    to: str,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    """A mail about the signature with that reference.

    The moment names it for ever, since no two follow each other at once (`rules.MAIL_PAUSE`); the
    number of its mails would not: counting begins anew.
    """
    return {
        "template": f"petitions/mail/{kind}",
        "to": to,
        "language": language,
        "key": f"{kind}:{ref}:{now.timestamp():.0f}",
        "about": about(ref),
        "counted_under": failures_of(campaign),
        "values": {
            "name": name,
            "title": title,
            "confirm_link": links.page(path(Purpose.CONFIRM, ref), language),
            "owner_link": links.page(path(Purpose.OWN, ref), language),
            "campaign_link": links.page(f"/campaigns/{campaign.slug}", language),
        },
        "now": now,
    }
