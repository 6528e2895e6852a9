"""A reader who opens pages, follows links and presses buttons, and looks at every page with care.

Whatever test fetches a page, the page is checked: valid HTML, one h1, a title that belongs to it,
labels, ids, forms with action and token, nothing inline, nothing from elsewhere, no dead link.
"""

import contextvars
import re
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from lxml.etree import XPath
from lxml.html import HtmlElement, document_fromstring
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from campaign.lib import languages
from campaign.lib.db import db
from campaign.lib.languages import LANGUAGES

HOST = "http://campaign.test"

#: The language, at the beginning of an address.
PREFIX = re.compile(rf"^/({'|'.join(LANGUAGES)})(?=/)")
#: The markups that are valid, and the addresses, with their methods, that lead somewhere.
SEEN: set[int] = set()
ALIVE: set[tuple[str, str]] = set()
_TAGS = re.compile("<[^>]*>")
_WORDS_OF_TAGS = re.compile(
    r' (value|content|href|src|srcset|action|formaction|alt|title|datetime)="[^"]*"'
)
_NUMBERS = re.compile(r"[0-9a-f]{6,}|(?<!h)[0-9]+")  # h1 is no h2
_IDS = XPath("//@id", smart_strings=False)
#: Attributes that name other elements.
_NAMING = {
    name: XPath(f"//@{name}", smart_strings=False)
    for name in ("for", "aria-describedby", "aria-labelledby")
}
_WITHIN = XPath("//a/@href[starts-with(., '#')]", smart_strings=False)
_INLINE = XPath("//@style | //@*[starts-with(name(), 'on')]")
_LINKS = XPath("//a[@href] | //form[@action] | //button[@formaction]")
_FETCHED = XPath("//script[@src] | //img[@src] | //iframe[@src] | //link[@rel][@href]")
#: The words of an element.
_TEXTS = XPath(".//text()[not(parent::script or parent::style)]")


class Page:
    """A page as the reader sees it."""

    def __init__(self, response: TestResponse, address: str) -> None:
        self.response = response
        self.address = address
        self.status = response.status_code

    @property
    def html(self) -> str:
        is_page = self.response.mimetype == "text/html"
        return self.response.get_data(as_text=True) if is_page else ""

    @cached_property
    def tree(self) -> HtmlElement:
        """The page for what every test does; made in a tenth of the time."""
        return document_fromstring(self.html or "<html></html>")

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page for tests that look closer."""
        return BeautifulSoup(self.html, "lxml")

    @property
    def text(self) -> str:
        """All words of the page, single-spaced."""
        return _words(self.tree)

    @property
    def h1(self) -> str:
        found = list(self.tree.iter("h1"))
        assert len(found) == 1, f"{len(found)} first headings on {self.address}"
        return _words(found[0])

    def one(self, selector: str) -> Tag:
        """The only element that matches."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector} on {self.address}"
        return found[0]

    def link(self, words: str) -> str:
        """The address of the link with these words."""
        found = [a for a in self.tree.iterfind(".//a[@href]") if _words(a) == words]
        assert found, f"no link «{words}» on {self.address}"
        return str(found[0].get("href"))

    def value(self, name: str) -> str:
        """What stands in the field of that name."""
        found = [f for f in self.tree.iterfind(".//main//*[@name]") if f.get("name") == name]
        assert len(found) == 1, f"{len(found)} fields {name} on {self.address}"
        (field,) = found
        if field.tag == "select":
            chosen = field.find(".//option[@selected]")
            return "" if chosen is None else str(chosen.attrib["value"])
        return str(field.get("value", "")) if field.tag == "input" else _typed(field)


class PageReader:
    """The reader, at home without cookies."""

    #: Staff alone have cookies.
    sets_cookies = False

    def __init__(self, app: Flask) -> None:
        self.app = app

    def get(self, address: str, *, status: int = 200) -> Page:
        """Open an address and look at the page."""
        return self._fetch("GET", address, status=status)

    def press(
        self, page: Page, button: str, *, status: int = 200, follow: bool = True, **answers: Any
    ) -> Page:
        """Fill in the form that has this button and press it."""
        buttons = [b for b in page.tree.iterfind(".//form//button") if _words(b) == button]
        assert buttons, f"no button «{button}» on {page.address}"
        pressed = buttons[0]
        form = next(pressed.iterancestors("form"))
        data: dict[str, Any] = {**_filled_in(form), **answers}
        if pressed.get("name"):
            data[str(pressed.get("name"))] = str(pressed.attrib["value"])
        address = urljoin(page.address, pressed.get("formaction") or form.attrib["action"])
        if form.get("method", "get") == "get":
            return self._fetch("GET", address, status=status, query_string=data)
        return self._fetch("POST", address, status=status, follow=follow, data=data)

    def post(self, address: str, *, status: int, **options: Any) -> Page:
        """Send something as no honest form would."""
        return self._fetch("POST", address, status=status, **options)

    def _fetch(
        self, method: str, address: str, *, status: int, follow: bool = True, **options: Any
    ) -> Page:
        response = self._open(method, address, **options)
        while follow and response.status_code in (301, 302, 303, 308):
            address = urljoin(address, response.headers["Location"])
            response = self._open("GET", address)
        page = Page(response, address)
        assert page.status == status, f"{method} {address}: {page.status}\n{page.text[:500]}"
        if not self.sets_cookies:
            assert "Set-Cookie" not in response.headers, "a public page sets no cookie"
        if response.mimetype == "text/html" and status not in (301, 302, 303, 308):
            self.look_at(page)
        return page

    def _open(self, method: str, address: str, **options: Any) -> TestResponse:
        """A request in a world of its own, as on a server; then the test sees its traces."""
        client = self.app.test_client(use_cookies=False)
        response: TestResponse = contextvars.Context().run(
            lambda: client.open(address, method=method, base_url=HOST, buffered=True, **options)
        )
        db.session.rollback()
        db.session.expire_all()
        return response

    def look_at(self, page: Page) -> None:
        """Everything that must be true of every page."""
        _look_at_markup(page.html)
        language, direction = page.tree.get("lang"), page.tree.get("dir")
        assert language in LANGUAGES, f"the page speaks {language}"
        assert direction in ("ltr", "rtl"), f"the page runs {direction}"
        _look_at_titles(page)
        _look_at_ids(page.tree)
        _look_at_forms(page.tree)
        _look_for_strangers(page.tree)
        self._look_for_dead_links(page.tree)

    def _look_for_dead_links(self, tree: HtmlElement) -> None:
        for element in _LINKS(tree):
            address = element.get("href") or element.get("formaction") or element.get("action")
            parts = urlsplit(str(address))
            if parts.scheme or parts.netloc or not parts.path:
                continue
            posts = element.tag == "button" or element.get("method") == "post"
            self._try(PREFIX.sub("", parts.path), "POST" if posts else "GET")

    def _try(self, path: str, method: str) -> None:
        if (path, method) in ALIVE:
            return
        try:
            self.app.url_map.bind("campaign.test").match(path, method=method)
        except (NotFound, MethodNotAllowed) as trouble:
            raise AssertionError(f"{method} {path} leads nowhere") from trouble
        except RequestRedirect as trouble:
            raise AssertionError(f"{path} is only redirected") from trouble
        ALIVE.add((path, method))


def _look_at_markup(html: str) -> None:
    """Whether it is valid; asked once for each markup, whatever the words: it takes long."""
    tags = " ".join(_WORDS_OF_TAGS.split("".join(_TAGS.findall(html))))
    if hash(tags) not in SEEN:
        markup = hash(_NUMBERS.sub("", tags))
        if markup not in SEEN:
            html5lib.HTMLParser(strict=True).parse(html)
        SEEN.update((hash(tags), markup))


def _words(element: HtmlElement) -> str:
    return " ".join(" ".join(_TEXTS(element)).split())


def _typed(area: HtmlElement) -> str:
    """What stands in a text area; a first line break is the markup's own."""
    return str(area.text_content()).removeprefix("\r").removeprefix("\n")


def _filled_in(form: HtmlElement) -> dict[str, Any]:
    """What the form would send if the visitor only pressed the button."""
    values: dict[str, Any] = {}
    for field in form.iter("input", "select", "textarea"):
        name = field.get("name")
        if name is None:
            continue
        if field.tag == "select":
            chosen = field.find(".//option[@selected]")
            chosen = field.find(".//option") if chosen is None else chosen
            assert chosen is not None, f"nothing to choose in {name}"
            values[name] = str(chosen.attrib["value"])
        elif field.tag == "textarea":
            values[name] = _typed(field)
        elif field.get("type") not in ("checkbox", "radio", "hidden"):
            values[name] = str(field.get("value", ""))
        elif "checked" in field.attrib or field.get("type") == "hidden":
            values.setdefault(name, []).append(str(field.get("value", "")))
    return values


def _look_at_titles(page: Page) -> None:
    tree = page.tree
    with languages.speaking(str(tree.get("lang"))):
        slip = " ".join(str(languages.gettext("Error:")).split())
    title = _words(tree.find(".//title"))
    if page.status == 422 and tree.find(".//div[@class='summary']") is not None:
        assert title.startswith(slip), f"the title «{title}» does not say that something is wrong"
    title = title.removeprefix(slip).lstrip()
    h1 = page.h1
    assert h1.startswith(title.rpartition(" – ")[0]), f"the title «{title}» is not of «{h1}»"
    assert title.endswith(" – Campaign")
    described = tree.find('.//meta[@name="description"]')
    assert described is not None, "the page is not described"
    assert described.get("content"), "the page is not described"
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    for above, below in pairwise(levels):
        assert below <= above + 1, f"heading levels jump from {above} to {below}"


def _look_at_ids(tree: HtmlElement) -> None:
    several = _IDS(tree)
    ids = set(several)
    assert len(several) == len(ids), f"double ids among {sorted(several)}"
    for name, naming in _NAMING.items():
        for named in " ".join(naming(tree)).split():
            assert named in ids, f"{name} names {named}, which is not there"
    for within in _WITHIN(tree):
        assert within[1:] in ids, f"{within} leads nowhere"


def _look_at_forms(tree: HtmlElement) -> None:
    labelled = {str(label.get("for")) for label in tree.iter("label")}
    for field in tree.iter("input", "select", "textarea"):
        if field.get("type") != "hidden":
            assert field.get("id") in labelled, f"{field.get('name')} has no label"
            assert "placeholder" not in field.attrib, "a placeholder is no label"
    for form in tree.iter("form"):
        assert form.get("action"), "a form without an action"
        if form.get("method") == "post":
            has_token = form.find('.//input[@name="form_token"]') is not None
            assert has_token, "a posting form without a token"
    for button in tree.iter("button"):
        assert _words(button), "a button without words"


def _look_for_strangers(tree: HtmlElement) -> None:
    for inline in _INLINE(tree):
        raise AssertionError(f"inline {inline.attrname} in <{inline.getparent().tag}>")
    for script in tree.iter("script"):
        assert script.get("src"), "an inline script"
    assert tree.find(".//style") is None, "an inline style"
    for element in _FETCHED(tree):
        address = str(element.get("src") or element.get("href"))
        own = address.startswith(("/", HOST))
        assert own, f"{address} is fetched from elsewhere"
    for image in tree.iter("img"):
        assert "alt" in image.attrib, "an image without words"
