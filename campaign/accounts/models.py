"""Accounts, sessions, recovery codes, and the trail with its chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.rules import Role
from campaign.lib.db import Model


class Account(Model):
    """Somebody who signs in."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('administrator', 'moderator', 'organiser')", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What colleagues see.
    name: Mapped[str]
    role: Mapped[Role]
    #: Stands for the email address, for finding the account.
    email_key: Mapped[str] = mapped_column(unique=True)
    #: Sealed: the email address.
    envelope: Mapped[bytes]
    #: Argon2id; None until the invitation was accepted.
    password: Mapped[str | None]
    #: Sealed: the secret that the app's codes are made of; None without the second step.
    second_step: Mapped[bytes | None]
    #: The last half minute whose code was used: none is good twice.
    code_used: Mapped[int] = mapped_column(default=0)
    #: Rises with every new password, so that older links are good for nothing.
    link_serial: Mapped[int] = mapped_column(default=0)
    invited_at: Mapped[datetime]
    #: When the invitation was accepted.
    joined_at: Mapped[datetime | None]
    #: Since when nobody can sign in with it.
    disabled_at: Mapped[datetime | None]

    @property
    def has_second_step(self) -> bool:
        """Whether a code is asked for besides the password."""
        return self.second_step is not None

    @property
    def is_invited(self) -> bool:
        """Whether its owner may still accept the invitation."""
        return self.joined_at is None and self.disabled_at is None

    @property
    def is_active(self) -> bool:
        """Whether somebody may be signed in with it."""
        return self.password is not None and self.disabled_at is None


class RecoveryCode(Model):
    """One code that stands in for a lost phone; deleted when it was used."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    #: SHA-256 of the code.
    digest: Mapped[str] = mapped_column(primary_key=True)


class StaffSession(Model):
    """One browser that is signed in. Without its row the cookie is worth nothing."""

    __tablename__ = "staff_session"
    __table_args__ = (Index("ix_staff_session_account_id", "account_id"),)

    #: SHA-256 of what the cookie holds.
    digest: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: When the password was last typed in it.
    proved_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")


class TrailEntry(Model):
    """Who read or took personal data, who decided what, when and why."""

    __tablename__ = "trail_entry"
    __table_args__ = (
        Index("ix_trail_entry_account_id", "account_id"),
        Index("ix_trail_entry_about", "about"),
        Index("ix_trail_entry_at", "at"),
        Index("ix_trail_entry_deed", "deed"),
        CheckConstraint("(place IS NULL) = (link IS NULL)", name="linked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    #: The account's name as it was; on the command line, the operating system's.
    who: Mapped[str]
    #: What was done, such as `export.taken`.
    deed: Mapped[str]
    #: To what, such as `campaign:ni-yulan`.
    about: Mapped[str]
    reason: Mapped[str | None]
    #: Shows that this installation wrote these words (see `chain`).
    seal: Mapped[str | None] = mapped_column(unique=True)
    #: Its place in the chain, and what ties it to the entry before; None for a moment.
    place: Mapped[int | None] = mapped_column(unique=True)
    link: Mapped[str | None]


class TrailHead(Model):
    """The head of the trail's chain: one row, so that a missing end shows."""

    __tablename__ = "trail_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: How many entries are linked, and the link of the last.
    length: Mapped[int]
    link: Mapped[str]
    begun_at: Mapped[datetime]
    #: When all entries were last looked at, how many there were, what was wrong with them.
    checked_at: Mapped[datetime | None]
    checked_length: Mapped[int | None]
    faults: Mapped[list[Any]] = mapped_column(JSON)
    #: Over all of the above.
    seal: Mapped[str]

    @property
    def content(self) -> list[Any]:
        """What its seal is over."""
        times = [at and at.isoformat() for at in (self.begun_at, self.checked_at)]
        return [self.length, self.link, *times, self.checked_length, self.faults]
