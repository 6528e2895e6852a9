"""The outbox."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from campaign.lib.db import Model
from campaign.mail.rules import State


class Mail(Model):
    """One mail on its way."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        Index("ix_mail_state_priority_due_at", "state", "priority", "due_at"),
        Index("ix_mail_about", "about"),
        Index("ix_mail_sending_state", "sending", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Names the mail for ever: it makes a second posting impossible, and the Message-ID.
    key: Mapped[str] = mapped_column(unique=True)
    #: Which mail it is: the last part of its template folder.
    kind: Mapped[str]
    #: What it is about, such as `signature:3kq…`; for taking back what was not delivered yet.
    about: Mapped[str]
    #: Which sending it is part of, such as `update:12`; None for a mail to one person alone.
    sending: Mapped[str | None]
    #: Lower ones go first: somebody waits for them.
    priority: Mapped[int]
    #: What its failure is counted under, such as `campaign:12`; None where nobody asks.
    counted_under: Mapped[str | None]
    #: Address, template and its values, sealed; destroyed as soon as the mail is settled.
    envelope: Mapped[bytes | None]
    state: Mapped[State] = mapped_column(default=State.QUEUED)
    posted_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    #: Until then one worker has it in hand.
    leased_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    #: Why the last try did not succeed, as a code and our own words; never the server's, which may
    #: hold the address.
    trouble: Mapped[str | None]


class MailFailure(Model):
    """How many mails failed at one mail domain. Nothing leads from here to a mail or an address."""

    __tablename__ = "mail_failure"

    counted_under: Mapped[str] = mapped_column(primary_key=True)
    #: A domain that many people have; empty for all others, which may be one person's own.
    domain: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
