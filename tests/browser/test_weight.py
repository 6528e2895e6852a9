"""What a reader has to load: little, for old phones and slow lines."""

import gzip
import time

import pytest
from playwright.sync_api import CDPSession, Page, Route

from campaign.config import ROOT
from tests.browser.conftest import with_javascript
from tests.browser.sam import DRAGONFLY

KIB = 1024
#: How far what stands on the page was pushed about while it loaded, as browsers reckon it.
SHIFT = """() => new Promise((done) => {
    const told = (list) => done(list.getEntries().reduce((sum, { value }) => sum + value, 0));
    new PerformanceObserver(told).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(0), 300);
})"""


@with_javascript
def test_the_stylesheet_is_small(page: Page) -> None:
    page.goto("/")
    sheet = page.locator("link[rel=stylesheet]")
    assert sheet.count() == 1, "one request for all styles"

    response = page.request.get(str(sheet.get_attribute("href")))

    assert response.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(response.body())) <= 12 * KIB


def test_all_scripts_together_are_small() -> None:
    scripts = list((ROOT / "static" / "js").rglob("*.js"))

    assert scripts
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) <= 4 * KIB


@with_javascript
def test_a_campaign_page_with_all_that_it_loads_is_light(page: Page) -> None:
    received: list[float] = []
    network: CDPSession = page.context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
    network.send("Network.enable")

    page.goto(DRAGONFLY, wait_until="networkidle")

    assert len(received) > 2
    assert sum(received) <= 120 * KIB


@with_javascript
@pytest.mark.parametrize("path", ["/", DRAGONFLY, "/campaigns/ni-yulan/write", f"/ar{DRAGONFLY}"])
def test_nothing_on_a_page_jumps_however_late_the_font_comes(page: Page, path: str) -> None:
    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/*.woff2", late)

    page.goto(path, wait_until="networkidle")

    assert page.evaluate(SHIFT) == 0
