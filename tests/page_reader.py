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
#: The markups that have been looked at.
SEEN: set[int] = set()
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
        """Everything that must be true of every page.

        What depends on the markup alone is looked at once for each markup that this process sees:
        most tests open pages that another one has opened, with other words in them.
        """
        _look_at_titles(page)
        markup = hash(_markup(page.html))
        if markup in SEEN:
            return
        html5lib.HTMLParser(strict=True).parse(page.html)
        soup = page.soup
        assert soup.html is not None
        assert soup.html["lang"] in LANGUAGES
        assert soup.html["dir"] in ("ltr", "rtl")
        _look_at_ids(soup)
        _look_at_forms(soup)
        _look_for_strangers(soup)
        self._look_for_dead_links(soup)
        SEEN.add(markup)

    def _look_for_dead_links(self, soup: BeautifulSoup) -> None:
        routes = self.app.url_map.bind("campaign.test")
        for element in soup.select("a[href], form[action], button[formaction]"):
            address = element.get("href") or element.get("formaction") or element.get("action")
            parts = urlsplit(str(address))
            if parts.scheme or parts.netloc or not parts.path:
                continue
            path = PREFIX.sub("", parts.path)
            posts = element.name == "button" or element.get("method") == "post"
            method = "POST" if posts else "GET"
            try:
                routes.match(path, method=method)
            except (NotFound, MethodNotAllowed) as trouble:
                raise AssertionError(f"{method} {path} leads nowhere") from trouble
            except RequestRedirect as trouble:
                raise AssertionError(f"{path} is only redirected") from trouble


def _markup(html: str) -> str:
    """The page's tags, without what people typed, numbers and tokens."""
    tags = "".join(re.findall(r"<[^>]*>", html))
    return re.sub(r' (value|content)="[^"]*"|[0-9]+', r" \1", tags)


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
    title = _words(tree.find(".//title")).removeprefix(slip).lstrip()
    h1 = page.h1
    assert h1.startswith(title.rpartition(" – ")[0]), f"the title «{title}» is not of «{h1}»"
    assert title.endswith(" – Campaign")
    described = tree.find('.//meta[@name="description"]')
    assert described is not None
    assert described.get("content")
    levels = [int(heading.tag[1]) for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    for above, below in pairwise(levels):
        assert below <= above + 1, f"heading levels jump from {above} to {below}"


def _look_at_ids(soup: BeautifulSoup) -> None:
    ids = [str(element["id"]) for element in soup.select("[id]")]
    assert len(ids) == len(set(ids)), f"double ids among {sorted(ids)}"
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for element in soup.select(f"[{attribute}]"):
            for named in str(element[attribute]).split():
                assert named in ids, f"{attribute} names {named}, which is not there"
    for link in soup.select('a[href^="#"]'):
        assert str(link["href"])[1:] in ids, f"{link['href']} leads nowhere"


def _look_at_forms(soup: BeautifulSoup) -> None:
    labelled = {str(label["for"]) for label in soup.select("label[for]")}
    for field in soup.select("input, select, textarea"):
        if field.get("type") != "hidden":
            assert field.get("id") in labelled, f"{field.get('name')} has no label"
            assert not field.has_attr("placeholder"), "a placeholder is no label"
    for form in soup.select("form"):
        assert form.get("action"), "a form without an action"
        if form.get("method") == "post":
            assert form.select('input[name="form_token"]'), "a posting form without a token"
    for button in soup.select("button"):
        assert button.get_text().strip(), "a button without words"


def _look_for_strangers(soup: BeautifulSoup) -> None:
    for element in soup.select("*"):
        inline = [name for name in element.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"inline {inline} in <{element.name}>"
    for script in soup.select("script"):
        assert script.get("src"), "an inline script"
    assert not soup.select("style"), "an inline style"
    for element in soup.select("script[src], img[src], iframe[src], link[rel][href]"):
        address = str(element.get("src") or element.get("href"))
        own = address.startswith(("/", HOST))
        assert own, f"{address} is fetched from elsewhere"
    for image in soup.select("img"):
        assert image.has_attr("alt"), "an image without words"
