"""Mo in a browser: decides, takes it back, and uses the keys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.posts import services as posts
from campaign.posts.rules import Words
from tests import factories
from tests.browser.conftest import PATIENCE_MILLISECONDS, PHONE, Site, Watch
from tests.browser.sam import an_address, press, sign_in

#: Of the posts alone: other tests may leave other things in the queue.
QUEUE = "/staff/queue/?kind=post"


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def mo(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A watched tab in which Mo is signed in, with two posts that wait."""
    email = an_address("moderators.example.org")
    with site.app.app_context():
        factories.account("moderator", "Mo", email=email)
        olive = factories.account("organiser", "Olive", email=an_address("organisers.example.org"))
        for title in ("First of two", "Second of two"):
            words = Words(
                title=title,
                slug=an_address("a").partition("@")[0],
                published_on=factories.NOW.date(),
                byline="",
                summary="In a sentence.",
                body="It happened.",
                source_note="From a source.",
                language="en",
                topics=(),
            )
            with transaction():
                posts.submit(posts.write(words, by=olive), now=utc_now())
    context = browser.new_context(
        base_url=site.address, viewport=PHONE, java_script_enabled=request.param
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    watch = Watch(context, site.address)
    watch.expected.add(422)
    page = context.new_page()
    sign_in(page, email)
    yield page
    assert set(watch.end()) == {"cookie known", "cookie staff"}
    context.close()


def test_mo_decides_and_takes_it_back(mo: Page) -> None:
    mo.goto(QUEUE)
    mo.get_by_role("link", name="First of two").first.click()
    mo.get_by_label("Not yet").check()
    press(mo, "Save the decision")
    expect(mo.get_by_role("alert")).to_contain_text("the author has to know")
    mo.get_by_label("More for the author").fill("Name the day.")
    press(mo, "Save the decision")

    expect(mo.get_by_role("status")).to_contain_text("changes asked for")
    expect(mo.get_by_role("heading", level=1)).not_to_have_text("First of two")
    press(mo, "Undo")
    expect(mo.get_by_role("heading", level=1)).to_have_text("First of two")
    mo.get_by_label("Yes: publish it").check()
    press(mo, "Save the decision")
    mo.get_by_label("No: give it back").check()
    mo.get_by_label("More for the author").fill("Not here.")
    press(mo, "Save the decision")


@pytest.mark.parametrize("mo", [True], ids=["javascript"], indirect=True)
def test_keys_lead_through_the_queue_and_rest_while_one_types(mo: Page) -> None:
    mo.goto(QUEUE)
    rows, switch = mo.locator("[data-row]"), mo.get_by_label("Keys: j the next")
    expect(switch).to_be_checked()
    mo.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    mo.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    mo.keyboard.press("k")
    first = rows.nth(0).inner_text()
    mo.keyboard.press("Enter")
    heading = mo.get_by_role("heading", level=1)
    expect(heading).to_have_text(first)
    expect(switch).to_be_checked()

    mo.keyboard.press("r")
    expect(mo.get_by_label("No: give it back")).to_be_checked()
    mo.keyboard.press("a")
    expect(mo.get_by_label("Yes: publish it")).to_be_checked()
    words = mo.get_by_label("More for the author")
    words.focus()
    mo.keyboard.type("jkar")
    expect(words).to_have_value("jkar")
    expect(heading).to_have_text(first)
    expect(mo.get_by_label("Yes: publish it")).to_be_checked()

    switch.uncheck()
    mo.keyboard.press("r")
    expect(mo.get_by_label("Yes: publish it")).to_be_checked()
    mo.reload()
    switch.check()
    mo.keyboard.press("j")
    expect(heading).not_to_have_text(first)


@pytest.mark.parametrize("mo", [False], ids=["no-javascript"], indirect=True)
def test_without_javascript_nothing_is_said_of_keys(mo: Page) -> None:
    mo.goto(QUEUE)

    expect(mo.get_by_text("Keys: j the next")).to_be_hidden()


@pytest.mark.parametrize("mo", [False], ids=["no-javascript"], indirect=True)
def test_without_javascript_the_keyboard_alone_decides(mo: Page) -> None:
    mo.goto(QUEUE)
    tab_to(mo, mo.locator("[data-row]").first)
    mo.keyboard.press("Enter")
    heading = mo.get_by_role("heading", level=1)
    title = heading.inner_text()
    tab_to(mo, mo.get_by_label("Yes: publish it"))
    mo.keyboard.press("Space")
    expect(mo.get_by_label("Yes: publish it")).to_be_checked()
    tab_to(mo, mo.get_by_role("button", name="Save the decision"))
    mo.keyboard.press("Enter")

    expect(mo.get_by_role("status")).to_contain_text("approved")
    expect(heading).not_to_have_text(title)


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it is reached, as somebody without a mouse does."""
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")
