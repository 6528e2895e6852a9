"""Full addresses of our pages, for mails and feeds.

They start with the configured BASE_URL and never with what a request says of its host: otherwise a
forged Host header would put a stranger's links into our mails.
"""

from collections.abc import Sequence
from urllib.parse import quote

from flask import Flask, current_app, request

from campaign.lib import languages


def init_app(app: Flask) -> None:
    """Let templates make full addresses, and find a text in other languages."""
    app.jinja_env.globals.update(page_link=page, within_site=within_site, alternates=alternates)


def page(path: str, language: str = languages.DEFAULT) -> str:
    """The full address of a path such as `/campaigns/drop-dragonfly`, in that language."""
    prefix = "" if language == languages.DEFAULT else f"/{language}"
    return f"{current_app.config['BASE_URL']}{prefix}{path}"


def within_site(path: str, language: str, written_in: Sequence[str] = ()) -> str:
    """The address of a path in that language, for links of our own pages.

    Where our pages do not speak it, one around which the text stands in its original: a language
    that is not among those it is `written_in`.
    """
    if language not in languages.LANGUAGES:
        around = (languages.spoken(language), *languages.LANGUAGES)
        language = next((one for one in around if one not in written_in), languages.DEFAULT)
    return path if language == languages.DEFAULT else f"/{language}{path}"


def alternates(written_in: Sequence[str]) -> list[tuple[str, str]]:
    """For search engines and readers: in which languages this page's text is found, and where.

    Pairs of language and address on this site.
    """
    path = quote(request.path)
    return [(language, within_site(path, language, written_in)) for language in written_in]
