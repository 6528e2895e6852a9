"""The moderators' door to taking down and bringing back, each on a page that says what it means."""

from collections.abc import Callable
from typing import NamedTuple

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffForm
from campaign.lib.hiding import Because
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.moderation.take_down_forms import BringBackForm, TakeDownForm
from campaign.posts import taking_down as posts
from campaign.posts.frame import NUMBER, locked, read_by_me
from campaign.posts.models import Post
from campaign.posts.services import fingerprint

bp = Door("take_downs", __name__, audience=Audience.MODERATORS, url_prefix="/staff")


class _Thing(NamedTuple):
    """What is taken down or brought back."""

    kind: str
    title: str
    language: str
    is_hidden: bool
    #: The address of its staff page.
    page: str


@bp.get(f"/posts{NUMBER}/take-down")
def ask_to_take_down_post(number: int) -> str:
    """What taking a post down means, with the reasons."""
    return _page(_post(read_by_me(number)), TakeDownForm(formdata=None))


@bp.post(f"/posts{NUMBER}/take-down")
def take_down_post(number: int) -> ResponseReturnValue:
    """Hide it from readers."""
    post, form = read_by_me(number), TakeDownForm()

    def do() -> None:
        posts.take_down(locked(post), **_reason(form), by=guards.me(), now=utc_now())

    return _press(_post(post), form, do)


@bp.get(f"/posts{NUMBER}/bring-back")
def ask_to_bring_back_post(number: int) -> str:
    """Where it goes back to."""
    post = read_by_me(number)
    return _page(_post(post), BringBackForm(formdata=None, seen=fingerprint(post)))


@bp.post(f"/posts{NUMBER}/bring-back")
def bring_back_post(number: int) -> ResponseReturnValue:
    """Put it back."""
    post, form = read_by_me(number), BringBackForm()

    def do() -> None:
        seen = form.seen.data or ""
        posts.bring_back(locked(post), seen=seen, by=guards.me(), now=utc_now())

    return _press(_post(post), form, do)


def _post(post: Post) -> _Thing:
    is_hidden = post.hidden_from is not None
    return _Thing("post", post.title, post.language, is_hidden, f"/staff/posts/{post.id}")


def _reason(form: TakeDownForm) -> dict[str, Because | str]:
    return {"because": Because(form.because.data), "words": form.words.data or ""}


def _press(thing: _Thing, form: StaffForm, do: Callable[[], None]) -> ResponseReturnValue:
    """The deed, and back to the page of the thing."""
    if not form.validate():
        return _shown(thing, form), 422
    try:
        with transaction():
            do()
    except Refused as refusal:
        form.show(refusal)
        return _shown(thing, form), refusal.status
    done = "taken-down" if isinstance(form, TakeDownForm) else "brought-back"
    return redirect(f"{request.script_root}{thing.page}?done={done}", 303)


def _page(thing: _Thing, form: StaffForm) -> str:
    found(thing if thing.is_hidden is isinstance(form, BringBackForm) else None)
    return _shown(thing, form)


def _shown(thing: _Thing, form: StaffForm) -> str:
    deed = "take_down" if isinstance(form, TakeDownForm) else "bring_back"
    return render_template(f"moderation/{deed}.html", thing=thing, form=form)
