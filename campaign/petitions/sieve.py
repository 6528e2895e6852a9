"""What moderators have set and listed, and which trends go on: read once for many signatures."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from sqlalchemy import select

from campaign.lib import addresses
from campaign.lib.db import db
from campaign.lib.networks import Network, read
from campaign.lib.paging import Page, page_of
from campaign.lib.vault import vault
from campaign.petitions import suspicions
from campaign.petitions.rules import ListKind, Thresholds, Verdict
from campaign.petitions.screening_models import ScreeningEntry, ScreeningSetting, Trend

#: What another process has changed is seen after this time.
LIFETIME_SECONDS = 5
#: Of the lists, on a page for moderators.
LINES_A_PAGE = 100

_kept: tuple[float, Any, "Sieve"] | None = None


@dataclass(frozen=True)
class Sieve:
    """All that screening goes by, beside the limits."""

    thresholds: Thresholds
    #: When moderators last changed anything; None where they never did.
    changed_at: datetime | None
    #: Since when petitions have a trend that signatures are held for, by the petition's id.
    trends: dict[int, datetime]
    _listed: dict[tuple[ListKind, Verdict], frozenset[Any]]
    _prefixes: frozenset[tuple[int, int]]

    def verdict(self, *, email: str, address: str | None) -> Verdict | None:
        """What the lists say of a mailbox and the visitor's network; None where nothing."""
        about: dict[ListKind, Iterable[Any]] = {
            ListKind.NETWORK: self._networks_of(address),
            ListKind.DOMAIN: suspicions.parents(addresses.domain_of(email)),
            ListKind.MAILBOX: (mailbox_key(email),) if self._knows_mailboxes else (),
        }
        said = [self._of_one_kind(kind, values) for kind, values in about.items()]
        return Verdict.HOLD if Verdict.HOLD in said else next(filter(None, said), None)

    @property
    def _knows_mailboxes(self) -> bool:
        return any(kind is ListKind.MAILBOX for kind, _ in self._listed)

    def _of_one_kind(self, kind: ListKind, values: Iterable[Any]) -> Verdict | None:
        for verdict in (Verdict.PASS, Verdict.HOLD):
            if not self._listed.get((kind, verdict), frozenset()).isdisjoint(values):
                return verdict
        return None

    def _networks_of(self, address: str | None) -> list[Network]:
        """Every network of a size on the lists that the address is in."""
        found = read(address)
        return [
            ip_network(f"{found}/{length}", strict=False)
            for version, length in self._prefixes
            if found and version == found.version
        ]


def mailbox_key(email: str) -> str:
    """What stands for a mailbox on the lists."""
    return vault().pseudonym("screening", addresses.canonical(email))


def entries(page: int) -> Page[ScreeningEntry]:
    """A page of the lines of the lists, the latest first."""
    latest_first = select(ScreeningEntry).order_by(ScreeningEntry.id.desc())
    return page_of(latest_first, number=page, size=LINES_A_PAGE)


def thresholds() -> Thresholds:
    """What moderators have set, just now."""
    return _read().thresholds


def current() -> Sieve:
    """The sieve, at most some seconds old."""
    global _kept
    now = time.monotonic()
    if _kept is None or _kept[1] is not db.engine or now - _kept[0] > LIFETIME_SECONDS:
        _kept = (now, db.engine, _read())
    return _kept[2]


def forget() -> None:
    """Something was changed: read it anew."""
    global _kept
    _kept = None


def _read() -> Sieve:
    settings = db.session.execute(
        select(ScreeningSetting.name, ScreeningSetting.value, ScreeningSetting.changed_at)
    ).all()
    entry = ScreeningEntry
    entries = db.session.execute(
        select(entry.kind, entry.verdict, entry.value, entry.added_at)
    ).all()
    listed: dict[tuple[ListKind, Verdict], set[Any]] = {}
    for kind, verdict, value, _ in entries:
        thing = ip_network(value) if kind is ListKind.NETWORK else value
        listed.setdefault((kind, verdict), set()).add(thing)
    networks = {n for (kind, _), all_ in listed.items() if kind is ListKind.NETWORK for n in all_}
    set_to = _as_set({name: value for name, value, _ in settings})
    changes = [row.changed_at for row in settings] + [row.added_at for row in entries]
    return Sieve(
        thresholds=set_to,
        changed_at=max(changes, default=None),
        trends=_trends() if set_to.trend_holds else {},
        _listed={key: frozenset(values) for key, values in listed.items()},
        _prefixes=frozenset((network.version, network.prefixlen) for network in networks),
    )


def _as_set(values: dict[str, int]) -> Thresholds:
    """A number where the default is one; yes or no where it is that."""
    defaults = asdict(Thresholds())
    known = {name: type(defaults[name])(n) for name, n in values.items() if name in defaults}
    return replace(Thresholds(), **known)


def _trends() -> dict[int, datetime]:
    rows = db.session.execute(
        select(Trend.petition_id, Trend.began_at).where(
            Trend.ended_at.is_(None), Trend.is_believed.is_(False)
        )
    )
    return {row.petition_id: row.began_at for row in rows}
