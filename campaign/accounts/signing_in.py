"""Signing in: guesses are counted before they are looked at, and no answer says what was wrong."""

from datetime import datetime

from campaign.accounts import passwords, queries, rules, staff_links
from campaign.accounts.models import Account
from campaign.lib import day_keys, limits, networks


def count_guess(email: str, *, browser: str, address: str | None, now: datetime) -> None:
    """Count one more guess for this address, and from this network. Raises TooManyGuesses.

    Guesses from a browser that has signed in before are counted apart: strangers cannot lock the
    owner out.
    """
    account_key = queries.key_of(email)
    where = browser if staff_links.is_known(browser, account_key) else "unknown"
    network = day_keys.pseudonym("network", networks.of(address), now=now)
    if not (
        limits.take(f"guess/{account_key}/{where[-40:]}", rules.GUESSES, now=now)
        and limits.take(f"guess/network/{network}", rules.GUESSES_OF_A_NETWORK, now=now)
    ):
        raise rules.TooManyGuesses


def count_proof(account: Account, *, now: datetime) -> None:
    """Count one more guess by somebody who is signed in. Raises TooManyGuesses."""
    if not limits.take(f"proof/{account.id}", rules.GUESSES, now=now):
        raise rules.TooManyGuesses


def count_code(account: Account, *, now: datetime) -> None:
    """Count one more guess at the code of an account. Raises TooManyGuesses."""
    if not limits.take(f"code/{account.id}", rules.GUESSES, now=now):
        raise rules.TooManyGuesses


def look_at(email: str, password: str) -> Account:
    """The account with this address and password. Raises NotAmongThem.

    It takes as long when there is no such account.
    """
    account = queries.by_email(email)
    stored = account.password if account and account.is_active else None
    if not passwords.matches(stored, password) or account is None:
        raise rules.NotAmongThem
    return account


def is_outdated(account: Account) -> bool:
    """Whether its password should be hashed anew now that it is known."""
    return account.password is not None and passwords.is_outdated(account.password)
