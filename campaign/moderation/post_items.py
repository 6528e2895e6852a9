"""Posts in review, as the queue asks for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.accounts.models import Account
from campaign.lib.hiding import Because
from campaign.lib.languages import lazy_gettext as _
from campaign.moderation.items import HidableKind, Item
from campaign.moderation.queue_rules import Verdict
from campaign.posts import mails, queries as posts, services, taking_down
from campaign.posts.models import Post
from campaign.posts.rules import State


class Posts(HidableKind[Post]):
    """Posts that their authors want to see published."""

    name = "post"
    one = _("Post")
    words = _("Posts")
    asked = _("May it be published?")
    verdicts = {  # noqa: RUF012
        Verdict.APPROVE: _("Yes: publish it"),
        Verdict.CHANGES: _("Not yet: give it back to its author, with what should change"),
        Verdict.REJECT: _("No: give it back and say that it will not be published"),
    }
    deeds = {  # noqa: RUF012
        Verdict.APPROVE: "post.published",
        Verdict.CHANGES: "post.returned",
        Verdict.REJECT: "post.returned",
    }

    def waiting(self) -> Sequence[Item]:
        return [self._item(post) for post in posts.awaiting_review()]

    def find(self, number: int) -> Post | None:
        return posts.by_id(number)

    def lock(self, thing: Post) -> None:
        posts.to_change(thing.id)

    def item(self, thing: Post) -> Item | None:
        return self._item(thing) if thing.state is State.IN_REVIEW else None

    def _item(self, thing: Post) -> Item:
        return Item(
            self.name,
            thing.id,
            thing.title,
            thing.language,
            None,
            since=_since(thing),
            by=(thing.author.name,) if thing.author else (),
        )

    def seen(self, thing: Post) -> str:
        return services.read_by_moderators(thing)

    def about(self, thing: Post) -> str:
        return services.about(thing)

    def mails_about(self, thing: Post) -> str:
        return mails.about(thing)

    def shown(self, thing: Post, now: datetime) -> dict[str, Any]:
        return {"post": thing}

    def before(self, thing: Post) -> dict[str, Any]:
        return {"updated_at": thing.updated_at.isoformat() if thing.updated_at else None}

    def decide(
        self, thing: Post, verdict: Verdict, *, seen: str, says: str, by: Account, now: datetime
    ) -> None:
        if verdict is Verdict.APPROVE:
            services.publish(thing, seen=seen, by=by, now=now)
        else:
            services.send_back(thing, reason=says, by=by, now=now)

    def hide(self, thing: Post, *, says: str, by: Account, now: datetime) -> None:
        services.must_not_be_own(thing, by=by, now=now)
        taking_down.take_down(thing, because=Because.RULES, words=says, by=by, now=now)

    def bring_back(self, thing: Post, *, by: Account, now: datetime) -> None:
        taking_down.bring_back(thing, seen=self.seen(thing), by=by, now=now)

    def undo(
        self,
        thing: Post,
        verdict: Verdict,
        before: Mapping[str, Any],
        *,
        by: Account,
        now: datetime,
    ) -> None:
        moment = before["updated_at"]
        updated_at = datetime.fromisoformat(moment) if moment else None
        services.undo_review(thing, updated_at=updated_at, by=by, now=now)


def _since(post: Post) -> datetime:
    if post.submitted_at is None:
        raise LookupError("a constraint says that a post in review has waited since some moment")
    return post.submitted_at
