"""Small things of the doors: what an address may look like, and «there is no such page»."""

import re
import unicodedata
from typing import TypeVar

from flask import Flask, abort
from werkzeug.routing import BaseConverter, IntegerConverter, Map

Thing = TypeVar("Thing")


class SlugConverter(BaseConverter):
    """`<slug:slug>`: small letters, digits and hyphens; anything else is no address of ours."""

    regex = "[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?"


def slug_of(words: str, most: int) -> str:
    """The words as a slug; "" when nothing of them can be written in small letters and digits."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:most].strip("-")


class NumberConverter(IntegerConverter):
    """`<int:number>`: what can be the number of a row. A larger one is no address of ours.

    Asked for it, PostgreSQL would refuse to answer at all.
    """

    def __init__(self, url_map: Map, max: int = 2**31 - 1) -> None:
        super().__init__(url_map, max=max)


class TokenConverter(BaseConverter):
    """`<token:token>`: the alphabet of itsdangerous."""

    regex = r"[A-Za-z0-9_.-]{1,500}"


def init_app(app: Flask) -> None:
    """Teach the app these kinds of addresses."""
    app.url_map.converters.update(slug=SlugConverter, token=TokenConverter, int=NumberConverter)


def found(thing: Thing | None) -> Thing:
    """The thing; or the page that says there is no such page."""
    if thing is None:
        abort(404)
    return thing
