"""Pictures for sharing, and codes to scan."""

import io
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageChops
from sqlalchemy import func, select

from campaign.chores import draw_pictures
from campaign.lib.db import db, transaction
from campaign.reach import drawing
from campaign.reach.models import SharePicture
from campaign.reach.rules import PICTURE_SIZE, Card
from tests import factories
from tests.page_reader import HOST, Page, PageReader

PAPER = (251, 248, 241)
#: Below the line at the top, above the name of the site.
WORDS = (0, 30, 1200, 480)
ARABIC = "أفرجوا عنها"
CHINESE = "释放倪玉兰"
TIBETAN = "བོད་ཡིག"


def card(title: str, **changes: str) -> Card:
    values = {"about": "/", "language": "en", "text": "", "site": "Campaign"}
    return Card(title=title, **{**values, **changes})


def image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def words_of(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around the words: left, top, right, bottom."""
    part = picture.crop(WORDS)
    return ImageChops.difference(part, Image.new("RGB", part.size, PAPER)).getbbox()


def shown(page: Page) -> Image.Image:
    assert page.response.mimetype == "image/png"
    return image(page.response.get_data())


@pytest.mark.parametrize(
    "path", ["/share.png", "/campaigns/archive/share.png", "/posts/wall/share.png"]
)
def test_every_picture_has_the_size_networks_ask_for_and_words(
    reader: PageReader, path: str
) -> None:
    factories.campaign("archive")
    factories.post("wall")

    picture = shown(reader.get(path))

    assert picture.size == PICTURE_SIZE
    assert words_of(picture)


@pytest.mark.parametrize("title", ["Open it", CHINESE])
def test_words_that_run_from_the_left_stand_at_the_left(title: str) -> None:
    box = words_of(image(drawing.drawn(card(title))))

    assert box
    assert box[0] < 100
    assert box[2] < 900


@pytest.mark.parametrize("text", ["", "Open it"])
def test_arabic_stands_at_the_right(text: str) -> None:
    box = words_of(image(drawing.drawn(card(ARABIC, language="ar", text=text))))

    assert box
    assert box[2] > 1100
    assert box[0] > 300


def test_the_marks_of_arabic_letters_are_not_cut_off() -> None:
    box = words_of(image(drawing.drawn(card("آ" * 5, language="ar"))))

    assert box
    assert box[1] > 2


def test_long_words_stay_in_the_picture() -> None:
    long = card("Wolfeschlegelsteinhausen " * 8, text="Once more, please. " * 25)

    box = words_of(image(drawing.drawn(long)))

    assert box
    assert box[3] < 475
    assert box[2] <= 1120


def test_a_title_in_letters_we_cannot_draw_leaves_the_name_of_the_site() -> None:
    strange = drawing.drawn(card(TIBETAN, text="Not half of it."))

    assert strange == drawing.drawn(card("Campaign"))


def test_a_little_picture_in_a_title_is_left_out() -> None:
    assert drawing.drawn(card("Free 🕊 them")) == drawing.drawn(card("Free them"))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["en", "ar", "zh-Hans", "ug", "xx"]))
def test_whatever_the_words_are_there_is_a_picture(words: str, language: str) -> None:
    picture = image(drawing.drawn(card(words, text=words, language=language)))

    assert picture.size == PICTURE_SIZE
    assert words_of(picture)


def test_markup_in_a_title_is_words() -> None:
    assert drawing.drawn(card('#read("/etc/passwd")')) != drawing.drawn(card(""))


def test_the_same_words_are_drawn_once(reader: PageReader, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.campaign("archive")
    first = reader.get("/campaigns/archive/share.png?v=1")

    def again(_: Card) -> bytes:
        raise AssertionError("drawn twice")

    monkeypatch.setattr(drawing, "drawn", again)
    second = reader.get("/campaigns/archive/share.png?v=2")

    assert first.response.get_data() == second.response.get_data()


def test_many_who_ask_at_once_have_it_drawn_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.campaign("archive")
    draw, times = drawing.drawn, []

    def counted(card: Card) -> bytes:
        times.append(card)
        return draw(card)

    monkeypatch.setattr(drawing, "drawn", counted)
    path = "/campaigns/archive/share.png"
    with ThreadPoolExecutor(4) as visitors:
        answers = list(
            visitors.map(lambda n: app.test_client().get(f"{path}?{n}", base_url=HOST), range(4))
        )

    assert {answer.status_code for answer in answers} == {200}
    assert len(times) == 1


def test_the_worker_draws_what_was_published_and_nothing_else(app: Flask) -> None:
    factories.campaign("archive")
    factories.post("wall")
    factories.draft("draft")
    factories.hide(factories.campaign("hidden"))

    assert draw_pictures(factories.NOW) == 2
    assert draw_pictures(factories.NOW) == 0
    drawn = set(db.session.scalars(select(SharePicture.about)))
    assert drawn == {"/campaigns/archive", "/posts/wall"}


def test_the_worker_draws_few_at_once_so_that_mail_does_not_wait(app: Flask) -> None:
    for number in range(3):
        factories.campaign(f"archive-{number}")
        factories.post(f"wall-{number}")

    assert draw_pictures(factories.NOW) == 5
    assert draw_pictures(factories.NOW) == 1


def test_other_words_are_another_picture_in_the_place_of_the_old_one(reader: PageReader) -> None:
    campaign = factories.campaign("archive")
    before = reader.get("/campaigns/archive/share.png").response

    with transaction():
        campaign.title = "Open the library"
    after = reader.get("/campaigns/archive/share.png").response

    assert before.get_data() != after.get_data()
    assert before.headers["ETag"] != after.headers["ETag"]
    assert db.session.scalar(select(func.count()).select_from(SharePicture)) == 1


def test_a_picture_is_kept_by_caches_and_shown_on_other_sites(app: Flask) -> None:
    factories.campaign("archive")
    address = {"path": "/campaigns/archive/share.png", "base_url": HOST}
    answer = app.test_client().get(**address)  # type: ignore[arg-type]

    again = app.test_client().get(
        **address,
        headers={"If-None-Match": answer.headers["ETag"]},  # type: ignore[arg-type]
    )

    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert again.status_code == 304


@pytest.mark.parametrize("file", ["share.png", "qr.svg"])
def test_what_readers_may_not_see_is_neither_drawn_nor_told(reader: PageReader, file: str) -> None:
    factories.draft("draft")
    factories.hide(factories.campaign("hidden"))

    reader.get(f"/campaigns/draft/{file}", status=404)
    reader.get(f"/campaigns/hidden/{file}", status=410)
    reader.get(f"/campaigns/nothing/{file}", status=404)

    assert db.session.scalar(select(func.count()).select_from(SharePicture)) == 0


def test_the_code_is_a_drawing_of_squares(reader: PageReader) -> None:
    factories.campaign("archive")

    english = reader.get("/campaigns/archive/qr.svg").response
    french = reader.get("/fr/campaigns/archive/qr.svg").response

    assert english.mimetype == "image/svg+xml"
    assert ElementTree.fromstring(english.get_data(as_text=True)).tag.endswith("svg")  # noqa: S314
    assert english.get_data() != french.get_data()
