"""The papers of an evening and the cards of solidarity, as they come out of the printer.

What they must look like is in `pictures/`. After a change that is meant:
`CAMPAIGN_TEST_UPDATE=goldens pytest tests/letters/test_sheets.py`, and look at the pictures.
"""

import inspect
import os
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image, ImageChops

from campaign.letters import fitting, sheets
from campaign.letters.case import Phrase
from campaign.letters.layouts import LAYOUTS
from campaign.letters.printing import Letter
from campaign.letters.sheets import Evening
from tests.letters.payloads import PAYLOADS
from tests.letters.reading import poppler, squeezed

GOLDENS = Path(__file__).parent / "pictures"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LINK = "https://campaign.example.org/campaigns/ni-yulan"
ADDRESS = (
    "北京市公安局",
    "北京市东城区前门东大街9号",
    "Director of Police",
    "9 Dongdajie",
    "CHINA",
)
PHRASES = (
    Phrase(
        "我们没有忘记你", "zh-Hans", {"en": "We have not forgotten you", "fr": "On pense à toi"}
    ),
    Phrase("سىز يالغۇز ئەمەس", "ug", {"en": "You are not alone"}),
    Phrase("Courage !", "fr", {}),
)


def evening(**changes: Any) -> Evening:
    values = {
        "language": "en",
        "title": "A home for Ni Yulan",
        "ask": "Write to the director of the Beijing police: leave Ni Yulan in peace in her home.",
        "person": "Ni Yulan (倪玉兰)",
        "role": "Director of the Beijing police",
        "deadline": "31 December 2027",
        "asks": ("let her family enjoy adequate housing", "issue her a valid passport"),
        "say": ("Call her “Ms. Ni”.", "Stay polite, and ask for a reply."),
        "avoid": ("Do not say or ask where she lives.",),
        "link": LINK,
        "posted_link": f"{LINK}/posted",
        "letters": 25,
        "target_lines": ADDRESS,
    }
    return Evening(**{**values, **changes})


LONG = {
    "title": "Stop the harassment of the housing-rights lawyer Ni Yulan and let her live in peace",
    "ask": "Write to the director of the Beijing police and ask that Ni Yulan and her family be"
    " left in peace, that those who evicted her answer for it, and that she be given a passport.",
    "place_and_day": "Friends’ Meeting House, 52 St Giles (ring at the side door), Friday, 7 pm",
    "number": 240,
}


PICTURES = {
    "poster": ("din-b", {}, 1),
    "poster-long": ("us-10", LONG, 1),
    "poster-without-person": ("din-b", {"person": "", "place_and_day": "Town library, 7 pm"}, 1),
    "case-card": ("din-b", {}, 2),
    "sign-up": ("din-b", {}, 3),
    "tally": ("din-b", {}, 4),
    "tally-long": ("us-10", LONG, 4),
}


def letter(number: int = 1) -> Letter:
    return Letter(
        language="en",
        sender=(),
        address=ADDRESS,
        date="1 December 2026",
        subject=f"Letter {number}",
        paragraphs=("Dear Director,", "Please leave Ms. Ni in peace.", "Yours faithfully,"),
        signature="",
    )


def kit(layout: str = "din-b", *, letters: int = 3, number: int = 25, **changes: Any) -> bytes:
    """With so many letters in it, of the `number` that it speaks of."""
    made = [letter(n + 1) for n in range(letters)]
    changes["letters"] = number
    return sheets.kit_pdf(evening(**changes), made, LAYOUTS[layout], made_at=NOW)


def cards(**changes: Any) -> bytes:
    values = {"size": "a6", "count": 3, "language": "en", "made_at": NOW}
    return sheets.cards_pdf(PHRASES, **{**values, **changes})


def text_pages(pdf: bytes) -> list[str]:
    """What can be copied from each page."""
    return poppler("pdftotext", "-raw", "-", "-", pdf=pdf).decode().removesuffix("\f").split("\f")


def page_picture(pdf: bytes, page: int, *, dpi: float) -> Image.Image:
    """That page in shades of grey."""
    one = ("-f", str(page), "-l", str(page), "-singlefile")
    return Image.open(BytesIO(poppler("pdftoppm", "-r", str(dpi), "-gray", *one, "-", pdf=pdf)))


def one_line(text: str) -> str:
    return " ".join(text.split())


def assert_looks_as_agreed(picture: Image.Image, name: str) -> None:
    """Anti-aliasing differs a little from one poppler to the next, a moved line by much more."""
    golden = GOLDENS / f"{name}.png"
    if os.environ.get("CAMPAIGN_TEST_UPDATE") == "goldens":
        picture.save(golden, optimize=True)
    with Image.open(golden) as agreed:
        assert picture.size == agreed.size
        differences = ImageChops.difference(picture, agreed.convert("L")).histogram()
    assert sum(differences[64:]) < 0.002 * sum(differences), f"see {golden.name}"


@pytest.mark.parametrize("name", PICTURES)
def test_a_sheet_looks_as_agreed(name: str) -> None:
    layout, changes, page = PICTURES[name]

    picture = page_picture(kit(layout, letters=0, **changes), page, dpi=60)

    assert_looks_as_agreed(picture, f"sheet-{name}")


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_card_looks_as_agreed(page: int) -> None:
    assert_looks_as_agreed(page_picture(cards(), page, dpi=60), f"card-{page}")


def test_the_papers_come_in_the_order_in_which_a_host_lays_them_out() -> None:
    pages = text_pages(kit())

    poster, case_card, sign_up, tally, labels, *letters = pages
    assert "AN EVENING OF LETTERS" in poster.upper()
    assert "Bring a pen." in poster
    assert "What to leave out" in case_card
    assert "Name or initials" in sign_up
    assert "Letters posted" in tally
    assert labels.count("Director of Police") == 24
    assert [re.findall(r"Letter \d", page) for page in letters] == [
        ["Letter 1"],
        ["Letter 2"],
        ["Letter 3"],
    ]


def test_the_poster_shows_the_name_in_both_scripts_and_where_to_go() -> None:
    poster, *_ = text_pages(kit(place_and_day="Town library, Friday 7 pm"))

    assert "倪玉兰\n" in poster
    assert "Ni Yulan\n" in poster
    assert "Town library, Friday 7 pm" in one_line(poster)
    assert "campaign.example.org/campaigns/ni-yulan" in poster
    assert "Day and time" not in poster


@pytest.mark.parametrize("person", ["Sam Signer", "Sam Signer ()", "Sam Signer (Sam Signer)"])
def test_a_name_in_one_script_is_said_once(person: str) -> None:
    poster, case_card, *_ = text_pages(kit(person=person))

    assert poster.count("Sam Signer") == 1
    assert case_card.count("Sam Signer") == 1
    assert "()" not in poster + case_card


def test_a_poster_without_place_and_day_has_lines_to_write_them_on() -> None:
    poster, *_ = text_pages(kit(person="", place_and_day=""))

    assert "Place\n" in poster
    assert "Day and time\n" in poster


def test_the_case_card_says_what_to_ask_to_say_and_to_leave_out() -> None:
    _, case_card, *_ = text_pages(kit())

    for line in (
        "Ni Yulan (倪玉兰)",
        "Director of the Beijing police",
        "31 December 2027",
        "let her family enjoy adequate housing",
        "Call her “Ms. Ni”.",
        "Do not say or ask where she lives.",
    ):
        assert line in one_line(case_card)


def test_a_case_card_too_long_for_one_page_goes_on_to_a_second_one() -> None:
    lines = tuple(f"Say it in your own words, and mention day number {n}." for n in range(40))

    pages = text_pages(kit(say=lines))

    assert len(pages) == 4 + 1 + 1 + 3
    assert all(line in one_line(pages[1] + pages[2]) for line in lines[:3] + lines[-3:])


def test_a_case_card_leaves_out_what_the_case_does_not_say() -> None:
    nothing = dict.fromkeys(("asks", "say", "avoid"), ())

    _, case_card, *_ = text_pages(kit(role="", deadline="", **nothing))

    assert one_line(case_card) == (
        "For every table A home for Ni Yulan About Ni Yulan (倪玉兰)"
        " Read the letter before you sign it. A line of your own makes it yours."
        " campaign.example.org/campaigns/ni-yulan"
    )


def test_the_sign_up_sheet_promises_to_be_destroyed_and_asks_for_no_address() -> None:
    _, _, sign_up, *_ = text_pages(kit())

    assert "This list stays with the host." in one_line(sign_up)
    assert "never sent to anybody" in one_line(sign_up)
    assert "destroyed after the evening" in one_line(sign_up)
    assert "write no addresses" in one_line(sign_up)
    assert re.findall(r"^\d+$", sign_up, re.MULTILINE) == [str(n + 1) for n in range(20)]


@pytest.mark.parametrize(("letters", "boxes"), [(1, "1"), (25, "25"), (100, "100"), (500, "100")])
def test_the_tally_has_a_box_for_each_letter_up_to_a_hundred(letters: int, boxes: str) -> None:
    _, _, _, tally, *_ = text_pages(kit(letters=0, number=letters, target_lines=()))

    assert re.findall(r"^\d+$", tally, re.MULTILINE)[-1] == boxes
    assert "More, in strokes of five" in tally
    assert "Posted by" in tally


@pytest.mark.parametrize(
    ("layout", "number", "labels"), [("plain", 30, 30), ("plain-us", 5, 5), ("us-10", 5, 30)]
)
def test_each_letter_has_a_label_unless_its_envelope_has_a_window(
    layout: str, number: int, labels: int
) -> None:
    text = "\f".join(text_pages(kit(layout, letters=0, number=number))[4:])

    assert text.count("Director of Police") == labels
    assert text.count("CHINA") == labels


def test_a_label_leaves_out_the_own_script_before_it_refuses() -> None:
    lines = (
        "北京市公安局",
        "东城区",
        "前门",
        "东大街9号",
        *(f"Line {n}" for n in range(6)),
        "CHINA",
    )

    labels = text_pages(kit("plain-us", letters=0, target_lines=lines))[4]

    assert "Line 5" in labels
    assert "东城区" not in labels


def test_an_address_that_goes_on_no_label_is_refused_only_where_labels_are_needed() -> None:
    lines = tuple(f"Line {n}" for n in range(20))

    with pytest.raises(fitting.DoesNotFit):
        kit("plain", target_lines=lines)
    assert kit("din-b", target_lines=lines)


def test_the_code_on_paper_is_the_link() -> None:
    """Square by square, where the tally sheet has it: 36 mm wide, in the lower left corner."""
    side, left, bottom, dots = 36, 20, 297 - 18, 200 / 25.4
    picture = page_picture(kit(), 4, dpi=200)
    squares = segno.make(f"{LINK}/posted", error="m").matrix
    step = side / len(squares)

    drawn = [
        [
            int(
                picture.getpixel(
                    (
                        round((left + (x + 0.5) * step) * dots),
                        round((bottom - side + (y + 0.5) * step) * dots),
                    )
                )
                < 128
            )
            for x in range(len(squares))
        ]
        for y in range(len(squares))
    ]

    assert drawn == [list(row) for row in squares]


@pytest.mark.parametrize("layout", ["din-b", "us-10"])
def test_the_code_on_the_poster_can_be_read_from_afar(layout: str) -> None:
    picture = page_picture(kit(layout), 1, dpi=100)
    dots = 100 / 25.4

    lower_right = picture.crop(
        (picture.width - round(45 * dots), picture.height // 2, picture.width, picture.height)
    )
    box = lower_right.point(lambda grey: 255 * (grey < 30)).getbbox()

    assert box is not None
    assert box[3] - box[1] >= 35 * dots


def test_long_words_do_not_push_the_poster_off_its_page() -> None:
    long = "Mettez fin au harcèlement de tous ceux qui parlent pour les mal-logés. "

    pages = text_pages(
        kit("us-10", title=long * 3, ask=long * 6, place_and_day=long * 3, target_lines=()),
    )

    assert len(pages) == 4 + 3


def test_a_place_of_one_long_word_stays_on_the_poster() -> None:
    pdf = kit(place_and_day="W" * 200, letters=0, target_lines=())

    box = ImageChops.invert(page_picture(pdf, 1, dpi=72)).getbbox()
    assert box is not None
    assert box[2] * 25.4 / 72 <= 190.5
    assert squeezed(text_pages(pdf)[0]).replace("\u200b", "").count("W" * 200) == 1


@pytest.mark.parametrize("payload", PAYLOADS[::25])
def test_what_looks_like_an_order_is_printed_as_it_stands(payload: str) -> None:
    changes = dict.fromkeys(
        ("title", "ask", "person", "role", "deadline", "place_and_day"), payload
    )
    lists = dict.fromkeys(("asks", "say", "avoid", "target_lines"), (payload, "END"))

    pages = text_pages(kit(letters=0, **changes, **lists))

    counts = [squeezed(page).count(squeezed(payload)) for page in pages]
    assert counts == [4, 7, 1, 1, 24]


def test_two_hundred_such_texts_stand_on_the_case_card_word_for_word() -> None:
    text = squeezed("".join(text_pages(kit(letters=0, target_lines=(), avoid=tuple(PAYLOADS)))))

    assert all(squeezed(payload) in text for payload in PAYLOADS)


def test_a_kit_without_letters_or_address_is_still_a_kit() -> None:
    assert len(text_pages(kit(letters=0, target_lines=()))) == 4


def test_our_words_keep_their_language_beside_a_letters_that_we_do_not_speak() -> None:
    german, *_ = text_pages(kit(letters=0, language="de-AT", title="Ein Zuhause", person=""))
    uyghur, *_ = text_pages(kit(letters=0, language="ug", title=PHRASES[1].text, person=""))

    assert "Ein Zuhause" in one_line(german)
    assert all(word in uyghur for word in PHRASES[1].text.split())
    for poster in (german, uyghur):
        assert "Bring a pen." in poster
        assert "Day and time" in poster


@pytest.mark.parametrize("make", [kit, cards])
def test_the_file_claims_both_standards_and_comes_out_the_same_again(make: Any) -> None:
    file = make()

    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in file
    assert b"<pdfuaid:part>1</pdfuaid:part>" in file
    assert make() == file


def test_a_card_has_the_phrase_on_one_page_and_what_it_says_on_the_next() -> None:
    pages = [one_line(page) for page in text_pages(cards(count=4))]

    assert len(pages) == 8
    assert [squeezed(page) for page in pages[0:7:4]] == ["我们没有忘记你", "Courage!"]
    # The reader puts the words of a line that runs from the right in an order of its own.
    assert all(word in pages[2] for word in PHRASES[1].text.split())
    assert pages[6] == pages[0], "the phrases are taken in turn"
    assert "The card says: We have not forgotten you" in pages[1]
    assert "The card says: You are not alone" in pages[3]
    assert "The card says" not in pages[5], "the case does not tell what it means"
    assert all("Not more than your first name and country" in page for page in pages[1::2])


def test_the_meaning_is_told_in_the_writers_language_or_else_in_another() -> None:
    pages = text_pages(cards(language="fr"))

    assert "On pense à toi" in pages[1]
    assert "You are not alone" in pages[3]


@pytest.mark.parametrize(("size", "width"), [("a5", 210), ("a6", 148)])
def test_a_card_has_the_size_that_was_asked_for(size: str, width: int) -> None:
    picture = page_picture(cards(size=size), 1, dpi=25.4)

    assert picture.width == pytest.approx(width, abs=1)
    assert picture.height == pytest.approx(width / 2**0.5, abs=2)


def test_a_card_has_no_way_in_for_words_of_ones_own() -> None:
    assert set(inspect.signature(sheets.cards_pdf).parameters) == {
        "phrases",
        "size",
        "count",
        "language",
        "made_at",
    }


@pytest.mark.parametrize("count", [0, sheets.MOST_CARDS + 1])
def test_no_more_cards_are_made_than_somebody_can_write(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} cards"):
        cards(count=count)
