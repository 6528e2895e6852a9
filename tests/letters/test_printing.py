"""Letters, labels and envelopes as they come out of the printer.

What they must look like is in `pictures/`. After a change that is meant:
`CAMPAIGN_TEST_UPDATE=goldens pytest tests/letters/test_printing.py`, and look at the pictures.
"""

import os
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from pikepdf import Dictionary, Pdf
from PIL import Image, ImageChops

from campaign.letters import fitting, joining, printing
from campaign.letters.layouts import ENVELOPES, LABELS, LAYOUTS
from campaign.letters.printing import Letter
from campaign.letters.typesetting import passage
from tests.letters.reading import poppler, squeezed, words_of

GOLDENS = Path(__file__).parent / "pictures"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOWS = [name for name, layout in LAYOUTS.items() if layout.seen]
POINT = 25.4 / 72
SENDER = ("Olive Organiser", "12, rue de l’Exemple", "69001 Lyon", "FRANCE")
LATIN = ("Mr. Wang Xiaohong", "Director, Beijing Police", "9 Dongdajie, Qianmen", "Beijing 100740")
OWN = ("北京市公安局", "北京市东城区前门东大街9号")
UYGHUR = "بۇ بىر خەت، ئۇنىڭ تۇرمۇش (2016-يىلى) ھەققىدە"
PARAGRAPHS = (
    "Dear Director,",
    "I am writing about Ni Yulan (倪玉兰), a lawyer in Beijing who has helped people to keep their"
    " homes, and who has lost her own again and again.",
    "On 15 April 2017 some twenty men came to the flat that Ms. Ni and her husband had rented, and"
    " put them into the street with their belongings. It was the fourth home that they lost within"
    " a year. Some words of another language (تۇرمۇش) and of hers (北京市西城区) among ours.",
    UYGHUR,
    "I ask you to see to it that Ms. Ni and her family can live in a home of their choice without"
    " being harassed, and that those who beat her are brought before a court.",
    "Yours faithfully,",
)
PAYLOADS = ('#read("x")', "*b*", "$x$", r"\ [c]", "@ref", "// = H", "{{7*7}}", "%s", "{0}")


def letter(layout: str = "din-b", **changes: Any) -> Letter:
    values = {
        "language": "en",
        "sender": SENDER,
        "address": fitting.lines_that_fit(LATIN, OWN, "CHINA", LAYOUTS[layout]),
        "date": "24 November 2026",
        "subject": "A home for Ni Yulan",
        "paragraphs": PARAGRAPHS,
        "signature": "Olive Organiser",
    }
    return Letter(**{**values, **changes})


def printed(*letters: Letter, layout: str = "din-b") -> bytes:
    return printing.letters_pdf(letters, LAYOUTS[layout], title="Letters", made_at=NOW)


def pages(pdf: bytes) -> list[str]:
    """What can be copied from each page, without poppler's own marks of direction."""
    text = poppler("pdftotext", "-layout", "-", "-", pdf=pdf).decode()
    return re.sub("[\u202a-\u202e]", "", text).removesuffix("\f").split("\f")


def words_in(pdf: bytes) -> list[tuple[str, float, float, float]]:
    """On the first page: each word, its left and right edge, and its middle from the top, in mm."""
    boxes = poppler("pdftotext", "-bbox", "-l", "1", "-", "-", pdf=pdf)
    return [
        (
            word.text,
            float(str(word["xmin"])) * POINT,
            float(str(word["xmax"])) * POINT,
            (float(str(word["ymin"])) + float(str(word["ymax"]))) / 2 * POINT,
        )
        for word in BeautifulSoup(boxes, "html.parser").find_all("word")
    ]


def picture(pdf: bytes, page: int = 1, dpi: int = 60) -> Image.Image:
    """That page in shades of grey."""
    one = ("-f", str(page), "-l", str(page), "-singlefile")
    return Image.open(BytesIO(poppler("pdftoppm", "-r", str(dpi), "-gray", *one, "-", pdf=pdf)))


def assert_looks_as_agreed(drawn: Image.Image, name: str) -> None:
    """Anti-aliasing differs a little from one poppler to the next, a moved line by much more.

    So no more than 2 pixels in 1,000 may differ by more than a quarter of the scale.
    """
    golden = GOLDENS / f"{name}.png"
    if os.environ.get("CAMPAIGN_TEST_UPDATE") == "goldens":
        drawn.save(golden, optimize=True)
    with Image.open(golden) as agreed:
        assert drawn.size == agreed.size
        differences = ImageChops.difference(drawn, agreed.convert("L")).histogram()
    assert sum(differences[64:]) < 0.002 * sum(differences), f"see {golden.name}"


LOOKS = {
    **{f"letter-{name}": (name, {}, 1) for name in LAYOUTS},
    "letter-second-page": (
        "din-b",
        {"paragraphs": PARAGRAPHS[:-1] * 3 + PARAGRAPHS[-1:], "copy_to": "Copy: Embassy, Paris"},
        2,
    ),
    "letter-by-hand": ("din-b", {"sender": (), "signature": ""}, 1),
    "letter-copy": ("us-10", {"heading": "Copy of a letter to the Director", "subject": ""}, 1),
    "letter-uyghur": (
        "din-b",
        {"language": "ug", "paragraphs": ("ھۆرمەتلىك باشلىق،", UYGHUR * 4, "ھۆرمەت بىلەن،")},
        1,
    ),
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_letter_looks_as_agreed(name: str) -> None:
    layout, changes, page = LOOKS[name]

    assert_looks_as_agreed(picture(printed(letter(layout, **changes), layout=layout), page), name)


def test_labels_look_as_agreed() -> None:
    for paper, sheet in LABELS.items():
        lines = fitting.lines_that_fit(LATIN, OWN, "CHINA", sheet)
        pdf = printing.labels_pdf([lines], count=40, paper=paper, title="Labels", made_at=NOW)

        assert len(pages(pdf)) == 2
        assert_looks_as_agreed(picture(pdf, 2), f"labels-{paper}")


def test_envelopes_look_as_agreed() -> None:
    for name, form in ENVELOPES.items():
        lines = fitting.lines_that_fit(LATIN, OWN, "CHINA", form)
        pdf = printing.envelope_pdf(
            [(SENDER, lines), ((), lines)], envelope=name, title="Envelopes", made_at=NOW
        )

        assert len(pages(pdf)) == 2
        assert_looks_as_agreed(picture(pdf), f"envelope-{name}")


def test_the_lines_of_an_arabic_address_stand_as_close_as_others() -> None:
    sender, names = ("سامي النجار", "١٢ شارع الحمراء", "بيروت"), ("سامي", "الحمراء", "بيروت")
    envelope = printing.envelope_pdf(
        [(sender, LATIN)], envelope="dl", title="Envelopes", made_at=NOW
    )
    label = printing.labels_pdf([sender], count=1, paper="a4", title="Labels", made_at=NOW)

    for pdf in (printed(letter(sender=sender, signature="")), envelope, label):
        # The topmost of each word; poppler gives its letters from left to right.
        by_height = sorted(words_in(pdf), key=lambda word: -word[3])
        middles = {word[::-1]: middle for word, _, _, middle in by_height}
        first, second, third = (middles[name] for name in names)
        assert 4 < second - first < 6
        assert 4 < third - second < 6


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("name", WINDOWS)
def test_ink_in_the_window_is_the_address_in_its_safe_zone(name: str, count: int) -> None:
    layout, dots = LAYOUTS[name], 150 / 25.4
    assert layout.seen is not None
    lines = fitting.lines_that_fit(LATIN[-count:], OWN, "CHINA", layout)
    seen, zone = layout.seen, layout.address
    left, top = max(0, seen.left), seen.top

    page = picture(printed(letter(name, sender=(), address=lines), layout=name), dpi=150)
    window = page.crop(
        (
            round(left * dots),
            round(top * dots),
            round((seen.left + seen.width) * dots),
            round((top + seen.height) * dots),
        )
    )
    # Fold marks stand in the margin, which an envelope's paper may show too.
    window.paste(255, (0, 0, round((layout.left - 1 - left) * dots), window.height))
    ink = window.point(lambda grey: 255 * (grey < 128)).getbbox()

    assert ink is not None
    assert zone.left <= left + ink[0] / dots
    assert left + ink[2] / dots <= zone.left + zone.width
    assert zone.top <= top + ink[1] / dots
    assert top + ink[3] / dots <= zone.top + zone.height


@pytest.mark.parametrize("name", WINDOWS)
def test_words_in_the_window_are_the_address_and_the_way_back(name: str) -> None:
    layout = LAYOUTS[name]
    zone, seen = layout.address, layout.seen
    assert seen is not None
    sheet = letter(name)

    words = [
        (word, left, right, middle)
        for word, left, right, middle in words_in(printed(sheet, layout=name))
        if seen.top < middle < seen.top + seen.height and left < seen.left + seen.width
    ]

    way_back = " · ".join(SENDER)
    assert " ".join(word for word, *_ in words) == f"{way_back} {' '.join(sheet.address)}"
    for word, left, right, middle in words[len(way_back.split()) :]:
        assert zone.left - 0.1 <= left, word
        assert right <= zone.left + zone.width, word
        assert zone.top < middle < zone.top + zone.height, word


def test_the_way_back_is_shortened_before_it_leaves_the_window() -> None:
    long = ("A name that is rather long", "c/o somebody else", *SENDER[1:])

    words = words_in(printed(letter(sender=long)))

    assert (" ".join(word for word, *_ in words[20:40])).count("12, rue de l’Exemple ·") == 1
    assert max(right for word, _, right, _ in words if word == "·") < 100


def test_what_went_in_can_be_copied_out_in_three_scripts() -> None:
    (page,) = pages(printed(letter(copy_to="Copy: Embassy, Paris")))
    text = " ".join(page.split())

    for line in (
        *SENDER,
        *letter().address,
        letter().date,
        letter().subject,
        "Copy: Embassy, Paris",
    ):
        assert line in text
    for paragraph in (PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[4], PARAGRAPHS[5]):
        assert paragraph in text
    # Poppler puts the words of a line that runs from the right in an order of its own.
    for word in re.findall(r"\w+", UYGHUR):
        assert word in text
    assert "بۇ بىر خەت" in text
    assert "倪玉兰" in text


def test_every_passage_has_its_language() -> None:
    pdf = Pdf.open(BytesIO(printed(letter(language="fr"))))

    assert pdf.Root.Lang == "fr"
    assert {"zh", "ug"} <= set(languages_in(pdf.Root.StructTreeRoot))


def languages_in(tag: Any) -> list[str]:
    """The languages of a tag and all within it."""
    if not isinstance(tag, Dictionary):
        return []
    kids = tag.get("/K", [])
    inner = [kids] if isinstance(kids, Dictionary) else kids
    return [str(tag.get("/Lang", ""))] + [found for kid in inner for found in languages_in(kid)]


def test_words_are_described_for_typst() -> None:
    assert passage("Dear “Director” – ça va") == "Dear “Director” – ça va"
    assert passage("倪玉兰", "zh-Hans") == {
        "lang": "zh",
        "rtl": False,
        "runs": [{"lang": "zh", "rtl": False, "text": "倪玉兰"}],
    }
    assert passage(f"{UYGHUR}.")["runs"] == [{"lang": "ug", "rtl": True, "text": f"{UYGHUR}."}]  # type: ignore[index]
    assert passage("Ni Yulan 2016", "ug") == {"lang": "ug", "rtl": False, "runs": ["Ni Yulan 2016"]}


def test_line_breaks_in_a_paragraph_are_kept() -> None:
    (page,) = pages(printed(letter(paragraphs=("Dear Director,", "one\ntwo\r\nthree", "Yours,"))))

    assert re.search(r"^one\ntwo\nthree$", page, re.MULTILINE)


def test_a_long_letter_goes_on_to_a_numbered_page() -> None:
    long = letter(paragraphs=PARAGRAPHS[:-1] * 3 + PARAGRAPHS[-1:])

    first, second, third = pages(printed(long, letter()))

    assert first.rstrip().splitlines()[-1].strip() != "1"
    assert second.rstrip().splitlines()[-1].strip() == "2"
    assert "Yours faithfully," in second
    assert "Olive Organiser" in second
    assert "Mr. Wang Xiaohong" in third
    assert third.rstrip().endswith("Olive Organiser")


def test_a_letter_of_one_paragraph_begins_on_its_first_page_and_goes_on_to_the_next() -> None:
    pdf = printed(letter(paragraphs=("word " * 1000,)))

    assert [page.count("word") > 300 for page in pages(pdf)] == [True, True]
    assert words_of(pdf).count("word") == 1000


WORDS = {
    "letters": "abcdefghi" * 80,
    "capitals": "TfWM" * 150,
    "link": f"https://example.org/{'x' * 400}/path-{'9' * 300}",
    "accents": "e\u0301q\u0301" * 200,
    "arabic": "ب" * 600,
    "wide arabic": "ه" * 600,
    "scripts": "aب" * 300,
    "hyphens": "-" * 500,
    "full stops": "。" * 300,
}


def ink_ends(pdf: bytes) -> float:
    """How far to the right ink reaches on any of the pages, in mm."""
    drawn = [picture(pdf, page + 1, dpi=72) for page in range(len(pages(pdf)))]
    boxes = [ImageChops.invert(one).getbbox() for one in drawn]
    return max(box[2] for box in boxes if box) * POINT


@pytest.mark.parametrize("layout", ["din-b", "us-10"])
@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_a_word_wider_than_a_line_is_broken_wherever_it_stands(word: str, layout: str) -> None:
    name, margin = word[:200], LAYOUTS[layout].paper_mm[0] - LAYOUTS[layout].right
    around = ("Dear Director,", f"This is {word} of a word.", "Yours faithfully,")

    body = printed(
        letter(layout, sender=(), subject=name, paragraphs=around, signature=name), layout=layout
    )
    senders = printed(letter(layout, sender=(name, "Lyon")), layout=layout)

    assert ink_ends(body) <= margin + 0.5
    assert ink_ends(senders) <= LAYOUTS[layout].paper_mm[0] - 15 + 0.5


def test_a_broken_word_is_whole_and_has_no_sign_that_was_not_typed() -> None:
    word = WORDS["letters"]
    (page,) = pages(printed(letter(paragraphs=("Dear", f"This is {word}.", "Yours"))))

    assert f"Thisis{word}." in squeezed(page.replace("\u200b", ""))


def test_a_name_of_one_long_word_stays_on_its_envelope_and_its_label() -> None:
    name = "W" * 60
    envelope = printing.envelope_pdf(
        [((name,), LATIN)], envelope="dl", title="Envelopes", made_at=NOW
    )
    label = printing.labels_pdf([(name,)], count=1, paper="a4", title="Labels", made_at=NOW)

    assert max(right for word, _, right, _ in words_in(envelope) if "WW" in word) <= 92
    assert ink_ends(label) <= 65


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_letter_a_little_too_long_is_set_smaller_to_stay_on_one_page(layout: str) -> None:
    """And none that is said to fit on one page goes on to a second one."""
    sizes = set()
    for words in range(120, 520, 10):
        text = "Every word of this sentence counts. " * (words // 6)
        sheet = letter(layout, paragraphs=("Dear Director,", text, text[:200], "Yours,"))
        data: Any = printing.letter_sheets([sheet], LAYOUTS[layout])["letters"]
        sizes.add(data[0]["size"])
        if not data[0]["long"]:
            assert len(Pdf.open(BytesIO(printed(sheet, layout=layout))).pages) == 1

    assert sizes == set(printing.TEXT_SIZES)


def test_many_letters_are_one_file_that_keeps_all_tags() -> None:
    letters = [letter(subject=f"Letter {n}", paragraphs=("Dear", "Yours")) for n in range(205)]

    pdf = printed(*letters)

    whole = Pdf.open(BytesIO(pdf))
    assert len(whole.pages) == 205
    assert whole.check_pdf_syntax() == []
    assert_claims_both_standards(pdf)
    tree = whole.Root.StructTreeRoot
    (document,) = tree.K
    assert [tag.S for tag in document.K].count("/H1") == 205
    of_page = dict(
        zip(map(int, tree.ParentTree.Nums[::2]), tree.ParentTree.Nums[1::2], strict=True)
    )
    assert list(of_page) == list(range(205))
    for page in whole.pages:
        for mark, tag in enumerate(of_page[int(page.StructParents)]):
            assert tag.Pg.objgen == page.obj.objgen
            assert mark in [int(kid) for kid in tag.K]


def test_joined_files_have_the_tags_of_one() -> None:
    two = [letter(), letter(subject="Another")]

    joined = joining.joined([printed(two[0]), printed(two[1])])

    tags, whole = (
        poppler("pdfinfo", "-struct-text", "-", pdf=pdf) for pdf in (joined, printed(*two))
    )
    assert b"H1" in tags
    assert tags == whole
    assert pages(joined) == pages(printed(*two))


def assert_claims_both_standards(pdf: bytes) -> None:
    file = Pdf.open(BytesIO(pdf))
    about = file.Root.Metadata.read_bytes()
    assert b"<pdfaid:part>2<" in about
    assert b"<pdfaid:conformance>A<" in about
    assert b"<pdfuaid:part>1<" in about
    assert b"<xmpTPg:NPages>%d<" % len(file.pages) in about


def test_every_file_claims_both_standards_and_has_its_title() -> None:
    label = printing.labels_pdf([LATIN], count=1, paper="a4", title="Letters", made_at=NOW)
    envelope = printing.envelope_pdf([(SENDER, LATIN)], envelope="dl", title="Letters", made_at=NOW)

    for pdf in (printed(letter()), label, envelope, joining.joined([label, envelope])):
        assert_claims_both_standards(pdf)
        assert b"Title:           Letters\n" in poppler("pdfinfo", "-", pdf=pdf)


def test_the_same_letter_is_the_same_file() -> None:
    assert printed(letter()) == printed(letter())
    assert joining.joined([printed(letter())] * 3) == joining.joined([printed(letter())] * 3)


def test_what_people_type_is_never_an_order() -> None:
    words = " ".join(PAYLOADS)
    sheet = letter(
        sender=(words[:40],),
        address=PAYLOADS[:5],
        date=words,
        subject=words,
        paragraphs=(*PAYLOADS, words),
        signature=words,
        copy_to=words,
        heading=words,
    )

    text = " ".join(" ".join(pages(printed(sheet))).split())

    assert text.count(words) == 7
    assert " ".join((*PAYLOADS, words)) in text
    assert " ".join(PAYLOADS[:5]) in text


def test_a_letter_may_be_nearly_empty() -> None:
    bare = letter(sender=(), date="", subject="", paragraphs=("",), signature="")

    (page,) = pages(printed(bare))

    assert page.split()[-1] == "CHINA"
