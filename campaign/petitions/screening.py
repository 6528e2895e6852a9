"""Whether a signature is held for a moderator: never dropped, and the signer sees no difference."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from campaign.lib import addresses, day_keys, limits, networks
from campaign.lib.db import db
from campaign.lib.limits import Limit
from campaign.petitions import queries, sieve, suspicions
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import Deed, HeldFor, Thresholds, Verdict
from campaign.petitions.sieve import Sieve

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
log = structlog.get_logger()


class LimiterFailed(Exception):
    """The limits could not be counted, and nothing of the transaction can be kept."""


class Impression(NamedTuple):
    """What can be said of a signature before anything is counted."""

    #: Why it is held, whatever the limits say.
    held_for: HeldFor | None
    #: Neither a limit nor a trend holds it.
    passes: bool
    trend: HeldFor | None
    #: Whose limits it counts against, by what it would be held for; kept `under_pseudonyms` alone.
    whose: dict[HeldFor, str]


def look_at(
    petition: Petition,
    *,
    name: str,
    email: str,
    address: str | None,
    is_trapped: bool,
    now: datetime,
) -> Impression:
    """What lists, words and trends say of a signature; nothing is written.

    `address` is the visitor's; only the network's pseudonym of the day is kept.
    """
    current = sieve.current()
    verdict = current.verdict(email=email, address=address)
    is_trap = is_trapped and current.thresholds.trap
    return Impression(
        held_for=HeldFor.TRAP if is_trap else _marked(current, verdict, name=name, email=email),
        passes=verdict is Verdict.PASS,
        trend=_trend(current, petition.id, since=now),
        whose=_whose(email=email, address=address),
    )


def under_pseudonyms(impression: Impression, *, of: int, now: datetime) -> Impression:
    """The same in the form that may be kept; `of` is the petition's id.

    Whoever comes first on a day writes down its key, so this is part of a deed.
    """
    return impression._replace(
        whose={
            reason: f"{reason}/{of}/{day_keys.pseudonym(reason, whose, now=now)}"
            for reason, whose in impression.whose.items()
        }
    )


def count(impressions: Sequence[tuple[datetime, Impression]]) -> list[HeldFor | None]:
    """Count each against the limits of its time. Why each signature is to be held, if it is.

    Raises LimiterFailed: then begin once more with what `without_limits` makes of an impression.
    """
    of = _limits(sieve.current().thresholds)
    takes = [
        limits.Take(at, {key: of[reason] for reason, key in one.whose.items()})
        for at, one in impressions
    ]
    try:
        full = limits.used_up(takes)
    except SQLAlchemyError as trouble:
        log.warning("limits of screening failed", trouble=type(trouble).__name__)
        raise LimiterFailed from trouble
    return [_why(one, keys) for (_, one), keys in zip(impressions, full, strict=True)]


def _why(impression: Impression, full: set[str]) -> HeldFor | None:
    crowded = min((why for why, key in impression.whose.items() if key in full), default=None)
    return impression.held_for or (None if impression.passes else crowded or impression.trend)


def without_limits(impression: Impression) -> Impression:
    """Nothing is counted; whatever limits could have held is held."""
    held_for = None if impression.passes else HeldFor.LIMITER
    return impression._replace(whose={}, held_for=impression.held_for or held_for)


def at_confirming(signature: Signature, *, address: str | None) -> HeldFor | None:
    """The same by what was set, listed or seen since it was signed; nothing is counted.

    What a moderator has released before is let pass.
    """
    current = sieve.current()
    trend = _trend(current, signature.petition_id, since=signature.signed_at)
    slack = timedelta(seconds=sieve.LIFETIME_SECONDS)
    is_older = current.changed_at and signature.signed_at < current.changed_at + slack
    data = queries.personal_data(signature) if trend or is_older else None
    if data is None:
        return None
    verdict = current.verdict(email=data.email, address=address)
    passes = verdict is Verdict.PASS
    found = _marked(current, verdict, name=data.name, email=data.email) or (
        None if passes else trend
    )
    return None if found is None or _was_released(signature) else found


def _marked(current: Sieve, verdict: Verdict | None, *, name: str, email: str) -> HeldFor | None:
    """What the words themselves and the lists say."""
    if current.thresholds.names and suspicions.is_no_name(name):
        return HeldFor.NAME
    if verdict:
        return HeldFor.LIST if verdict is Verdict.HOLD else None
    if current.thresholds.disposable and suspicions.is_disposable(addresses.domain_of(email)):
        return HeldFor.DOMAIN
    return None


def _trend(current: Sieve, petition_id: int, *, since: datetime) -> HeldFor | None:
    """Whether the petition has a trend that had begun by then."""
    began = current.trends.get(petition_id)
    return HeldFor.TREND if began and began <= since else None


def _whose(*, email: str, address: str | None) -> dict[HeldFor, str]:
    """The network and the domain, where they are counted."""
    whose: dict[HeldFor, str] = {}
    if networks.is_of_the_internet(address):
        whose[HeldFor.BURST] = networks.of(address)
    domain = addresses.domain_of(email)
    if not suspicions.is_usual(domain):
        whose[HeldFor.DOMAIN] = suspicions.family(domain)
    return whose


def _limits(thresholds: Thresholds) -> dict[HeldFor, list[Limit]]:
    """The limits of a network and of a domain, for one campaign; 0 is none."""
    of = {
        HeldFor.BURST: [Limit(thresholds.network_hour, _HOUR), Limit(thresholds.network_day, _DAY)],
        HeldFor.DOMAIN: [Limit(thresholds.domain_day, _DAY)],
    }
    return {reason: [limit for limit in each if limit.most] for reason, each in of.items()}


def _was_released(signature: Signature) -> bool:
    released = select(SignatureEvent.id).where(
        SignatureEvent.signature_id == signature.id, SignatureEvent.deed == Deed.RELEASE
    )
    return db.session.scalar(released.limit(1)) is not None
