"""From an uploaded file to pictures that are safe to show: drawn anew, in a few sizes.

Only what can be seen is carried over, so where and with what a photo was taken, whatever else
the file says, and whatever hides in it stay behind.
"""

import io
import struct
import threading
from typing import NamedTuple

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.Image import Resampling

from campaign.campaigns import rules
from campaign.lib.languages import lazy_gettext as _
from campaign.lib.refusals import Refused

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 80
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
#: How Pillow's readers fall over bytes that make no sense.
_STUMBLES = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    struct.error,
)
#: Modes that can be made smaller and brought to sRGB as they are.
_PLAIN = ("L", "RGB", "RGBA", "CMYK")
#: A large picture takes some hundred megabytes while it is read; two at once would take twice that.
_one_at_a_time = threading.Lock()


class NoImage(Refused):
    """It is none, or of a kind we do not read."""

    message = _(
        "This is no image that can be shown here. Choose a JPEG, PNG or WebP file; save anything "
        "else (HEIC, GIF, SVG, PDF) as JPEG first."
    )


class DamagedImage(Refused):
    """It begins like an image and then breaks off or makes no sense."""

    message = _("This image is damaged or only half there. Save it once more, or choose another.")


class MovingImage(Refused):
    """Nobody should have to look at something that moves."""

    message = _("This image moves. Choose one that stands still.")


class TooManyPixels(Refused):
    """Reading it would take more memory than a small server has."""

    message = _("This image is too large: at most 25 million pixels (as 6000 × 4000), please.")


class TooFewPixels(Refused):
    """It would be a blur."""

    message = _("This image is too small: at least 200 pixels on each side, please.")


class Picture(NamedTuple):
    """One size of an image, as WebP."""

    width: int
    height: int
    content: bytes


def pictures(content: bytes) -> list[Picture]:
    """The image in its sizes, the largest first.

    A photo is turned as its camera says, colours become sRGB, what is transparent becomes white.
    Raises NoImage, DamagedImage, MovingImage, TooManyPixels, TooFewPixels.
    """
    with _one_at_a_time:
        image = _read(content)
        sizes = [image, *(_narrowed(image, width) for width in rules.IMAGE_WIDTHS)]
        return [_encoded(size) for size in sizes if size]


def _read(content: bytes) -> Image.Image:
    """What is to be seen, and nothing besides, as large as we show it."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            _look_at(image)
            profile = image.info.get("icc_profile")
            shown = _plain(image)
            shown.thumbnail((rules.IMAGE_SIDE, rules.IMAGE_SIDE), Resampling.LANCZOS)
            return _on_white(_in_srgb(ImageOps.exif_transpose(shown), profile))
    except UnidentifiedImageError as trouble:
        raise NoImage from trouble
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as trouble:
        raise TooManyPixels from trouble
    except _STUMBLES as trouble:
        raise DamagedImage from trouble


def _look_at(image: Image.Image) -> None:
    """Its head alone is read so far."""
    if image.width * image.height > rules.MOST_PIXELS:
        raise TooManyPixels
    if min(image.size) < rules.LEAST_SIDE:
        raise TooFewPixels
    # A JPEG of many phones holds more pictures (depth, a small one) behind the one to see.
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise MovingImage


def _plain(image: Image.Image) -> Image.Image:
    """The image with its colours where they can be reckoned with."""
    if image.mode.startswith("I"):
        # 16 bits of grey; Pillow would cut them off instead of dividing them.
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if image.has_transparency_data and image.mode != "RGBA":
        return image.convert("RGBA")
    return image if image.mode in _PLAIN else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The same colours in the space that browsers take for granted."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else None
        converted = own and ImageCms.profileToProfile(image, own, _SRGB, outputMode=mode)
    except (OSError, ImageCms.PyCMSError):
        converted = None  # a profile that is broken, or of other colours than the image's
    return converted or image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    """The pixels alone, on a sheet of our own: nothing else of the file is taken along."""
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image if image.mode == "RGBA" else None)
    return sheet


def _narrowed(image: Image.Image, width: int) -> Image.Image | None:
    """The image at that width; None where it is hardly wider."""
    if image.width <= width:
        return None
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Resampling.LANCZOS)


def _encoded(image: Image.Image) -> Picture:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=_QUALITY)
    return Picture(image.width, image.height, file.getvalue())
