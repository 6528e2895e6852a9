"""The mails of updates: to supporters, to whoever tries one, and to its author."""

from datetime import datetime
from typing import Any, NamedTuple

from campaign.accounts.mails import post_to
from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import Passage
from campaign.lib import languages, links, markup
from campaign.lib.languages import gettext
from campaign.lib.plain_text import plain
from campaign.mail import outbox
from campaign.mail.models import Mail
from campaign.petitions import mails as petition_mails
from campaign.petitions.models import Signature
from campaign.petitions.owner_links import Purpose, path
from campaign.petitions.queries import PersonalData
from campaign.posts.models import Post
from campaign.updates.models import Update

_TEMPLATE = "updates/mail/here_is_an_update"
#: Nobody's reference: the links of tests and samples lead to a page that says so.
_NOBODY = "nobody"


class Words(NamedTuple):
    """An update's words, made ready once for all its readers."""

    update: Update
    campaign: Campaign
    text: str
    html: str
    #: Language → title of the post it links to, and the language that is in.
    posts: dict[str, Passage]
    slug: str | None


def words(update: Update) -> Words:
    """What is the same in every mail of the update."""
    post = update.post if update.post and update.post.is_public else None
    return Words(
        update=update,
        campaign=update.campaign,
        text=plain(update.text),
        html=markup.html(update.text),
        posts={code: _title(post, code) for code in languages.LANGUAGES} if post else {},
        slug=post.slug if post else None,
    )


def _title(post: Post, language: str) -> Passage:
    of = post.words_in(language)
    return Passage(of.title, of.language)


def here_is_an_update(
    said: Words, signature: Signature, data: PersonalData, *, now: datetime
) -> Mail:
    """To one supporter, in their language round the organiser's words; not queued yet."""
    return _written(
        said,
        ref=signature.ref,
        to=data.email,
        name=data.name,
        language=signature.language,
        key=f"{said.update.sending}:{signature.ref}",
        about=petition_mails.about(signature.ref),
        sending=said.update.sending,
        counted_under=petition_mails.failures_of(said.campaign),
        now=now,
    )


def sample(update: Update, *, to: str, name: str, key: str, now: datetime) -> Mail:
    """The same mail with nobody's links, for whoever tries the update; not queued yet."""
    return _written(
        words(update),
        ref=_NOBODY,
        to=to,
        name=name,
        language=languages.current(),
        key=key,
        about=f"test of {update.sending}",
        now=now,
    )


def your_update_was_returned(
    update: Update, *, author: Account, by: Account, now: datetime
) -> None:
    """A moderator did not approve it, and says why."""
    address = f"/staff/campaigns/{update.campaign.slug}/updates/{update.id}"
    post_to(
        author,
        "updates/mail/your_update_was_returned",
        about=about(update),
        now=now,
        by=by.name,
        campaign={"title": update.campaign.title},
        update={"subject": update.subject, "reason": update.reason},
        link=links.page(address),
    )


def about(update: Update) -> str:
    """What stands for the update in the outbox."""
    return f"update:{update.id}"


def made_up_name() -> str:
    """Of the reader in a sample."""
    return gettext("Sam Example")


def _written(said: Words, *, ref: str, name: str, language: str, **envelope: Any) -> Mail:
    unsubscribe_link = links.page(path(Purpose.UNSUBSCRIBE, ref), language)
    post = said.posts.get(language)
    return outbox.written(
        _TEMPLATE,
        language=language,
        # RFC 8058: the mail program shows a button, and posts to the address by itself.
        headers={
            "List-Unsubscribe": f"<{unsubscribe_link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        values={
            "update": {"subject": said.update.subject},
            "campaign": {"language": said.campaign.language},
            "title": said.campaign.words_in(language).title,
            "text": said.text,
            "html": said.html,
            "post": post and post._asdict(),
            "name": name,
            "post_link": links.page(f"/posts/{said.slug}", language) if said.slug else None,
            "owner_link": links.page(path(Purpose.OWN, ref), language),
            "unsubscribe_link": unsubscribe_link,
            "campaign_link": links.page(f"/campaigns/{said.campaign.slug}", language),
        },
        **envelope,
    )
