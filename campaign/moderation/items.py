"""What waits for a decision, as the queue lists it; and what the queue asks of each kind."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.lib.languages import Text
from campaign.moderation.queue_rules import Verdict

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Item:
    """One thing that waits."""

    #: The word for its kind, and its number among those.
    kind: str
    number: int
    title: str
    language: str
    campaign: Campaign | None
    since: datetime
    #: The names of those who made it; of the public, nobody's.
    by: tuple[str, ...] = ()
    #: How many wait in it, where they are decided about together.
    count: int = 1
    #: Where it is decided, if not on a page of the queue.
    address: str | None = None


class Kind(ABC):
    """A kind of thing that waits. To list it is enough; where it is decided, its items say."""

    #: A short word, in addresses and rows.
    name: ClassVar[str]
    #: What moderators call one of them, and all.
    one: ClassVar[Text]
    words: ClassVar[Text]

    @abstractmethod
    def waiting(self) -> Sequence[Item]:
        """All that wait."""


class Decidable(Kind, Generic[Thing]):
    """A kind that is decided on a page of the queue."""

    #: What is asked about it, and what can be answered.
    asked: ClassVar[Text]
    verdicts: ClassVar[Mapping[Verdict, Text]]
    #: How the trail calls what is decided about it.
    deeds: ClassVar[Mapping[Verdict, str]]
    #: Whether somebody is told why.
    has_author: ClassVar[bool] = True

    @abstractmethod
    def find(self, number: int) -> Thing | None:
        """The thing with that number, whether or not it waits."""

    @abstractmethod
    def lock(self, thing: Thing) -> None:
        """Read it anew; nobody else changes it until the transaction ends."""

    @abstractmethod
    def item(self, thing: Thing) -> Item | None:
        """Its entry in the queue; None when it does not wait."""

    @abstractmethod
    def seen(self, thing: Thing) -> str:
        """The fingerprint of what is decided about."""

    @abstractmethod
    def about(self, thing: Thing) -> str:
        """How the trail speaks of it."""

    @abstractmethod
    def mails_about(self, thing: Thing) -> str:
        """How the outbox speaks of it."""

    @abstractmethod
    def shown(self, thing: Thing, now: datetime) -> dict[str, Any]:
        """What its template is given besides."""

    def before(self, thing: Thing) -> dict[str, Any]:
        """What a decision overwrites, for taking it back."""
        return {}

    @abstractmethod
    def decide(
        self, thing: Thing, verdict: Verdict, *, seen: str, says: str, by: Account, now: datetime
    ) -> None:
        """Do it, by the services of its room, and mail its author what the decision `says`.

        Raises OwnThing, as those services do.
        """

    @abstractmethod
    def undo(
        self,
        thing: Thing,
        verdict: Verdict,
        before: Mapping[str, Any],
        *,
        by: Account,
        now: datetime,
    ) -> None:
        """Let it wait as it did. Raises OwnThing."""


class HidableKind(Decidable[Thing]):
    """A kind that a rejection can take down too."""

    @abstractmethod
    def hide(self, thing: Thing, *, says: str, by: Account, now: datetime) -> None:
        """Reject it and take it down: its makers cannot submit it once more. Raises OwnThing."""

    @abstractmethod
    def bring_back(self, thing: Thing, *, by: Account, now: datetime) -> None:
        """Take that back: it waits as it did. Raises OwnThing."""
