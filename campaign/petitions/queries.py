"""What is asked of petitions and signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, defer, joinedload, lazyload

from campaign.campaigns.models import IS_PUBLIC, Campaign, Version
from campaign.lib import addresses
from campaign.lib.db import any_of, db
from campaign.lib.vault import vault
from campaign.petitions import tally_queries
from campaign.petitions.models import IS_HELD, Petition, Signature, SignatureEvent
from campaign.petitions.rules import Deed, State, Tallied, next_goal
from campaign.petitions.sent_form_models import SentForm

PUBLIC_NAMES = 12

#: Made once: every signing asks it, and to build it takes longer than to run it.
_PUBLIC_BY_SLUG = (
    select(Petition)
    .join(Campaign)
    .where(Campaign.slug == bindparam("slug"), IS_PUBLIC)
    # The count is asked for where it is shown: whoever signs need not wait for it.
    .options(contains_eager(Petition.campaign), defer(Petition.confirmed_count))
)
#: Likewise: every reader of a campaign's page asks them. Whoever asks has the campaign already.
_OF_CAMPAIGN = (
    select(Petition)
    .where(Petition.campaign_id == bindparam("campaign"))
    .options(lazyload(Petition.campaign))
)
#: Likewise: everybody who confirms asks it. They need the campaign, and not the count as it was.
_BY_REF = (
    select(Signature)
    .where(Signature.ref == bindparam("ref"))
    .options(joinedload(Signature.petition).defer(Petition.confirmed_count))
)
_IS_NAMED = and_(
    Signature.state == State.CONFIRMED, Signature.shows_name, Signature.envelope.is_not(None)
)
_NAMED = (
    select(Signature.envelope)
    .where(Signature.petition_id == bindparam("petition"), _IS_NAMED)
    .order_by(Signature.confirmed_at.desc())
    .limit(PUBLIC_NAMES)
)
#: Whether a petition has any public names, for statements that ask for more than that.
ANY_NAMED = any_of(Signature.petition_id == Petition.id, _IS_NAMED)


@dataclass(frozen=True)
class PersonalData:
    """What is in the envelope of a signature."""

    name: str
    email: str
    postcode: str
    comment: str


def of_campaign(campaign: Campaign) -> Petition | None:
    """The campaign's petition, if it has one."""
    return db.session.scalar(_OF_CAMPAIGN, {"campaign": campaign.id})


def by_slug(slug: str) -> Petition | None:
    """The petition of that campaign, whatever its state."""
    return db.session.scalar(select(Petition).join(Campaign).where(Campaign.slug == slug))


def public_by_slug(slug: str) -> Petition | None:
    """The petition of that campaign, if a visitor may read it."""
    return db.session.scalar(_PUBLIC_BY_SLUG, {"slug": slug})


def of_campaigns(campaigns: Iterable[Campaign]) -> dict[int, Petition]:
    """Their petitions, by the campaign's id."""
    ids = [campaign.id for campaign in campaigns]
    return {
        petition.campaign_id: petition
        for petition in db.session.scalars(select(Petition).where(Petition.campaign_id.in_(ids)))
    }


def titles() -> dict[int, str]:
    """The titles of all campaigns with a petition, by the petition's id."""
    rows = db.session.execute(
        select(Petition.id, Campaign.title).join(Petition.campaign).order_by(Campaign.title)
    )
    return {row.id: row.title for row in rows}


def totals() -> tuple[int, int]:
    """How many signatures all public petitions have together: confirmed online, and on paper."""
    sums = [func.coalesce(func.sum(n), 0) for n in (Petition.confirmed_count, Petition.paper_count)]
    found = db.session.execute(select(*sums).join(Campaign).where(IS_PUBLIC)).one()
    return int(found[0]), int(found[1])


def is_signed(version_id: int) -> bool:
    """Whether anybody has signed that wording, online or on paper.

    On paper, also where only a newer one was: which of the older ones were is not kept.
    """
    on_paper = (
        select(Petition.id)
        .join(Version, Version.campaign_id == Petition.campaign_id)
        .where(Version.id == version_id, Petition.paper_version_id >= version_id)
    )
    return (
        db.session.scalar(on_paper) is not None
        or _any(Signature.id, Signature.version_id == version_id)
        or _any(SentForm.id, SentForm.version_id == version_id)
    )


def has_signatures(petition: Petition) -> bool:
    """Whether anybody has ever signed it, in whatever wording and state."""
    return (
        _version_on_paper(petition) is not None
        or _any(Signature.id, Signature.petition_id == petition.id)
        or _any(SentForm.id, SentForm.petition_id == petition.id)
    )


def _version_on_paper(petition: Petition) -> int | None:
    return db.session.scalar(select(Petition.paper_version_id).where(Petition.id == petition.id))


def _any(number: InstrumentedAttribute[int], where: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(number).where(where).limit(1)) is not None


def confirmed_by_version(petition: Petition) -> dict[int, int]:
    """How many confirmed signatures stand under each wording, by the version's id."""
    rows = db.session.execute(
        select(Signature.version_id, func.count())
        .where(Signature.petition_id == petition.id, Signature.state == State.CONFIRMED)
        .group_by(Signature.version_id)
    )
    return {row[0]: row[1] for row in rows}


def progress(petition: Petition) -> tuple[int, int]:
    """How many have signed, online and on paper, and the next goal."""
    return petition.total, next_goal(petition.total, goal=petition.goal)


def by_ref(ref: str) -> Signature | None:
    """The signature with that reference."""
    return db.session.scalar(_BY_REF, {"ref": ref})


def by_fingerprint(petition_id: int, fingerprint: bytes) -> Signature | None:
    """The signature of that mailbox under that petition."""
    return db.session.scalar(
        select(Signature).where(
            Signature.petition_id == petition_id, Signature.fingerprint == fingerprint
        )
    )


def events_of(signature: Signature) -> Sequence[SignatureEvent]:
    """Its diary, from the beginning."""
    return db.session.scalars(
        select(SignatureEvent)
        .where(SignatureEvent.signature_id == signature.id)
        .order_by(SignatureEvent.id)
    ).all()


def of_mailbox(email: str) -> Sequence[Signature]:
    """Every signature of that mailbox, whatever it signed: each petition knows it otherwise."""
    mailbox = addresses.canonical(email)
    prints = [
        (number, vault().fingerprint(key, mailbox))
        for number, key in db.session.execute(select(Petition.id, Petition.fingerprint_key))
    ]
    return db.session.scalars(
        select(Signature)
        .where(tuple_(Signature.petition_id, Signature.fingerprint).in_(prints))
        .options(joinedload(Signature.petition))
        .order_by(Signature.id.desc())
    ).all()


def held_of_campaigns() -> Sequence[tuple[Campaign, int, datetime]]:
    """Every campaign of which signatures are held, how many, and when the first was signed.

    By the tallies and an index, so that it takes no longer when very many are held.
    """
    told = tally_queries.tallies(Tallied.STATE)
    number = func.sum(told.c.number).label("number")
    numbers = (
        select(told.c.petition_id, number)
        .where(told.c.key == State.HELD)
        .group_by(told.c.petition_id)
        .having(number > 0)
        .subquery()
    )
    first = (
        select(Signature.signed_at)
        .where(Signature.petition_id == Petition.id, text(f"signature.{IS_HELD}"))
        .order_by(Signature.signed_at)
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Campaign, numbers.c.number, first)
        .join(Petition, Petition.campaign_id == Campaign.id)
        .join(numbers, numbers.c.petition_id == Petition.id)
        .options(defer(Campaign.story))
    )
    # Where the tally is wrong (`tally_drift`), there may be no first one: then nothing waits.
    return [(campaign, int(held), since) for campaign, held, since in rows if since]


def personal_data(signature: Signature) -> PersonalData | None:
    """What is in its envelope; None once it was erased or anonymised."""
    return opened(signature.envelope) if signature.envelope else None


def opened(envelope: bytes) -> PersonalData:
    """What is in an envelope. Raises Unreadable."""
    return PersonalData(**vault().open(envelope))


def public_names(petition: Petition) -> Sequence[str]:
    """The names of the latest who confirmed and asked to be named."""
    envelopes = db.session.scalars(_NAMED, {"petition": petition.id})
    return [opened(envelope).name for envelope in envelopes if envelope]


def drift() -> Sequence[tuple[str, int, int]]:
    """Petitions whose count is not the number of their confirmed rows: slug, count, rows."""
    rows = (
        select(Signature.petition_id, func.count().label("rows"))
        .where(Signature.state == State.CONFIRMED)
        .group_by(Signature.petition_id)
        .subquery()
    )
    counted = func.coalesce(rows.c.rows, 0)
    found = db.session.execute(
        select(Campaign.slug, Petition.confirmed_count, counted)
        .join(Petition, Petition.campaign_id == Campaign.id)
        .outerjoin(rows, rows.c.petition_id == Petition.id)
        .where(Petition.confirmed_count != counted)
        .order_by(Campaign.slug)
    )
    return [(slug, count, number) for slug, count, number in found]


def to_anonymise(*, closed_before: datetime, most: int) -> Sequence[Signature]:
    """Signatures that still hold personal data though their campaign closed before that moment."""
    return db.session.scalars(
        select(Signature)
        .join(Petition)
        .join(Campaign)
        .where(Campaign.closes_at < closed_before, Signature.envelope.is_not(None))
        .limit(most)
    ).all()


def all_we_hold(signature: Signature) -> dict[str, Any]:
    """Everything we hold on this signer, for them to keep.

    Every column of the row, the envelope opened, the diary; but as on their page, not that it was
    held, nor by which check: a script would learn from that how to pass.
    """
    row = {column.key: getattr(signature, column.key) for column in Signature.__table__.columns}
    hidden = {"id", "petition_id", "version_id", "envelope", "fingerprint"}
    for name in hidden | {"held_for", "voided_from", "voided_in"}:
        row.pop(name)
    if signature.state is State.HELD:
        row["state"] = State.CONFIRMED if signature.confirmed_at else State.PENDING
    data = personal_data(signature)
    return {
        "campaign": signature.version.title,
        "statement": signature.version.statement,
        **(asdict(data) if data else {}),
        **row,
        "diary": [
            {"at": event.at, "deed": event.deed}
            for event in events_of(signature)
            if event.deed not in (Deed.HOLD, Deed.RELEASE)
        ],
    }
