"""What is asked of hand-overs: their lists, what became of their signatures since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from campaign.campaigns.models import Version
from campaign.exports.hand_over_rules import MAKING_LIFETIME, Covers, Kind
from campaign.exports.models import HandOver, HandOverFile, HandOverSignature
from campaign.lib.db import db
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import State

#: Who lets their name be shown. (Erased and anonymised ones have none.)
_LISTED = Signature.shows_name & Signature.envelope.is_not(None)
#: Listed in a hand-over, and nothing is known of them any more.
_LOST = HandOverSignature.number.is_not(None) & Signature.envelope.is_(None)


@dataclass
class Gone:
    """Signatures of a hand-over that have changed since, for one reason."""

    #: In the printed list.
    numbers: list[int] = field(default_factory=list)
    #: How many are not in the list.
    unnamed: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.numbers) + self.unnamed

    @property
    def in_words(self) -> str:
        """The numbers, with runs of them drawn together: 3, 12–15, 40."""
        runs = [
            [number for _, number in run]
            for _, run in groupby(enumerate(self.numbers), key=lambda pair: pair[1] - pair[0])
        ]
        return ", ".join(
            f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
        )


def of_petition(petition: Petition) -> Sequence[HandOver]:
    """Its hand-overs, the newest first."""
    return db.session.scalars(
        select(HandOver).where(HandOver.petition_id == petition.id).order_by(HandOver.number.desc())
    ).all()


def by_number(petition: Petition, number: int) -> HandOver | None:
    """The hand-over with that number."""
    return db.session.scalar(
        select(HandOver).where(HandOver.petition_id == petition.id, HandOver.number == number)
    )


def made_by(petition: Petition, press: str) -> HandOver | None:
    """The hand-over that this press of a button has made; none if its files were not finished."""
    return db.session.scalar(
        select(HandOver).where(
            HandOver.petition_id == petition.id,
            HandOver.press == press,
            HandOver.pdf_sha256.is_not(None),
        )
    )


def last_before(hand_over: HandOver) -> HandOver | None:
    """The one that was handed over before it."""
    return db.session.scalar(
        select(HandOver)
        .where(
            HandOver.petition_id == hand_over.petition_id,
            HandOver.number < hand_over.number,
            HandOver.pdf_sha256.is_not(None),
        )
        .order_by(HandOver.number.desc())
        .limit(1)
    )


def highest_number(petition: Petition) -> int:
    """The number of the latest one, finished or not; 0 where there is none."""
    highest = select(func.max(HandOver.number)).where(HandOver.petition_id == petition.id)
    return db.session.scalar(highest) or 0


def is_being_made(petition: Petition, now: datetime) -> bool:
    """Whether the files of one are still being made, as far as is known."""
    unfinished = select(HandOver.id).where(
        HandOver.petition_id == petition.id,
        HandOver.pdf_sha256.is_(None),
        HandOver.made_at >= now - MAKING_LIFETIME,
    )
    return db.session.scalar(unfinished.limit(1)) is not None


def how_many(petition: Petition, covers: Covers) -> int:
    """How many signatures a hand-over made now would have."""
    query = select(func.count()).select_from(Signature).where(*_wanted(petition.id, covers))
    return db.session.scalar(query) or 0


def members(hand_over: HandOver) -> list[dict[str, int | None]]:
    """Whose signatures belong into it at this moment: rows of HandOverSignature.

    In the order of confirming. Those who let their names be shown are numbered by themselves,
    without gaps. Read at once, over a connection of its own: nobody has to wait for it.
    """
    query = (
        select(Signature.id, case((_LISTED, 1), else_=0))
        .where(*_wanted(hand_over.petition_id, hand_over.covers))
        .order_by(Signature.confirmed_at, Signature.id)
    )
    with db.engine.connect() as connection:
        found = connection.execute(query).all()
    number = count(1)
    return [
        {
            "hand_over_id": hand_over.id,
            "place": place,
            "number": next(number) if is_listed else None,
            "signature_id": signature_id,
        }
        for place, (signature_id, is_listed) in enumerate(found, 1)
    ]


def on_paper(hand_over: HandOver) -> int:
    """How many signatures on paper count at this moment, besides those that are in it."""
    count = select(Petition.paper_count).where(Petition.id == hand_over.petition_id)
    return db.session.scalar(count) or 0


def totals(hand_over: HandOver) -> tuple[int, int]:
    """How many signatures are in it, and how many of them are listed."""
    counts = select(func.count(), func.count(HandOverSignature.number)).where(
        HandOverSignature.hand_over_id == hand_over.id
    )
    total, named = db.session.execute(counts).one()
    return total, named


def signed_versions(hand_over: HandOver) -> dict[str, int]:
    """Version number → how many of its signatures are to that wording."""
    rows = db.session.execute(
        select(Version.number, func.count())
        .join(Signature, Signature.version_id == Version.id)
        .join(HandOverSignature, HandOverSignature.signature_id == Signature.id)
        .where(HandOverSignature.hand_over_id == hand_over.id)
        .group_by(Version.number)
        .order_by(Version.number)
    )
    return {str(number): signed for number, signed in rows}


def wordings(hand_over: HandOver) -> list[tuple[Version, int]]:
    """The wordings that were signed, the oldest first, and by how many."""
    numbers = [int(number) for number in hand_over.versions]
    found = db.session.scalars(
        select(Version)
        .where(Version.campaign_id == hand_over.petition.campaign_id, Version.number.in_(numbers))
        .order_by(Version.number)
    )
    return [(version, hand_over.versions[str(version.number)]) for version in found]


def listed(hand_over_id: int, *, after: int, most: int) -> Sequence[Any]:
    """So many of the listed ones, from the number after that one on.

    Over a connection of its own: nothing stays open while their page is being set in type.
    """
    query = (
        select(
            HandOverSignature.number,
            Signature.envelope,
            Signature.country,
            Signature.signed_at,
            Signature.confirmed_at,
            Version.number.label("version"),
        )
        .outerjoin(Signature, Signature.id == HandOverSignature.signature_id)
        .outerjoin(Version, Version.id == Signature.version_id)
        .where(HandOverSignature.hand_over_id == hand_over_id, HandOverSignature.number > after)
        .order_by(HandOverSignature.number)
        .limit(most)
    )
    with db.engine.connect() as connection:
        return connection.execute(query).all()


def has_lost_somebody(hand_over: HandOver) -> bool:
    """Whether a listed one has no personal data any more: then its files must go."""
    query = _with_signatures(select(HandOverSignature.place)).where(
        HandOverSignature.hand_over_id == hand_over.id, _LOST
    )
    return db.session.scalar(query.limit(1)) is not None


def to_destroy() -> Sequence[int]:
    """Hand-overs whose files are still kept though a listed one has no personal data any more."""
    lost = _with_signatures(select(HandOverSignature.place)).where(
        HandOverSignature.hand_over_id == HandOverFile.hand_over_id, _LOST
    )
    return db.session.scalars(
        select(HandOverFile.hand_over_id).where(lost.correlate(HandOverFile).exists()).distinct()
    ).all()


def has_files(hand_over: HandOver) -> bool:
    """Whether its files can still be taken."""
    kept = select(HandOverFile.kind).where(HandOverFile.hand_over_id == hand_over.id).limit(1)
    return db.session.scalar(kept) is not None and not has_lost_somebody(hand_over)


def sealed_file(hand_over: HandOver, kind: Kind) -> bytes | None:
    """The file in its envelope; None once it was destroyed or must be."""
    if has_lost_somebody(hand_over):
        return None
    file = db.session.get(HandOverFile, (hand_over.id, kind))
    return file.sealed if file else None


def changes_since(hand_over: HandOver) -> dict[str, Gone]:
    """What became of its signatures: `taken-back`, `removed`, `set-aside`, or name now `hidden`."""
    why = case(
        (
            or_(Signature.id.is_(None), Signature.state.in_((State.WITHDRAWN, State.PENDING))),
            "taken-back",
        ),
        (Signature.state == State.VOIDED, "removed"),
        (Signature.state == State.HELD, "set-aside"),
        else_="hidden",
    )
    hidden = (
        HandOverSignature.number.is_not(None)
        & Signature.envelope.is_not(None)
        & ~Signature.shows_name
    )
    rows = db.session.execute(
        _with_signatures(select(why, HandOverSignature.number))
        .where(
            HandOverSignature.hand_over_id == hand_over.id,
            or_(Signature.id.is_(None), Signature.state != State.CONFIRMED, hidden),
        )
        .order_by(HandOverSignature.number)
    )
    changes: dict[str, Gone] = {}
    for reason, number in rows:
        gone = changes.setdefault(reason, Gone())
        if number is None:
            gone.unnamed += 1
        else:
            gone.numbers.append(number)
    return changes


def _with_signatures(query: Select[Any]) -> Select[Any]:
    return query.outerjoin(Signature, Signature.id == HandOverSignature.signature_id)


def _wanted(petition_id: int, covers: Covers) -> Iterator[ColumnElement[bool]]:
    """What is true of the signatures that a hand-over made now would have."""
    yield Signature.petition_id == petition_id
    yield Signature.state == State.CONFIRMED
    if covers is Covers.NEW:
        yield ~(
            select(HandOverSignature.place)
            .join(HandOver, HandOver.id == HandOverSignature.hand_over_id)
            .where(HandOverSignature.signature_id == Signature.id, HandOver.pdf_sha256.is_not(None))
            .exists()
        )
