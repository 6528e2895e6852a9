"""What the staff doors of posts share: which post, for whom, and the two pages about it."""

from flask import render_template

from campaign.accounts import guards
from campaign.lib import just_done
from campaign.lib.http import found
from campaign.lib.languages import LANGUAGES
from campaign.posts import queries, rules
from campaign.posts.forms import PostForm, PublishForm, ReturnForm
from campaign.posts.models import Post
from campaign.posts.services import is_outdated, read_by_moderators

#: `<number>` in an address; a larger one is no number of a row.
NUMBER = "/<int:number>"


def read_by_me(number: int) -> Post:
    """The post, for whoever may read it; nobody else learns whether there is one."""
    post = found(queries.by_id(number))
    return found(post if queries.may_read(guards.me(), post) else None)


def edited_by_me(number: int) -> Post:
    """The post, for whoever may change it."""
    post = found(queries.by_id(number))
    return found(post if queries.may_edit(guards.me(), post) else None)


def locked(post: Post) -> Post:
    """The post as it is now, inside the door's transaction."""
    return found(queries.to_change(post.id))


def offered(post: Post) -> dict[str, str]:
    """The languages it can be put into, by their own names: those our pages speak."""
    return {code: name for code, name in LANGUAGES.items() if code != post.language}


def show_page(
    post: Post, *, publish: PublishForm | None = None, send_back: ReturnForm | None = None
) -> str:
    """A post in full, with what this account can do to it."""
    me = guards.me()
    publish = publish or PublishForm(formdata=None)
    publish.seen.data = read_by_moderators(post)
    return render_template(
        "posts/show.html",
        post=post,
        may_edit=queries.may_edit(me, post),
        may_publish=post.state in rules.PUBLISHES[me.role],
        may_begin_campaigns=me.role in rules.WRITERS,
        publish=publish,
        send_back=send_back or ReturnForm(formdata=None),
        offered=offered(post),
        outdated=[one.language for one in post.translations if is_outdated(post, one)],
        done=just_done.told(),
    )


def edit_page(form: PostForm, post: Post | None = None) -> str:
    """The boxes of a new post, or of the one that is edited."""
    return render_template(
        "posts/edit.html",
        form=form,
        post=post,
        may_begin_campaigns=guards.me().role in rules.WRITERS,
    )
