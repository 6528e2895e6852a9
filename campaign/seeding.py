"""Reads seeds/ and calls the rooms' services.

Idempotent by slug, and strict: an unknown key is refused with file and line.

The formats are described in seeds/README.md.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from campaign.campaigns import queries as campaign_queries, services as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import Outcome, PostRole
from campaign.config import ROOT
from campaign.letters import services as letters
from campaign.letters.casefile import CaseFile
from campaign.letters.linting import NotReady
from campaign.lib import countries, languages
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.frontmatter import Key, Mistake, load_yaml, place, read
from campaign.lib.http import slug_of
from campaign.lib.meanwhile import fingerprint
from campaign.petitions import rules as petition_rules, services as petitions, wording
from campaign.posts import queries as post_queries, services as posts
from campaign.posts.models import Post
from campaign.posts.rules import SlugTaken

SEEDS = ROOT / "seeds"
#: Why a petition's words change when somebody has signed the old ones.
REASON = "The text in seeds/ was corrected."


_POST = {
    "title": Key(str),
    "published_on": Key(date),
    "summary": Key(str),
    "topics": Key(list),
    "source_note": Key(str),
    "byline": Key(str, required=False),
}
_STATES = ("open", "closed")
#: What the demonstration shows otherwise.
_DEMO = {
    "state": Key(str, required=False, among=_STATES),
    "notice": Key(str, required=False),
}
_CAMPAIGN = {
    "title": Key(str),
    "ask": Key(str),
    "topics": Key(list),
    "country": Key(str),
    "state": Key(str, among=_STATES),
    "opened_on": Key(date),
    "closed_on": Key(date, required=False),
    "outcome": Key(str, required=False, among=list(Outcome)),
    "outcome_text": Key(str, required=False),
    "posts": Key(dict, keys={role: Key(list) for role in PostRole}),
    "notice": Key(str, required=False),
    "demo": Key(dict, required=False, keys=_DEMO),
}
#: Of the same texts in another language.
_POST_TRANSLATION = {"title": Key(str), "summary": Key(str), "source_note": Key(str)}
_CAMPAIGN_TRANSLATION = {
    "title": Key(str),
    "ask": Key(str),
    "outcome_text": Key(str, required=False),
    "notice": Key(str, required=False),
    "demo": Key(dict, required=False, keys={"notice": _DEMO["notice"]}),
}
_PETITION_TRANSLATION = {"addressee": Key(str)}
_ASKS = ("country", "postcode", "comment")
_PETITION = {"addressee": Key(str), "goal": Key(int), "asks": Key(list, among=_ASKS)}


def seed(folder: Path = SEEDS, *, demo: bool, now: datetime) -> list[str]:
    """Load everything: topics, posts, then campaigns with petitions and letters.

    What staff have changed since it was loaded stays as they left it: the names of those posts and
    campaigns are returned. Raises Mistake.
    """
    for slug, names in _topics(folder / "topics.yaml").items():
        others = {code: name for code, name in names.items() if code != languages.DEFAULT}
        posts.name_topic(slug, name=names[languages.DEFAULT], names=others)
    left = []
    for file in sorted([*folder.glob("posts/*.md"), *folder.glob("campaigns/*/posts/*.md")]):
        if "." not in file.stem and not _load_post(file):
            left.append(f"posts/{file.stem}")
    for file in sorted(folder.glob("campaigns/*/campaign.md")):
        if not _load_campaign(file, demo=demo, now=now):
            left.append(f"campaigns/{file.parent.name}")
    return left


def _topics(file: Path) -> dict[str, dict[str, str]]:
    document = load_yaml(file)
    for slug, names in document.values.items():
        where = document.place([slug])
        is_named = isinstance(names, dict) and {type(name) for name in names.values()} == {str}
        if not isinstance(slug, str) or not is_named or names.keys() - languages.LANGUAGES.keys():
            raise Mistake(f"{where}: {slug} should have its names by language")
        if languages.DEFAULT not in names:
            raise Mistake(f"{where}: {slug} has no name in {languages.DEFAULT}")
    return document.values


def _translations(file: Path) -> Iterator[tuple[str, Path]]:
    """Language and file of each translation of that file: `petition.fr.md` beside `petition.md`."""
    for other in sorted(file.parent.glob(f"{file.stem}.*.md")):
        language = other.name[len(file.stem) + 1 : -len(".md")]
        if language not in languages.LANGUAGES or language == languages.DEFAULT:
            raise Mistake(f"{place(other)}: our pages do not speak «{language}»")
        yield language, other


def _load_post(file: Path) -> bool:
    """False where staff have changed it."""
    values, body = read(file, _POST)
    try:
        post = posts.seed(
            _slug(file, file.stem[len("2020-01-31-") :]),
            title=values["title"],
            published_on=values["published_on"],
            byline=values.get("byline"),
            summary=values["summary"],
            body=body,
            source_note=values["source_note"],
            topics=_topics_named(values["topics"], file),
        )
    except SlugTaken as taken:
        raise Mistake(f"{place(file)}: somebody of the staff wrote a post of this name") from taken
    if posts.was_changed_by_staff(post):
        return False
    _translate_post(post, file)
    return True


def _translate_post(post: Post, file: Path) -> None:
    translated_from = fingerprint(posts.original(post))
    for language, other in _translations(file):
        values, body = read(other, _POST_TRANSLATION)
        words = {**values, "body": body}
        posts.put_translation(post, language, words, translated_from=translated_from)


def _load_campaign(file: Path, *, demo: bool, now: datetime) -> bool:
    """False where staff have changed it."""
    values, story = read(file, _CAMPAIGN)
    slug = _slug(file, file.parent.name)
    if values["country"] not in countries.names(languages.DEFAULT):
        raise Mistake(f"{place(file)}: «country» is a code of two letters, such as CN")
    there = campaign_queries.by_any_slug(slug)
    if there and campaigns.was_changed_by_staff(there):
        return False
    if demo:
        values |= values.get("demo", {})
    is_open = values["state"] == "open"
    campaign = campaigns.write(
        slug,
        title=values["title"],
        ask=values["ask"],
        story=story,
        country=values["country"],
        topics=_topics_named(values["topics"], file),
        posts={role: _posts_named(values["posts"].get(role, []), file) for role in PostRole},
        opens_at=_midnight(values["opened_on"]),
        closes_at=None if is_open else _end_of(values, file),
        notice=values.get("notice"),
    )
    if is_open:
        campaigns.open_(campaign)
    else:
        campaigns.close(
            campaign,
            outcome=Outcome(values["outcome"]),
            outcome_text=values["outcome_text"],
            now=now,
        )
    _load_petition(file.with_name("petition.md"), campaign, now=now)
    _translate_campaign(file, campaign, demo=demo, now=now)
    _load_letters(file.with_name("letter.md"), campaign, now=now)
    return True


def _translate_campaign(file: Path, campaign: Campaign, *, demo: bool, now: datetime) -> None:
    original = wording.original(campaign)
    for language, other in _translations(file):
        values, story = read(other, _CAMPAIGN_TRANSLATION)
        if demo:
            values |= values.get("demo", {})
        words = {**dict.fromkeys(wording.TRANSLATED, ""), **values, "story": story}
        petition = other.with_name(f"petition.{language}.md")
        if petition.exists():
            asked, words["statement"] = read(petition, _PETITION_TRANSLATION)
            words |= asked
        wording.translate(
            campaign,
            language,
            # The picture is not in seeds/, and whoever described it here did so in their words.
            {name: words[name] for name in wording.TRANSLATED if name != "image_alt"},
            translated_from=fingerprint(original),
            reason=REASON,
            now=now,
        )


def _load_petition(file: Path, campaign: Campaign, *, now: datetime) -> None:
    if not file.exists():
        return
    values, statement = read(file, _PETITION)
    if not 0 < values["goal"] <= petition_rules.GOAL_MOST:
        raise Mistake(f"{place(file)}: «goal» is how many should sign")
    petitions.put_to(
        campaign,
        addressee=values["addressee"],
        statement=statement,
        goal=values["goal"],
        asks_country="country" in values["asks"],
        asks_postcode="postcode" in values["asks"],
        asks_comment="comment" in values["asks"],
        reason=REASON,
        now=now,
    )


def _load_letters(file: Path, campaign: Campaign, *, now: datetime) -> None:
    if not file.exists():
        return
    read_file = CaseFile(file)
    try:
        letters.give_to(campaign, read_file.case, now=now)
    except NotReady as trouble:
        raise read_file.mistake(trouble.faults) from trouble


def _slug(file: Path, name: str) -> str:
    if not name or slug_of(name, len(name)) != name:
        raise Mistake(f"{place(file)}: an address has small letters, digits and hyphens alone")
    return name


def _topics_named(slugs: list[str], file: Path) -> list[Any]:
    found = post_queries.topics_by_slug(slugs)
    unknown = set(slugs) - {topic.slug for topic in found}
    if unknown:
        raise Mistake(f"{place(file)}: topics.yaml has no {', '.join(sorted(unknown))}")
    return found


def _posts_named(slugs: list[str], file: Path) -> list[Any]:
    found = post_queries.by_slugs(slugs)
    unknown = [slug for slug in slugs if slug not in found]
    if unknown:
        raise Mistake(f"{place(file)}: there is no post {', '.join(unknown)}")
    return [found[slug] for slug in slugs]


def _end_of(values: Mapping[str, Any], file: Path) -> datetime:
    """A closed campaign closed at the end of its last day."""
    missing = [name for name in ("closed_on", "outcome", "outcome_text") if name not in values]
    if missing:
        raise Mistake(f"{place(file)}: a closed campaign needs {', '.join(missing)}")
    return datetime.combine(values["closed_on"], time(23, 59, 59), UTC)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@click.command("seed")
@with_appcontext
def command() -> None:
    """Load the texts in seeds/: posts, campaigns, petitions, letters. Adds no signatures."""
    try:
        with transaction():
            left = seed(demo=current_app.config["DEMO"], now=utc_now())
    except Mistake as mistake:
        raise click.ClickException(str(mistake)) from mistake
    click.echo("The seeds are in.")
    if left:
        click.echo(f"Left as staff have changed them: {', '.join(left)}.")


def init_app(app: Flask) -> None:
    """Add the command to `python -m campaign`."""
    app.cli.add_command(command)
