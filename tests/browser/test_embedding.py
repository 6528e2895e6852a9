"""A campaign on a page of another site: it shows there, and its button leads here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Site
from tests.browser.sam import DRAGONFLY

EMBEDDED = DRAGONFLY.replace("/campaigns/", "/embed/")


@contextmanager
def elsewhere(page: str) -> Iterator[str]:
    """Another site with that one page; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def framed(site: Site, path: str) -> str:
    return f'<!DOCTYPE html><title>Elsewhere</title><iframe src="{site.address}{path}"></iframe>'


def test_another_site_shows_a_campaign_and_its_button_opens_our_page(
    context: BrowserContext, site: Site
) -> None:
    with elsewhere(framed(site, EMBEDDED)) as address:
        page = context.new_page()
        page.goto(address)
        button = page.frame_locator("iframe").get_by_role("link", name="Sign the petition")
        with context.expect_page() as opened:
            button.click()

        expect(opened.value).to_have_url(f"{site.address}{DRAGONFLY}/sign?via=embed")
        expect(page).to_have_url(address)
        assert context.cookies() == []


def test_no_other_page_of_ours_can_be_framed(context: BrowserContext, site: Site) -> None:
    for path in (DRAGONFLY, f"{DRAGONFLY}/sign", "/", "/staff/sign-in"):
        with elsewhere(framed(site, path)) as address:
            page = context.new_page()
            page.goto(address)

            frame = page.frames[1]
            assert frame.url.startswith("chrome-error:"), f"{path} shows at {frame.url}"
