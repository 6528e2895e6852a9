"""Lena's trip through a browser: draft a letter, change it, print it, tell that it was posted."""

import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watch, with_javascript
from tests.browser.sam import press, tab_to
from tests.letters.reading import words_of

YULAN = "/campaigns/ni-yulan"
GRANDMOTHER = "My grandmother lost her home when she was old, and I have not forgotten it."


def letter(page: Page) -> str:
    return page.get_by_label("Your letter").input_value()


def test_a_volunteer_drafts_a_letter_changes_it_and_takes_it_along(
    page: Page, watch: Watch, tmp_path: Path
) -> None:
    watch.expected.add(422)
    page.goto(YULAN)
    page.get_by_role("link", name="Write a letter").first.click()
    expect(page.locator("h1")).to_have_text("Write: Stop the harassment of Ni Yulan")

    # Lena says why it matters to her, and where she lives.
    page.get_by_label("Why does it matter to you?").fill(GRANDMOTHER)
    page.get_by_text("Say who you are").click()
    page.get_by_label("I live in …").fill("Montreal")
    page.get_by_label("Warm").check()
    press(page, "Draft my letter")
    first = letter(page)
    assert first.startswith("Dear Director,\n\n")
    assert GRANDMOTHER in first
    assert "Montreal" in first
    assert "Ni Yulan" in first

    # Another version keeps what she said.
    press(page, "Another version")
    second = letter(page)
    assert second != first
    assert GRANDMOTHER in second
    assert "Montreal" in second

    # She changes it; a sign that cannot be printed is named, and nothing is lost.
    changed = second.replace("Dear Director,", "Dear Director 🙂,")
    page.get_by_label("Your letter").fill(changed)
    page.get_by_label("Your name").fill("Lena Volunteer")
    page.get_by_label("Your postal address").fill("7 Quiet Lane\nMontreal H2X 1Y4")
    page.get_by_label("Your country").select_option("CA")
    press(page, "PDF")
    expect(page.locator(".summary")).to_be_focused()
    expect(page.locator(".summary")).to_contain_text("This character cannot be printed: 🙂")
    assert letter(page) == changed
    expect(page.get_by_label("Your name")).to_have_value("Lena Volunteer")
    page.get_by_label("Your letter").fill(second)
    page.get_by_label("Paper and envelope").select_option("plain-us")

    # The file has the letter, and its copy for the embassy.
    with page.expect_download() as download:
        press(page, "PDF")
    download.value.save_as(tmp_path / "letter.pdf")
    words = words_of((tmp_path / "letter.pdf").read_bytes())
    assert words.count(" ".join(GRANDMOTHER.split())) == 2
    assert "CHINA" in words
    assert "北京市公安局" in words
    assert "Ottawa, Ontario K1N 5H3" in words
    assert words.count("Lena Volunteer") >= 4
    with page.expect_download() as download:
        press(page, "Word (DOCX)")
    assert download.value.suggested_filename == "ni-yulan-letter.docx"

    # The letter is posted.
    page.get_by_label("How many letters").fill("2")
    press(page, "I posted it")
    expect(page.locator("h1")).to_have_text("Thank you for writing")
    expect(page.locator("main")).to_contain_text(re.compile(r"\d+ letters? (is|are) on"))


@with_javascript
def test_a_letter_can_be_written_with_the_keyboard_alone(page: Page, tmp_path: Path) -> None:
    page.goto(f"{YULAN}/write")

    tab_to(page, page.get_by_label("Why does it matter to you?"))
    page.keyboard.type(GRANDMOTHER)
    tab_to(page, page.get_by_role("button", name="Draft my letter"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your letter")).to_have_value(re.compile("My grandmother lost"))
    tab_to(page, page.get_by_label("Your letter"))
    page.keyboard.press("Control+Home")
    page.keyboard.type("To whom it may concern. ")
    tab_to(page, page.get_by_label("Your name"))
    page.keyboard.type("Lena Volunteer")
    tab_to(page, page.get_by_role("button", name="PDF"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "letter.pdf")

    assert "To whom it may concern." in words_of((tmp_path / "letter.pdf").read_bytes())


def test_papers_for_an_evening_are_made_while_the_page_counts(page: Page, tmp_path: Path) -> None:
    page.goto(f"{YULAN}/evening")

    page.get_by_label("How many letters").fill("60")
    page.get_by_label("Names").fill("Lena Volunteer\nSam Signer")
    press(page, "Make the papers")

    expect(page.locator(".making")).to_contain_text("60 letters are ready.")
    expect(page.get_by_text("50 of 60 letters are written")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the file (PDF)").click()
    download.value.save_as(tmp_path / "evening.pdf")
    words = words_of((tmp_path / "evening.pdf").read_bytes())
    assert words.count("Dear Director,") == 60
    assert "Lena Volunteer" in words


@with_javascript
def test_with_javascript_the_letter_can_be_copied_as_it_stands(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{YULAN}/write")
    press(page, "Draft my letter")

    page.get_by_label("Your letter").fill("Dear Director, this is all mine.")
    press(page, "Copy the letter")

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "Dear Director, this is all mine."


@with_javascript
def test_with_javascript_the_mail_link_follows_what_is_typed(page: Page) -> None:
    page.goto("/campaigns/press-freedom-xinjiang/write")
    page.get_by_label("Why does it matter to you?").fill("I rely on reporters.")
    press(page, "Begin my letter")
    link = page.get_by_role("link", name="Open in my mail program")

    page.get_by_label("Your letter").fill("Dear Ambassador, why?")
    expect(link).to_have_attribute("href", re.compile(r"body=Dear%20Ambassador%2C%20why%3F$"))

    page.get_by_label("Your letter").fill("Why? " * 600)
    expect(link).to_be_hidden()


@with_javascript
def test_a_script_that_comes_late_takes_up_what_was_typed_before(page: Page) -> None:
    held: list[Route] = []
    page.goto("/campaigns/press-freedom-xinjiang/write")
    page.route("**/letter*.js", lambda route: held.append(route))
    with page.expect_request("**/letter*.js"):
        press(page, "Begin my letter")

    page.get_by_label("Your letter").fill("Dear Ambassador, why?")
    for script in held:
        script.continue_()

    link = page.get_by_role("link", name="Open in my mail program")
    expect(link).to_have_attribute("href", re.compile(r"body=Dear%20Ambassador%2C%20why%3F$"))


@with_javascript
def test_the_list_of_offices_shows_how_they_begin_on_an_arabic_page(page: Page) -> None:
    page.goto("/ar/campaigns/ni-yulan/posted")

    expect(page.get_by_role("combobox")).to_have_css("direction", "ltr")
    expect(page.get_by_role("spinbutton")).to_have_css("direction", "rtl")
