"""The door of all staff to the posts: each sees and does what `rules` allows their role.

An organiser works on the posts they wrote; everybody reads what is public.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import just_done, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress, cleaned
from campaign.lib.http import asked_number, found
from campaign.lib.refusals import Refused
from campaign.posts import queries, rules, services
from campaign.posts.forms import CorrectionForm, PostForm, PublishForm
from campaign.posts.frame import NUMBER, edit_page, edited_by_me, locked, read_by_me, show_page
from campaign.posts.models import Post
from campaign.posts.rules import State

bp = Door("posts_manage", __name__, audience=Audience.STAFF, url_prefix="/staff/posts")


@bp.get("/")
def index() -> str:
    """What this account may read, with filters."""
    query = cleaned(request.args.get("q"))
    state, whose = request.args.get("state", ""), request.args.get("whose", "")
    return render_template(
        "posts/manage.html",
        page=queries.readable(
            guards.me(),
            query=query,
            state=state,
            whose=whose,
            page=asked_number("page", 1),
        ),
        chosen={"q": query, "state": state, "whose": whose},
        may_write=guards.me().role in rules.WRITERS,
        done=just_done.told(),
    )


@bp.get(NUMBER)
def show(number: int) -> str:
    """One post in full, and what can be done to it."""
    return show_page(read_by_me(number))


@bp.get(f"{NUMBER}/preview")
def preview(number: int) -> ResponseReturnValue:
    """The page as readers will see it."""
    post = read_by_me(number)
    if post.is_public:
        return redirect(url_for("pages.post", slug=post.slug), 303)
    return render_template("posts/preview.html", post=post)


@bp.get(f"{NUMBER}/edit")
def edit(number: int) -> str:
    """The boxes."""
    post = edited_by_me(number)
    return edit_page(_form(post), post)


@bp.post(f"{NUMBER}/edit")
def save(number: int) -> ResponseReturnValue:
    """Keep a draft; or correct what is public."""
    post = edited_by_me(number)
    form = _form(post)
    if not form.validate():
        return edit_page(form, post), 422
    try:
        with transaction():
            _give_words(locked(post), form)
    except rules.SlugTaken as refusal:
        form["slug"].errors = [str(refusal)]
        return edit_page(form, edited_by_me(number)), refusal.status
    except Refused as refusal:
        form.show(refusal)
        post = edited_by_me(number)
        if isinstance(refusal, meanwhile.ChangedMeanwhile):
            form.put_beside(post)
        return edit_page(form, post), refusal.status
    if request.form.get("do") == "preview":
        return redirect(url_for(".preview", number=number), 303)
    done = "corrected" if post.is_public else "saved"
    return just_done.lead_to(url_for(".show", number=number), done)


@bp.post(f"{NUMBER}/submit")
def submit(number: int) -> ResponseReturnValue:
    """Ask a moderator to publish it."""
    post = edited_by_me(number)
    form = PublishForm()
    if not form.validate():
        return show_page(post, publish=form), 422
    try:
        with transaction():
            services.submit(locked(post), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return show_page(edited_by_me(number), publish=form), refusal.status
    return just_done.lead_to(url_for(".show", number=number), "submitted")


@bp.get(f"{NUMBER}/delete")
def ask_to_delete(number: int) -> str:
    """What deleting means, and the button."""
    return _delete_page(edited_by_me(number), StaffPress(formdata=None))


@bp.post(f"{NUMBER}/delete")
def delete(number: int) -> ResponseReturnValue:
    """Delete a draft that readers have never seen."""
    post, form = edited_by_me(number), StaffPress()
    if not form.validate():
        return _delete_page(post, form), 422
    try:
        with transaction():
            services.delete(locked(post), by=guards.me(), now=utc_now())
    except Refused as refusal:
        page = PublishForm(formdata=None)
        page.show(refusal)
        return show_page(read_by_me(number), publish=page), refusal.status
    return just_done.lead_to(url_for(".index"), "deleted")


def _delete_page(post: Post, form: StaffPress) -> str:
    found(post if post.state is State.DRAFT else None)
    return render_template("posts/delete.html", post=post, form=form)


def _form(post: Post) -> PostForm:
    return CorrectionForm(post) if post.was_public else PostForm(post)


def _give_words(post: Post, form: PostForm) -> None:
    seen = form.seen.data or ""
    if isinstance(form, CorrectionForm):
        says = form.says.data or ""
        by, now = guards.me(), utc_now()
        services.correct(post, form.words(), says=says, seen=seen, by=by, now=now)
    else:
        services.save(post, form.words(), seen=seen)
