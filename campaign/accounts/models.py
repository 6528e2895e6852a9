"""Accounts, sessions, recovery codes, and the trail."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
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
