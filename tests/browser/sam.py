"""What Sam, a supporter, does in a browser, and how staff sign in."""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from campaign.lib import links
from campaign.lib.clock import utc_now
from campaign.petitions import owner_links, queries
from campaign.petitions.owner_links import Purpose
from tests import factories
from tests.browser.conftest import Site

DRAGONFLY = "/campaigns/drop-dragonfly"

_number = itertools.count(1)


def an_address(domain: str = "example.org") -> str:
    """One that has not signed before."""
    return f"sam-{next(_number)}@{domain}"


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def sign_in(page: Page, email: str) -> None:
    """With the password that every account of the tests has."""
    page.goto("/staff/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    press(page, "Sign in")


def count(page: Page, path: str = DRAGONFLY) -> int:
    """How many have signed, as the campaign's page says."""
    page.goto(path)
    return int(re.sub(r"\D", "", page.locator(".count .figure").inner_text()))


def fill_in(page: Page, *, email: str, name: str = "Sam Signer", country: str = "CA") -> None:
    page.get_by_label("Full name").fill(name)
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Country").select_option(country)


def sign(page: Page, *, email: str, **answers: str) -> None:
    page.goto(DRAGONFLY)
    fill_in(page, email=email, **answers)
    press(page, "Sign the petition")
    expect(page.locator("h1")).to_have_text("One more step: check your mail")


def mail_to(page: Page, address: str, *, number: int = 1) -> Locator:
    """Reload the mailbox until that many mails to the address are there, and open the newest."""
    for _try in range(200):
        page.goto("/dev/mail/")
        mails = page.get_by_role("article").filter(has=page.get_by_text(address, exact=True))
        if mails.count() >= number:
            mails.first.get_by_role("link").click()
            links = page.locator(".mail-text").get_by_role("link")
            links.first.wait_for()  # the click may return before the mail is there
            return links
        page.wait_for_timeout(50)
    pytest.fail(f"the mail to {address} never arrived")


def confirm(page: Page, address: str) -> None:
    mail_to(page, address).first.click()
    press(page, "Confirm and count my signature")


def old_confirm_link(site: Site, address: str) -> str:
    """The link in a mail that lay about for longer than links are good."""
    with (
        site.app.app_context(),
        time_machine.travel(utc_now() - timedelta(days=4), tick=False),
    ):
        petition = queries.public_by_slug("drop-dragonfly")
        assert petition
        signature = factories.sign(petition, address, now=utc_now())
        return links.page(owner_links.path(Purpose.CONFIRM, signature.ref))


#: What has the focus, and whether it can be seen: drawn round, inside the window, nothing over it.
_FOCUS = """() => {
    const here = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(here);
    const isMarked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const isOnTop = [...here.getClientRects()].some(({ left, right, top, bottom }) =>
        here.contains(document.elementFromPoint((left + right) / 2,
            (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2)));
    return [here === document.body, isMarked && isOnTop, here.outerHTML.slice(0, 120)];
}"""


def tab(page: Page) -> Iterator[str]:
    """Press Tab again and again, to the end of the page; wherever the focus is, it can be seen."""
    for _stop in range(200):
        page.keyboard.press("Tab")
        is_over, is_seen, here = page.evaluate(_FOCUS)
        if is_over:
            return
        assert is_seen, f"the focus cannot be seen on {here}"
        yield here
    pytest.fail("Tab never comes to the end of the page")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the thing has the focus."""
    for _here in tab(page):
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {wanted}")
