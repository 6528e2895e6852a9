"""Choosing signatures by a rule: its conditions, as a query and as a look into an envelope.

What stands in columns is asked of the database. Names and mail domains are sealed, and nothing in
the row stands for them: a stand-in for the domain, stored at signing, would tell whoever holds the
database alone which signers share a domain, in one campaign and in all of them; for a small group's
own domain that is nearly who they are. So the envelopes are opened, batch by batch, by the worker.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, func, select

from campaign.lib import addresses, spellings
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.petitions import suspicions
from campaign.petitions.models import Signature
from campaign.petitions.queries import PersonalData
from campaign.petitions.rules import MAY_START_FROM, Deed, HeldFor, State
from campaign.petitions.voiding_models import VoidingMatch, VoidingRun

#: Under which name a run keeps its sealed conditions.
_ENVELOPE = "sealed"


@dataclass(frozen=True)
class Conditions:
    """Which signatures a rule is about: those that meet each condition that is set."""

    #: Of this petition alone; not enough for a rule.
    petition_id: int | None = None
    signed_from: datetime | None = None
    signed_before: datetime | None = None
    state: State | None = None
    held_for: HeldFor | None = None
    country: str | None = None
    language: str | None = None
    source: str | None = None
    #: Sealed: the mail domain is one of these, or below one of them.
    domains: tuple[str, ...] = ()
    #: Sealed: the name has the words of one of these, side by side.
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, run: VoidingRun) -> "Conditions":
        """The conditions of the run. Raises Unreadable."""
        kept = dict(run.conditions)
        envelope = kept.pop(_ENVELOPE, None)
        sealed = vault().open_text(envelope) if envelope else {}
        return msgspec.convert({**kept, **sealed}, cls, strict=False)

    def as_json(self) -> dict[str, Any]:
        """As the run keeps them: those that are set.

        For whom somebody looked tells nearly as much as who signed, so that is sealed here too.
        """
        plain = {name: value for name, value in msgspec.to_builtins(self).items() if value}
        sealed = {name: plain.pop(name) for name in ("domains", "names") if name in plain}
        return {**plain, _ENVELOPE: vault().seal_text(sealed)} if sealed else plain

    @property
    def are_set(self) -> bool:
        """Whether there is a condition besides the petition."""
        return self != Conditions(petition_id=self.petition_id)

    @property
    def are_sealed(self) -> bool:
        """Whether envelopes have to be opened to know."""
        return bool(self.domains or self.names)

    def are_met_by(self, data: PersonalData) -> bool:
        """Whether what is in the envelope meets the sealed conditions."""
        return (not self.domains or self._has_domain(data.email)) and (
            not self.names or self._has_name(data.name)
        )

    def _has_domain(self, email: str) -> bool:
        return not self._domains.isdisjoint(suspicions.parents(addresses.domain_of(email)))

    def _has_name(self, name: str) -> bool:
        return any(pattern in _in_words(name) for pattern in self._names)

    @cached_property
    def _domains(self) -> frozenset[str]:
        return frozenset(addresses.ascii_domain(domain) for domain in self.domains)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(map(_in_words, self.names))


def chosen(run: VoidingRun) -> Select[int]:
    """The ids of the signatures that the run would void just now."""
    conditions = Conditions.of(run)
    query = to_open(run)
    if conditions.are_sealed:
        query = query.where(
            Signature.id.in_(select(VoidingMatch.signature_id).where(VoidingMatch.run_id == run.id))
        )
    return query


def to_open(run: VoidingRun) -> Select[int]:
    """The ids of those that meet all conditions but the sealed ones."""
    return select(Signature.id).where(*_open_conditions(Conditions.of(run), run.asked_at))


def next_of(of: Select[Any], run: VoidingRun, most: int) -> Select[Any]:
    """The next ones after the run's mark, in the order of ids."""
    return of.where(Signature.id > run.cursor).order_by(Signature.id).limit(most)


def numbers(of: Select[int]) -> Sequence[tuple[int, int, int]]:
    """By petition: how many these are, and how many of them count."""
    is_confirmed = Signature.state == State.CONFIRMED
    rows = db.session.execute(
        of.with_only_columns(
            Signature.petition_id, func.count(), func.count().filter(is_confirmed)
        ).group_by(Signature.petition_id)
    )
    return [(petition_id, all_, confirmed) for petition_id, all_, confirmed in rows]


def _open_conditions(of: Conditions, asked_at: datetime) -> Iterator[ColumnElement[bool]]:
    # Not by the states that are meant: SQLite would go by their index, and sort all of them for
    # each batch instead of going by the ids.
    yield Signature.state.not_in(
        set(State) - ({of.state} if of.state else MAY_START_FROM[Deed.VOID])
    )
    yield Signature.signed_at <= asked_at
    if of.signed_from:
        yield Signature.signed_at >= of.signed_from
    if of.signed_before:
        yield Signature.signed_at < of.signed_before
    for name in ("petition_id", "country", "language", "source"):
        if getattr(of, name):
            yield getattr(Signature, name) == getattr(of, name)
    if of.held_for:
        yield Signature.state.not_in(set(State) - {State.HELD})
        yield Signature.held_for == of.held_for


def _in_words(text: str) -> str:
    """The words alone, case and accents apart, so that `in` finds whole words."""
    letters = "".join(sign if sign.isalnum() else " " for sign in spellings.bare(text))
    return f" {' '.join(letters.split())} "
