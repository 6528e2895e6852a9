"""`python -m campaign …`: the administrator's commands."""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, FlaskGroup, NoAppException, ScriptInfo
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from campaign import config, create_app, demonstration, lost_keys, seeding, serving
from campaign.lib import logs, migrations
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.refusals import Refused
from campaign.lib.vault import WrongKey
from campaign.operations import key_folder, transfer
from campaign.operations.commands import show_progress
from campaign.posts import queries as posts


def _load(*, without_lost_keys: bool = False, **changes: str) -> Flask:
    """The application as the environment says, with some settings changed."""
    try:
        settings = config.read({**os.environ, **changes})
    except config.WrongSettings as wrong:
        raise NoAppException(f"the settings are not right:\n{wrong}") from wrong
    logs.set_up(as_json=not settings.demo, quiet=settings.demo)
    try:
        key_folder.look(settings.keys, settings.database_url, without_lost_keys=without_lost_keys)
        return create_app(settings)
    except (key_folder.NoKeys, WrongKey, SQLAlchemyError) as trouble:
        raise NoAppException(str(trouble)) from trouble
    except OSError as trouble:
        raise NoAppException(
            f"{trouble}\nThe user that runs Campaign must be able to read and write in "
            f"{settings.data} (CAMPAIGN_DATA) and {settings.keys} (CAMPAIGN_KEYS)."
        ) from trouble


class _Commands(FlaskGroup):
    """Flask's commands, which say in plain words what keeps them from working."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command; where the app cannot be made, why not, instead of «No such command»."""
        if name not in self.commands:
            context.ensure_object(ScriptInfo).load_app()
        return super().get_command(context, name)

    def invoke(self, context: click.Context) -> Any:
        """Do it; where the database is the trouble, say so."""
        try:
            return super().invoke(context)
        except (click.ClickException, Refused, DBAPIError) as trouble:
            told = _of_the_database(trouble) if current_app else ""
            if told or isinstance(trouble, Refused):
                raise click.ClickException(told or str(trouble)) from trouble
            raise


def _of_the_database(trouble: BaseException | None) -> str:
    """What is wrong with the database where that is the cause; nothing where something else is."""
    while trouble and not isinstance(trouble, DBAPIError):
        trouble = trouble.__cause__
    if trouble is None:
        return ""
    try:
        with db.engine.connect() as connection:
            is_ours = migrations.present(connection) == migrations.wanted()
    except DBAPIError as away:
        return (
            f"the database cannot be opened:\n{away.orig}\n"
            "See that it runs, and that CAMPAIGN_DATABASE_URL (or CAMPAIGN_DATA) is right."
        )
    if not is_ours:
        return (
            "the database is of another version of Campaign, or has no tables yet. "
            "`campaign db upgrade` of the newest version makes them."
        )
    if isinstance(trouble, OperationalError):
        return f"the database could not do it: {trouble.orig}\nNothing was done by halves."
    return ""


cli = _Commands(
    create_app=_load,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
    help="Campaign: petitions and letters for human-rights groups.",
)
cli.params.clear()  # of Flask, for those who write an app
_PORT = click.IntRange(0, 2**16 - 1)
config_group = AppGroup("config", help="The settings (CAMPAIGN_* in the environment).")
cli.add_command(config_group)


@config_group.command("check", with_appcontext=False)
def check() -> None:
    """Check all settings at once and list every mistake."""
    try:
        config.read()
    except config.WrongSettings as wrong:
        raise click.ClickException(f"the settings are not right:\n{wrong}") from wrong
    click.echo("The settings are right.")


@cli.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=_PORT, default=5000, show_default=True)
@click.option(
    "--worker/--no-worker",
    default=True,
    show_default=True,
    help="Also deliver mail in this process.",
)
def serve(host: str, port: int, worker: bool) -> None:
    """Answer requests; with a worker in the same process unless told otherwise."""
    _tell_of_missing_tables()
    _serve(_app(), host=host, port=port, with_worker=worker)


@cli.command("worker")
def worker() -> None:
    """Deliver mail and forget what is due, until stopped. Any number may run."""
    _tell_of_missing_tables()
    serving.work_until_stopped(_app())


@cli.command("transfer")
@click.option("--to", "url", required=True, help="sqlite:////path/to/file or postgresql://…")
def move_database(url: str) -> None:
    """Copy everything into an empty database, and prove that it is all there.

    The database of the settings is only read. Stop every `serve` and `worker` before; a site that
    still runs is noticed, and nothing is done. Broken off, the same command goes on where it was.
    """
    if transfer.is_the_same(url, current_app.config["SQLALCHEMY_DATABASE_URI"]):
        raise click.ClickException("that is the database of the settings; name an empty one.")
    try:
        with (
            transfer.for_ourselves(db.engine) as here,
            _load(CAMPAIGN_DATABASE_URL=url).app_context(),
        ):
            if transfer.is_new(db.engine):
                migrations.upgrade()
            with transfer.for_ourselves(db.engine) as there:
                proven = transfer.move(here, there, show_progress)
    except transfer.NotMoved as trouble:
        raise click.ClickException(str(trouble)) from trouble
    except DBAPIError as trouble:
        raise click.ClickException(f"one of the databases says: {trouble.orig}") from trouble
    click.echo("\nThe same rows on both sides:")
    for name, proof in proven.items():
        click.echo(f"{proof.rows:>10}  {proof.checksum[:16]}  {name}")
    click.echo(
        "Now set CAMPAIGN_DATABASE_URL to the new database for every process, then start them.\n"
        "The old one is as it was: put it away where nobody writes to it by mistake."
    )


@cli.command("give-up-keys", with_appcontext=False)
def give_up_keys() -> None:
    """Go on though keys are lost for good: destroy what nobody can open any more.

    There has to be one key in the key folder. Make a backup before: should the keys turn up again,
    it is all that is left of who signed.
    """
    with _load(without_lost_keys=True).app_context():
        try:
            lost = lost_keys.lost()
        except DBAPIError as trouble:
            raise click.ClickException(_of_the_database(trouble)) from trouble
        if not lost:
            raise click.ClickException("every key is there; nothing is lost.")
        for table, number in sorted(lost.items()):
            click.echo(f"{number:>10}  {table}")
        click.confirm("None of the keys opens so many of them. Destroy what is sealed?", abort=True)
        lost_keys.give_up(utc_now())
    click.echo("Done. Add the staff anew, then start the site.")


@cli.command("demo", with_appcontext=False)
@click.option("--port", type=_PORT, default=5000, show_default=True)
def demo(port: int) -> None:
    """Bring up the demonstration: database, texts, made-up signers, mailbox, server."""
    os.environ["CAMPAIGN_DEMO"] = "yes"
    os.environ.setdefault("CAMPAIGN_BASE_URL", f"http://127.0.0.1:{port}")
    with _a_taken_port_is_told(port):  # before the demonstration is filled, which takes a while
        socket.create_server(("127.0.0.1", port)).close()
    app = _load()
    with app.app_context():
        migrations.upgrade()
        if not posts.latest(1):
            click.echo("Filling the demonstration …")
            with transaction():
                seeding.seed(demo=True, now=utc_now())
            demonstration.demonstrate(utc_now())
        demonstration.let_staff_in(utc_now())
        demonstration.let_things_wait(utc_now())
        demonstration.enter_paper(utc_now())
    logins = ", ".join(demonstration.STAFF)
    click.echo(
        f"\n  Campaign is at        {app.config['BASE_URL']}"
        f"\n  Its mail arrives at   {app.config['BASE_URL']}/dev/mail/  (none leaves this machine)"
        f"\n  Staff sign in at      {app.config['BASE_URL']}/staff/sign-in"
        f"\n                        {logins}"
        f"\n                        password: {demonstration.PASSWORD}"
        "\n  Stop it               Ctrl-C"
        "\n  Begin afresh          make demo-reset\n"
    )
    _serve(app, host="127.0.0.1", port=port, with_worker=True)


def _serve(app: Flask, *, host: str, port: int, with_worker: bool) -> None:
    with _a_taken_port_is_told(port):
        serving.serve(app, host=host, port=port, with_worker=with_worker)


@contextmanager
def _a_taken_port_is_told(port: int) -> Iterator[None]:
    try:
        yield
    except OSError as trouble:
        if trouble.errno != errno.EADDRINUSE:
            raise
        message = f"port {port} is taken; choose another one (--port, or make run PORT=5001)."
        raise click.ClickException(message) from trouble


def _tell_of_missing_tables() -> None:
    """To whoever forgot to make them. A database that is away is waited for."""
    try:
        if transfer.is_new(db.engine):
            click.echo("The database has no tables yet: run `campaign db upgrade`.", err=True)
    except SQLAlchemyError as away:
        click.echo(f"The database does not answer: {getattr(away, 'orig', away)}", err=True)


def _app() -> Flask:
    """The application itself, behind Flask's proxy, for threads to use."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def main() -> None:
    """`campaign …`, where it is installed."""
    cli(prog_name="campaign")


if __name__ == "__main__":
    sys.exit(cli())
