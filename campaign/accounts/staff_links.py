"""What stands for an account outside the database: links in mails, tickets, a cookie."""

from datetime import timedelta
from enum import StrEnum

from campaign.accounts import queries, rules
from campaign.accounts.models import Account
from campaign.lib import tokens

_BROWSER = "known browser"
_SECOND_STEP = "second step"


class Purpose(StrEnum):
    """What a link in a mail is good for; also the first part of its path."""

    JOIN = "join"
    NEW_PASSWORD = "new-password"  # noqa: S105


def ticket(account: Account) -> str:
    """For the page that asks for the code: the password was right."""
    return tokens.issue(_SECOND_STEP, {"account": account.id, "serial": account.link_serial})


def account_of(found: str) -> Account | None:
    """The account of a ticket, if it is still good."""
    return _account(_SECOND_STEP, found, lifetime=rules.SECOND_STEP_LIFETIME)


def browser_token(account: Account) -> str:
    """For a cookie: the owner of this account signed in, or chose its password, here."""
    return tokens.issue(_BROWSER, account.email_key)


def path(purpose: Purpose, account: Account) -> str:
    """The path in a mail that lets its owner choose a password."""
    payload = {"account": account.id, "serial": account.link_serial}
    return f"/staff/{purpose}/{tokens.issue(purpose, payload)}"


def account_of_link(purpose: Purpose, token: str) -> Account | None:
    """The account of a link in a mail; None once it was used, is too old, or never was ours."""
    lifetime = rules.INVITATION_LIFETIME if purpose is Purpose.JOIN else rules.RESET_LIFETIME
    return _account(purpose, token, lifetime=lifetime)


def _account(purpose: str, token: str, *, lifetime: timedelta) -> Account | None:
    try:
        said = tokens.read(purpose, token, lifetime=lifetime)
    except (tokens.Unknown, tokens.Expired):
        return None
    account = queries.by_id(said["account"])
    if account is None or account.disabled_at or account.link_serial != said["serial"]:
        return None
    return account


def is_known(browser: str, account_key: str) -> bool:
    """Whether the owner of that account was in the browser that has this cookie before."""
    try:
        said = tokens.read(_BROWSER, browser, lifetime=rules.KNOWN_BROWSER_LIFETIME)
    except (tokens.Unknown, tokens.Expired):
        return False
    return bool(said == account_key)
