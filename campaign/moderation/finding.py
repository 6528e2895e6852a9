"""Finding signatures: by what stands beside the envelopes, by mailbox, and by what is in them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload

from campaign.campaigns.models import Campaign
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import MAY_START_FROM, Deed, HeldFor, State

#: How many signatures a page of the list shows.
PAGE = 50
#: Of held ones: screening has nothing to do with it.
BY_MODERATOR = "moderator"
#: So many envelopes are opened for one look at names; the next look goes on from there.
LOOK = 5000
#: So many at a time, so that few are in memory.
_AT_A_TIME = 500


@dataclass(frozen=True)
class Choice:
    """Which signatures: those where all that is not empty is so."""

    #: Slug.
    campaign: str = ""
    state: str = ""
    #: Why screening holds it, as `HeldFor` says; BY_MODERATOR where a moderator does.
    held_for: str = ""
    #: The day it was (last) signed, in UTC, such as `2026-03-01`.
    day: str = ""
    #: The day since when it counts, likewise. Only those that count.
    confirmed_on: str = ""
    country: str = ""
    source: str = ""
    #: These alone, by reference.
    picks: tuple[str, ...] = ()

    @property
    def filters(self) -> dict[str, Any]:
        """What is chosen, by name, as addresses of the list say it."""
        return {name: value for name, value in asdict(self).items() if value and name != "picks"}

    def but(self, **other: Any) -> "Choice":
        """The same with something else; an empty word takes a filter away."""
        return replace(self, **other)

    def written(self) -> str:
        """The choice as text, for keeping."""
        return json.dumps({**self.filters, "picks": self.picks}, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> "Choice":
        """The choice that was written so."""
        said = json.loads(text)
        return cls(**{**said, "picks": tuple(said["picks"])})

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL. What is no state, day or campaign of ours matches nothing."""
        wanted = [_CONDITIONS[name](value) for name, value in self.filters.items()]
        return [*wanted, Signature.ref.in_(self.picks)] if self.picks else wanted


class Look(NamedTuple):
    """What one look through envelopes found."""

    found: Sequence[Signature]
    #: How many envelopes were opened.
    opened: int
    #: The signature it came to; None when it has seen all.
    last: Signature | None


def listed(choice: Choice, *, after: Signature | None) -> Sequence[Signature]:
    """The next signatures of the choice, the latest first; one more than a page, if there is."""
    found = _latest_first(choice, after).options(joinedload(Signature.petition))
    return db.session.scalars(found.limit(PAGE + 1)).all()


def look(choice: Choice, words: str, *, after: Signature | None) -> Look:
    """Open the next envelopes of the choice, and keep those whose name or address has the words.

    Words that begin with @ are looked for at the end of addresses, others in names.
    """
    wanted, opened, reached = words.casefold(), 0, 0
    matching: list[int] = []
    for number, envelope in _envelopes(choice, after):
        data = vault().open(envelope)
        opened, reached = opened + 1, number
        text = str(data["email" if wanted.startswith("@") else "name"]).casefold()
        if text.endswith(wanted) if wanted.startswith("@") else wanted in text:
            matching.append(number)
        if len(matching) == PAGE:
            break
    is_through = opened < LOOK and len(matching) < PAGE
    found = db.session.scalars(
        select(Signature)
        .where(Signature.id.in_(matching))
        .options(joinedload(Signature.petition))
        .order_by(Signature.id.desc())
    )
    return Look(found.all(), opened, None if is_through else db.session.get(Signature, reached))


def campaigns() -> list[tuple[str, str]]:
    """Slug and title of every campaign that has a petition, by title."""
    rows = db.session.execute(
        select(Campaign.slug, Campaign.title).join(Petition).order_by(Campaign.title)
    )
    return [(slug, title) for slug, title in rows]


def number_for(deed: Deed, choice: Choice, *, upto: int) -> int:
    """To how many of the choice the deed may be done."""
    return db.session.scalars(
        select(func.count())
        .select_from(Signature)
        .where(
            *choice.conditions(), Signature.state.in_(MAY_START_FROM[deed]), Signature.id <= upto
        )
    ).one()


def latest() -> int:
    """The number of the latest signature there is."""
    return db.session.scalar(select(func.max(Signature.id))) or 0


class Group(NamedTuple):
    """Held signatures that belong together, to be decided about at once."""

    campaign: Campaign
    #: None where a moderator holds them.
    held_for: HeldFor | None
    number: int
    oldest: datetime

    @property
    def choice(self) -> Choice:
        """Exactly these."""
        return Choice(
            campaign=self.campaign.slug,
            state=State.HELD.value,
            held_for=self.held_for.value if self.held_for else BY_MODERATOR,
        )


def held() -> Sequence[Group]:
    """All held signatures in groups, the one that waits longest first."""
    rows = db.session.execute(
        select(Campaign, Signature.held_for, func.count(), func.min(Signature.signed_at))
        .select_from(Signature)
        .join(Petition, Petition.id == Signature.petition_id)
        .join(Campaign)
        .where(Signature.state == State.HELD)
        .group_by(Campaign.id, Signature.held_for)
        .order_by(func.min(Signature.signed_at))
    )
    return [Group(*row) for row in rows]


def _latest_first(choice: Choice, after: Signature | None) -> Select[Signature]:
    found = select(Signature).where(*choice.conditions()).order_by(Signature.id.desc())
    return found.where(Signature.id < after.id) if after else found


def _envelopes(choice: Choice, after: Signature | None) -> Iterator[tuple[int, bytes]]:
    """Of the choice, the latest first: id and envelope of as many as one look opens."""
    found = (
        _latest_first(choice, after)
        .where(Signature.envelope.is_not(None))
        .with_only_columns(Signature.id, Signature.envelope)
    )
    left = LOOK
    while left:
        wanted = min(left, _AT_A_TIME)
        rows = db.session.execute(found.limit(wanted)).all()
        yield from ((row.id, row.envelope or b"") for row in rows)
        left = left - wanted if len(rows) == wanted else 0
        found = found.where(Signature.id < rows[-1].id) if left else found


def _stands(state: str) -> ColumnElement[bool]:
    """Whether it stands so.

    Nearly all are confirmed, so the latest of them are found soonest without an index on states;
    SQLite would take one all the same and sort them all, so it is kept from it.
    """
    if state == State.CONFIRMED:
        return func.coalesce(Signature.state, State.PENDING) == State.CONFIRMED
    return Signature.state.in_([one for one in State if one == state])


def _is_of(slug: str) -> ColumnElement[bool]:
    of = select(Petition.id).join(Campaign).where(Campaign.slug == slug)
    return Signature.petition_id == of.scalar_subquery()


def _is_held_for(why: str) -> ColumnElement[bool]:
    if why == BY_MODERATOR:
        return Signature.held_for.is_(None)
    return Signature.held_for.in_([one for one in HeldFor if one == why])


def _ends_of(day: str) -> tuple[datetime, datetime]:
    """Its first and last moment; of what is no day, a day when nobody signed."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = date.min
    return datetime.combine(found, time.min, UTC), datetime.combine(found, time.max, UTC)


def _counts_since(day: str) -> ColumnElement[bool]:
    """Petition by petition, as there is an index for: of one day they are few among all."""
    first, last = _ends_of(day)
    of_day = aliased(Signature)
    found = (
        select(of_day.id)
        .join(Petition, Petition.id == of_day.petition_id)
        .where(of_day.state == State.CONFIRMED, of_day.confirmed_at.between(first, last))
    )
    return Signature.id.in_(found)


_CONDITIONS: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "campaign": _is_of,
    "state": _stands,
    "held_for": _is_held_for,
    "confirmed_on": _counts_since,
    "day": lambda day: Signature.signed_at.between(*_ends_of(day)),
    "country": lambda code: Signature.country == code,
    "source": lambda source: Signature.source == source,
}
#: By what a list can be narrowed.
FILTERS = tuple(_CONDITIONS)
