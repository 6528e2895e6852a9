"""Olive in a browser: the image of her campaign, and Markdown that shows how it will look."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from campaign.campaigns import queries as campaigns
from tests import factories
from tests.browser.conftest import (
    PATIENCE_MILLISECONDS,
    PHONE,
    WITH_IMAGE,
    Site,
    Watch,
    with_javascript,
)
from tests.browser.sam import an_address, press, sign_in

FIGURE = "figure.image img"
GUIDANCE = "/staff/campaigns/ni-yulan/letters/edit/page"


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def olive(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A watched tab in which Olive is signed in."""
    with site.app.app_context():
        team_of = [campaigns.by_slug(slug) for slug in ("ni-yulan", "drop-dragonfly")]
        email = an_address("organisers.example.org")
        factories.account("organiser", "Olive", email=email, team_of=filter(None, team_of))
    context = browser.new_context(
        base_url=site.address, viewport=PHONE, java_script_enabled=request.param
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    watch = Watch(context, site.address)
    page = context.new_page()
    sign_in(page, email)
    yield page
    assert set(watch.end()) == {"cookie known", "cookie staff"}
    context.close()


def test_olive_gives_her_campaign_an_image_and_takes_it_away(olive: Page) -> None:
    olive.goto("/staff/campaigns/drop-dragonfly/image")
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": factories.image_file()}
    olive.get_by_label("Image", exact=True).set_input_files(files=[photo])  # type: ignore[list-item]
    olive.get_by_label("What it shows").fill("A door.")
    olive.get_by_label("Credit").fill("Photo: Olive")
    press(olive, "Save the image")

    expect(olive.get_by_role("status")).to_contain_text("Saved.")
    expect(olive.get_by_role("img", name="A door.")).to_have_js_property("complete", True)
    loaded = "image => image.naturalWidth && image.currentSrc"
    assert olive.locator(FIGURE).evaluate(loaded).endswith("-480.webp"), "enough for a phone"
    olive.get_by_text("Remove the image").first.click()
    press(olive, "Remove the image")
    expect(olive.locator(FIGURE)).to_have_count(0)


@with_javascript
def test_nothing_jumps_when_the_image_comes(page: Page) -> None:
    page.goto(f"/campaigns/{WITH_IMAGE}", wait_until="networkidle")
    here = page.locator(FIGURE).bounding_box()
    assert here
    assert here["height"] == pytest.approx(here["width"] * 2 / 3, abs=1)

    page.route("**/images/*", lambda route: route.fulfill(status=200, body=b""))
    page.goto(f"/campaigns/{WITH_IMAGE}", wait_until="networkidle")

    assert page.locator(FIGURE).evaluate("image => image.naturalWidth") == 0
    assert page.locator(".statement").bounding_box()
    assert page.locator(FIGURE).bounding_box() == here


@pytest.mark.parametrize("olive", [True], ids=["javascript"], indirect=True)
def test_markdown_shows_how_it_will_look_while_it_is_typed(olive: Page) -> None:
    olive.goto(GUIDANCE)
    preview = olive.locator(".preview").first
    shown = preview.locator(".prose")

    olive.get_by_label("How to go about it").fill("## Before\n\n- **one**\n  - two <b>three</b>")

    expect(shown.get_by_role("heading", name="Before")).to_be_visible()
    expect(shown.locator("li li")).to_have_text("two <b>three</b>")
    expect(shown).to_have_attribute("aria-live", "off")

    # It is read out to whoever opens it.
    preview.get_by_text("Preview").click()
    expect(shown).to_be_hidden()
    preview.get_by_text("Preview").click()
    expect(shown).to_have_attribute("aria-live", "polite")
    expect(shown.locator("strong")).to_have_text("one")


@pytest.mark.parametrize("olive", [False], ids=["no-javascript"], indirect=True)
def test_without_javascript_the_box_stands_alone(olive: Page) -> None:
    olive.goto(GUIDANCE)

    expect(olive.get_by_label("How to go about it")).to_be_visible()
    expect(olive.get_by_text("How to format")).to_be_visible()
    expect(olive.get_by_text("Preview", exact=True)).to_have_count(0)
