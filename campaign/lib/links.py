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


def within_site(path: str, language: str) -> str:
    """The address of a path in that language, for links of our own pages.

    In the default one where our pages do not speak it.
    """
    spoken = language in languages.LANGUAGES and language != languages.DEFAULT
    return f"/{language}{path}" if spoken else path


def alternates(written_in: Sequence[str]) -> list[tuple[str, str]]:
    """For search engines and readers: in which languages this page's text is found, and where.

    Pairs of language and address on this site.
    """
    path = quote(request.path)
    return [(language, within_site(path, language)) for language in written_in]
