"""Campaigns, their versions and their posts."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    literal,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.campaigns import rules
from campaign.campaigns.rules import Outcome, Passage, PostRole, Stage, State, Wording
from campaign.lib import hiding
from campaign.lib.db import Model
from campaign.lib.hiding import Hidable
from campaign.lib.spellings import folded
from campaign.posts.models import Post, Topic

campaign_topic = Table(
    "campaign_topic",
    Model.metadata,
    Column("campaign_id", ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "topic_id",
        ForeignKey("topic.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Campaign(Hidable, Model):
    """A story, a state, and one petition or letter action or both."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'in_review', 'open', 'closed', 'hidden')", name="state"
        ),
        CheckConstraint("outcome IN ('won', 'ended', 'memorial')", name="outcome"),
        CheckConstraint(
            "state != 'closed' OR (outcome IS NOT NULL AND closes_at IS NOT NULL)",
            name="closed_has_outcome",
        ),
        *hiding.constraints(("draft", "in_review", "open", "closed")),
        Index("ix_campaign_state_opens_at", "state", "opens_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    #: One sentence: who should do what.
    ask: Mapped[str]
    #: Markdown.
    story: Mapped[str]
    #: A plain line above the story, such as the day its facts are known up to.
    notice: Mapped[str | None]
    #: ISO 3166 code of the country concerned.
    country: Mapped[str]
    language: Mapped[str]
    state: Mapped[State]
    #: From when people take part; rules.AT_ONCE in a draft without a day of its own.
    opens_at: Mapped[datetime]
    #: When it closed or will close; open campaigns may have none.
    closes_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    #: Markdown: what came of it.
    outcome_text: Mapped[str | None]
    #: Since when it waits for a moderator.
    submitted_at: Mapped[datetime | None]
    #: Why a moderator sent it back, until it is submitted again.
    review_note: Mapped[str | None]
    #: Where it goes back to when a moderator brings it back.
    hidden_from: Mapped[State | None]
    #: Stands for the press of the button that began it: a second one finds it by this.
    press: Mapped[str | None] = mapped_column(index=True, unique=True)
    #: Title, ask, story and topics in every language, folded for searching.
    search_text: Mapped[str] = mapped_column(deferred=True)
    topics: Mapped[list[Topic]] = relationship(secondary=campaign_topic, order_by=Topic.name)
    post_links: Mapped[list["CampaignPost"]] = relationship(
        cascade="all, delete-orphan", back_populates="campaign"
    )
    #: Asked for where words are shown; lists ask for all of theirs at once.
    translations: Mapped[list["CampaignTranslation"]] = relationship(
        cascade="all, delete-orphan", order_by="CampaignTranslation.language"
    )

    def stage(self, now: datetime) -> Stage:
        """Where it stands just now, its dates considered."""
        return rules.stage(self.state, opens_at=self.opens_at, closes_at=self.closes_at, now=now)

    def stage_of_its_own(self, now: datetime) -> Stage:
        """The same, but of a campaign that is taken down: where it would stand without that."""
        state = self.hidden_from or self.state
        return rules.stage(state, opens_at=self.opens_at, closes_at=self.closes_at, now=now)

    def takes_part(self, now: datetime) -> bool:
        """Whether people can sign and write just now."""
        return rules.takes_part(
            self.state, opens_at=self.opens_at, closes_at=self.closes_at, now=now
        )

    def still_confirms(self, now: datetime) -> bool:
        """Whether signatures made in time can still be confirmed; also while it is taken down."""
        state = self.hidden_from or self.state
        return rules.still_confirms(state, closes_at=self.closes_at, now=now)

    def posts(self, role: PostRole) -> list[Post]:
        """Its posts of that role that readers may see, newest first."""
        links = [link for link in self.post_links if link.role is role]
        found = [link.post for link in links if link.post.is_public]
        return sorted(found, key=lambda post: post.published_on, reverse=True)

    @property
    def languages(self) -> list[str]:
        """The languages in which readers find it, its own first."""
        return [self.language, *(one.language for one in self.translations if one.is_whole)]

    def words_in(self, language: str) -> "Campaign | CampaignTranslation":
        """Its words for a reader of that language: of a translation, or else the original's.

        Both have `language`, `title`, `ask` and `story`.
        """
        return self.translated_into(language) or self

    def translated_into(self, language: str) -> "CampaignTranslation | None":
        """The translation that readers of that language are shown, if there is one."""
        found = self.translation_in(language) if language != self.language else None
        return found if found and found.is_whole else None

    def translation_in(self, language: str) -> "CampaignTranslation | None":
        """Its words in that language, however unfinished."""
        return next((one for one in self.translations if one.language == language), None)

    def notice_in(self, language: str) -> Passage | None:
        """The notice, where there is one; the original's as long as it is not translated."""
        return self._passage("notice", language, self.notice)

    def outcome_in(self, language: str) -> Passage | None:
        """What came of it, likewise."""
        return self._passage("outcome_text", language, self.outcome_text)

    def alt_in(self, language: str, alt: str) -> Passage | None:
        """What its image shows, likewise; `alt` is the original's."""
        return self._passage("image_alt", language, alt)

    def _passage(self, name: str, language: str, original: str | None) -> Passage | None:
        if not original:
            return None
        translation = self.translated_into(language)
        translated = getattr(translation, name) if translation else ""
        return Passage(translated, language) if translated else Passage(original, self.language)

    @property
    def told(self) -> dict[str, str]:
        """What the team says came of it, for comparing; blank as long as it goes on."""
        return {"outcome": self.outcome or "", "outcome_text": self.outcome_text or ""}

    @property
    def closed_on(self) -> date | None:
        """The day it closed."""
        return self.closes_at.date() if self.state is State.CLOSED and self.closes_at else None

    def index(self) -> None:
        """Bring the search text up to date with the words."""
        shown = [one for one in self.translations if one.is_whole]
        texts: list[Campaign | CampaignTranslation] = [self, *shown]
        words = [
            *(word for of in texts for word in (of.title, of.ask, of.story)),
            *(name for topic in self.topics for name in topic.all_names),
        ]
        self.search_text = folded(" ".join(words))


#: What visitors may read. A list in one parameter would be written out anew for every question.
IS_PUBLIC = Campaign.state.in_(
    literal(state, Campaign.state.type) for state in sorted(rules.PUBLIC_STATES)
)


class CampaignTranslation(Model):
    """A campaign's words in one more language; blank where nobody has translated yet.

    It goes the campaign's way: read by moderators with it, public as soon as it is.
    """

    __tablename__ = "campaign_translation"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    #: The wording that people sign in this language just now.
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    title: Mapped[str]
    ask: Mapped[str]
    #: Markdown.
    story: Mapped[str]
    notice: Mapped[str]
    #: Markdown.
    outcome_text: Mapped[str]
    #: What is to be seen on the image.
    image_alt: Mapped[str]
    addressee: Mapped[str]
    #: Markdown.
    statement: Mapped[str]
    #: Whether nothing is missing that readers need; before that they are shown the original.
    is_whole: Mapped[bool]
    #: Fingerprint of the original's words that it was made from.
    translated_from: Mapped[str]


class CampaignSlug(Model):
    """Every address a campaign has or had; each belongs to one campaign for ever."""

    __tablename__ = "campaign_slug"

    slug: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )


class CampaignPost(Model):
    """How one post belongs to one campaign."""

    __tablename__ = "campaign_post"
    __table_args__ = (CheckConstraint("role IN ('background', 'update')", name="role"),)

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[PostRole]
    campaign: Mapped[Campaign] = relationship(back_populates="post_links")
    post: Mapped[Post] = relationship(lazy="joined")


class CampaignMember(Model):
    """Somebody in the team of a campaign."""

    __tablename__ = "campaign_member"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    account: Mapped[Account] = relationship(lazy="joined")


class Version(Model):
    """Every word that a signer had before them; never changed once it was signed."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    #: Counted over all languages, so that a number alone says which words were signed.
    number: Mapped[int]
    language: Mapped[str]
    title: Mapped[str]
    ask: Mapped[str]
    story: Mapped[str]
    addressee: Mapped[str]
    statement: Mapped[str]
    made_at: Mapped[datetime]
    #: Why the words changed; the first version has no reason.
    reason: Mapped[str | None]

    @property
    def words(self) -> Wording:
        """All of them, for comparing."""
        return Wording(
            self.language, self.title, self.ask, self.story, self.addressee, self.statement
        )
