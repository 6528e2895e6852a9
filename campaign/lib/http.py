"""Small things of the doors.

How what visitors send is read, what an address may look like, and «there is no such page».
"""

import re
import unicodedata
from typing import IO, TypeVar
from urllib.parse import parse_qsl

import flask
from flask import Flask, abort
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.routing import BaseConverter, IntegerConverter, Map
from werkzeug.utils import cached_property

Thing = TypeVar("Thing")

#: The largest number that a row can hold.
LARGEST = 2**31 - 1


class _FormParser(FormDataParser):
    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if mimetype == "application/x-www-form-urlencoded":
            return stream, self.cls(_pairs(stream.read())), self.cls()
        return super().parse(stream, mimetype, content_length, options)


class Request(flask.Request):
    """What a visitor sends. Bytes that are no UTF-8 are read as U+FFFD, in every kind of form.

    Werkzeug would hand them on as %E9, and nobody could tell them from what a person typed, such as
    a link that ends in caf%E9.
    """

    form_data_parser_class = _FormParser

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """What the address asks, after its question mark."""
        return self.parameter_storage_class(_pairs(self.query_string))


def _pairs(sent: bytes) -> list[tuple[str, str]]:
    return parse_qsl(sent.decode(errors="replace"), keep_blank_values=True, errors="replace")


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

    def __init__(self, url_map: Map, max: int = LARGEST) -> None:
        super().__init__(url_map, max=max)


class TokenConverter(BaseConverter):
    """`<token:token>`: the alphabet of itsdangerous."""

    regex = r"[A-Za-z0-9_.-]{1,500}"


def init_app(app: Flask) -> None:
    """Teach the app to read so, and these kinds of addresses."""
    app.request_class = Request
    app.url_map.converters.update(slug=SlugConverter, token=TokenConverter, int=NumberConverter)


def asked_number(name: str, default: int) -> int:
    """The number that the address asks for under that name, such as that of a page."""
    return number_of(flask.request.args.get(name), default)


def number_of(sent: str | None, default: int) -> int:
    """The number that was sent; what can be no number of anything here is the default.

    Larger ones are too much for the databases, and for writing them in a sentence.
    """
    if not sent or not re.fullmatch(r"[0-9]{1,10}", sent) or int(sent) > LARGEST:
        return default
    return int(sent)


def found(thing: Thing | None) -> Thing:
    """The thing; or the page that says there is no such page."""
    if thing is None:
        abort(404)
    return thing
