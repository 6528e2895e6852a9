"""Petitions, signatures, and what happened to them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from campaign.campaigns.models import Campaign, CampaignTranslation, Version
from campaign.campaigns.rules import Wording
from campaign.lib.db import Model
from campaign.petitions.rules import CommentState, Deed, HeldFor, State, Tallied
from campaign.petitions.tally_models import STATES, Tally, TallyEntry

_IN_A_BATCH = text("batch IS NOT NULL")
_COMMENTED = text("comment_state IS NOT NULL")
#: Written out: with a parameter in its place, SQLite does not see that an index is for it.
IS_HELD = "state = 'held'"
_HELD_FOR = "('burst', 'domain', 'name', 'list', 'trend', 'trap', 'limiter')"
_HELD_OR_RELEASED = text("deed IN ('hold', 'release')")


class Petition(Model):
    """The statement people sign, to whom it goes, and how many have signed."""

    __tablename__ = "petition"
    __table_args__ = (CheckConstraint("paper_count >= 0", name="paper_count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), unique=True
    )
    #: The wording that people sign just now, in the language of the campaign.
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    addressee: Mapped[str]
    #: Markdown.
    statement: Mapped[str]
    #: The organiser's own goal; without it the bar goes by round numbers.
    goal: Mapped[int | None]
    asks_country: Mapped[bool]
    asks_postcode: Mapped[bool]
    asks_comment: Mapped[bool]
    #: Sealed: what this petition's fingerprints are computed with. Without it nobody can ask «did
    #: this address sign?».
    fingerprint_key: Mapped[bytes]
    #: The number of confirmed signatures, as of the moment it is read: what is in the tally, and
    #: what the ledger adds to it. So whoever confirms waits for nobody else's confirmation.
    confirmed_count: Mapped[int] = column_property(
        select(func.coalesce(func.sum(Tally.number), 0))
        .where(
            Tally.kind == Tallied.STATE,
            Tally.petition_id == id,
            Tally.key == State.CONFIRMED.value,
        )
        .correlate_except(Tally)
        .scalar_subquery()
        + select(func.coalesce(func.sum(TallyEntry.number), 0))
        .where(
            TallyEntry.petition_id == id,
            TallyEntry.state == literal_column("'confirmed'"),
        )
        .correlate_except(TallyEntry)
        .scalar_subquery()
    )
    #: The number of signatures on paper that count, beside the others. Changes only in the
    #: transaction that changes a batch (`paper`).
    paper_count: Mapped[int] = mapped_column(default=0)
    #: The newest wording, in whatever language, that somebody has signed on paper; it and all
    #: before it stay as they are. None where nobody has.
    paper_version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))

    campaign: Mapped[Campaign] = relationship(lazy="joined")

    @property
    def total(self) -> int:
        """Online and on paper together."""
        return self.confirmed_count + self.paper_count

    def words_in(self, language: str) -> "Petition | CampaignTranslation":
        """Its words for a reader of that language, in the language of `campaign.words_in`.

        Both have `addressee`, `statement` and `version_id`.
        """
        return self.campaign.translated_into(language) or self

    def wording_in(self, language: str) -> Wording:
        """Every word that a reader of that language signs just now."""
        of, own = self.campaign.words_in(language), self.words_in(language)
        return Wording(of.language, of.title, of.ask, of.story, own.addressee, own.statement)


class Signature(Model):
    """One person's name under a petition."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("petition_id", "fingerprint"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"voided_from IN {STATES}", name="voided_from"),
        CheckConstraint(f"held_for IN {_HELD_FOR}", name="held_for"),
        CheckConstraint("comment_state IN ('waiting', 'passed', 'refused')", name="comment_state"),
        CheckConstraint(
            "state != 'confirmed' OR confirmed_at IS NOT NULL",
            name="confirmed_has_time",
        ),
        Index(
            "ix_signature_petition_id_state_confirmed_at",
            "petition_id",
            "state",
            "confirmed_at",
        ),
        Index("ix_signature_state_signed_at", "state", "signed_at"),
        # What waits for a moderator, and what a campaign's page shows; whoever signs without a
        # comment pays for neither.
        Index(
            "ix_signature_comments",
            "comment_state",
            "state",
            "confirmed_at",
            "id",
            sqlite_where=_COMMENTED,
            postgresql_where=_COMMENTED,
        ),
        Index(
            "ix_signature_comments_of_petition",
            "petition_id",
            "comment_state",
            "state",
            "confirmed_at",
            sqlite_where=_COMMENTED,
            postgresql_where=_COMMENTED,
        ),
        # The names on a campaign's page: found at once, also where hardly anybody shows theirs.
        Index(
            "ix_signature_named",
            "petition_id",
            "state",
            "confirmed_at",
            sqlite_where=text("shows_name = 1 AND envelope IS NOT NULL"),
            postgresql_where=text("shows_name AND envelope IS NOT NULL"),
        ),
        Index(
            "ix_signature_wanting_updates",
            "petition_id",
            "state",
            "id",
            sqlite_where=text("wants_updates = 1"),
            postgresql_where=text("wants_updates"),
        ),
        Index("ix_signature_petition_id_id", "petition_id", "id"),
        Index(
            "ix_signature_voided_in",
            "voided_in",
            "id",
            sqlite_where=text("voided_in IS NOT NULL"),
            postgresql_where=text("voided_in IS NOT NULL"),
        ),
        # For «since when does the first of them wait»; whoever is not held pays nothing for it.
        Index(
            "ix_signature_held",
            "petition_id",
            "signed_at",
            sqlite_where=text(IS_HELD),
            postgresql_where=text(IS_HELD),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random, never used twice: links and files speak of the signature by this.
    ref: Mapped[str] = mapped_column(unique=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    state: Mapped[State]
    #: Sealed: name, address, postcode, comment. None once erased or anonymised.
    envelope: Mapped[bytes | None]
    #: Stands for the mailbox, under the petition's key; None once erased or anonymised.
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    #: ISO 3166 code, where the petition asks for it.
    country: Mapped[str | None]
    language: Mapped[str]
    shows_name: Mapped[bool]
    wants_updates: Mapped[bool]
    #: Whether there is a comment in the envelope, for counting without opening it. (Its length
    #: tells as much to whoever holds the database alone.)
    has_comment: Mapped[bool] = mapped_column(default=False)
    #: What a moderator made of the comment; None where there is none, or it was taken back.
    comment_state: Mapped[CommentState | None]
    consent_version: Mapped[str]
    #: Where the signer came from, as the link they followed says (`?via=`); no person's name or id.
    source: Mapped[str | None]
    #: When it was (last) signed; unconfirmed ones are deleted some days after it and the last mail.
    signed_at: Mapped[datetime]
    #: When the owner pressed the button, also if it was held meanwhile.
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: Why screening holds it; None where a moderator holds it, or nobody does.
    held_for: Mapped[HeldFor | None]
    #: What a voided one goes back to when it is restored.
    voided_from: Mapped[State | None]
    #: The run that voided it; None when a moderator voided it alone.
    voided_in: Mapped[int | None] = mapped_column(ForeignKey("voiding_run.id"))
    #: How many mails count against its limit; after a day without any, counting begins anew.
    mails: Mapped[int] = mapped_column(default=0)
    #: When the last one was posted; None where there was none, or it was taken back by voiding.
    mailed_at: Mapped[datetime | None]

    petition: Mapped[Petition] = relationship()
    version: Mapped[Version] = relationship()


class SignatureEvent(Model):
    """That a deed was done to a signature, and when; the diary of a count."""

    __tablename__ = "signature_event"
    __table_args__ = (
        # For «how many were held, and released»: only these rows, so that signing pays nothing.
        Index(
            "ix_signature_event_at_held",
            "at",
            sqlite_where=_HELD_OR_RELEASED,
            postgresql_where=_HELD_OR_RELEASED,
        ),
        Index(
            "ix_signature_event_batch",
            "batch",
            "signature_id",
            sqlite_where=_IN_A_BATCH,
            postgresql_where=_IN_A_BATCH,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(
        ForeignKey("signature.id", ondelete="CASCADE"), index=True
    )
    deed: Mapped[Deed]
    from_state: Mapped[State | None]
    to_state: Mapped[State]
    at: Mapped[datetime]
    #: Why, where a moderator has to say so; of screening's own holds, its word for it.
    reason: Mapped[str | None]
    #: In which deed to many it was done, such as `bulk:12`; None for a deed to one.
    batch: Mapped[str | None]
