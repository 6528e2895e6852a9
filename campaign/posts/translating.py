"""The door of all staff to a post in other languages: whoever may change it may translate it."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import guards
from campaign.lib import just_done, meanwhile
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.lib.doors import Audience, Door
from campaign.lib.fields import StaffPress
from campaign.lib.http import found
from campaign.lib.refusals import Refused
from campaign.posts import rules, services
from campaign.posts.frame import NUMBER, edited_by_me, locked, offered
from campaign.posts.models import Post
from campaign.posts.translation_forms import TranslationForm

bp = Door("posts_translating", __name__, audience=Audience.STAFF, url_prefix="/staff/posts")


@bp.get(f"{NUMBER}/translations/<language>")
def edit(number: int, language: str) -> str:
    """The boxes, beside the original."""
    post = _post(number, language)
    return _page(post, language, TranslationForm(post, language, formdata=None))


@bp.post(f"{NUMBER}/translations/<language>")
def save(number: int, language: str) -> ResponseReturnValue:
    """Keep the translation; where readers see the post, they see it at once."""
    post = _post(number, language)
    form = TranslationForm(post, language)
    if not form.validate():
        return _page(post, language, form), 422
    try:
        with transaction():
            services.translate(
                locked(post),
                language,
                form.typed(),
                translated_from=form.translated_from(),
                seen=form.seen.data or "",
                says=(form.says.data or "") if "says" in form else "",
                by=guards.me(),
                now=utc_now(),
            )
    except Refused as refusal:
        post = _post(number, language)
        form = TranslationForm(post, language)
        if isinstance(refusal, rules.Unexplained):
            form.says.errors = [str(refusal)]
        else:
            form.show(refusal)
        if isinstance(refusal, meanwhile.ChangedMeanwhile):
            form.put_beside()
        return _page(post, language, form), refusal.status
    return just_done.lead_to(url_for("posts_manage.show", number=number), "translated")


@bp.post(f"{NUMBER}/translations/<language>/remove")
def remove(number: int, language: str) -> ResponseReturnValue:
    """Show readers of that language the original again."""
    post, press = _post(number, language), StaffPress()
    if not press.validate():
        page = TranslationForm(post, language, formdata=None)
        page.show_mistakes_of(press)
        return _page(post, language, page), 422
    with transaction():
        services.take_translation_off(locked(post), language, by=guards.me(), now=utc_now())
    return just_done.lead_to(url_for("posts_manage.show", number=number), "untranslated")


def _post(number: int, language: str) -> Post:
    post = edited_by_me(number)
    return found(post if language in offered(post) else None)


def _page(post: Post, language: str, form: TranslationForm) -> str:
    return render_template(
        "posts/translation.html",
        post=post,
        language=language,
        form=form,
        press=StaffPress(formdata=None),
    )
