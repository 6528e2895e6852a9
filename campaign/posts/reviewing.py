"""The moderators' door to a post in review: publish it, or send it back with a reason.

Administrators come through it too, and may publish a draft.
"""

from flask import url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import just_done
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.refusals import Refused
from campaign.posts import services
from campaign.posts.forms import PublishForm, ReturnForm
from campaign.posts.frame import NUMBER, locked, read_by_me, show_page

bp = Door("posts_reviewing", __name__, audience=Audience.MODERATORS, url_prefix="/staff/posts")


@bp.post(f"{NUMBER}/publish")
def publish(number: int) -> ResponseReturnValue:
    """Put it before readers."""
    post, form = read_by_me(number), PublishForm()
    if not form.validate():
        return show_page(post, publish=form), 422
    try:
        with transaction():
            seen = form.seen.data or ""
            services.publish(locked(post), seen=seen, by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return show_page(read_by_me(number), publish=form), refusal.status
    return just_done.lead_to(url_for("posts_manage.show", number=number), "published")


@bp.post(f"{NUMBER}/return")
def send_back(number: int) -> ResponseReturnValue:
    """Make it a draft again; the author is mailed the reason."""
    post, form = read_by_me(number), ReturnForm()
    if not form.validate():
        return show_page(post, send_back=form), 422
    try:
        with transaction():
            reason = form.reason.data or ""
            services.send_back(locked(post), reason=reason, by=guards.me(), now=utc_now())
    except Refused as refusal:
        form.show(refusal)
        return show_page(read_by_me(number), send_back=form), refusal.status
    return just_done.lead_to(url_for("posts_manage.index"), "returned")
