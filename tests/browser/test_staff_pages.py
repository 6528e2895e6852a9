"""Every page of staff, as somebody who may see all of it: it fits, and anybody can use it.

The pages are the app's own addresses, so a new one is looked at by being there.
"""

from collections.abc import Iterator

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.browser.conftest import PATIENCE_MILLISECONDS, Site, Watch
from tests.browser.sam import an_address, press, sign_in
from tests.browser.test_pages import COLOURS, TAGS, axe_findings

CAMPAIGN = "drop-dragonfly"
#: What may be wider than the window: it scrolls by itself, with the keyboard too.
SCROLLS = ".scroll, .tabs .wrap, .doors > div"
TOO_WIDE = """within => [...document.body.querySelectorAll("*")]
    .filter((element) => element.checkVisibility() && !element.parentElement.closest(within))
    .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
    })
    .map((element) => element.outerHTML.slice(0, 100))"""
NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 900}
#: No pages: files, and the image of a code.
NOT_PAGES = (".csv", ".json", ".png", ".svg", ".pdf")


def addresses(app: Flask) -> list[str]:
    """Every staff page that is reached without more than a campaign's name, and the entry forms."""
    found = []
    for rule in app.url_map.iter_rules():
        is_page = "GET" in (rule.methods or ()) and not rule.rule.endswith(NOT_PAGES)
        if is_page and rule.rule.startswith("/staff/") and rule.arguments <= {"slug"}:
            found.append(rule.rule.replace("<slug:slug>", CAMPAIGN))
    entry = f"/staff/campaigns/{CAMPAIGN}/paper/new"
    return sorted([*found, *(f"{entry}/{way}" for way in ("number", "rows", "csv"))])


@pytest.fixture(params=[True])
def ada(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A watched tab in which Ada, who may see everything, is signed in; with JavaScript or not."""
    email = an_address("administrators.example.org")
    with site.app.app_context():
        factories.account("administrator", "Ada", email=email)
    context = browser.new_context(
        base_url=site.address,
        viewport=NARROW,
        reduced_motion="reduce",
        java_script_enabled=request.param,
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    watch = Watch(context, site.address)
    watch.expected.add(404)
    page = context.new_page()
    sign_in(page, email)
    page.get_by_label("Code").fill(pyotp.TOTP(factories.SECRET).now())
    press(page, "Go on")
    yield page
    assert set(watch.end()) == {"cookie known", "cookie staff"}
    context.close()


def pages(ada: Page, site: Site) -> Iterator[str]:
    """The addresses of staff pages, each opened in a narrow, light window, everything unfolded."""
    for address in addresses(site.app):
        ada.set_viewport_size(NARROW)
        ada.emulate_media(color_scheme="light")
        answer = ada.goto(address)
        if answer and answer.status == 404:
            continue  # nothing of that kind in the demonstration
        expect(ada.locator("h1")).to_be_visible()
        ada.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        yield address


def test_no_page_of_staff_is_too_wide_or_a_barrier(ada: Page, site: Site, axe: str) -> None:
    found = {}
    for address in pages(ada, site):
        findings = ada.evaluate(TOO_WIDE, SCROLLS)
        ada.set_viewport_size(WIDE)
        ada.evaluate(axe)
        findings += axe_findings(ada, tags=TAGS)
        ada.emulate_media(color_scheme="dark")
        findings += axe_findings(ada, rules=COLOURS)
        ada.goto(f"/ar{address}")
        ada.set_viewport_size(NARROW)
        findings += ada.evaluate(TOO_WIDE, SCROLLS)
        if findings:
            found[address] = findings

    assert found == {}


@pytest.mark.parametrize("ada", [False], indirect=True)
def test_no_page_of_staff_needs_javascript(ada: Page, site: Site) -> None:
    found = {address: ada.evaluate(TOO_WIDE, SCROLLS) for address in pages(ada, site)}

    assert len(found) > 20
    assert {address: wide for address, wide in found.items() if wide} == {}
