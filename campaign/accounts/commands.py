"""The administrator's door to the accounts and the trail."""

import click
from flask import Flask
from flask.cli import AppGroup

from campaign.accounts import chain, queries, services
from campaign.accounts.rules import NAME_LENGTH, Role
from campaign.accounts.staff_links import Purpose, path
from campaign.lib import addresses, links
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.fields import cleaned
from campaign.lib.refusals import Refused

staff = AppGroup("staff", help="Accounts of those who sign in.")
trail = AppGroup("trail", help="Who read or took personal data, who decided what.")

#: What `trail verify` prints of a trail without entries: every trail has begun so.
_OF_NOTHING = "0:"
#: Python reads no number of some thousand digits, and no chain is as long as one of nineteen.
_MOST_DIGITS = 18


def _as_in_the_form(_context: click.Context, _option: click.Parameter, typed: str) -> str:
    """The name, as the page cleans and refuses it.

    A byte of the command line that is no UTF-8 arrives as half of a pair of signs.
    """
    name = cleaned(typed)
    if "\ufffd" in name or any("\ud800" <= sign <= "\udfff" for sign in typed):
        raise click.BadParameter("some of its characters could not be read.")
    if not name:
        raise click.BadParameter("what do colleagues call this person?")
    if len(name) > NAME_LENGTH:
        raise click.BadParameter(f"at most {NAME_LENGTH} characters, please.")
    return name


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, callback=_as_in_the_form, help="What colleagues see.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ORGANISER.value,
    show_default=True,
)
def add(email: str, name: str, role: str) -> None:
    """Invite somebody. The link is mailed, and printed for whoever has no mail yet.

    Who was invited before and has not joined keeps name and role, and gets a fresh link.
    """
    try:
        normal = addresses.normalise(email)
    except addresses.NoAddress as trouble:
        raise click.ClickException(f"{email} is no email address.") from trouble
    now = utc_now()
    try:
        with transaction():
            account = queries.by_email(normal)
            if account is None:
                account = services.invite(normal, name=name, role=Role(role), by=None, now=now)
            else:
                services.invite_again(account, by=None, now=now)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{account.name} is invited as {account.role}. Choose a password within seven days:")
    click.echo(links.page(path(Purpose.JOIN, account)))


@staff.command("list")
def list_() -> None:
    """Print all accounts: role, name, state."""
    for account in queries.everybody():
        state = "active" if account.is_active else "disabled" if account.disabled_at else "invited"
        click.echo(f"{account.role:<14} {state:<9} {account.name}")


@trail.command("verify")
@click.option("--expect", metavar="PLACE:LINK", help="What this command printed another day.")
def verify(expect: str | None) -> None:
    """Look at every entry, and say which was changed, removed or forged.

    Note down the last line somewhere else: with --expect it shows months later that nobody has
    put an older state of the whole trail back.
    """
    report = chain.check()
    wrong = [str(fault) for fault in report.faults]
    if expect is not None and not _is_still_there(expect):
        wrong.append(f"{expect} is not in the chain: entries were removed, or all are others.")
    click.echo(f"{report.length} entries are chained, {report.waiting} wait for the worker.")
    for line in wrong:
        click.echo(line)
    if wrong:
        raise click.ClickException("the trail is broken.")
    click.echo("The trail is whole.")
    click.echo(f"{report.length}:{report.link}")


def _is_still_there(expected: str) -> bool:
    if expected == _OF_NOTHING:
        return True
    place, _, link = expected.partition(":")
    if not place.isdecimal() or not link:
        raise click.UsageError("--expect takes a place and a link, like 120:5d41402abc4b2a76.")
    return len(place) <= _MOST_DIGITS and chain.has_link(int(place), link)


def init_app(app: Flask) -> None:
    """Add the commands to `python -m campaign`."""
    app.cli.add_command(staff)
    app.cli.add_command(trail)
