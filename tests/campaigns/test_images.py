"""A campaign's image: what goes in, what comes out, who may put it there, who sees it."""

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageCms
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from campaign.accounts import queries as account_queries, sessions
from campaign.accounts.models import TrailEntry
from campaign.campaigns import images, imaging, rules
from campaign.campaigns.image_models import CampaignImage, CampaignPicture
from campaign.campaigns.imaging import (
    DamagedImage,
    MovingImage,
    NoImage,
    TooFewPixels,
    TooManyPixels,
)
from campaign.campaigns.models import Campaign
from campaign.lib.db import db, transaction
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import HOST, Page, PageReader
from tests.staff import StaffReader

PAGE = "/staff/campaigns/archive/image"
WORDS = {"alt": "Ada Adil before a closed door.", "credit": "Photo: Sam Signer, CC BY 4.0"}
#: What the form carries besides what is typed.
FORM = ("form_token", "seen")
RED, BLUE = (200, 30, 30), (30, 30, 200)


def drawn(
    kind: str = "JPEG", size: tuple[int, int] = (600, 400), mode: str = "RGB", **how: Any
) -> bytes:
    """An image file: red above, blue below."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, size[1] // 2, *size))
    file = io.BytesIO()
    image.convert(mode).save(file, kind, **how)
    return file.getvalue()


def seen(content: bytes) -> Image.Image:
    """The largest picture that is made of it."""
    return Image.open(io.BytesIO(imaging.pictures(content)[0].content))


def is_like(shown: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(shown, wanted, strict=True))


def chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


def bomb(side: int = 30_000) -> bytes:
    """A PNG of some kilobytes that unpacks to a gigabyte."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side + 1) * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("size", "sizes"),
    [
        ((3000, 2000), [(1600, 1067), (960, 640), (480, 320)]),
        ((2000, 3000), [(1067, 1600), (960, 1440), (480, 720)]),
        ((600, 400), [(600, 400), (480, 320)]),
        ((240, 200), [(240, 200)]),
    ],
)
def test_an_image_comes_in_sizes_and_is_never_blown_up(
    size: tuple[int, int], sizes: list[tuple[int, int]]
) -> None:
    made = imaging.pictures(drawn(size=size))

    assert [(one.width, one.height) for one in made] == sizes
    assert [Image.open(io.BytesIO(one.content)).size for one in made] == sizes


@pytest.mark.parametrize(
    "content",
    [
        drawn("JPEG"),
        drawn("JPEG", progressive=True),
        drawn("JPEG", mode="CMYK"),
        drawn("PNG"),
        drawn("PNG", mode="P"),
        drawn("PNG", mode="RGBA"),
        drawn("WEBP", quality=90),
    ],
    ids=["JPEG", "progressive", "CMYK", "PNG", "palette", "alpha", "WebP"],
)
def test_every_kind_keeps_its_colours(content: bytes) -> None:
    shown = seen(content)

    assert (shown.format, shown.mode) == ("WEBP", "RGB")
    assert is_like(shown.getpixel((300, 50)), RED)
    assert is_like(shown.getpixel((300, 350)), BLUE)


def test_sixteen_bits_of_grey_stay_grey() -> None:
    file = io.BytesIO()
    Image.new("I;16", (300, 300), 32_768).save(file, "PNG")

    assert is_like(seen(file.getvalue()).getpixel((150, 150)), (128, 128, 128))


def test_what_is_transparent_becomes_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(file, "PNG")

    assert is_like(seen(file.getvalue()).getpixel((150, 150)), (255, 255, 255))


def test_a_photo_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn it clockwise

    shown = seen(drawn("JPEG", exif=exif))

    assert shown.size == (400, 600)
    assert is_like(shown.getpixel((50, 300)), BLUE)
    assert is_like(shown.getpixel((350, 300)), RED)


def test_colours_of_another_space_are_brought_to_the_webs() -> None:
    """In the space of this image the number for red means blue."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    odd = plain.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")

    for kind, mode in (("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB")):
        shown = seen(drawn(kind, mode=mode, icc_profile=odd))
        assert is_like(shown.getpixel((300, 50)), BLUE)
        assert is_like(shown.getpixel((300, 350)), RED)


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 500], ids=["words", "zeros"])
def test_a_broken_profile_is_passed_over(profile: bytes) -> None:
    assert is_like(seen(drawn("PNG", icc_profile=profile)).getpixel((300, 50)), RED)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_what_is_seen_is_kept(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more: dict[str, Any] = {"JPEG": {"comment": b"SECRET PLACE"}, "WEBP": {"xmp": b"SECRET PLACE"}}
    content = drawn(kind, exif=exif, icc_profile=profile, **more.get(kind, {}))
    content += b"PK\x03\x04 SECRET ARCHIVE <script>alert(1)</script>"
    assert b"SECRET CAMERA" in content

    for made in imaging.pictures(content):
        assert made.content[:4] == b"RIFF"
        assert made.content[8:16] == b"WEBPVP8 ", "pixels, no chunk for anything else"
        assert struct.unpack("<I", made.content[4:8])[0] == len(made.content) - 8
        assert struct.unpack("<I", made.content[16:20])[0] + 20 in (
            len(made.content),
            len(made.content) - 1,
        )
        assert b"SECRET" not in made.content


def test_of_a_phones_photo_with_several_pictures_the_first_is_taken() -> None:
    second = Image.new("RGB", (300, 300), "white")
    file = io.BytesIO()
    Image.open(io.BytesIO(drawn())).save(file, "MPO", save_all=True, append_images=[second])

    assert is_like(seen(file.getvalue()).getpixel((300, 50)), RED)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", NoImage),
        (b"just words", NoImage),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NoImage),
        (drawn("GIF"), NoImage),
        (drawn("BMP"), NoImage),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), NoImage),
        (b"%PDF-1.7\n" + drawn(), NoImage),
        (drawn()[:2000], DamagedImage),
        (drawn("PNG", mode="RGBA")[:200], DamagedImage),
        (drawn("WEBP")[:200], DamagedImage),
        (bomb(), TooManyPixels),
        (bomb(12_000), TooManyPixels),
        (bomb(5_001), TooManyPixels),
        (drawn(size=(199, 1000)), TooFewPixels),
        (
            drawn("PNG", save_all=True, append_images=[Image.new("RGB", (600, 400))]),
            MovingImage,
        ),
        (
            drawn("WEBP", save_all=True, append_images=[Image.new("RGB", (600, 400))]),
            MovingImage,
        ),
    ],
    ids=[
        "nothing",
        "words",
        "SVG",
        "GIF",
        "BMP",
        "HEIC",
        "PDF before JPEG",
        "JPEG cut off",
        "PNG cut off",
        "WebP cut off",
        "bomb",
        "small bomb",
        "smallest bomb",
        "too small",
        "moving PNG",
        "moving WebP",
    ],
)
def test_what_is_no_image_for_us_is_refused_with_the_reason(
    content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        imaging.pictures(content)


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign without an image."""
    return factories.campaign("archive")


@pytest.fixture
def olive(app: Flask, campaign: Campaign) -> StaffReader:
    """Olive, in her team."""
    return StaffReader(app, factories.account("organiser", "Olive", team_of=[campaign]))


def save(
    olive: StaffReader,
    content: bytes = b"",
    *,
    status: int = 200,
    on: Page | None = None,
    **words: str,
) -> Page:
    """Olive fills in the page; without content she chooses no file, as a browser tells it."""
    page = on or olive.get(PAGE)
    form = 'form[enctype="multipart/form-data"]'
    assert page.one(form)["action"] == PAGE
    kept = {name: str(page.one(f'{form} [name="{name}"]')["value"]) for name in FORM}
    file = FileStorage(io.BytesIO(content), filename="photo.jpg" if content else "")
    boundary, body = encode_multipart({**kept, **WORDS, **words, "image": file})
    kind = f"multipart/form-data; boundary={boundary}"
    return olive.post(PAGE, status=status, data=body, content_type=kind)


def image() -> CampaignImage | None:
    return db.session.scalar(select(CampaignImage))


def number_of_pictures() -> int:
    return db.session.scalar(select(func.count()).select_from(CampaignPicture)) or 0


def test_what_olive_uploads_stands_on_the_campaigns_page(
    olive: StaffReader, reader: PageReader
) -> None:
    assert "Saved." in save(olive, drawn(size=(3000, 2000))).text

    page = reader.get("/campaigns/archive")
    shown = page.one("figure.image img")
    assert shown["alt"] == WORDS["alt"]
    assert (shown["width"], shown["height"]) == ("1600", "1067")
    assert WORDS["credit"] in page.one("figcaption").text
    for source in str(shown["srcset"]).split(", "):
        address, width = source.split(" ")
        answer = reader.get(address).response
        assert answer.mimetype == "image/webp"
        assert Image.open(io.BytesIO(answer.data)).width == int(width.removesuffix("w"))


def test_a_picture_may_be_kept_by_everybody_and_is_nothing_but_a_picture(
    olive: StaffReader, reader: PageReader
) -> None:
    save(olive, drawn())

    answer = reader.get(address_of_image()).response

    assert "immutable" in answer.headers["Cache-Control"]
    assert "public" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert reader._open("GET", address_of_image(), headers=etag).status_code == 304


def address_of_image(width: int = 600) -> str:
    found = image()
    assert found
    return f"/images/{found.name}-{width}.webp"


@pytest.mark.parametrize(
    "address",
    [
        "/images/00000000000000000000000000000000-600.webp",
        "/images/{name}-601.webp",
        "/images/{name}-99999999999999999999.webp",
        "/images/{name}-600.jpg",
        "/images/{name}%00-600.webp",
        "/images/..-600.webp",
    ],
)
def test_any_other_address_is_no_picture(
    olive: StaffReader, reader: PageReader, address: str
) -> None:
    save(olive, drawn())
    found = image()
    assert found

    reader.get(address.format(name=found.name), status=404)


def test_the_picture_of_a_hidden_campaign_is_hidden_too(
    olive: StaffReader, reader: PageReader, campaign: Campaign
) -> None:
    save(olive, drawn())
    factories.hide(campaign)

    reader.get(address_of_image(), status=404)
    assert "hidden, and so is its image" in olive.get(PAGE).text


def test_words_can_be_mended_without_the_file(olive: StaffReader) -> None:
    save(olive, drawn())
    before = address_of_image()

    save(olive, alt="Ada Adil smiles.")

    found = image()
    assert found
    assert (found.alt, address_of_image()) == ("Ada Adil smiles.", before)


def test_another_image_has_another_address_and_the_old_one_is_gone(
    olive: StaffReader, reader: PageReader
) -> None:
    save(olive, drawn(size=(1200, 800)))
    before = address_of_image(480)

    save(olive, drawn())

    assert address_of_image(480) != before
    assert number_of_pictures() == 2
    reader.get(before, status=404)


def test_a_removed_image_is_gone_from_everywhere(olive: StaffReader, reader: PageReader) -> None:
    page = save(olive, drawn())
    address = address_of_image()

    page = olive.press(page, "Remove the image")

    assert "The image is gone." in page.text
    assert image() is None
    assert number_of_pictures() == 0
    reader.get(address, status=404)
    assert not reader.get("/campaigns/archive").soup.select("figure.image")


def test_whoever_put_or_removed_an_image_stands_in_the_trail(olive: StaffReader) -> None:
    olive.press(save(olive, drawn()), "Remove the image")

    rows = db.session.scalars(select(TrailEntry).order_by(TrailEntry.id))
    assert [(row.who, row.deed, row.about) for row in rows] == [
        ("Olive", "campaign.image-put", "campaign:archive"),
        ("Olive", "campaign.image-removed", "campaign:archive"),
    ]


@on_one_database
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"just words", "This is no image that can be shown here."),
        (drawn()[:2000], "This image is damaged"),
        (bomb(), "at most 25 million pixels"),
        (drawn() + bytes(rules.MOST_BYTES), "At most 10 MB, please."),
        (drawn() + bytes(20_000_000), "At most 10 MB, please."),
    ],
    ids=["words", "damaged", "bomb", "10 MB", "20 MB"],
)
def test_a_file_that_cannot_be_taken_is_told_at_its_field_and_the_words_are_kept(
    olive: StaffReader, content: bytes, words: str
) -> None:
    page = save(olive, content, status=422)

    assert words in page.one("#image-error").text
    assert {name: page.value(name) for name in WORDS} == WORDS
    assert image() is None


def test_a_file_too_large_to_be_read_at_all_is_told_at_its_field(olive: StaffReader) -> None:
    save(olive, drawn())

    page = save(olive, bytes(24_000_001), status=413)

    assert "far too large: at most 10 MB" in page.one("#image-error").text
    assert {name: page.value(name) for name in WORDS} == WORDS


def test_a_file_of_nearly_ten_megabytes_is_taken(olive: StaffReader) -> None:
    content = drawn()

    save(olive, content + bytes(rules.MOST_BYTES - len(content)))

    assert image()


def test_other_doors_take_no_more_than_before(olive: StaffReader) -> None:
    page = olive.post("/staff/account/name", status=413, data={"name": "x" * 3_000_001})

    assert page.h1 == "That was too long"


@on_one_database
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("alt", " ", "Say what the image shows."),
        ("alt", "a" * 401, "At most 400 characters, please; this has 401."),
        ("credit", "", "Say who holds the rights"),
        ("credit", "S\ufffdm", "Some characters could not be read."),
    ],
)
def test_an_image_needs_its_words_and_the_file_is_asked_for_once_more(
    olive: StaffReader, field: str, value: str, words: str
) -> None:
    page = save(olive, drawn(), status=422, **{field: value})

    assert words in page.one(f"#{field}-error").text
    assert "Choose the file once more" in page.one("#image-error").text
    assert image() is None


def test_words_alone_are_no_image(olive: StaffReader) -> None:
    page = save(olive, status=422)

    assert "Choose an image." in page.one(".summary").text
    assert page.value("alt") == WORDS["alt"]


def test_the_second_of_two_editors_sees_what_the_first_wrote(
    app: Flask, olive: StaffReader, campaign: Campaign
) -> None:
    save(olive, drawn())
    odile = StaffReader(app, factories.account("organiser", "Odile", team_of=[campaign]))
    page = odile.get(PAGE)
    save(olive, alt="What Olive wrote.")

    page = save(odile, status=409, on=page, alt="What Odile wrote.")

    assert "What Olive wrote." in page.text
    assert page.value("alt") == "What Odile wrote."
    save(odile, on=page, alt="What Odile wrote.")
    found = image()
    assert found
    assert found.alt == "What Odile wrote."


def test_words_typed_before_signing_in_again_are_kept_and_the_file_is_asked_for(
    olive: StaffReader,
) -> None:
    assert olive.account
    email = account_queries.email_of(olive.account)
    page = olive.get(PAGE)
    with transaction():
        sessions.end_all(olive.account)

    page = save(olive, drawn() + bytes(4_000_000), status=403, on=page)
    page = olive.press(page, "Sign in", email=email, password=factories.PASSWORD)
    page = olive.press(page, "Go on with what I had written", status=422)

    assert "Choose the file once more" in page.one("#image-error").text
    assert {name: page.value(name) for name in WORDS} == WORDS


def test_of_many_who_save_at_once_one_is_first_and_the_others_are_told(
    app: Flask, olive: StaffReader
) -> None:
    page = olive.get(PAGE)
    kept = {name: str(page.soup.select(f'[name="{name}"]')[0]["value"]) for name in FORM}
    boundary, body = encode_multipart(
        {**kept, **WORDS, "image": FileStorage(io.BytesIO(drawn()), filename="photo.jpg")}
    )
    cookie = olive.client.get_cookie("staff", domain="campaign.test")
    assert cookie

    def press(_number: int) -> int:
        client = app.test_client()
        client.set_cookie("staff", cookie.value, domain="campaign.test")
        kind = f"multipart/form-data; boundary={boundary}"
        return client.post(PAGE, base_url=HOST, data=body, content_type=kind).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(press, range(4)))

    assert answers == [303, 409, 409, 409]
    assert number_of_pictures() == 2


@pytest.mark.parametrize("role", ["organiser", "moderator"])
def test_nobody_outside_the_team_comes_near(app: Flask, olive: StaffReader, role: str) -> None:
    save(olive, drawn())
    xan = StaffReader(app, factories.account(role, "Xan"))
    status = 404 if role == "organiser" else 403

    xan.get(PAGE, status=status)
    xan.post(PAGE, status=status, data=WORDS)
    xan.post(f"{PAGE}/remove", status=status)

    assert image()


def test_a_visitor_is_asked_to_sign_in(reader: PageReader, campaign: Campaign) -> None:
    assert reader.get(PAGE).h1 == "Sign in"


def test_a_forged_press_removes_nothing(olive: StaffReader) -> None:
    save(olive, drawn())

    olive.post(f"{PAGE}/remove", status=422, data={"form_token": "forged"})

    assert image()


def test_the_database_keeps_no_image_without_words(campaign: Campaign) -> None:
    unsaid = CampaignImage(campaign_id=campaign.id, name="x", alt="", credit="x", sizes=[[1, 1]])

    with pytest.raises(IntegrityError), transaction():
        db.session.add(unsaid)


def test_images_are_told_apart_by_a_name_that_nobody_guesses(olive: StaffReader) -> None:
    save(olive, drawn())
    first = address_of_image()
    save(olive, drawn())

    assert address_of_image() != first, "the same file has another name"
    found = image()
    assert found
    assert len(found.name) == 32
    assert images.fingerprint(found) != images.fingerprint(None)
