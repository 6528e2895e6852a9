"""The mails to staff: those about their accounts, and how other rooms write to them."""

from datetime import datetime
from typing import Any

from campaign.accounts import queries
from campaign.accounts.models import Account
from campaign.accounts.staff_links import Purpose, path
from campaign.lib import languages, links
from campaign.mail import outbox


def post_to(account: Account, template: str, *, about: str, now: datetime, **values: Any) -> None:
    """Post somebody a mail about what they work on."""
    outbox.post(
        template,
        to=queries.email_of(account),
        language=languages.DEFAULT,
        key=f"{template}:{about}:{account.id}:{now.timestamp():.6f}",
        about=about,
        now=now,
        values={"name": account.name, **values},
    )


def you_are_invited(account: Account, *, to: str, by: Account | None, now: datetime) -> None:
    """Somebody is to join: they choose a password."""
    link = links.page(path(Purpose.JOIN, account))
    _post("you_are_invited", account, to=to, now=now, link=link, by=by.name if by else None)


def choose_a_new_password(account: Account, *, to: str, now: datetime) -> None:
    """Somebody, probably the owner, has forgotten the password."""
    link = links.page(path(Purpose.NEW_PASSWORD, account))
    _post("choose_a_new_password", account, to=to, now=now, link=link)


def _post(kind: str, account: Account, *, to: str, now: datetime, **values: Any) -> None:
    about = f"account:{account.id}"
    outbox.take_back(about)
    outbox.post(
        f"accounts/mail/{kind}",
        to=to,
        language=languages.DEFAULT,
        key=f"{kind}:{account.id}:{account.link_serial}:{now.timestamp():.6f}",
        about=about,
        now=now,
        values={"name": account.name, "role": account.role, **values},
    )
