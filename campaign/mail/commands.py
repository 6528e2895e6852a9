"""The administrator's door to the outbox."""

import click
from flask import Flask
from flask.cli import AppGroup

from campaign.mail import queries

mail = AppGroup("mail", help="The outbox: what waits, what failed and why.")


@mail.command("status")
def status() -> None:
    """Print the outbox by kind, state and trouble, with the next try."""
    heaps = queries.heaps()
    if not heaps:
        click.echo("The outbox is empty.")
    for heap in heaps:
        click.echo(
            f"{heap.number:>7} {heap.state:<7} {heap.kind}  (oldest {heap.oldest:%F %H:%M} UTC)"
        )
        if heap.trouble:
            click.echo(f"        up to {heap.most_tries} tries; {heap.trouble}")
        if heap.state == "queued":
            click.echo(f"        next try {heap.next_due:%Y-%m-%d %H:%M:%S} UTC")


def init_app(app: Flask) -> None:
    """Add the commands to `python -m campaign`."""
    app.cli.add_command(mail)
