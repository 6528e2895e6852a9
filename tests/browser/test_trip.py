"""Sam's trip through a browser: find the campaign, sign, open the mail, confirm, change, leave."""

import re

import pytest
from playwright.sync_api import Page, expect

from campaign.petitions.owner_links import Purpose
from tests.browser.conftest import Site, Watch, with_javascript
from tests.browser.sam import (
    DRAGONFLY,
    an_address,
    confirm,
    count,
    fill_in,
    mail_to,
    old_confirm_link,
    press,
    sign,
    tab_to,
)


def test_a_supporter_signs_confirms_shows_the_name_and_takes_it_all_back(
    page: Page, watch: Watch
) -> None:
    watch.expected.add(422)

    # Sam finds the campaign.
    page.goto("/")
    page.get_by_role("link", name="Drop Dragonfly").click()
    expect(page.locator("h1")).to_have_text("Drop Dragonfly")
    before = count(page)

    # The first try lacks the country.
    page.get_by_label("Full name").fill("Sam Whistlewood")
    page.get_by_label("Email address").fill("sam.whistlewood@gmial.com")
    page.get_by_label("Postcode").fill("K1N 5H3")
    page.get_by_label("Send me news").check()
    press(page, "Sign the petition")
    expect(page.locator(".summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Sign: Drop Dragonfly"))
    expect(page.get_by_label("Full name")).to_have_value("Sam Whistlewood")
    expect(page.get_by_label("Email address")).to_have_value("sam.whistlewood@gmial.com")
    expect(page.get_by_label("Postcode")).to_have_value("K1N 5H3")
    expect(page.get_by_label("Send me news")).to_be_checked()
    expect(page.get_by_label("Show my name")).not_to_be_checked()
    page.locator(".summary").get_by_role("link", name="Choose your country.").click()
    expect(page.get_by_label("Country")).to_be_focused()
    expect(page.get_by_label("Country")).to_have_accessible_description(
        "Error: Choose your country."
    )

    # The second has a slip in the address.
    page.get_by_label("Country").select_option("CA")
    press(page, "Sign the petition")
    expect(page.locator(".question")).to_be_focused()
    expect(page.locator(".question")).to_contain_text("Did you mean sam.whistlewood@gmail.com?")
    press(page, "Use sam.whistlewood@gmail.com")
    expect(page.locator("h1")).to_have_text("One more step: check your mail")
    expect(page.locator("main")).to_contain_text("s•••@gmail.com")
    assert count(page) == before, "what is not confirmed does not count"

    # The mail arrives, and Sam confirms.
    mail = mail_to(page, "sam.whistlewood@gmail.com")
    mail.first.click()
    expect(page.locator("h1")).to_have_text("Confirm your signature")
    expect(page.locator("main")).to_contain_text("Sam Whistlewood")
    assert count(page) == before, "opening the link changes nothing"
    page.go_back()
    press(page, "Confirm and count my signature")
    expect(page.locator("h1")).to_have_text(f"Thank you. You are number {before + 1}.")
    assert count(page) == before + 1
    expect(page.locator(".names")).not_to_contain_text("Sam Whistlewood")

    # The second link of the mail shows the name …
    mail_to(page, "sam.whistlewood@gmail.com").nth(1).click()
    expect(page.locator("h1")).to_have_text("Your signature")
    expect(page.locator(".facts")).to_contain_text("sam.whistlewood@gmail.com")
    expect(page.locator(".facts")).to_contain_text("K1N 5H3")
    press(page, "Show my name")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    mine = page.url
    page.get_by_role("link", name="Drop Dragonfly").click()
    page.get_by_text("The latest who show their names").click()
    expect(page.locator(".names").get_by_text("Sam Whistlewood", exact=True)).to_be_visible()

    # … and takes the signature back.
    page.goto(mine)
    press(page, "Take my signature back")
    expect(page.get_by_role("status")).to_have_text(
        "Your signature was taken back. It no longer counts."
    )
    assert count(page) == before
    expect(page.locator(".names")).not_to_contain_text("Sam Whistlewood")


def test_a_second_press_of_the_confirm_button_is_as_welcome_as_the_first(page: Page) -> None:
    address = an_address()
    sign(page, email=address)
    link = mail_to(page, address).first.get_attribute("href")
    assert link
    other_tab = page.context.new_page()
    other_tab.goto(link)
    confirm(page, address)
    expect(page.locator("h1")).to_contain_text("Thank you. You are number")
    counted = count(page)

    press(other_tab, "Confirm and count my signature")
    page.goto(link)

    for tab in (page, other_tab):
        expect(tab.locator("h1")).to_have_text("Thank you. Your signature counts.")
    assert count(page) == counted


def test_the_address_that_looks_like_a_slip_may_be_meant(page: Page, watch: Watch) -> None:
    watch.expected.add(422)
    address = an_address("gmial.com")
    page.goto(DRAGONFLY)
    fill_in(page, email=address)
    press(page, "Sign the petition")

    press(page, f"Keep {address}")

    expect(page.locator("main")).to_contain_text("s•••@gmial.com")
    expect(mail_to(page, address)).not_to_have_count(0)


def test_return_in_a_field_answers_no_question_about_the_address(page: Page, watch: Watch) -> None:
    watch.expected.add(422)
    page.goto(DRAGONFLY)
    fill_in(page, email=an_address("gmial.com"))
    press(page, "Sign the petition")
    expect(page.locator(".question")).to_be_focused()

    page.get_by_label("Full name").fill("Sam Other")
    page.get_by_label("Full name").press("Enter")

    expect(page.get_by_label("Full name")).to_have_value("Sam Other")
    expect(page.locator(".question")).to_be_focused()
    expect(page.get_by_role("button", name="Sign the petition")).to_have_count(1)


def test_a_link_that_is_too_old_has_a_button_for_a_fresh_one(
    page: Page, site: Site, watch: Watch
) -> None:
    watch.expected.add(410)
    address = an_address()
    page.goto(old_confirm_link(site, address))
    expect(page.locator("h1")).to_have_text("This link is too old")

    press(page, "Send me a fresh link")

    expect(page.locator("h1")).to_have_text("A fresh link is on its way")
    mail_to(page, address, number=2).first.click()
    press(page, "Confirm and count my signature")
    expect(page.locator("h1")).to_contain_text("Thank you. You are number")


def test_a_link_that_was_cut_off_says_so(page: Page, watch: Watch) -> None:
    watch.expected.add(404)
    address = an_address()
    sign(page, email=address)
    links = [str(link.get_attribute("href")) for link in mail_to(page, address).all()]

    for purpose, link in zip((Purpose.CONFIRM, Purpose.OWN), links[:2], strict=True):
        page.goto(link[:-3])

        assert f"/{purpose}/" in page.url
        expect(page.locator("h1")).to_have_text("This link does not work")
        expect(page.get_by_role("link", name="See the campaigns")).to_be_visible()


def test_the_mail_can_be_asked_for_again(page: Page) -> None:
    sign(page, email=an_address())

    press(page, "Send the mail again")

    expect(page.get_by_role("status")).to_contain_text("it is on its way now")
    expect(page.locator("h1")).to_have_text("One more step: check your mail")


def test_everything_is_erased_at_the_press_of_a_button(page: Page) -> None:
    address = an_address()
    before = count(page)
    sign(page, email=address)
    confirm(page, address)
    mail_to(page, address).nth(1).click()

    press(page, "Take it back and erase everything")

    expect(page.get_by_role("status")).to_contain_text("was destroyed")
    expect(page.locator("main")).not_to_contain_text(address)
    assert count(page) == before


def test_on_a_phone_the_way_to_the_form_is_in_sight_wherever_the_form_is_not(page: Page) -> None:
    page.goto(DRAGONFLY)
    way = page.get_by_role("navigation", name="Sign the petition").get_by_role("link")

    # Not "The story", which follows the form: both may be in sight at once.
    for heading in ("Why people sign", "Tell others"):
        page.get_by_role("heading", name=heading).scroll_into_view_if_needed()
        expect(way).to_be_in_viewport()
    way.click()

    expect(page.get_by_label("Full name")).to_be_in_viewport()


@with_javascript
def test_on_a_phone_the_way_to_the_form_makes_room_for_it(page: Page) -> None:
    page.goto(DRAGONFLY)
    way = page.get_by_role("navigation", name="Sign the petition")

    page.get_by_role("heading", name="Tell others").scroll_into_view_if_needed()
    expect(way).to_be_visible()
    page.get_by_label("Full name").scroll_into_view_if_needed()

    expect(way).to_be_hidden()


@with_javascript
def test_the_petition_can_be_signed_with_the_keyboard_alone(page: Page, watch: Watch) -> None:
    watch.expected.add(422)
    page.goto(DRAGONFLY)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the text")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Full name"))
    page.keyboard.type("Sam Keys")
    tab_to(page, page.get_by_label("Email address"))
    address = an_address()
    page.keyboard.type(address)
    page.keyboard.press("Enter")

    expect(page.locator(".summary")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Choose your country."))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Country")).to_be_focused()
    page.keyboard.type("Canada")
    tab_to(page, page.get_by_text("Say why you sign"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Why do you sign?"))
    page.keyboard.type("Because.")
    tab_to(page, page.get_by_label("Show my name"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Sign the petition"))
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("One more step: check your mail")
    mail_to(page, address).first.click()
    expect(page.locator(".facts")).to_contain_text("Because.")
    expect(page.locator(".facts")).to_contain_text("Yes, on the campaign’s page")
    tab_to(page, page.get_by_role("button", name="Confirm and count my signature"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Thank you. You are number")


@pytest.mark.parametrize(
    ("language", "called", "egypt"),
    [("fr", "Français", "Égypte"), ("zh-Hans", "简体中文", "埃及"), ("ar", "العربية", "مصر")],
)
def test_the_whole_trip_stays_in_its_language(
    page: Page, language: str, called: str, egypt: str
) -> None:
    def expect_the_language() -> None:
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        assert f"/{language}/" in page.url

    address = an_address()
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name=called).click()
    expect_the_language()
    page.locator(f'h3 a[href$="{DRAGONFLY}"]').click()
    expect_the_language()
    before = count(page, f"/{language}{DRAGONFLY}")
    page.locator("input[name=name]").fill("Sam Signer")
    page.locator("input[name=email]").fill(address)
    page.get_by_role("combobox").select_option(label=egypt)
    page.locator("form[action$='/sign'] > .button").click()
    expect_the_language()
    assert "/check-your-mail" in page.url

    mail_to(page, address).first.click()
    expect_the_language()
    page.locator("form[action*='/confirm/'] .button").click()
    expect_the_language()

    expect(page.locator("h1")).to_contain_text(str(before + 1))
    assert count(page, f"/{language}{DRAGONFLY}") == before + 1


@with_javascript
def test_the_bar_that_leads_to_the_form_makes_room_for_it(page: Page) -> None:
    page.goto(DRAGONFLY)
    bar = page.get_by_role("navigation", name="Sign the petition")
    expect(bar).to_be_visible()

    # As a finger does: Playwright's own click would scroll first, and so chase the bar away.
    box = bar.get_by_role("link").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_label("Full name")).to_be_in_viewport()
    expect(bar).to_be_hidden()

    page.locator("footer").scroll_into_view_if_needed()
    expect(bar).to_be_visible()
