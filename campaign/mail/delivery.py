"""Delivering what is in the outbox. Any number of workers may do this at once.

A worker takes a batch by one UPDATE that writes its lease; it hands over each message and settles
each mail in a transaction of its own. A worker that dies leaves its lease to run out: the batch is
delivered by another one, so a mail arrives at least once, and a second copy has the same
Message-ID.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime, parseaddr
from typing import Any

import structlog
from flask import current_app, render_template
from sqlalchemy import and_, exists, select, update

from campaign.lib import addresses, mail_domains
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction, upserting
from campaign.lib.languages import speaking
from campaign.lib.vault import Unreadable, vault
from campaign.mail import queries, rules
from campaign.mail.models import Mail, MailFailure
from campaign.mail.rules import State
from campaign.mail.transport import RefusedForGood, Transport, TryLater, transport

log = structlog.get_logger()


class _InOneLine(UnstructuredHeader, BaseHeader):
    """A header that holds a long address: folding would write it in code, and nobody read it."""

    def fold(self, *, policy: Policy) -> str:
        """One line, however long; SMTP takes 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _InOneLine)
_POLICY = default.clone(header_factory=_HEADERS)


def deliver_due(now: datetime, is_over: Callable[[], bool] = lambda: False) -> int:
    """Take one batch of due mails and deliver it. Returns how many were taken.

    0 means there is nothing to do. Once it `is_over`, because the process is told to stop, those
    that have not gone are let go of for another worker.
    """
    taken = _take_batch(now)
    if not taken:
        return 0
    way_out = transport(current_app.config["MAIL_URL"])
    try:
        for number, mail in enumerate(taken):
            if is_over():
                _let_go(taken[number:])
                break
            if utc_now() >= now + rules.LEASE:
                break  # the rest is another worker's by now
            if _still_waits(mail):
                _deliver(mail, way_out)
    finally:
        way_out.close()
    return len(taken)


def _let_go(mails: Sequence[Mail]) -> None:
    with transaction():
        db.session.execute(
            update(Mail)
            .where(
                Mail.key.in_([mail.key for mail in mails]),
                Mail.leased_until == mails[0].leased_until,
            )
            .values(leased_until=None)
            .execution_options(synchronize_session=False)
        )


def _still_waits(mail: Mail) -> bool:
    """Whether nobody has taken it back since we have it in hand: a slow server takes minutes.

    Its key tells, and not its id: SQLite gives that of a row that is gone to the next one.
    """
    still = select(Mail.id).where(Mail.key == mail.key, Mail.state == State.QUEUED)
    return db.session.scalar(still) is not None


def _deliver(mail: Mail, way_out: Transport) -> None:
    try:
        way_out.send(message_of(mail))
    except RefusedForGood as refusal:
        _settle(mail, State.FAILED, str(refusal))
    except TryLater as trouble:
        _postpone(mail, str(trouble))
    except Unreadable:
        _postpone(mail, "the key file of its envelope is missing")
    except Exception as fault:  # of ours: it must not keep back the other mails
        log.exception("mail fault", mail=mail.id)
        _postpone(mail, f"a fault of ours ({type(fault).__name__})")
    else:
        _settle(mail, State.SENT, None)


def message_of(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire: plain text first, then the same as simple HTML."""
    assert mail.envelope is not None
    sealed = vault().open(mail.envelope)
    words = _words(sealed)
    sender_name, sender = parseaddr(current_app.config["MAIL_FROM"])
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(sender_name, addr_spec=addresses.for_smtp(sender))
    if addresses.is_encoded(sealed["to"]):
        raise RefusedForGood("a mail program would read another address in this one")
    message["To"] = addresses.for_smtp(sealed["to"])
    message["Subject"] = words["subject"]
    message["Date"] = format_datetime(mail.posted_at)
    message["Message-ID"] = (
        f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:32]}@{current_app.config['MAIL_DOMAIN']}>"
    )
    message["Auto-Submitted"] = "auto-generated"
    for name, value in sealed["headers"].items():
        message[name] = value
    message.set_content(words["text"])
    message.add_alternative(words["html"], subtype="html")
    message["Content-Language"] = sealed["language"]  # set_content would have dropped it
    return message


def _words(sealed: dict[str, Any]) -> dict[str, str]:
    """The words of a mail, in its reader's language."""
    template, values = sealed["template"], sealed["values"]
    with speaking(sealed["language"]):
        return {
            "subject": " ".join(render_template(f"{template}/subject.txt", **values).split()),
            "text": render_template(f"{template}/body.txt", **values).strip() + "\n",
            "html": render_template(
                f"{template}/body.html", mail_language=sealed["language"], **values
            ),
        }


def _take_batch(now: datetime) -> Sequence[Mail]:
    is_due = and_(
        Mail.state == State.QUEUED,
        Mail.due_at <= now,
        queries.is_free(now),
    )
    if not db.session.scalar(select(exists().where(is_due))):
        return []  # without having taken SQLite's write lock for it
    due = (
        select(Mail.id)
        .where(is_due)
        .order_by(Mail.priority, Mail.due_at)
        .limit(rules.BATCH)
        .with_for_update(skip_locked=True)
        .cte("due")  # PostgreSQL runs it once; a subquery may be planned to run again for more rows
    )
    with transaction():
        taken = db.session.scalars(
            update(Mail)
            .where(Mail.id.in_(select(due.c.id)))
            .values(leased_until=now + rules.LEASE)
            .returning(Mail)
            .execution_options(synchronize_session=False, populate_existing=True)
        ).all()
    return sorted(taken, key=lambda mail: (mail.priority, mail.due_at))  # RETURNING has no order


def _settle(mail: Mail, state: State, trouble: str | None) -> None:
    with transaction():
        settled = db.session.scalars(
            update(Mail)
            .where(Mail.key == mail.key, Mail.state == State.QUEUED)
            .values(
                state=state,
                tries=Mail.tries + 1,
                trouble=trouble,
                settled_at=utc_now(),
                envelope=None,
                leased_until=None,
            )
            .returning(Mail.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        if settled and state is State.FAILED and mail.counted_under:
            _count_failure(mail.counted_under, _common_domain(mail))
    log.info("mail settled", mail=mail.id, kind=mail.kind, state=state, trouble=trouble)


def _count_failure(counted_under: str, domain: str) -> None:
    db.session.execute(
        upserting(MailFailure)
        .values(counted_under=counted_under, domain=domain, number=1)
        .on_conflict_do_update(
            index_elements=["counted_under", "domain"],
            set_={"number": MailFailure.number + 1},
        )
    )


def _common_domain(mail: Mail) -> str:
    """The domain the mail went to, if many people have it; else nothing is said of it."""
    try:
        to = vault().open(mail.envelope or b"")["to"]
    except Unreadable:
        return ""
    domain = addresses.canonical(to).rpartition("@")[2]
    return domain if domain in mail_domains.COMMON else ""


def _postpone(mail: Mail, trouble: str) -> None:
    now = utc_now()
    due = rules.next_try(tries=mail.tries + 1, now=now)
    if due is None:
        _settle(mail, State.FAILED, trouble)
        return
    with transaction():
        db.session.execute(
            update(Mail)
            .where(Mail.key == mail.key, Mail.state == State.QUEUED)
            .values(tries=Mail.tries + 1, trouble=trouble, due_at=due, leased_until=None)
        )
    log.warning(
        "mail postponed",
        mail=mail.id,
        kind=mail.kind,
        tries=mail.tries,
        due=due.isoformat(),
        why=trouble,
    )
