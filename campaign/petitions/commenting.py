"""Comments: which wait for a moderator, which are public, and what a moderator makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select, tuple_, update
from sqlalchemy.orm import joinedload, load_only

from campaign.lib.db import any_of, db
from campaign.petitions.models import Petition, Signature
from campaign.petitions.queries import PersonalData, personal_data
from campaign.petitions.rules import CommentState, State

#: How many comments a campaign's page shows.
PUBLIC_COMMENTS = 10
#: Made once: every reader of the page asks it.
_IS_PUBLIC = and_(
    Signature.comment_state == CommentState.PASSED,
    Signature.state == State.CONFIRMED,
    Signature.envelope.is_not(None),
)
_PUBLIC = (
    select(Signature)
    .where(Signature.petition_id == bindparam("petition"), _IS_PUBLIC)
    .order_by(Signature.confirmed_at.desc())
    .limit(PUBLIC_COMMENTS)
    .options(load_only(Signature.envelope, Signature.shows_name))
)
#: Whether a petition has any, for statements that ask for more than that.
ANY_PUBLIC = any_of(Signature.petition_id == Petition.id, _IS_PUBLIC)


@dataclass(frozen=True)
class Comment:
    """A comment, with the name it stands under; None for somebody who asked not to be named."""

    signature: Signature
    text: str
    name: str | None


def public(petition: Petition) -> Sequence[Comment]:
    """The latest that a moderator passed, of those whose signatures count."""
    return _opened(db.session.scalars(_PUBLIC, {"petition": petition.id}).all())


def in_state(state: CommentState, *, after: Signature | None, most: int) -> Sequence[Comment]:
    """Comments of signatures that count: those that wait with the oldest first, others the latest.

    Only those after that signature in this order. A comment whose signer has not confirmed is
    nobody's yet, and does not wait.
    """
    place = tuple_(Signature.confirmed_at, Signature.id)
    found = (
        select(Signature)
        .where(Signature.comment_state == state, Signature.state == State.CONFIRMED)
        .options(joinedload(Signature.petition))
    )
    last = (after.confirmed_at, after.id) if after else None
    if state is CommentState.WAITING:
        found = found.order_by(Signature.confirmed_at, Signature.id)
        found = found.where(place > last) if last else found
    else:
        found = found.order_by(Signature.confirmed_at.desc(), Signature.id.desc())
        found = found.where(place < last) if last else found
    return _opened(db.session.scalars(found.limit(most)).all())


def waiting() -> tuple[int, datetime | None]:
    """How many wait for a moderator, and when the first of them was confirmed."""
    number, oldest = db.session.execute(
        select(func.count(), func.min(Signature.confirmed_at)).where(
            Signature.comment_state == CommentState.WAITING, Signature.state == State.CONFIRMED
        )
    ).one()
    return number, oldest


def decide(
    picks: Mapping[str, datetime], *, standing: CommentState, to: CommentState
) -> Sequence[str]:
    """Pass them, refuse them, or let them wait again. Returns the references of those it was.

    `picks` says by reference when each was signed: whoever took a signature back and signed again
    may have written something else. What stands otherwise by now is a colleague's decision and is
    left alone.
    """
    rows = db.session.scalars(
        update(Signature)
        .where(
            tuple_(Signature.ref, Signature.signed_at).in_(picks.items()),
            Signature.comment_state == standing,
            Signature.state == State.CONFIRMED,
        )
        .values(comment_state=to)
        .returning(Signature.ref)
        .execution_options(synchronize_session=False)
    )
    return sorted(rows)


def by_refs(refs: Sequence[str], state: CommentState) -> Sequence[Signature]:
    """The signatures with these references whose comment stands so."""
    return db.session.scalars(
        select(Signature).where(Signature.ref.in_(refs), Signature.comment_state == state)
    ).all()


def _opened(signatures: Sequence[Signature]) -> Sequence[Comment]:
    opened = [(signature, personal_data(signature)) for signature in signatures]
    return [_comment(signature, data) for signature, data in opened if data and data.comment]


def _comment(signature: Signature, data: PersonalData) -> Comment:
    return Comment(signature, data.comment, data.name if signature.shows_name else None)
