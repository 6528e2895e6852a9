"""What moderators change of screening; each change stands in the trail."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.campaigns import moves
from campaign.lib import meanwhile
from campaign.lib.db import db, upserting
from campaign.petitions import sieve, trends
from campaign.petitions.rules import ListKind, Thresholds, Verdict
from campaign.petitions.screening_models import ScreeningEntry, ScreeningSetting, Trend


def fingerprint() -> str:
    """Tells whether the thresholds have changed since."""
    return meanwhile.fingerprint(asdict(sieve.thresholds()))


def set_thresholds(wanted: Thresholds, *, seen: str, by: Account, now: datetime) -> None:
    """Hold by these thresholds from now on. Raises ChangedMeanwhile."""
    if seen != fingerprint():
        raise meanwhile.ChangedMeanwhile
    before, after = asdict(sieve.thresholds()), asdict(wanted)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    setting = upserting(ScreeningSetting)
    db.session.connection().execute(
        setting.on_conflict_do_update(
            index_elements=["name"],
            set_={
                "value": setting.excluded.value,
                "changed_at": setting.excluded.changed_at,
            },
        ),
        [{"name": name, "value": int(after[name]), "changed_at": now} for name in changed],
    )
    told = "; ".join(f"{name}: {before[name]} → {after[name]}" for name in changed)
    trail.note("screening.changed", by=by, about="screening", reason=told, now=now)
    sieve.forget()


def add_to_list(
    kind: ListKind,
    verdict: Verdict,
    values: Collection[str],
    *,
    comment: str,
    by: Account,
    now: datetime,
) -> int:
    """Put the lines on the list; those that are there already stay as they are. How many are new.

    Of mailboxes only pseudonyms are kept: nobody reads from the list who is on it.
    """
    is_mailbox = kind is ListKind.MAILBOX
    rows = [
        {
            "kind": kind,
            "verdict": verdict,
            "value": sieve.mailbox_key(value) if is_mailbox else value,
            "comment": comment,
            "added_at": now,
            "added_by": by.name,
        }
        for value in values
    ]
    adding = upserting(ScreeningEntry)
    added = db.session.connection().execute(
        adding.on_conflict_do_nothing(index_elements=["kind", "verdict", "value"]).returning(
            ScreeningEntry.kind, ScreeningEntry.value
        ),
        rows,
    )
    new = [f"{kind}:{value}" for kind, value in added]
    _note_lines(f"screening.listed-{verdict}", new, comment, by=by, now=now)
    sieve.forget()
    return len(new)


def take_off_list(numbers: Sequence[int], *, by: Account, now: datetime) -> int:
    """Take the lines off the list. Returns how many were on it."""
    gone = db.session.execute(
        delete(ScreeningEntry)
        .where(ScreeningEntry.id.in_(numbers))
        .returning(ScreeningEntry.kind, ScreeningEntry.value)
        .execution_options(synchronize_session=False)
    ).all()
    lines = [f"{kind}:{value}" for kind, value in gone]
    _note_lines("screening.unlisted", lines, "", by=by, now=now)
    sieve.forget()
    return len(lines)


def believe(trend: Trend, *, is_believed: bool, by: Account, now: datetime) -> None:
    """These are people: hold nothing for this trend. Or: hold for it after all."""
    trends.believe(trend, is_believed=is_believed)
    trail.note(
        "trend.believed" if is_believed else "trend.doubted",
        by=by,
        about=moves.about(trend.petition.campaign),
        now=now,
    )


def _note_lines(
    deed: str, lines: Sequence[str], comment: str, *, by: Account, now: datetime
) -> None:
    """One entry, however many lines there are."""
    if lines:
        about = lines[0] if len(lines) == 1 else f"screening: {len(lines)} lines"
        reason = ", ".join(filter(None, [comment, *(lines if len(lines) > 1 else [])]))
        trail.note(deed, by=by, about=about, reason=reason or None, now=now)
