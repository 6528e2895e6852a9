"""The organisers' door to a new post."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import just_done, languages
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.posts import rules, services
from campaign.posts.forms import PostForm
from campaign.posts.frame import edit_page

bp = Door("posts_writing", __name__, audience=Audience.ORGANISERS, url_prefix="/staff/posts")


@bp.get("/new")
def new() -> str:
    """Empty boxes."""
    today = utc_now().date()
    return edit_page(PostForm(formdata=None, published_on=today, language=languages.current()))


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Keep the first draft."""
    form = PostForm()
    if not form.validate():
        return edit_page(form), 422
    try:
        with transaction():
            post = services.write(form.words(), by=guards.me())
    except rules.SlugTaken as refusal:
        form["slug"].errors = [str(refusal)]
        return edit_page(form), refusal.status
    if request.form.get("do") == "preview":
        return redirect(url_for("posts_manage.preview", number=post.id), 303)
    return just_done.lead_to(url_for("posts_manage.show", number=post.id), "saved")
