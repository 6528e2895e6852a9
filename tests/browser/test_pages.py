"""Every kind of page, in every kind of window: it fits, anybody can use it, it can be printed."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.petitions import owner_links, queries, services, tickets
from campaign.petitions.owner_links import Purpose
from tests import factories
from tests.browser.conftest import PATIENCE_MILLISECONDS, PHONE, WITH_IMAGE, Site, Watch
from tests.browser.sam import DRAGONFLY, fill_in, mail_to, old_confirm_link, press, tab

#: Everything axe can find by itself, target sizes (2.2 AA) among it, and its advice beyond WCAG.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: What is judged anew in other colours …
COLOURS = ["color-contrast", "link-in-text-block"]
#: … and where things stand elsewhere.
SIZES = ["target-size"]
DESKTOP = {"width": 1280, "height": 900}
WIDTHS = (320, 390, 1280)
#: A word that does not break by itself, in a name and in an address.
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoraltern"

#: What reaches out of the window.
TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
    .filter((element) => element.checkVisibility())
    .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
    })
    .map((element) => element.outerHTML.slice(0, 100))"""

UNFOLD = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"

PAGES = {
    "home": "/",
    "home in French": "/fr/",
    "campaigns": "/campaigns/",
    "campaigns, filtered": "/campaigns/?q=xinjiang&state=open&kind=letters",
    "campaigns, none found": "/campaigns/?q=qqqqq",
    "campaign, open": DRAGONFLY,
    "campaign, open, in French": f"/fr{DRAGONFLY}",
    "campaign, open, with letters": "/campaigns/ni-yulan",
    "campaign, open, letters only": "/campaigns/press-freedom-xinjiang",
    "campaign, nobody has signed": "/campaigns/free-xinjiang-detainees",
    "campaign, with an image": f"/campaigns/{WITH_IMAGE}",
    "campaign, won": "/campaigns/free-wang-quanzhang",
    "campaign, memorial": "/campaigns/li-wenliang-right-to-know",
    "campaign, ended, letters only": "/campaigns/gao-yu",
    "write": "/campaigns/ni-yulan/write",
    "write, in French": "/fr/campaigns/ni-yulan/write",
    "write, with a draft": "/campaigns/ni-yulan/write",
    "write, with errors": "/campaigns/ni-yulan/write",
    "write, by hand": "/campaigns/press-freedom-xinjiang/write",
    "evening": "/campaigns/ni-yulan/evening",
    "evening, with errors": "/campaigns/ni-yulan/evening",
    "evening, made": "/campaigns/ni-yulan/evening",
    "evening, gone": "/campaigns/ni-yulan/evening/nothing",
    "posted": "/campaigns/ni-yulan/posted",
    "posted, thanks": "/campaigns/ni-yulan/posted?thanks=1",
    "letters, for organisers": "/staff/campaigns/ni-yulan/letters",
    "embedded": "/embed/drop-dragonfly",
    "embedded, won": "/embed/free-wang-quanzhang",
    "embedded, letters only": "/embed/press-freedom-xinjiang",
    "posts": "/posts/",
    "posts, none found": "/posts/?q=qqqqq",
    "post": "/posts/drop-project-dragonfly",
    "about": "/about",
    "privacy": "/privacy",
    "sign": f"{DRAGONFLY}/sign",
    "sign, with errors": f"{DRAGONFLY}/sign",
    "sign, with a question": f"{DRAGONFLY}/sign",
    "check your mail": f"{DRAGONFLY}/check-your-mail?ticket={{sent}}",
    "check your mail, sent again": f"{DRAGONFLY}/check-your-mail?ticket={{sent}}&again=1",
    "confirm": "{confirm}",
    "signed": f"{DRAGONFLY}/signed?ticket={{number}}",
    "my signature": "{own}",
    "my signature, saved": "{own}?done=show",
    "my signature, taken back": "{withdrawn}?done=withdraw",
    "link too old": "{old}",
    "link too old, fresh one sent": "{old}",
    "link unknown": "/confirm/nonsense",
    "no such page": "/nothing/like/it",
    "patterns": "/dev/patterns",
    "mailbox": "/dev/mail/",
    "mail": "/dev/mail/",
}


def make_a_mistake_in_every_field(page: Page) -> None:
    page.get_by_label("Full name").fill("https://example.org/")
    page.get_by_label("Email address").fill(LONG * 2)
    page.get_by_label("Postcode").fill(LONG)
    page.get_by_text("Say why you sign").click()
    page.get_by_label("Why do you sign?").fill(LONG * 25)
    press(page, "Sign the petition")
    expect(page.locator(".field-error")).to_have_count(5)


def make_a_slip_in_the_address(page: Page) -> None:
    fill_in(page, name=LONG, email=f"{LONG}@gmial.com")
    press(page, "Sign the petition")
    expect(page.locator(".question")).to_be_visible()


def wait_for_mail(page: Page) -> None:
    mail_to(page, f"old-{LONG}@example.org")
    page.goto("/dev/mail/")


def make_mistakes_in_a_letter(page: Page) -> None:
    press(page, "Draft my letter")
    page.get_by_label("Your letter").fill(f"{LONG} 🙂")
    page.get_by_label("Your name").fill(LONG * 5)
    press(page, "PDF")
    expect(page.locator(".field-error")).to_have_count(2)


def make_mistakes_for_an_evening(page: Page) -> None:
    page.get_by_label("How many letters").fill("1")
    page.get_by_label("Names").fill(f"{LONG}\n{LONG}")
    press(page, "Make the papers")
    expect(page.locator(".field-error")).to_have_count(1)


def make_an_evening(page: Page) -> None:
    page.get_by_label("How many letters").fill("3")
    press(page, "Make the papers")
    expect(page.locator(".making")).to_contain_text("3 letters are ready.")


#: What is looked at in the other scripts too: with and without forms, lists, tables, drawings.
IN_OTHER_SCRIPTS = [
    "/",
    "/campaigns/?q=qqqqq",
    DRAGONFLY,
    "/campaigns/ni-yulan",
    "/campaigns/free-wang-quanzhang",
    "/campaigns/ni-yulan/write",
    "/campaigns/ni-yulan/evening",
    "/posts/",
    "/posts/drop-project-dragonfly",
    "/privacy",
    f"{DRAGONFLY}/sign",
    "/nothing/like/it",
    "/dev/patterns",
]


#: What leads from the address to the page in question.
DEEDS = {
    "write, with a draft": lambda page: press(page, "Draft my letter"),
    "write, with errors": make_mistakes_in_a_letter,
    "write, by hand": lambda page: press(page, "Begin my letter"),
    "evening, with errors": make_mistakes_for_an_evening,
    "evening, made": make_an_evening,
    "sign, with errors": make_a_mistake_in_every_field,
    "sign, with a question": make_a_slip_in_the_address,
    "link too old, fresh one sent": lambda page: press(page, "Send me a fresh link"),
    "mailbox": wait_for_mail,
    "mail": lambda page: mail_to(page, f"old-{LONG}@example.org"),
}


@pytest.fixture(scope="module")
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """One browser for all pages, as little happens in each."""
    context = browser.new_context(base_url=site.address, viewport=PHONE, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def tokens(site: Site) -> dict[str, str]:
    """The links and tickets of people with long names, who show them."""
    to = f"{LONG}@example.org"
    words: dict[str, Any] = {"name": LONG, "shows_name": True, "comment": LONG, "now": utc_now()}
    old = old_confirm_link(site, f"old-{to}")
    with site.app.app_context():
        petition = queries.public_by_slug("drop-dragonfly")
        assert petition
        confirmed = factories.confirmed(petition, to, **words)
        waiting = factories.sign(petition, f"waiting-{to}", **words)
        withdrawn = factories.sign(petition, f"withdrawn-{to}", **words)
        with transaction():
            services.withdraw(withdrawn, now=utc_now())
        return {
            "old": old,
            "confirm": owner_links.path(Purpose.CONFIRM, waiting.ref),
            "own": owner_links.path(Purpose.OWN, confirmed.ref),
            "withdrawn": owner_links.path(Purpose.OWN, withdrawn.ref),
            "sent": tickets.mail_was_sent(waiting.fingerprint, to=to, of=petition.campaign_id),
            "number": tickets.confirmed_as(petition.confirmed_count, of=petition.campaign_id),
        }


@pytest.fixture(scope="module")
def shared(context: BrowserContext) -> Page:
    """One tab for all kinds of pages, one after the other."""
    return context.new_page()


@pytest.fixture(scope="module", params=PAGES)
def unfolded(
    request: pytest.FixtureRequest,
    shared: Page,
    site: Site,
    tokens: dict[str, str],
) -> Iterator[Page]:
    """The watched tab with a page of each kind, everything on it unfolded."""
    watch = Watch(shared.context, site.address)
    watch.expected.update({404, 410, 422})
    shared.set_viewport_size(PHONE)
    shared.emulate_media(color_scheme="light")
    shared.goto(PAGES[request.param].format(**tokens))
    DEEDS.get(request.param, lambda _page: None)(shared)
    expect(shared.locator("h1")).to_be_visible()
    shared.evaluate(UNFOLD)
    yield shared
    assert watch.end() == []


def test_no_page_is_wider_than_its_window(unfolded: Page) -> None:
    for width in WIDTHS:
        unfolded.set_viewport_size({"width": width, "height": 800})

        assert unfolded.evaluate(TOO_WIDE) == [], f"at {width} pixels"
        assert unfolded.evaluate("document.documentElement.scrollWidth") <= width

    # Whoever needs letters of twice the size still reads in one direction.
    unfolded.set_viewport_size({"width": 640, "height": 800})
    unfolded.evaluate("document.documentElement.style.fontSize = '200%'")
    too_wide = unfolded.evaluate(TOO_WIDE)
    unfolded.evaluate("document.documentElement.style.fontSize = ''")
    assert too_wide == [], "with letters of twice the size"


def test_axe_finds_no_barrier_in_the_light_and_in_the_dark(unfolded: Page, axe: str) -> None:
    unfolded.evaluate(axe)

    unfolded.set_viewport_size(PHONE)
    unfolded.emulate_media(color_scheme="light")
    findings = axe_findings(unfolded, tags=TAGS)
    unfolded.set_viewport_size(DESKTOP)
    unfolded.emulate_media(color_scheme="dark")
    findings += axe_findings(unfolded, rules=COLOURS + SIZES)
    # The same state, mirrored: what Arabic words do to a page is looked at below.
    unfolded.set_viewport_size(PHONE)
    unfolded.evaluate("document.documentElement.dir = 'rtl'")
    findings += axe_findings(unfolded, rules=SIZES) + unfolded.evaluate(TOO_WIDE)

    assert findings == []


def axe_findings(page: Page, **only: list[str]) -> list[str]:
    """What axe finds on the page, by its tags or rules: rule, element and reason."""
    ((kind, values),) = only.items()
    found = page.evaluate(
        "only => axe.run(document, { runOnly: only, resultTypes: ['violations'] })",
        {"type": kind.removesuffix("s"), "values": values},
    )
    return [
        f"{finding['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for finding in found["violations"]
        for node in finding["nodes"]
    ]


@pytest.mark.parametrize("path", IN_OTHER_SCRIPTS)
def test_from_right_to_left_and_in_chinese_it_is_as_good(
    shared: Page, site: Site, axe: str, path: str
) -> None:
    watch = Watch(shared.context, site.address)
    watch.expected.add(404)
    findings = []
    shared.emulate_media(color_scheme="light")
    for language, tags in (("ar", TAGS), ("zh-Hans", ["wcag2a", "wcag22aa"])):
        shared.goto(f"/{language}{path}")
        shared.evaluate(
            "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
        )
        for width in (WIDTHS[0], WIDTHS[-1]):
            shared.set_viewport_size({"width": width, "height": 800})
            findings += shared.evaluate(TOO_WIDE)
        shared.evaluate(axe)
        findings += axe_findings(shared, tags=tags)

    assert findings == []
    assert watch.end() == []


def test_in_forced_colours_buttons_bars_and_the_present_page_are_seen(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/campaigns/")
    here = page.locator(".masthead [aria-current]")
    expect(here).to_have_css("border-bottom-style", "solid")
    expect(page.get_by_role("button", name="Show")).to_have_css("border-top-style", "solid")

    page.goto(DRAGONFLY)

    expect(page.locator(".bar").first).to_have_css("border-top-style", "solid")
    expect(page.get_by_label("Full name")).to_have_css("border-top-style", "solid")


def test_nothing_moves_by_itself(page: Page) -> None:
    """The tests ask for little movement, as some people do."""
    page.goto(DRAGONFLY)

    assert page.evaluate("document.getAnimations().length") == 0
    expect(page.locator("html")).to_have_css("scroll-behavior", "auto")


@pytest.mark.parametrize("path", ["/", DRAGONFLY, "/campaigns/?q=qqqqq", "/dev/mail/"])
def test_wherever_tab_leads_one_sees_it(page: Page, path: str) -> None:
    page.goto(path)

    assert len(list(tab(page))) > 10


def test_the_print_of_a_campaign_is_its_text_without_the_buttons(page: Page) -> None:
    page.goto(DRAGONFLY)
    page.emulate_media(media="print", color_scheme="dark")

    for left_out in (
        page.get_by_role("navigation"),
        page.locator("form"),
        page.get_by_role("button"),
        page.get_by_role("contentinfo"),
        page.get_by_role("link", name="Skip to the text"),
        page.get_by_role("link", name="Sign the petition"),
        page.get_by_text("A demonstration: the signers"),
        page.get_by_role("heading", name="Sign the petition"),
        page.get_by_role("heading", name="Tell others"),
    ):
        expect(left_out.filter(visible=True)).to_have_count(0)
    for printed in (
        page.get_by_role("heading", name="Drop Dragonfly", exact=True),
        page.get_by_text("Google must end its censored search app"),
        page.get_by_text("People in China have the same right to know"),
        page.locator(".count").get_by_text("have signed"),
        page.get_by_text("In 2010 Google left the Chinese search market"),
    ):
        expect(printed.first).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(27, 31, 39)")


def test_the_print_of_a_closed_campaign_says_what_came_of_it(page: Page) -> None:
    page.goto("/campaigns/free-wang-quanzhang")
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="This campaign was won")).to_be_visible()
    expect(page.get_by_text("Wang Quanzhang was released on 5 April 2020")).to_be_visible()


def test_a_letter_action_is_printed_with_its_addresses(page: Page) -> None:
    page.goto("/campaigns/press-freedom-xinjiang")
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="Whom to write to")).to_be_visible()
    expect(page.locator("address").filter(visible=True)).not_to_have_count(0)
    expect(page.locator("address").filter(visible=False)).to_have_count(0)
