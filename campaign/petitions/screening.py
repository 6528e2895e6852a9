"""Whether a signature is held for a moderator: never dropped, and the signer sees no difference."""

from datetime import datetime, timedelta

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


def at_signing(
    petition: Petition,
    *,
    name: str,
    email: str,
    address: str | None,
    is_trapped: bool,
    now: datetime,
) -> HeldFor | None:
    """Why this signature is to be held; None where nothing speaks against it.

    `address` is the visitor's; only the network's pseudonym of the day is kept. Counts one more
    against the limits in any case.
    """
    current = sieve.current()
    verdict = current.verdict(email=email, address=address)
    crowded = _crowded(current.thresholds, petition, email=email, address=address, now=now)
    if is_trapped and current.thresholds.trap:
        return HeldFor.TRAP
    return _marked(current, verdict, name=name, email=email) or (
        None if verdict is Verdict.PASS else crowded or _trend(current, petition.id, since=now)
    )


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
    if current.thresholds.disposable and suspicions.is_disposable(_domain(email)):
        return HeldFor.DOMAIN
    return None


def _trend(current: Sieve, petition_id: int, *, since: datetime) -> HeldFor | None:
    """Whether the petition has a trend that had begun by then."""
    began = current.trends.get(petition_id)
    return HeldFor.TREND if began and began <= since else None


def _crowded(
    thresholds: Thresholds, petition: Petition, *, email: str, address: str | None, now: datetime
) -> HeldFor | None:
    """Count one more from the network and the domain. A limiter that fails holds."""
    asked: dict[HeldFor, tuple[str, list[Limit]]] = {}
    if networks.is_of_the_internet(address):
        of_network = [Limit(thresholds.network_hour, _HOUR), Limit(thresholds.network_day, _DAY)]
        asked[HeldFor.BURST] = networks.of(address), of_network
    if not suspicions.is_usual(_domain(email)):
        of_domain = [Limit(thresholds.domain_day, _DAY)]
        asked[HeldFor.DOMAIN] = suspicions.family(_domain(email)), of_domain
    if not asked:
        return None
    try:
        with db.session.connection().begin_nested():
            keys = {
                f"{reason}/{petition.id}/{day_keys.pseudonym(reason, whose, now=now)}": reason
                for reason, (whose, _) in asked.items()
            }
            takes = {
                key: [limit for limit in asked[reason][1] if limit.most]
                for key, reason in keys.items()
            }
            full = limits.used_up(takes, now=now)
    except SQLAlchemyError as trouble:
        log.warning("limits of screening failed", trouble=type(trouble).__name__)
        return HeldFor.LIMITER
    return min((keys[key] for key in full), default=None)


def _domain(email: str) -> str:
    return addresses.ascii_domain(email.rpartition("@")[2])


def _was_released(signature: Signature) -> bool:
    released = select(SignatureEvent.id).where(
        SignatureEvent.signature_id == signature.id, SignatureEvent.deed == Deed.RELEASE
    )
    return db.session.scalar(released.limit(1)) is not None
