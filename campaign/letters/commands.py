"""The organiser's and the administrator's door: the variety meter, and the tally of posted letters.

`python -m campaign letters …`
"""

from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup

from campaign.campaigns import queries as campaigns
from campaign.letters import queries, tally, variety
from campaign.letters.drafting import Brief
from campaign.letters.models import LetterAction, Posted
from campaign.letters.rules import POSTED_MOST, AnswerKind
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.lib.http import LARGEST

_NUMBER = click.IntRange(1, LARGEST)

letters = AppGroup("letters", help="Letters: how alike they are, how many were posted.")


@letters.command("variety")
@click.argument("slug")
@click.option("--letters", "number", default=1000, type=click.IntRange(2, 10_000))
@click.option("--language", default="en")
@click.option("--seed", default="variety", help="Another seed makes other letters.")
def variety_command(slug: str, number: int, language: str, seed: str) -> None:
    """Draft that many letters to each target and say how alike they are."""
    action = _action(slug)
    if language not in action.case.passages:
        raise click.ClickException(
            f"There are no passages in {language}; there are in "
            f"{', '.join(action.case.passages) or 'no language'}."
        )
    for target in action.case.main_targets:
        drafts = variety.issue(
            action.case,
            Brief(language, target),
            number,
            version=action.version.digest,
            seed=seed,
        )
        click.echo(f"{target.role[language]}\n{variety.in_words(variety.report(drafts))}")


@letters.command("tally")
@click.argument("slug")
def tally_command(slug: str) -> None:
    """Say how many letters were posted to whom, what is held, and what came back."""
    action = _action(slug)
    click.echo(f"{action.posted_count} letters posted, {action.drafted_count} drafted.")
    for target, number in sorted(queries.tally(action).items()):
        click.echo(f"  {target}: {number}")
    for told in queries.held(action):
        click.echo(f"held {told.id}: {told.letters} to {told.target}, told {told.told_at:%Y-%m-%d}")
    for answer in queries.answers(action):
        click.echo(
            f"{answer.came_on}: {answer.kind}, {answer.letters} of {answer.target}. {answer.note}"
        )


@letters.command("release")
@click.argument("number", type=_NUMBER)
def release(number: int) -> None:
    """Let held letters count. NUMBER is the one that `letters tally` shows."""
    with transaction():
        done = tally.release(_told(number), by=None, now=utc_now())
    click.echo("They count now." if done else "They were settled already.")


@letters.command("refuse")
@click.argument("number", type=_NUMBER)
def refuse(number: int) -> None:
    """Settle held letters as ones that never count."""
    with transaction():
        done = tally.refuse(_told(number), by=None, now=utc_now())
    click.echo("They do not count." if done else "They were settled already.")


@letters.command("note")
@click.argument("slug")
@click.argument("target")
@click.argument("kind", type=click.Choice([kind.value for kind in AnswerKind]))
@click.option("--letters", "number", default=1, type=click.IntRange(1, POSTED_MOST))
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--note", default="")
def note(slug: str, target: str, kind: str, number: int, day: datetime, note: str) -> None:
    """Write down what came back: a reply, or letters the post returned."""
    action = _action(slug)
    if not action.case.target(target):
        known = ", ".join(target.key for target in action.case.targets)
        raise click.ClickException(f"There is no target “{target}”; known are {known}.")
    with transaction():
        tally.note_answer(
            action,
            target=target,
            kind=AnswerKind(kind),
            letters=number,
            came_on=day.date(),
            note=note,
            by=None,
            now=utc_now(),
        )
    click.echo("Written down.")


@letters.command("card-address")
@click.argument("slug")
def card_address(slug: str) -> None:
    """Show staff where solidarity cards are sent on to. The public never sees it."""
    cards = _action(slug).case.cards
    if cards is None or not cards.hidden_address:
        raise click.ClickException("This case has no address for cards.")
    click.echo("\n".join(cards.hidden_address))


def _action(slug: str) -> LetterAction:
    campaign = campaigns.by_slug(slug)
    action = queries.of_campaign(campaign) if campaign else None
    if action is None:
        raise click.ClickException(f"No campaign with letters is called “{slug}”.")
    return action


def _told(number: int) -> Posted:
    told = db.session.get(Posted, number)
    if told is None:
        raise click.ClickException(f"Nothing with the number {number} was told.")
    return told


def init_app(app: Flask) -> None:
    """Add the commands to `python -m campaign`."""
    app.cli.add_command(letters)
