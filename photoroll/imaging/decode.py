"""Decodes a photo once, no larger than needed, into an upright sRGB picture; bounded in memory and time."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal

from photoroll.errors import UnreadablePhoto, UnsupportedFile
from photoroll.imaging import colour, formats
from photoroll.imaging.formats import FileFormat

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 120_000_000
"""Largest picture that is decoded: 144 megapixels of WebP took 2.2 GiB."""
ORIENTATION = 0x0112

_ready: set[str] = set()
"""Decoders that are set up in this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An upright sRGB picture and the size of the photo it was made from."""

    image: Image.Image
    """Mode ``RGB``, long side at most what was asked for."""
    width: int
    """Of the whole photo, upright, pixels."""
    height: int


def decode(source: bytes | BinaryIO, kind: FileFormat, *, side: int) -> Decoded:
    """Decode the first picture of a photo with its long side at most ``side`` pixels.

    A JPEG is decoded at 1/2, 1/4 or 1/8 where that is still as large as asked for; then one bicubic step.
    A picture that stops in its middle is damaged: half a photo is never shown as a whole one.

    :raises UnsupportedFile: PhotoRoll does not read this format.
    :raises UnreadablePhoto: ``damaged``, ``too_large`` or ``memory``.
    """
    with opened(source, kind) as picture, explained():
        return _decode(picture, side)


@contextmanager
def opened(source: bytes | BinaryIO, kind: FileFormat) -> Iterator[Image.Image]:
    """Open a picture by the decoders of its format alone, and read its header.

    :raises UnsupportedFile: PhotoRoll does not read this format.
    :raises UnreadablePhoto: ``damaged``, or ``too_large`` for more than :data:`MAX_PIXELS`.
    """
    if not kind.readable:
        raise UnsupportedFile(f"This is {kind.what}", f"PhotoRoll reads {formats.READABLE_NAMES}.")
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    with explained():
        picture = _open(file, kind)
    with picture:  # leaves the file itself to the caller
        yield picture


@contextmanager
def explained() -> Iterator[None]:
    """Turn whatever a decoder raises on a broken file into :exc:`UnreadablePhoto`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # corrupt EXIF and the like: not for the user's terminal
            yield
    except (UnreadablePhoto, UnsupportedFile):
        raise
    except MemoryError:
        raise UnreadablePhoto(
            "The picture needs more memory than a reader may use",
            "PhotoRoll leaves it as it is.",
            code="memory",
        ) from None
    except Exception as error:  # noqa: BLE001 - decoders raise a dozen kinds on broken files
        raise _damaged(error) from None


def set_up(*names: str) -> None:
    """Load the decoders named (``JPEG``, ``HEIF`` ...) in this process, and limit them."""
    for name in names:
        if name not in _ready:
            _load(name)
            _ready.add(name)


def orientation_of(picture: Image.Image) -> int:
    """Give the EXIF orientation (1-8) that is still to be applied; anything else counts as 1.

    Pillow is asked, not the raw EXIF: HEIC is turned while it is opened and AVIF's own rotation replaces the
    one in EXIF. TIFF is turned while it is decoded, so ask after ``load()``.
    """
    value = picture.getexif().get(ORIENTATION, 1)
    if not isinstance(value, int) or not 1 < value <= 8:
        return 1
    return 1 if _is_ambiguous(picture.info.get("exif")) else value


def turn(picture: Image.Image, orientation: int) -> Image.Image:
    """Turn and mirror a picture as its EXIF orientation (1-8) says."""
    from PIL.Image import Transpose

    method = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation)
    return picture if method is None else picture.transpose(method)


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """Give the size with the long side at most ``side`` and the same shape, at least one pixel each."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _is_ambiguous(exif: object) -> bool:
    """Tell whether an EXIF block holds several orientations, in one entry or in many: then none is meant."""
    if not isinstance(exif, bytes):
        return False
    block = exif.removeprefix(b"Exif\0\0")
    order: Literal["little", "big"] = "little" if block[:2] == b"II" else "big"
    first = int.from_bytes(block[4:8], order)
    count = min(int.from_bytes(block[first : first + 2], order), 1000)
    found = 0
    for at in range(first + 2, min(first + 2 + 12 * count, len(block) - 11), 12):
        if int.from_bytes(block[at : at + 2], order) == ORIENTATION:
            found += int.from_bytes(block[at + 4 : at + 8], order)
    return found > 1


def _open(file: BinaryIO, kind: FileFormat) -> Image.Image:
    from PIL import Image

    set_up(*kind.decoders)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow warns above this and raises above twice this
    file.seek(0)
    picture = Image.open(file, formats=kind.decoders)
    if picture.width * picture.height > MAX_PIXELS:
        picture.close()
        raise _too_many_pixels()
    return picture


def _decode(picture: Image.Image, side: int) -> Decoded:
    from PIL import Image

    full = picture.size
    picture.draft("RGB", fitted(*full, side))
    picture.load()
    orientation = orientation_of(picture)
    if picture.format == "TIFF" and picture.size != full:
        full = picture.size  # turned while it was decoded
    profile = colour.profile_of(picture)
    small: Image.Image = colour.simplified(picture)
    target = fitted(*full, side)
    if small.size != target:
        # A draft is at most twice too large; anything else is first halved by whole steps, which is quick.
        gap = None if max(small.size) < 3 * max(target) else 2.0
        small = small.resize(target, Image.Resampling.BICUBIC, reducing_gap=gap)
    upright = turn(colour.to_srgb(small, profile), orientation)
    if upright is picture:
        upright = picture.copy()  # the file's own picture may end with the file
    width, height = full if orientation < 5 else (full[1], full[0])
    return Decoded(image=upright, width=width, height=height)


def _load(name: str) -> None:
    """Import one decoder; a plain ``Image.open`` would import all 43."""
    match name:
        case "HEIF":
            import pillow_heif

            pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False)
        case "AVIF":
            from PIL import AvifImagePlugin

            AvifImagePlugin.DEFAULT_MAX_THREADS = 1
        case _:  # Pillow's five everyday decoders; it finds TIFF and WebP among all others by itself
            from PIL import Image

            Image.preinit()
            if name == "TIFF":
                from PIL import TiffImagePlugin  # noqa: F401
            elif name == "WEBP":
                from PIL import WebPImagePlugin  # noqa: F401


def _damaged(error: Exception) -> UnreadablePhoto:
    if type(error).__name__ == "DecompressionBombError":
        return _too_many_pixels()
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    reason = "" if "cannot identify" in text else f" ({text[:120]})"
    return UnreadablePhoto(
        f"The picture is damaged or incomplete{reason}", "Copy it again from where it came from."
    )


def _too_many_pixels() -> UnreadablePhoto:
    return UnreadablePhoto(
        f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels",
        "PhotoRoll reads no larger pictures.",
        code="too_large",
    )
