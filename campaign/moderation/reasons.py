"""The list of reasons, which moderators keep themselves."""

from datetime import datetime
from typing import Any

from campaign.accounts import trail
from campaign.accounts.models import Account
from campaign.lib import meanwhile
from campaign.lib.db import db
from campaign.moderation import queries
from campaign.moderation.queue_models import Reason

#: What most sites need, to begin with: name, English, French, and whether it takes things down.
USUAL = (
    (
        "A source is missing",
        "Please name the source of every fact, so that readers can check it.",
        "Merci d’indiquer la source de chaque fait, afin que les lecteurs puissent le vérifier.",
        False,
    ),
    (
        "Hard to understand",
        "Please say in plain words who should do what, and why.",
        "Merci de dire avec des mots simples qui devrait faire quoi, et pourquoi.",
        False,
    ),
    (
        "There is one like it",
        "Something very similar is here already. Please join it instead of starting anew.",
        "Quelque chose de très semblable existe déjà ici. Merci de vous y joindre.",
        False,
    ),
    (
        "Not for this site",
        "This is outside of what this site is for.",
        "Cela ne correspond pas à l’objet de ce site.",
        False,
    ),
    (
        "Endangers somebody",
        "It names or describes people who could come to harm through it.",
        "Le texte nomme ou décrit des personnes à qui il pourrait nuire.",
        True,
    ),
    (
        "Insults or hatred",
        "It insults people, or calls for hatred.",
        "Le texte insulte des personnes ou appelle à la haine.",
        True,
    ),
)


def add(words: dict[str, Any], *, by: Account | None, now: datetime) -> Reason:
    """Offer one more. `words` are its columns."""
    made = Reason(**words)
    db.session.add(made)
    db.session.flush()
    _note("added", made, by=by, now=now)
    return made


def add_usual(*, by: Account | None, now: datetime) -> None:
    """Begin the list; where there is one, nothing happens."""
    if queries.reasons():
        return
    columns = ("name", "says_en", "says_fr", "hides")
    for usual in USUAL:
        add({"kind": "", **dict(zip(columns, usual, strict=True))}, by=by, now=now)


def change(reason: Reason, words: dict[str, Any], *, seen: str, by: Account, now: datetime) -> None:
    """Give it other words. What was decided with it before keeps those it was told in.

    `seen` is the fingerprint of its words when the page was opened. Raises ChangedMeanwhile.
    """
    db.session.refresh(reason, with_for_update=True)
    if words == reason.words:
        return
    if meanwhile.fingerprint(reason.words) != seen:
        raise meanwhile.ChangedMeanwhile
    for name, value in words.items():
        setattr(reason, name, value)
    db.session.flush()
    _note("changed", reason, by=by, now=now)


def retire(reason: Reason, *, by: Account, now: datetime) -> None:
    """Offer it no longer."""
    if reason.retired_at is None:
        reason.retired_at = now
        db.session.flush()
        _note("retired", reason, by=by, now=now)


def bring_back(reason: Reason, *, by: Account, now: datetime) -> None:
    """Offer it again."""
    if reason.retired_at is not None:
        reason.retired_at = None
        db.session.flush()
        _note("brought-back", reason, by=by, now=now)


def _note(deed: str, reason: Reason, *, by: Account | None, now: datetime) -> None:
    said = f"{reason.name}: {reason.says_en}"
    trail.note(f"reason.{deed}", by=by, about=f"reason:{reason.id}", reason=said, now=now)
