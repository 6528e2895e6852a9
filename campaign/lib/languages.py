"""Languages: the prefix in the address, the words on the page.

English has no prefix; any other language is the first part of the path (`/fr/campaigns/`). The only
module that imports Flask-Babel.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import flask_babel
from babel import Locale, localedata
from babel.core import get_global
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from campaign.lib import ordering
from campaign.lib.clock import utc_now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT = "en"
#: Language code → the language's own name, as the switcher shows it.
LANGUAGES = {"en": "English", "fr": "Français", "zh-Hans": "简体中文", "ar": "العربية"}

#: Words that may still wait for a visitor's language. (Flask-Babel's LazyString declares no types.)
Text = Any

#: Languages of texts, of which what Babel says is kept: staff may write in any.
_KEPT = 100
#: Sentences of templates that are kept, each once a language: all there are, three times over.
_SENTENCES = 20_000
#: Numbers that are kept: a page says its goal, and how many have signed, several times.
_NUMBERS = 1000
#: The language of the request, as long as it lasts. A page asks for it sixty times, and to look
#: which request it is takes longer than to look here.
_of_request: ContextVar[str | None] = ContextVar("of_request", default=None)
#: The language inside `speaking`.
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
_CATALOGUES = Path(__file__).resolve().parent.parent / "translations"


class LanguagePrefix:
    """WSGI middleware that takes the language off the path.

    It moves `/fr` into SCRIPT_NAME, so that every `url_for` of the request keeps the language by
    itself.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        first, slash, rest = environ.get("PATH_INFO", "").removeprefix("/").partition("/")
        if first in LANGUAGES and first != DEFAULT:
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
            environ["PATH_INFO"] = slash + rest
            environ["campaign.language"] = first
        return self.app(environ, start_response)


def init_app(app: Flask) -> None:
    """Choose each request's language by its address."""
    flask_babel.Babel(app, locale_selector=_locale)
    app.before_request(_begin)
    app.teardown_request(_end)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        _=_gettext_in_template,
        gettext=_gettext_in_template,
        ngettext=_ngettext_in_template,
        languages=LANGUAGES,
        current_language=current,
        language_name=language_name,
        direction=direction,
        in_each_language=in_each_language,
        locale_tag=locale_tag,
    )
    app.jinja_env.filters.update(
        number=figures,
        percent=flask_babel.format_percent,
        day=day,
        moment=moment,
        ago=_ago,
    )


def _begin() -> None:
    _of_request.set(_asked())


def _end(_trouble: BaseException | None) -> None:
    _of_request.set(None)


def current() -> str:
    """The language of this request; outside of a request, the default."""
    return _of_request.get() or _asked()


def _asked() -> str:
    try:
        return str(request.environ.get("campaign.language", DEFAULT))
    except RuntimeError:
        return DEFAULT


def _locale() -> str:
    return babel_locale(current())


def babel_locale(language: str) -> str:
    """Babel's name for it, with the country whose way of writing dates we follow."""
    return {"en": "en_GB"}.get(language, language.replace("-", "_"))


def gettext(words: str, **values: object) -> str:
    """The words in the language of the moment.

    A page has forty sentences, and Flask-Babel asks three times for each which request it is in;
    so it tells us of days and numbers only.
    """
    said = _catalogue().gettext(words)
    return said % values if values else said


def ngettext(one: str, several: str, num: int, **values: object) -> str:
    """Likewise, of words about so many; they may name it `num`, as it is written in them."""
    return _catalogue().ngettext(one, several, num) % {"num": figures(num), **values}


def lazy_gettext(words: str, **values: object) -> Text:
    """Words that find their language when they are shown."""
    return LazyString(gettext, words, **values)


@pass_eval_context
def _gettext_in_template(context: EvalContext, words: str, /, **values: object) -> str:
    if context.autoescape:
        said: str = _on_page(words, _spoken.get() or current())
    else:
        said = _catalogue().gettext(words)
    return said % values if values or "%" in said else said


@lru_cache(_SENTENCES)
def _on_page(words: str, language: str) -> Markup:
    return Markup(_catalogue_of(language).gettext(words))  # noqa: S704  (our own words)


@pass_eval_context
def _ngettext_in_template(
    context: EvalContext, one: str, several: str, num: int, /, **values: object
) -> str:
    said = _catalogue().ngettext(one, several, num)
    return (Markup(said) if context.autoescape else said) % {"num": figures(num), **values}  # noqa: S704


def figures(number: float) -> str:
    """The number as it is written in the language of the moment; most are short: no need to ask."""
    if isinstance(number, int) and 0 <= number < 1000:
        return str(number)
    return _written(number, babel_locale(_spoken.get() or current()))


@lru_cache(_NUMBERS)
def _written(number: float, locale: str) -> str:
    return format_decimal(number, locale=locale)


def _catalogue() -> NullTranslations:
    return _catalogue_of(_spoken.get() or current())


@cache
def _catalogue_of(language: str) -> NullTranslations:
    """Our words in that language; where there is no catalogue, as they stand in the source."""
    return Translations.load(_CATALOGUES, [language.replace("-", "_")])


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside, all words are in this language: for a mail whose reader's is not the request's."""
    before = _spoken.set(language)
    try:
        with flask_babel.force_locale(babel_locale(language)):
            yield
    finally:
        _spoken.reset(before)


def spoken(language: str) -> str:
    """The language of our own words beside a text in that one (a BCP 47 tag), if we speak it."""
    primary = language.partition("-")[0].lower()
    ours = (code for code in LANGUAGES if code.partition("-")[0] == primary)
    return language if language in LANGUAGES else next(ours, DEFAULT)


def said(words: Text, language: str) -> str:
    """Words that still wait for a language, in that one."""
    with speaking(language):
        return str(words)


def direction(language: str | None = None) -> str:
    """`ltr` or `rtl`: of that language, or of the request's."""
    return _direction_of(language or current())


@lru_cache(_KEPT)
def _direction_of(language: str) -> str:
    return str(Locale.parse(language, sep="-").text_direction)


@lru_cache(_KEPT)
def locale_tag(language: str) -> str:
    """`fr_FR`: the language with the country where most speak it, as Open Graph writes it."""
    locale = Locale.parse(babel_locale(language).replace("-", "_"))
    likely = get_global("likely_subtags").get(locale.language, "").rpartition("_")[2]
    return "_".join(filter(None, (locale.language, locale.territory or likely)))


@cache
def known(here: str) -> list[tuple[str, str]]:
    """Tag and name of every language whose dates we can write, by its name in that language."""
    names = Locale.parse(here, sep="-").languages
    tags = [(tag, name) for tag, name in names.items() if len(tag) == 2 and localedata.exists(tag)]
    return sorted(tags, key=lambda language: ordering.place(language[1], here))


def language_name(code: str) -> str:
    """The language's name in the language of the request; the code itself for one unknown."""
    names = Locale.parse(current(), sep="-").languages
    return str(names.get(code.replace("-", "_"), code))


def in_each_language() -> list[tuple[str, str, str]]:
    """For the switcher: code, own name, address of this page (where GET finds none, the home's)."""
    rule = request.url_rule
    path = quote(request.path) if rule and "GET" in (rule.methods or ()) else "/"
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return [
        (code, name, f"{'' if code == DEFAULT else '/' + code}{path}{query}")
        for code, name in LANGUAGES.items()
    ]


def day(value: date | datetime, form: str = "long") -> str:
    """The day in words, in the language of the request."""
    return str(flask_babel.format_date(value, format=form, rebase=False))


def moment(value: datetime, form: str = "long") -> str:
    """A moment in words, with its zone: everything is stored in UTC, so UTC is what we say."""
    return gettext("%(day)s, %(time)s UTC", day=day(value, form), time=f"{value:%H:%M}")


def _ago(value: datetime) -> Markup:
    """How long ago a moment was, or in how long it will be; the moment itself is behind the words.

    Not for pages that are kept longer than some minutes.
    """
    words = flask_babel.format_timedelta(
        value - utc_now(), granularity="minute", add_direction=True
    )
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        value.isoformat(timespec="seconds"), moment(value), words
    )
