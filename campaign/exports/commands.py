"""The administrator's door: `python -m campaign export`, and `trace` for a leaked copy."""

import os
import stat
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click
from flask import Flask
from flask.cli import with_appcontext

from campaign.exports import handing_over, queries, services
from campaign.exports.models import Export
from campaign.exports.rules import DEFAULT_COLUMNS, Column, Kind, NoReason, Scope
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.refusals import Refused
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export")
@click.argument("slug")
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
    help="A file, or - for the screen. [default: a name of its own]",
)
@click.option("--format", "kind", type=click.Choice([kind.value for kind in Kind]), default="csv")
@click.option("--columns", default=",".join(DEFAULT_COLUMNS), help="Names with commas between.")
@click.option("--scope", type=click.Choice([scope.value for scope in Scope]), default="confirmed")
@click.option("--country", help="ISO code: only signatures from there.")
@click.option("--from", "from_day", type=_DAY, help="Confirmed on this day (UTC) or later.")
@click.option("--until", "until_day", type=_DAY, help="Confirmed on this day (UTC) or before.")
@click.option("--wants-updates", is_flag=True, help="Only those who asked for news.")
@click.option(
    "--new",
    "only_new",
    is_flag=True,
    help="Only what your last such file did not have.",
)
@click.option("--reason", help="Needed for addresses, and for unconfirmed signatures.")
@with_appcontext
def export(
    slug: str,
    file: Path | None,
    kind: str,
    columns: str,
    scope: str,
    country: str | None,
    from_day: datetime | None,
    until_day: datetime | None,
    wants_updates: bool,
    only_new: bool,
    reason: str | None,
) -> None:
    """Write the signatures of a petition to a file, and write down that it was taken."""
    if from_day and until_day and until_day < from_day:
        raise click.ClickException("--until lies before --from.")
    planned = services.plan(
        _petition(slug),
        by=None,
        columns=_chosen(columns),
        scope=Scope(scope),
        country=country.upper() if country else None,
        confirmed_from=from_day.date() if from_day else None,
        confirmed_to=until_day.date() if until_day else None,
        wants_updates=wants_updates,
        only_new=only_new,
        now=utc_now(),
    )
    try:
        with transaction():
            services.take(planned, Kind(kind), by=None, reason=reason)
    except NoReason as refusal:
        raise click.ClickException(
            "Addresses and unconfirmed signatures need a --reason, which is written down."
        ) from refusal
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    _write(planned, Kind(kind), file)
    click.echo(f"{planned.rows} signatures, export {planned.ref}.", err=True)


def _petition(slug: str) -> Petition:
    """The petition of the campaign of that name."""
    petition = petitions.by_slug(slug)
    if petition is None:
        raise click.ClickException(f"No campaign with a petition is called “{slug}”.")
    return petition


def _chosen(names: str) -> list[Column]:
    """The columns by their names."""
    try:
        columns = [Column(name.strip()) for name in names.split(",")]
    except ValueError as trouble:
        raise click.ClickException(f"{trouble}; known are {', '.join(Column)}.") from trouble
    if len(set(columns)) < len(columns):
        raise click.ClickException("A column is there twice.")
    return columns


def _write(taken: Export, kind: Kind, file: Path | None) -> None:
    """The file, with its progress."""
    expected = queries.number(taken)
    name = f"{taken.name}.{kind}"
    with _opened(file) if file else _private(Path(name), os.O_EXCL) as target:
        for piece in handing_over.pieces(taken, kind):
            target.write(piece)
            click.echo(f"\r{taken.written} of {expected} …", nl=False, err=True)
    click.echo(f"\r{taken.rows} of {expected}  ", err=True)
    if file is None:
        click.echo(name, err=True)


def _opened(file: Path) -> IO[Any]:
    """The screen, or a file, which is overwritten if it is there."""
    if str(file) == "-":
        return click.open_file("-", "wb")
    return _private(file, os.O_TRUNC)


def _private(file: Path, how: int) -> IO[Any]:
    """The file, to write names and addresses into; not everybody on the machine may read them.

    A new one is for its owner alone. One that was there keeps its group, which somebody may have
    chosen, but no longer what everybody else may do with it.
    """
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | how, 0o600)
    except OSError as trouble:
        raise click.FileError(str(file), hint=trouble.strerror) from trouble
    mode = os.fstat(descriptor).st_mode
    # Only of a file: /dev/null is everybody's. Whose file is another's has chosen that.
    if stat.S_ISREG(mode) and mode & stat.S_IRWXO:
        with suppress(PermissionError):
            os.fchmod(descriptor, stat.S_IMODE(mode) & ~stat.S_IRWXO)
    return os.fdopen(descriptor, "wb")


@click.command("trace")
@click.argument("ref")
@with_appcontext
def trace(ref: str) -> None:
    """Say whose export a leaked copy is; REF is the first cell of any of its rows."""
    found = queries.by_ref(ref)
    if found is None:
        raise click.ClickException(f"No export has the reference “{ref}”.")
    click.echo(
        f"{found.ref}: taken by {found.taken_by} at {found.taken_at:%Y-%m-%d %H:%M} UTC, "
        f"of “{found.petition.campaign.slug}”, {found.scope}, {found.written} rows; "
        f"{', '.join(found.columns)}. {found.reason or ''}".rstrip()
    )


def init_app(app: Flask) -> None:
    """Add the commands to `python -m campaign`."""
    app.cli.add_command(export)
    app.cli.add_command(trace)
