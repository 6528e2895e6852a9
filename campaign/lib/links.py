"""Full addresses of our pages, for mails and feeds.

They start with the configured BASE_URL and never with what a request says of its host: otherwise a
forged Host header would put a stranger's links into our mails.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from urllib.parse import quote, urlencode

from flask import Flask, current_app, render_template, request
from markupsafe import Markup

from campaign.lib import languages
from campaign.lib.languages import Text, lazy_gettext as _

#: Pages whose ways to be shared are kept: to draw them took a tenth of a campaign's page.
_KEPT = 200


def init_app(app: Flask) -> None:
    """Let templates make full addresses, and find a text in other languages."""

    @cache
    def kept(_prefix: str, endpoint: str) -> str:
        return app.url_for(endpoint)

    def address(endpoint: str, **values: object) -> str:
        """Flask's `url_for`. A page has eight addresses without values; those are kept."""
        if values or endpoint.startswith("."):
            return app.url_for(endpoint, **values)  # type: ignore[arg-type]
        return kept(request.script_root, endpoint)

    app.jinja_env.globals.update(
        share=share,
        url_for=address,
        page_link=page,
        within_site=within_site,
        alternates=alternates,
        ways_to_share=ways_to_share,
    )


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


def share(title: str, path: str, slug: str | None = None) -> Markup:
    """The page at that path, to be passed on: for all readers of a language the same.

    With the `slug` of its campaign, also for other sites and posters.
    """
    return _share(current_app.config["BASE_URL"], languages.current(), title, path, slug)


@lru_cache(_KEPT)
def _share(site: str, language: str, title: str, path: str, slug: str | None) -> Markup:
    return Markup(  # noqa: S704  (a template of ours)
        render_template(
            "components/share.html", language=language, title=title, url=site + path, slug=slug
        )
    )


def ways_to_share(title: str, url: str) -> tuple[tuple[Text, str], ...]:
    """The page at that address, to be passed on: name of the way, and an address that starts it."""
    text = f"{title} {url}"
    mail = urlencode({"subject": title, "body": text}).replace("+", "%20")
    return (
        (_("Email"), f"mailto:?{mail}"),
        ("WhatsApp", "https://wa.me/?" + urlencode({"text": text})),
        ("Telegram", "https://t.me/share/url?" + urlencode({"url": url, "text": title})),
        ("Facebook", "https://www.facebook.com/sharer/sharer.php?" + urlencode({"u": url})),
        ("Bluesky", "https://bsky.app/intent/compose?" + urlencode({"text": text})),
        ("X", "https://x.com/intent/post?" + urlencode({"text": title, "url": url})),
    )
