"""Going on after keys were lost for good: what nobody can open any more is destroyed, in all rooms.

Only so does a petition that was begun under a lost key take signatures again. Who was counted
stays counted.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from campaign.accounts import queries as accounts, second_step, sessions, trail
from campaign.accounts.models import Account
from campaign.exports.models import HandOverFile
from campaign.lib.day_keys import DayKey
from campaign.lib.db import db, transaction
from campaign.lib.vault import Unreadable, Vault, vault
from campaign.mail.models import Mail
from campaign.moderation.models import Report
from campaign.paper.models import PaperBatch, PaperSignature
from campaign.petitions import setting_aside, voiding_runs
from campaign.petitions.choosing import Conditions
from campaign.petitions.models import Petition, Signature
from campaign.petitions.sent_form_models import SentForm
from campaign.petitions.voiding_models import VoidingRun
from campaign.petitions.voiding_rules import MAY_BE_CANCELLED, RunState

_Sealed = InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]

#: Rows that are good for nothing without what is sealed in them.
_GOES = (Mail.envelope, SentForm.envelope, DayKey.key, HandOverFile.sealed)
#: Where what is sealed goes, and the row stays as it does when its time is over.
_IS_EMPTIED: dict[_Sealed, dict[str, Any]] = {
    Report.envelope: {},
    PaperBatch.keepers: {},
    PaperSignature.envelope: {"fingerprint": None, "shows_name": False},
}
#: What stands for the address of somebody of the staff; no mail program takes it anywhere.
_NOWHERE = "lost@key.invalid"
#: Every column that is an envelope of the vault. (Rules have theirs within their conditions.)
SEALED = (
    Petition.fingerprint_key,
    Account.envelope,
    Account.second_step,
    Signature.envelope,
    *_GOES,
    *_IS_EMPTIED,
)


def lost() -> Counter[str]:
    """How many things in which tables nobody can open."""
    numbers: Counter[str] = Counter()
    for column in SEALED:
        number = db.session.scalar(select(func.count()).where(_is_lost(column)))
        numbers[column.class_.__tablename__] += number or 0
    numbers[VoidingRun.__tablename__] = len(_lost_rules())
    return +numbers


def give_up(now: datetime) -> None:
    """Destroy it, in small transactions: broken off, the same goes on where it was.

    Petitions come last, and staff: as long as they are lost, no process starts but this one.
    """
    with transaction():
        for column in _GOES:
            db.session.execute(delete(column.class_).where(_is_lost(column)))
        for column, more in _IS_EMPTIED.items():
            values = {column.key: None, **more}
            db.session.execute(update(column.class_).where(_is_lost(column)).values(values))
    done = 0
    while signatures := _signatures(after=done):
        with transaction():
            for signature in signatures:
                setting_aside.anonymise(signature, now=now)
        done = signatures[-1].id
    with transaction():
        _end_rules(now)
        _begin_petitions_anew()
        _shut_out_staff(now)
        trail.note("keys.given-up", by=None, about="keys", now=now)


def _is_lost(sealed: _Sealed) -> ColumnElement[bool]:
    start = func.substr(sealed, 1, Vault.START, type_=sealed.type)
    return sealed.is_not(None) & start.not_in(vault().starts)


def _signatures(*, after: int) -> Sequence[Signature]:
    lost_ones = select(Signature).where(_is_lost(Signature.envelope), Signature.id > after)
    return db.session.scalars(lost_ones.order_by(Signature.id).limit(setting_aside.BATCH)).all()


def _end_rules(now: datetime) -> None:
    """No rule goes on without its sealed conditions: it would void those that it does not mean."""
    for run in _lost_rules():
        run.conditions = {}
        if run.state in MAY_BE_CANCELLED:
            voiding_runs.end(run, RunState.CANCELLED, now)


def _lost_rules() -> list[VoidingRun]:
    return [run for run in db.session.scalars(select(VoidingRun)) if not _can_be_read(run)]


def _can_be_read(run: VoidingRun) -> bool:
    try:
        Conditions.of(run)
    except Unreadable:
        return False
    return True


def _begin_petitions_anew() -> None:
    """Under a new key, each mailbox is one that has not signed yet."""
    lost_ones = select(Petition).where(_is_lost(Petition.fingerprint_key))
    for petition in db.session.scalars(lost_ones):
        petition.fingerprint_key = vault().new_key()


def _shut_out_staff(now: datetime) -> None:
    """Whose address nobody knows any more cannot sign in, and may be added anew.

    All others are found by it as before, also where what accounts are found by was made with a key
    that is lost.
    """
    for account in db.session.scalars(select(Account).where(_is_lost(Account.second_step))):
        second_step.take_off(account)
    for account in db.session.scalars(select(Account).where(_is_lost(Account.envelope))):
        account.envelope = vault().seal({"email": _NOWHERE})
        account.email_key = token_hex(16)
        account.password = None
        account.disabled_at = account.disabled_at or now
        second_step.take_off(account)
        sessions.end_all(account)
    for account in accounts.everybody():
        if accounts.email_of(account) != _NOWHERE:
            account.email_key = accounts.key_of(accounts.email_of(account))
