"""What is asked of signatures on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign, Version
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.paper import rules
from campaign.paper.models import PaperBatch, PaperSignature
from campaign.paper.rules import Provenance, Row, RowState, State
from campaign.petitions.models import Petition

#: Rows that somebody could still stand in.
LEFT = (RowState.STANDS, RowState.DOUBLE)
PUBLIC_NAMES = 12
#: Made once: every reader of a campaign's page asks it.
_NAMED = (
    select(PaperSignature)
    .join(PaperSignature.batch)
    .where(
        PaperSignature.petition_id == bindparam("petition"),
        PaperSignature.state.in_(LEFT),
        PaperSignature.shows_name,
        PaperSignature.envelope.is_not(None),
        PaperBatch.state == State.COUNTED,
    )
    .order_by(PaperSignature.id.desc())
    .limit(PUBLIC_NAMES)
)


@dataclass(frozen=True)
class Standing:
    """What the team is told of a petition's paper."""

    #: On the sheets that were entered and stand.
    entered: int = 0
    #: Those of them that count.
    counted: int = 0
    #: In batches that wait for a moderator.
    held: int = 0

    @property
    def doubles(self) -> int:
        """Of those entered, who had also signed online or on another sheet, as last compared."""
        return self.entered - self.counted


def may_enter(campaign: Campaign, now: datetime) -> bool:
    """Whether signatures on paper are entered for it just now."""
    return rules.may_enter(
        campaign.state, opens_at=campaign.opens_at, closes_at=campaign.closes_at, now=now
    )


def wording(petition: Petition) -> Version:
    """The words that people sign today."""
    return db.session.get_one(Version, petition.version_id)


def of_petition(petition: Petition) -> Sequence[PaperBatch]:
    """Its batches, the newest first."""
    return db.session.scalars(
        select(PaperBatch)
        .where(PaperBatch.petition_id == petition.id)
        .order_by(PaperBatch.id.desc())
    ).all()


def by_id(petition: Petition, number: int) -> PaperBatch | None:
    """The petition's batch with that number."""
    return db.session.scalar(
        select(PaperBatch).where(PaperBatch.petition_id == petition.id, PaperBatch.id == number)
    )


def standing(petition: Petition) -> Standing:
    """How much is entered, counts, and waits."""
    sums = dict(
        db.session.execute(
            select(PaperBatch.state, func.sum(PaperBatch.signatures))
            .where(PaperBatch.petition_id == petition.id)
            .group_by(PaperBatch.state)
        ).all()
    )
    gone = db.session.scalar(
        select(func.count())
        .select_from(PaperSignature)
        .join(PaperSignature.batch)
        .where(
            PaperSignature.petition_id == petition.id,
            PaperBatch.state == State.COUNTED,
            PaperSignature.state.not_in(LEFT),
        )
    )
    count = db.session.scalar(select(Petition.paper_count).where(Petition.id == petition.id))
    entered = int(sums.get(State.COUNTED) or 0) - (gone or 0)
    return Standing(entered, count or 0, int(sums.get(State.HELD) or 0))


def entered_since(petition: Petition, moment: datetime) -> int:
    """How many signatures were entered since then, but for what was refused or taken back.

    What was corrected since is among them, whole: what it was before is not kept, and many small
    corrections are a large one.
    """
    is_corrected = PaperBatch.reason.is_not(None)  # of what counts or is held, nothing else has one
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(PaperBatch.signatures), 0)).where(
                PaperBatch.petition_id == petition.id,
                or_(
                    PaperBatch.entered_at > moment,
                    and_(is_corrected, PaperBatch.decided_at > moment),
                ),
                PaperBatch.state.in_((State.COUNTED, State.HELD)),
            )
        )
        or 0
    )


def just_entered(
    petition: Petition,
    provenance: Provenance,
    *,
    signatures: int | None = None,
    rows: Sequence[Row] = (),
    version: Version | None = None,
    by: Account,
    now: datetime,
) -> PaperBatch | None:
    """The batch that they have entered with these very words and rows a moment ago."""
    batch = db.session.scalars(
        select(PaperBatch)
        .where(
            PaperBatch.petition_id == petition.id,
            PaperBatch.version_id == (version.id if version else petition.version_id),
            PaperBatch.account_id == by.id,
            PaperBatch.entered_at > now - rules.PRESSED_TWICE,
            PaperBatch.state.in_((State.COUNTED, State.HELD)),
        )
        .filter_by(
            sheets=provenance["sheets"],
            collected_on=provenance["collected_on"],
            signatures=len(rows) or signatures,
            by_rows=bool(rows),
        )
        .order_by(PaperBatch.id.desc())
    ).first()
    if batch is None or batch.people != provenance["keepers"]:
        return None
    return batch if [row for _n, row in opened(batch)] == list(rows) else None


def held() -> Sequence[PaperBatch]:
    """What waits for a moderator, in all campaigns, the oldest first."""
    return db.session.scalars(
        select(PaperBatch).where(PaperBatch.state == State.HELD).order_by(PaperBatch.id)
    ).all()


def rows_left(batch: PaperBatch) -> Sequence[PaperSignature]:
    """Its rows that were not removed, in their order."""
    return db.session.scalars(
        select(PaperSignature)
        .where(PaperSignature.batch_id == batch.id, PaperSignature.state.in_(LEFT))
        .order_by(PaperSignature.number)
        .execution_options(populate_existing=True)
    ).all()


def owed(petition: Petition) -> Sequence[PaperSignature]:
    """Rows that left as doubles and were taken off the count all the same."""
    return db.session.scalars(
        select(PaperSignature)
        .where(PaperSignature.petition_id == petition.id, PaperSignature.state == RowState.OWED)
        .order_by(PaperSignature.id)
        .options(joinedload(PaperSignature.batch))
        .execution_options(populate_existing=True)
    ).all()


def row_left(batch: PaperBatch, number: int) -> PaperSignature | None:
    """The row with that number, if it was not removed."""
    return next((row for row in rows_left(batch) if row.number == number), None)


def removed(batch: PaperBatch) -> int:
    """How many of its rows were removed."""
    return batch.signatures - len(rows_left(batch)) if batch.by_rows else 0


def has_moved_on(batch: PaperBatch) -> bool:
    """Whether some of its rows were compared, also such as are removed by now, or destroyed."""
    was_compared = select(PaperSignature.id).where(
        PaperSignature.batch_id == batch.id, PaperSignature.compared_at.is_not(None)
    )
    return db.session.scalar(was_compared.limit(1)) is not None or any(
        not row.envelope for row in rows_left(batch)
    )


def opened(batch: PaperBatch) -> list[tuple[int, Row | None]]:
    """Its rows by their numbers, the envelopes opened; None where that was destroyed."""
    return [(row.number, _opened(row)) for row in rows_left(batch)]


def public_names(petition: Petition) -> list[str]:
    """The names of the latest on paper who agreed to be named."""
    rows = db.session.scalars(_NAMED, {"petition": petition.id})
    return [row.name for one in rows if (row := _opened(one))]


def drift() -> list[tuple[str, int, int]]:
    """Petitions whose paper count is not what its batches and rows say: slug, count, theirs."""
    said = case(
        (PaperSignature.state == RowState.OWED, -1),
        (
            and_(PaperSignature.state == RowState.STANDS, PaperBatch.state == State.COUNTED),
            1,
        ),
        else_=0,
    )
    by_rows = (
        select(PaperSignature.petition_id, func.sum(said).label("number"))
        .join(PaperSignature.batch)
        .group_by(PaperSignature.petition_id)
        .subquery()
    )
    by_number = (
        select(PaperBatch.petition_id, func.sum(PaperBatch.signatures).label("number"))
        .where(PaperBatch.state == State.COUNTED, ~PaperBatch.by_rows)
        .group_by(PaperBatch.petition_id)
        .subquery()
    )
    counted = func.coalesce(by_rows.c.number, 0) + func.coalesce(by_number.c.number, 0)
    found = db.session.execute(
        select(Campaign.slug, Petition.paper_count, counted)
        .join(Petition, Petition.campaign_id == Campaign.id)
        .outerjoin(by_rows, by_rows.c.petition_id == Petition.id)
        .outerjoin(by_number, by_number.c.petition_id == Petition.id)
        .where(Petition.paper_count != counted)
        .order_by(Campaign.slug)
    )
    return [(slug, count, int(number)) for slug, count, number in found]


def _opened(row: PaperSignature) -> Row | None:
    if row.envelope is None:
        return None
    return Row(**vault().open(row.envelope), country=row.country or "", shows_name=row.shows_name)
