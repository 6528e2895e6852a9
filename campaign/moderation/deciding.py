"""Deciding about what waits, and taking a decision back: with the room's own deed or not at all."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from campaign.accounts.models import Account
from campaign.lib import languages
from campaign.lib.db import db
from campaign.lib.languages import gettext
from campaign.mail import outbox
from campaign.moderation import claiming, queue_rules as rules
from campaign.moderation.items import Decidable, HidableKind, Item
from campaign.moderation.kinds import DECIDABLE
from campaign.moderation.queue_models import Decision, Reason
from campaign.moderation.queue_rules import Verdict
from campaign.moderation.rules import UNDO

#: What a decision keeps of its item, as it was.
_OF_ITEM = ("kind", "number", "since", "title", "language")


def decide(
    kind: Decidable[Any],
    thing: Any,
    verdict: Verdict,
    *,
    seen: str,
    reason: Reason | None,
    words: str,
    note: str,
    by: Account,
    now: datetime,
) -> Decision:
    """Do what a moderator decided about something that waits, and write it down.

    `seen` is the fingerprint of what they had before them; reason and words go to the author. The
    mail waits as long as the decision can be taken back. Raises DecidedMeanwhile, ClaimedByOther,
    OtherThanSeen, and what the deed raises: OwnThing, whatever the kind.
    """
    kind.lock(thing)
    item = _item_to_decide(kind, thing, seen=seen, by=by, now=now)
    made = Decision(
        **{name: getattr(item, name) for name in _OF_ITEM},
        by_id=by.id,
        who=by.name,
        verdict=verdict,
        reason=reason,
        says=_in_words(verdict, item.language, reason, words) or None,
        note=note or None,
        at=now,
        before=kind.before(thing),
    )
    _do(made, kind, thing, seen=seen, by=by)
    made.seen = kind.seen(thing)
    db.session.add(made)
    db.session.flush()
    outbox.hold_back(kind.mails_about(thing), posted_at=now, until=now + UNDO)
    claiming.release(kind.name, item.number)
    return made


def _do(made: Decision, kind: Decidable[Any], thing: Any, *, seen: str, by: Account) -> None:
    """With the room's own deed; for some reasons, what is rejected is taken down as well."""
    says = made.says or ""
    hides = made.verdict is Verdict.REJECT and made.reason is not None and made.reason.hides
    if hides and isinstance(kind, HidableKind):
        kind.hide(thing, says=says, by=by, now=made.at)
    else:
        kind.decide(thing, made.verdict, seen=seen, says=says, by=by, now=made.at)


def undo(decision: Decision, *, by: Account, now: datetime) -> None:
    """Let it wait as it did. Raises TooLateToUndo, MovedOn, MailHasGone, and what the deed raises.

    Of two presses at once one wins.
    """
    kind = DECIDABLE[decision.kind]
    thing = kind.find(decision.number)
    if thing is None:
        raise rules.MovedOn
    kind.lock(thing)
    undone = db.session.scalar(
        update(Decision)
        .where(
            Decision.id == decision.id,
            Decision.undone_at.is_(None),
            Decision.at > now - UNDO,
        )
        .values(undone_at=now)
        .returning(Decision.id)
        .execution_options(synchronize_session=False)
    )
    if undone is None:
        raise rules.TooLateToUndo
    if kind.item(thing) is not None or kind.seen(thing) != decision.seen:
        raise rules.MovedOn
    if not outbox.take_back_all(kind.mails_about(thing), posted_at=decision.at, now=now):
        raise rules.MailHasGone
    # Hidden by this very decision, and not by a colleague since.
    if isinstance(kind, HidableKind) and thing.hidden_at == decision.at:
        kind.bring_back(thing, by=by, now=now)
    else:
        kind.undo(thing, decision.verdict, decision.before, by=by, now=now)
    # They have heard of nothing, so they need not hear that it is undone.
    outbox.take_back_all(kind.mails_about(thing), posted_at=now, now=now)
    db.session.refresh(decision)


def may_undo(decision: Decision, now: datetime) -> bool:
    """Whether the time for it is not over, as far as one can tell beforehand."""
    return decision.undone_at is None and now < decision.at + UNDO


def _item_to_decide(
    kind: Decidable[Any], thing: Any, *, seen: str, by: Account, now: datetime
) -> Item:
    """Its entry in the queue, if it still waits, was read as it is, and no colleague has it."""
    item = kind.item(thing)
    if item is None:
        raise rules.DecidedMeanwhile
    claiming.check(kind.name, item.number, by=by, now=now)
    if kind.seen(thing) != seen:
        raise rules.OtherThanSeen
    return item


def _in_words(verdict: Verdict, language: str, reason: Reason | None, words: str) -> str:
    """What the author is told, in the language of what they wrote where we have it."""
    if verdict not in rules.NEEDS_WORDS:
        return ""
    spoken = languages.spoken(language)
    with languages.speaking(spoken):
        rejected = gettext("This was rejected.") if verdict is Verdict.REJECT else ""
    return "\n".join(filter(None, [rejected, reason.says(spoken) if reason else "", words]))
