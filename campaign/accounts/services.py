"""What can be done with accounts: invite, join, change the password, the role, disable."""

from datetime import datetime

from sqlalchemy import select

from campaign.accounts import mails, passwords, queries, rules, second_step, sessions, trail
from campaign.accounts.models import Account
from campaign.accounts.rules import Role
from campaign.lib import day_keys, limits, networks
from campaign.lib.db import db
from campaign.lib.vault import vault


def invite(email: str, *, name: str, role: Role, by: Account | None, now: datetime) -> Account:
    """Make an account and mail its owner a link to choose a password.

    `by` is None for an administrator at the command line. Raises AddressTaken, NameTaken.
    """
    _lock_names()
    if queries.by_email(email):
        raise rules.AddressTaken
    if queries.is_name_taken(name):
        raise rules.NameTaken
    account = Account(
        name=name,
        role=role,
        email_key=queries.key_of(email),
        envelope=vault().seal({"email": email}),
        invited_at=now,
    )
    db.session.add(account)
    db.session.flush()
    mails.you_are_invited(account, to=email, by=by, now=now)
    trail.note("account.invited", by=by, about=about(account), reason=role.value, now=now)
    return account


def invite_again(account: Account, *, by: Account | None, now: datetime) -> None:
    """Mail a fresh link to somebody who has not joined yet; the older one is good for nothing.

    Raises HasJoined, IsDisabled.
    """
    db.session.refresh(account, with_for_update={"key_share": True})
    if account.joined_at:
        raise rules.HasJoined
    if account.disabled_at:
        raise rules.IsDisabled
    account.link_serial += 1
    account.invited_at = now
    db.session.flush()
    mails.you_are_invited(account, to=queries.email_of(account), by=by, now=now)
    trail.note("account.invited-again", by=by, about=about(account), now=now)


def mail_reset(email: str, *, address: str | None, now: datetime) -> None:
    """Mail a link for a new password, if the address has an account; nobody is told whether.

    Nor is anybody told that the network of `address` has asked too often: it is counted before
    anything is looked up. The mail goes to the address that was invited, never to the one typed:
    accounts are found by a folded spelling, and where a provider folds less than we do, that may be
    a stranger's mailbox.
    """
    network = day_keys.pseudonym("network", networks.of(address), now=now)
    if not limits.take(f"reset/network/{network}", rules.RESETS_OF_A_NETWORK, now=now):
        return
    account = queries.by_email(email)
    if account is None or not account.is_active:
        return
    if limits.take(f"reset/{account.id}", rules.RESETS, now=now):
        mails.choose_a_new_password(account, to=queries.email_of(account), now=now)


def choose_password(account: Account, password: str, *, now: datetime) -> None:
    """Give the account a password: all its sessions and links end. Raises StolenPassword."""
    if passwords.is_stolen(password):
        raise rules.StolenPassword
    account.password = passwords.hashed(password)
    account.link_serial += 1
    account.joined_at = account.joined_at or now
    db.session.flush()
    sessions.end_all(account)
    trail.note("account.password-chosen", by=account, about=about(account), now=now)


def hash_anew(account: Account, password: str) -> None:
    """Store the same password with today's settings."""
    account.password = passwords.hashed(password)
    db.session.flush()


def rename(account: Account, name: str, *, now: datetime) -> None:
    """Let its owner have another name for colleagues to see. Raises NameTaken.

    The trail notes it under the name that colleagues know.
    """
    _lock_names()
    db.session.refresh(account)
    if name == account.name:
        return
    if queries.is_name_taken(name, but=account):
        raise rules.NameTaken
    said = f"{account.name} → {name}"
    trail.note("account.renamed", by=account, about=about(account), reason=said, now=now)
    account.name = name
    db.session.flush()


def give_role(account: Account, role: Role, *, by: Account, now: datetime) -> None:
    """Change what the account may do; its sessions end. Raises LastAdministrator."""
    if role is account.role:
        return
    _spare_the_last(account)
    account.role = role
    db.session.flush()
    sessions.end_all(account)
    trail.note("account.role", by=by, about=about(account), reason=role.value, now=now)


def disable(account: Account, *, by: Account, now: datetime) -> None:
    """Let nobody sign in with it any more, from this moment. Raises LastAdministrator."""
    _spare_the_last(account)
    account.disabled_at = now
    account.link_serial += 1
    db.session.flush()
    sessions.end_all(account)
    trail.note("account.disabled", by=by, about=about(account), now=now)


def enable(account: Account, *, by: Account, now: datetime) -> None:
    """Let its owner sign in again."""
    account.disabled_at = None
    db.session.flush()
    trail.note("account.enabled", by=by, about=about(account), now=now)


def take_off_second_step(account: Account, *, by: Account, now: datetime) -> None:
    """The phone is lost, and so are the recovery codes: the password alone until it is set up."""
    second_step.take_off(account)
    sessions.end_all(account)
    trail.note("account.second-step-off", by=by, about=about(account), now=now)


def about(account: Account) -> str:
    """How the trail speaks of it."""
    return f"account:{account.id} {account.name}"


def _lock_names() -> None:
    """Nobody else gets a name until this transaction ends: the oldest account's row is the lock."""
    oldest = select(Account.id).order_by(Account.id).limit(1)
    db.session.execute(oldest.with_for_update(key_share=True))


def _spare_the_last(account: Account) -> None:
    """Two administrators who disable each other at once do so one after the other."""
    if queries.lock_active_administrators() == [account.id]:
        raise rules.LastAdministrator
