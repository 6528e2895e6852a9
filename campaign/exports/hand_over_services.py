"""What is done with hand-overs: fix whose signatures are in it, keep its files, note, forget.

Files are kept as they were made, sealed, and not made again from the rows: a later version of our
templates, of typst or of a signer's name would give other bytes than those whose SHA-256 was handed
over. In return they go, whole, as soon as one person named in them has their data destroyed.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.exports import hand_over_queries as queries
from campaign.exports.hand_over_rules import (
    MAKING_LIFETIME,
    Covers,
    ErasedMeanwhile,
    Kind,
    Naming,
    NobodyNew,
    NobodyToHandOver,
    OneBeingMade,
)
from campaign.exports.models import HandOver, HandOverFile, HandOverSignature
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.petitions.models import Petition


def press_of(
    petition: Petition, key: str | None, *, covers: Covers, naming: Naming, by: Account
) -> str:
    """What stands for a press of the button: the key of its form, whose it is, and the answers."""
    return meanwhile.fingerprint([key, by.id, petition.id, covers, naming])


def begin(
    petition: Petition,
    *,
    covers: Covers,
    naming: Naming,
    press: str | None = None,
    by: Account,
    now: datetime,
) -> HandOver:
    """Give it its number. `put_in`, `fix` and `keep` come next, each in a transaction of its own.

    Until it is kept, it is nothing: so nobody has to wait while a hundred thousand are put in.
    What the same press has made already is given as it is. Raises OneBeingMade, NobodyToHandOver,
    NobodyNew.
    """
    # Of two at once, the second waits here, and then sees the first.
    db.session.execute(select(Petition.id).where(Petition.id == petition.id).with_for_update())
    if press and (made := queries.made_by(petition, press)):
        return made
    if queries.is_being_made(petition, now):
        raise OneBeingMade
    if not queries.how_many(petition, covers):
        raise NobodyNew if petition.confirmed_count else NobodyToHandOver
    hand_over = HandOver(
        petition=petition,
        number=queries.highest_number(petition) + 1,
        made_at=now,
        made_by=by.name,
        covers=covers,
        naming=naming,
        press=press,
    )
    db.session.add(hand_over)
    db.session.flush()
    _note("made", hand_over, by=by, now=now, reason=f"{covers}, {naming}")
    return hand_over


def put_in(members: Sequence[dict[str, int | None]]) -> None:
    """Write down some of those that `queries.members` found."""
    db.session.execute(insert(HandOverSignature), members)


def fix(hand_over_id: int) -> HandOver:
    """All are in: count them. Raises NobodyToHandOver."""
    hand_over = db.session.get_one(HandOver, hand_over_id)
    hand_over.total, hand_over.named = queries.totals(hand_over)
    if not hand_over.total:
        raise NobodyToHandOver
    hand_over.versions = queries.signed_versions(hand_over)
    hand_over.paper = queries.on_paper(hand_over)
    db.session.flush()
    return hand_over


def keep(hand_over_id: int, files: dict[Kind, bytes], *, pages: int, in_part: int) -> None:
    """Seal its files, and write down what they are known by. Raises ErasedMeanwhile."""
    # By its id: the session it came from may have ended while the page was being sent.
    hand_over = db.session.get_one(HandOver, hand_over_id)
    if queries.has_lost_somebody(hand_over):
        raise ErasedMeanwhile
    hand_over.pdf_sha256 = hashlib.sha256(files[Kind.PDF]).hexdigest()
    hand_over.csv_sha256 = hashlib.sha256(files[Kind.CSV]).hexdigest()
    hand_over.pages, hand_over.in_part = pages, in_part
    db.session.add_all(
        HandOverFile(hand_over_id=hand_over.id, kind=kind, sealed=vault().seal_file(file))
        for kind, file in files.items()
    )
    db.session.flush()


def take(hand_over: HandOver, kind: Kind, *, by: Account, now: datetime) -> bytes | None:
    """One of its files, written down in the trail; None once they were destroyed."""
    sealed = queries.sealed_file(hand_over, kind)
    if sealed is None:
        return None
    _note("taken", hand_over, by=by, now=now, reason=kind.value)
    return vault().open_file(sealed)


def note(
    hand_over: HandOver,
    *,
    handed_to: str,
    handed_on: date | None,
    answer: str,
    seen: str,
    by: Account,
    now: datetime,
) -> None:
    """Write down to whom it was handed, when, and what they said. Raises ChangedMeanwhile."""
    # The second of two waits here, and then sees what the first has written.
    db.session.execute(select(HandOver.id).where(HandOver.id == hand_over.id).with_for_update())
    db.session.refresh(hand_over, ["handed_to", "handed_on", "answer"])
    if seen != meanwhile.fingerprint(hand_over.noted):
        raise meanwhile.ChangedMeanwhile
    hand_over.handed_to, hand_over.handed_on, hand_over.answer = handed_to, handed_on, answer
    _note("noted", hand_over, by=by, now=now)
    db.session.flush()


def give_up(hand_over_id: int) -> None:
    """Forget one whose files were not finished."""
    _delete(HandOver.id == hand_over_id)


def forget(due: Sequence[int], *, now: datetime) -> None:
    """Destroy the files of those that `queries.to_destroy` found; forget what broke off."""
    db.session.execute(delete(HandOverFile).where(HandOverFile.hand_over_id.in_(due)))
    db.session.execute(update(HandOver).where(HandOver.id.in_(due)).values(files_destroyed_at=now))
    _delete(HandOver.made_at < now - MAKING_LIFETIME)


def _delete(which: ColumnElement[bool]) -> None:
    unfinished = HandOver.pdf_sha256.is_(None)
    db.session.execute(
        delete(HandOver).where(unfinished, which).execution_options(synchronize_session=False)
    )


def _note(
    deed: str, hand_over: HandOver, *, by: Account, now: datetime, reason: str | None = None
) -> None:
    said = f"no. {hand_over.number}" + (f": {reason}" if reason else "")
    about = moves.about(hand_over.petition.campaign)
    trail.note(f"hand-over.{deed}", by=by, about=about, reason=said, now=now)
