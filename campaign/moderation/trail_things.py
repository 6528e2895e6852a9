"""What the entries of the trail are about, where it still exists."""

from collections.abc import Iterable

from sqlalchemy import select

from campaign.accounts.models import Account, TrailEntry
from campaign.campaigns.models import CampaignSlug
from campaign.lib.db import db
from campaign.posts.models import Post


def pages(entries: Iterable[TrailEntry], *, of_accounts: bool) -> dict[str, str]:
    """`about` of an entry → the address of the staff page of that thing.

    Things that are gone are left out. One query for each kind of thing, however many entries.
    """
    named: dict[str, dict[str, str]] = {}
    for entry in entries:
        kind, _, name = entry.about.partition(":")
        named.setdefault(kind, {})[name] = entry.about
    return {
        **_campaigns(named.get("campaign", {})),
        **_posts(named.get("post", {})),
        **{about: f"/staff/voiding/{n}" for n, about in named.get("voiding", {}).items()},
        **(_accounts(named.get("account", {})) if of_accounts else {}),
    }


def _campaigns(named: dict[str, str]) -> dict[str, str]:
    """Also by an address that it had before."""
    there = db.session.scalars(select(CampaignSlug.slug).where(CampaignSlug.slug.in_(named)))
    return {named[slug]: f"/staff/campaigns/{slug}" for slug in there}


def _posts(named: dict[str, str]) -> dict[str, str]:
    rows = db.session.execute(select(Post.slug, Post.id).where(Post.slug.in_(named)))
    return {named[slug]: f"/staff/posts/{number}" for slug, number in rows}


def _accounts(named: dict[str, str]) -> dict[str, str]:
    """Their names are `7 Olive`, and the number is what stays."""
    numbers = {name: int(name.partition(" ")[0]) for name in named if name[:1].isdecimal()}
    there = set(db.session.scalars(select(Account.id).where(Account.id.in_(numbers.values()))))
    return {
        named[name]: f"/staff/accounts/{number}"
        for name, number in numbers.items()
        if number in there
    }
