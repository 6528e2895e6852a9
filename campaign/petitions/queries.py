"""What is asked of petitions and signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    Subquery,
    Table,
    bindparam,
    func,
    literal,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import contains_eager, defer, joinedload, lazyload

from campaign.campaigns.models import Campaign, Version
from campaign.campaigns.rules import PUBLIC_STATES
from campaign.lib import addresses
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.petitions.models import (
    IS_HELD,
    Petition,
    Signature,
    SignatureEvent,
    Tally,
    TallyEntry,
)
from campaign.petitions.rules import State, Tallied, next_goal

PUBLIC_NAMES = 12

#: Made once: every signing asks it, and to build it takes longer than to run it.
_PUBLIC_BY_SLUG = (
    select(Petition)
    .join(Campaign)
    .where(Campaign.slug == bindparam("slug"), Campaign.state.in_(PUBLIC_STATES))
    .options(contains_eager(Petition.campaign))
)
#: Likewise: every reader of a campaign's page asks them. Whoever asks has the campaign already.
_OF_CAMPAIGN = (
    select(Petition)
    .where(Petition.campaign_id == bindparam("campaign"))
    .options(lazyload(Petition.campaign))
)
_NAMED = (
    select(Signature)
    .where(
        Signature.petition_id == bindparam("petition"),
        Signature.state == State.CONFIRMED,
        Signature.shows_name,
        Signature.envelope.is_not(None),
    )
    .order_by(Signature.confirmed_at.desc())
    .limit(PUBLIC_NAMES)
)


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
    found = db.session.execute(
        select(*sums).join(Campaign).where(Campaign.state.in_(PUBLIC_STATES))
    ).one()
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
    return db.session.scalar(on_paper) is not None or _any_signature(
        Signature.version_id == version_id
    )


def has_signatures(petition: Petition) -> bool:
    """Whether anybody has ever signed it, in whatever wording and state."""
    on_paper = _version_on_paper(petition) is not None
    return on_paper or _any_signature(Signature.petition_id == petition.id)


def _version_on_paper(petition: Petition) -> int | None:
    return db.session.scalar(select(Petition.paper_version_id).where(Petition.id == petition.id))


def _any_signature(where: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(Signature.id).where(where).limit(1)) is not None


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
    return db.session.scalar(select(Signature).where(Signature.ref == ref))


def events_of(signature: Signature) -> Sequence[SignatureEvent]:
    """Its diary, from the beginning."""
    return db.session.scalars(
        select(SignatureEvent)
        .where(SignatureEvent.signature_id == signature.id)
        .order_by(SignatureEvent.id)
    ).all()


def of_mailbox(email: str) -> Sequence[Signature]:
    """Every signature of that mailbox, whatever it signed: each petition knows it otherwise."""
    prints = [
        (petition.id, vault().fingerprint(petition.fingerprint_key, addresses.canonical(email)))
        for petition in db.session.scalars(select(Petition))
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
    told = tallies(Tallied.STATE)
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
        .options(defer(Campaign.story), defer(Campaign.search_text))
    )
    # Where the tally is wrong (`tally_drift`), there may be no first one: then nothing waits.
    return [(campaign, int(held), since) for campaign, held, since in rows if since]


def personal_data(signature: Signature) -> PersonalData | None:
    """What is in its envelope; None once it was erased or anonymised."""
    return PersonalData(**vault().open(signature.envelope)) if signature.envelope else None


def public_names(petition: Petition) -> Sequence[str]:
    """The names of the latest who confirmed and asked to be named."""
    signatures = db.session.scalars(_NAMED, {"petition": petition.id})
    return [data.name for signature in signatures if (data := personal_data(signature))]


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


@cache
def tallies(*kinds: Tallied) -> Subquery:
    """Tally and ledger as one: petition_id, kind, key, number. What is summed of it is exact.

    Of these kinds alone; without any, of all. In one statement: in two, the worker may fold between
    them. Kept, since to put it together takes longer than to ask it.
    """
    ledger = cast(Table, TallyEntry.__table__)
    expired = select(
        ledger.c.petition_id,
        literal(Tallied.EXPIRED, Tally.kind.type),
        ledger.c.signed_on,
        -ledger.c.number,
    ).where(ledger.c.expired)
    entries = {Tallied.EXPIRED: expired, **_by_kind(ledger)}
    wanted = kinds or tuple(Tallied)
    tally = select(Tally.petition_id, Tally.kind, Tally.key, Tally.number)
    if kinds:
        tally = tally.where(Tally.kind.in_(kinds))
    return union_all(tally, *(entries[kind] for kind in wanted)).subquery("tallies")


def tally_and_ledger(kind: Tallied) -> tuple[FromClause, FromClause]:
    """The halves of `tallies(kind)`, to be summed each by itself and then together, at once.

    For what is asked often: an index serves the tally alone, not the tally beside the ledger.
    """
    tally = select(Tally.petition_id, Tally.kind, Tally.key, Tally.number).where(Tally.kind == kind)
    columns = [column.name for column in tally.selected_columns]
    ledger = _by_kind(cast(Table, TallyEntry.__table__))[kind].subquery()
    named = select(*(of.label(name) for of, name in zip(ledger.c, columns, strict=True)))
    return tally.subquery("tally_of_kind"), named.subquery("ledger_of_kind")


def tally_drift() -> Sequence[tuple[str, Tallied, str, int, int]]:
    """Tallies that are not what the rows say: slug, kind, key, tally, rows.

    Nothing can be said of expired signatures: their rows are gone.
    """
    told = tallies()
    rows = union_all(*_by_kind(_rows_alike()).values()).subquery()
    both = union_all(
        select(told, literal(0).label("rows")).where(told.c.kind != Tallied.EXPIRED),
        select(rows.c[0], rows.c[1], rows.c[2], literal(0), rows.c[3]),
    ).subquery()
    tally, counted = func.sum(both.c.number), func.sum(both.c.rows)
    found = db.session.execute(
        select(Campaign.slug, both.c.kind, both.c.key, tally, counted)
        .select_from(both)
        .join(Petition, Petition.id == both.c.petition_id)
        .join(Campaign)
        .group_by(Campaign.slug, both.c.kind, both.c.key)
        .having(tally != counted)
        .order_by(Campaign.slug, both.c.kind, both.c.key)
    )
    return [(slug, kind, key, int(number), int(rows)) for slug, kind, key, number, rows in found]


def _by_kind(of: FromClause) -> dict[Tallied, Select[Any]]:
    """Numbers of signatures that stand alike, by each kind: petition, kind, key, number.

    The same for one entry: `counting.fold`.
    """
    confirmed = of.c.state == State.CONFIRMED
    no_key = literal("")
    kinds: list[tuple[Tallied, ColumnElement[str], ColumnElement[bool]]] = [
        (Tallied.STATE, of.c.state, true()),
        (Tallied.SIGNED, of.c.signed_on, true()),
        (Tallied.PROVED, of.c.signed_on, of.c.confirmed_on.is_not(None)),
        (Tallied.CONFIRMED, of.c.confirmed_on, confirmed),
        (Tallied.COUNTRY, func.coalesce(of.c.country, ""), confirmed),
        (Tallied.LANGUAGE, of.c.language, confirmed),
        (Tallied.SOURCE, func.coalesce(of.c.source, ""), confirmed),
        (Tallied.WANTS_UPDATES, no_key, confirmed & of.c.wants_updates),
        (Tallied.HAS_COMMENT, no_key, confirmed & of.c.has_comment),
    ]
    return {
        kind: select(of.c.petition_id, literal(kind, Tally.kind.type), key, of.c.number).where(
            which
        )
        for kind, key, which in kinds
    }


def _rows_alike() -> CTE:
    """The signatures themselves, those that stand alike as one: so the table is read once."""
    columns = [
        Signature.petition_id,
        Signature.state,
        _day(Signature.signed_at).label("signed_on"),
        _day(Signature.confirmed_at).label("confirmed_on"),
        Signature.country,
        Signature.language,
        Signature.source,
        Signature.wants_updates,
        Signature.has_comment,
    ]
    return select(*columns, func.count().label("number")).group_by(*columns).cte("rows_alike")


def _day(moment: Any) -> ColumnElement[str]:
    """The day in UTC of a moment in the database, as the tallies write it."""
    if db.engine.dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
    return func.substr(moment, 1, 10, type_=String)


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

    Every column of the row, the envelope opened, the diary; not which check held it: a script
    would learn from that how to pass.
    """
    row = {column.key: getattr(signature, column.key) for column in Signature.__table__.columns}
    for hidden in ("id", "petition_id", "version_id", "envelope", "fingerprint", "held_for"):
        row.pop(hidden)
    data = personal_data(signature)
    return {
        "campaign": signature.version.title,
        "statement": signature.version.statement,
        **(asdict(data) if data else {}),
        **row,
        "diary": [
            {"at": event.at, "deed": event.deed, "state": event.to_state}
            for event in events_of(signature)
        ],
    }
