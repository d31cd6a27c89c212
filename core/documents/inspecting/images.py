"""PNG and JPEG, decoded whole: the size is known before a pixel is, and a file cut short does not pass."""

from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from core.documents.inspecting.refusals import Refused

PIXELS_AT_MOST = 40_000_000
FORMATS = {"png": "PNG", "jpg": "JPEG"}

Image.MAX_IMAGE_PIXELS = None


def inspect(file: BinaryIO, media: str) -> None:
    """The limit is our own, and stricter than the library's, which only warns at first."""
    try:
        with Image.open(file, formats=[FORMATS[media]]) as image:
            if image.width * image.height > PIXELS_AT_MOST:
                raise Refused("pixels")
            if getattr(image, "n_frames", 1) > 1:
                raise Refused("not-as-named")
            image.load()
    except UnidentifiedImageError:
        raise Refused("unreadable") from None
