"""What is done with signatures on paper: enter, decide, correct, take back, remove, forget.

A deed first locks its petition, so that two at once wait for each other; the state, what the batch
counts and the petition's paper count (`counting.py`) change in one transaction. Comparing is in
`comparing.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from campaign.accounts import impartial, trail
from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.campaigns.models import Version
from campaign.lib import addresses
from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.paper import counting, due_queries, mails, queries, rules
from campaign.paper.models import PaperBatch, PaperSignature
from campaign.paper.rules import Provenance, Row, RowState, State
from campaign.petitions.models import Petition

#: What retention empties in one transaction.
BATCH = 500


def enter(
    petition: Petition,
    provenance: Provenance,
    *,
    signatures: int | None = None,
    rows: Sequence[Row] = (),
    version: Version | None = None,
    by: Account,
    now: datetime,
) -> PaperBatch:
    """Enter what was collected: a number of signatures, or rows.

    It counts at once, or is held. `version` is the wording on the sheets; without it, that of
    today. Raises NotNow.
    """
    lock(petition)
    if not queries.may_enter(petition.campaign, now):
        raise rules.NotNow
    number = len(rows) or signatures or 0
    batch = PaperBatch(
        petition=petition,
        version_id=version.id if version else petition.version_id,
        state=_state_of(petition, number, now=now),
        by_rows=bool(rows),
        signatures=number,
        counted=0,
        entered_at=now,
        entered_by=by.name,
        account_id=by.id,
        sheets=provenance["sheets"],
        collected_on=provenance["collected_on"],
        keepers=vault().seal({**provenance["keepers"]}),
    )
    db.session.add(batch)
    db.session.flush()
    _add_rows(batch, rows)
    if batch.state is State.COUNTED:
        counting.count(batch, number)
    _keep_words_whole(batch)
    _note("entered", batch, by=by, now=now)
    return batch


def release(batch: PaperBatch, *, by: Account, now: datetime) -> None:
    """A moderator believes it: it counts. Raises MovedMeanwhile, OwnThing."""
    _move(batch, {State.HELD}, State.COUNTED, now=now)
    _must_not_be_own(batch, by=by, now=now)
    counting.count(batch, batch.signatures - queries.removed(batch))
    _note("released", batch, by=by, now=now)


def refuse(batch: PaperBatch, *, reason: str, by: Account, now: datetime) -> None:
    """A moderator does not believe it: it never counts, and whoever entered it is told why.

    Raises MovedMeanwhile, OwnThing.
    """
    _move(batch, {State.HELD}, State.REFUSED, now=now, reason=reason)
    _must_not_be_own(batch, by=by, now=now)
    _note("refused", batch, by=by, now=now, reason=reason)
    author = db.session.get(Account, batch.account_id) if batch.account_id else None
    if author and author.is_active:
        mails.your_batch_was_refused(batch, author=author, by=by, now=now)


def _must_not_be_own(batch: PaperBatch, *, by: Account, now: datetime) -> None:
    """Somebody else than who entered it decides about it. Raises OwnThing."""
    is_own = batch.account_id == by.id
    about = moves.about(batch.petition.campaign)
    impartial.must_not_be_own(is_own, about=about, by=by, now=now)


def hold_again(batch: PaperBatch, *, was: State, by: Account, now: datetime) -> None:
    """What a moderator decided waits once more.

    Raises OwnThing, and MovedMeanwhile, also when rows were compared or destroyed meanwhile.
    """
    _move(batch, {was}, State.HELD, now=now, reason=None)
    if queries.has_moved_on(batch):
        raise rules.MovedMeanwhile
    _must_not_be_own(batch, by=by, now=now)
    batch.decided_at = None
    counting.count(batch, -batch.counted)
    _note("deciding-undone", batch, by=by, now=now)


def correct(batch: PaperBatch, *, signatures: int, reason: str, by: Account, now: datetime) -> None:
    """Put a number right that was entered wrongly; one that grows by much waits for a moderator.

    Raises MovedMeanwhile for what was entered by rows, and for what counts no more.
    """
    lock_batch(batch)
    if batch.by_rows or batch.state not in (State.COUNTED, State.HELD):
        raise rules.MovedMeanwhile
    more, before = signatures - batch.signatures, batch.signatures
    if batch.state is State.COUNTED:
        if more > 0 and _state_of(batch.petition, more, now=now) is State.HELD:
            batch.state = State.HELD
            counting.count(batch, -batch.counted)
        else:
            counting.count(batch, more)
    batch.signatures, batch.decided_at, batch.reason = signatures, now, reason
    db.session.flush()
    _note("corrected", batch, by=by, now=now, reason=f"was {before}: {reason}")


def take_back(batch: PaperBatch, *, reason: str, by: Account, now: datetime) -> None:
    """The team takes a batch back: it counts no more, and its rows are destroyed.

    Raises MovedMeanwhile.
    """
    left = _move(batch, {State.COUNTED, State.HELD}, State.TAKEN_BACK, now=now, reason=reason)
    if batch.by_rows:
        _let_go(batch, queries.rows_left(batch), counts=left is State.COUNTED)
    else:
        counting.count(batch, -batch.counted)
    _note("taken-back", batch, by=by, now=now, reason=reason)


def remove_row(batch: PaperBatch, *, number: int, reason: str, by: Account, now: datetime) -> None:
    """Somebody on the sheet wants to be forgotten: their row is destroyed and counts no more.

    Raises NoSuchRow.
    """
    lock_batch(batch)
    row = queries.row_left(batch, number)
    if row is None:
        raise rules.NoSuchRow
    _let_go(batch, [row], counts=batch.state is State.COUNTED)
    _note("row-removed", batch, by=by, now=now, reason=f"row {number}: {reason}")


def read(batch: PaperBatch, *, by: Account, now: datetime) -> None:
    """Somebody looks at the names of its rows: that stands in the trail."""
    _note("read", batch, by=by, now=now)


def forget_due(now: datetime) -> int:
    """Destroy what could tell who stands in some rows: long after closing, and of what was refused.

    Likewise who collected them. States and counts stay. Returns how many rows and batches; 0 means
    done.
    """
    due = due_queries.to_forget(now, most=BATCH)
    _forget(due)
    batches = due_queries.batches_to_forget(now, most=BATCH)
    for batch in batches:
        batch.keepers = None
    db.session.flush()
    return len(due) + len(batches)


def lock(petition: Petition) -> None:
    """Whoever else enters or compares for this petition waits until the transaction ends."""
    db.session.refresh(petition, with_for_update={"key_share": True, "of": Petition})


def lock_batch(batch: PaperBatch) -> None:
    """Nobody else decides about it until the transaction ends; it is as it is now."""
    lock(batch.petition)
    db.session.refresh(batch, ["state", "signatures", "counted", "reason", "decided_at"])


def _state_of(petition: Petition, signatures: int, *, now: datetime) -> State:
    lately = queries.entered_since(petition, now - rules.LATELY)
    held = rules.is_held(signatures, lately=lately, total=petition.total)
    return State.HELD if held else State.COUNTED


def _keep_words_whole(batch: PaperBatch) -> None:
    """What is signed on paper is signed: other words make a new version."""
    petition = batch.petition
    petition.paper_version_id = max(petition.paper_version_id or 0, batch.version_id)
    db.session.flush()


def _add_rows(batch: PaperBatch, rows: Sequence[Row]) -> None:
    key = batch.petition.fingerprint_key
    db.session.add_all(
        PaperSignature(
            batch_id=batch.id,
            petition_id=batch.petition_id,
            number=number,
            state=RowState.STANDS,
            envelope=vault().seal({"name": row.name, "email": row.email, "postcode": row.postcode}),
            fingerprint=vault().fingerprint(key, addresses.canonical(row.email))
            if row.email
            else None,
            country=row.country or None,
            shows_name=row.shows_name,
        )
        for number, row in enumerate(rows, 1)
    )
    db.session.flush()


def _let_go(batch: PaperBatch, rows: Sequence[PaperSignature], *, counts: bool) -> None:
    """Destroy these rows and take them off the count.

    Doubles have not been in it. In a small company they are taken off all the same, or the count
    would tell which they were; the next comparison gives them back. Where the count has no room for
    that, what it is owed is given back first; where it still has none, all that is left are
    doubles, and that was no secret.
    """
    if counts and batch.petition.paper_count < len(rows):
        counting.give_back(batch.petition)
    doubles = [row for row in rows if row.state is RowState.DOUBLE]
    standing = len(rows) - len(doubles)
    compared = sum(row.compared_at is not None for row in rows)
    hides = counts and compared < rules.COMPANY and batch.petition.paper_count >= len(rows)
    for row in rows:
        owed = hides and row.state is RowState.DOUBLE
        row.state = RowState.OWED if owed else RowState.REMOVED
    _forget(rows)
    if counts:
        counting.count(batch, -(len(rows) if hides else standing))


def _forget(rows: Sequence[PaperSignature]) -> None:
    for row in rows:
        row.envelope, row.fingerprint, row.shows_name = None, None, False
    db.session.flush()


def _move(
    batch: PaperBatch, left: set[State], reached: State, *, now: datetime, reason: str | None = None
) -> State:
    """Of two decisions at once one wins: the other waits for the lock and then sees the state.

    Returns the state it left.
    """
    lock_batch(batch)
    before = batch.state
    if before not in left:
        raise rules.MovedMeanwhile
    batch.state, batch.decided_at, batch.reason = reached, now, reason
    db.session.flush()
    return before


def _note(
    deed: str, batch: PaperBatch, *, by: Account, now: datetime, reason: str | None = None
) -> None:
    kind = "rows" if batch.by_rows else "by number"
    said = f"batch {batch.id}, {batch.signatures} {kind}, {batch.state}"
    about = moves.about(batch.petition.campaign)
    trail.note(
        f"paper.{deed}",
        by=by,
        about=about,
        reason=f"{said}: {reason}" if reason else said,
        now=now,
    )
