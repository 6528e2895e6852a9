"""Countries: ISO 3166 codes, and their names in each language."""

from functools import cache

from babel import Locale
from flask import Flask

from campaign.lib import languages, ordering

#: Codes in Babel's data that are no place to sign from: unknown, outlying, pseudo-locales, unions.
_NO_COUNTRY = {"ZZ", "QO", "XA", "XB", "EU", "EZ", "UN"}


def init_app(app: Flask) -> None:
    """Let templates name countries."""
    app.jinja_env.globals["country_name"] = name


@cache
def names(language: str) -> dict[str, str]:
    """ISO 3166 code → name, in the order of the names in that language."""
    territories = Locale.parse(language, sep="-").territories
    found = {
        code: called
        for code, called in territories.items()
        if len(code) == 2 and code not in _NO_COUNTRY
    }
    return dict(sorted(found.items(), key=lambda item: ordering.place(item[1], language)))


def name(code: str) -> str:
    """The country's name in the language of the request; the code itself for one we do not know."""
    return names(languages.current()).get(code, code)
