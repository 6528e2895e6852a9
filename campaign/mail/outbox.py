"""The outbox: where a deed leaves its mail, in its own transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update

from campaign.lib.db import db
from campaign.lib.vault import vault
from campaign.mail import queries, rules
from campaign.mail.models import Mail
from campaign.mail.rules import State

#: Said so, SQLite finds mails by what they are about, instead of going through all that wait.
_IS_QUEUED = Mail.state.not_in([State.SENT, State.FAILED])
_ADD = insert(cast(Table, Mail.__table__)).inline()


def post(template: str, **words: Any) -> Mail:
    """Queue a mail in its reader's language; the words are those of `written`."""
    mail = written(template, **words)
    db.session.add(mail)
    return mail


def queue(mails: Sequence[Mail]) -> None:
    """Queue mails that were written before, all at once."""
    rows = [
        {name: said for name, said in vars(mail).items() if name in Mail.__table__.columns}
        for mail in mails
    ]
    if rows:
        db.session.connection().execute(_ADD, rows)


def written(
    template: str,
    *,
    to: str,
    language: str,
    key: str,
    about: str,
    values: dict[str, Any],
    now: datetime,
    headers: dict[str, str] | None = None,
    sending: str | None = None,
    counted_under: str | None = None,
) -> Mail:
    """A mail, sealed, that nobody has queued yet.

    `template` is the folder of its three parts, such as `petitions/mail/please_confirm`; the worker
    makes the words of it and of the values (plain JSON), so that nobody who posts waits for that.
    A `sending` is what goes to many at once: its mails can be counted and taken back together, and
    let all others go first.
    """
    sealed = {
        "to": to,
        "language": language,
        "headers": headers or {},
        "template": template,
        "values": values,
    }
    return Mail(
        key=key,
        kind=template.rpartition("/")[2],
        about=about,
        sending=sending,
        priority=rules.LAST if sending else rules.FIRST,
        envelope=vault().seal(sealed),
        counted_under=counted_under,
        posted_at=now,
        due_at=now,
    )


def take_back(*about: str) -> set[str]:
    """Destroy every mail about these that has not been delivered yet.

    Returns about which of them there was one that is no part of a sending.
    """
    gone = db.session.execute(
        delete(Mail)
        .where(Mail.about.in_(about), _IS_QUEUED)
        .returning(Mail.about, Mail.sending)
        .execution_options(synchronize_session=False)
    )
    return {mail.about for mail in gone if mail.sending is None}


def hold_back(about: str, *, posted_at: datetime, until: datetime) -> None:
    """Let the mails about it that were posted at that very moment wait."""
    db.session.execute(
        update(Mail).where(Mail.about == about, Mail.posted_at == posted_at).values(due_at=until)
    )


def take_back_all(about: str, *, posted_at: datetime, now: datetime) -> bool:
    """Destroy the mails about it that were posted at that very moment.

    False when one of them has gone, or a worker has it in hand: then roll back.
    """
    those = (Mail.about == about, Mail.posted_at == posted_at)
    is_free = queries.is_free(now)
    db.session.execute(delete(Mail).where(*those, Mail.state == State.QUEUED, is_free))
    return db.session.scalar(select(Mail.id).where(*those).limit(1)) is None


def take_back_news(*about: str) -> None:
    """Destroy the mails about these that belong to a sending; one that was asked for still goes."""
    db.session.execute(
        delete(Mail).where(Mail.about.in_(about), Mail.sending.is_not(None), _IS_QUEUED)
    )


def stop_sending(sending: str, *, now: datetime) -> None:
    """Destroy what is left of a sending, but for the few mails that a worker has in hand.

    Those settle, so that the count of what had gone stays exact.
    """
    db.session.execute(
        delete(Mail).where(
            Mail.sending == sending,
            Mail.state == State.QUEUED,
            queries.is_free(now),
        )
    )


def put_off(sendings: Collection[str], *, until: datetime) -> None:
    """Let what is left of the sendings go at that moment, sooner or later than it was to go."""
    db.session.execute(
        update(Mail)
        .where(Mail.sending.in_(sendings), Mail.state == State.QUEUED)
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def forget_settled(*, before: datetime) -> None:
    """Delete the traces of mails that were settled before that moment."""
    db.session.execute(delete(Mail).where(Mail.settled_at < before))
