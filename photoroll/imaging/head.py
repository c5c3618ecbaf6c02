"""Pass A: reads a photo's head by Pillow and ExifRead, and joins what its EXIF and XMP tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from photoroll.core.models import Camera, Position
from photoroll.core.readings import DateCandidate
from photoroll.errors import UnreadablePhoto
from photoroll.imaging import decode, exif, formats, thumbnails, xmp
from photoroll.imaging.formats import FileFormat

if TYPE_CHECKING:
    from PIL import Image

PREVIEW_SIDE = 320
_MAX_PREVIEW_BYTES = 256 << 10
_SHAPE_DIFFERS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a photo's head tells."""

    width: int
    """Upright."""
    height: int
    orientation: int
    candidates: tuple[DateCandidate, ...] = ()
    position: Position | None = None
    camera: Camera = field(default_factory=Camera)
    software: str = ""
    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    preview: bytes | None = None
    warnings: tuple[str, ...] = ()


def read_head(file: BinaryIO, kind: FileFormat) -> Head:
    """Read the head of an open photo.

    :raises UnreadablePhoto: ``damaged`` or ``too_large``, when not even the header can be read.
    """
    with decode.opened(file, kind) as picture, decode.explained():
        width, height, orientation = _upright(picture)
        tags = exif.read_exif(picture, file, kind)
        packet = xmp.read_xmp(picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp"))
        preview = _preview(tags.thumbnail, orientation, width, height)
    return Head(
        width=width,
        height=height,
        orientation=orientation,
        candidates=(*tags.candidates, *packet.candidates),
        position=tags.position,
        camera=tags.camera,
        software=tags.software,
        title=packet.title or tags.title,
        caption=packet.caption or tags.caption,
        keywords=packet.keywords or tags.keywords,
        rating=packet.rating if packet.rating is not None else tags.rating,
        preview=preview,
        warnings=(*tags.warnings, *packet.warnings),
    )


def warm_up() -> None:
    """Import the readers."""
    import defusedxml.ElementTree  # noqa: F401
    import exifread  # noqa: F401


def _upright(picture: Image.Image) -> tuple[int, int, int]:
    """Give the upright size and the orientation still to apply."""
    orientation = decode.orientation_of(picture)
    width, height = picture.size
    if picture.format == "TIFF":
        return width, height, 1  # Pillow turns a TIFF while decoding and already gives its upright size
    return (width, height, orientation) if orientation < 5 else (height, width, orientation)


def _preview(thumbnail: bytes, orientation: int, width: int, height: int) -> bytes | None:
    """Turn the camera's embedded thumbnail upright, without the black bars that some cameras add.

    It is encoded anew: bytes from a file are never shown as they are. It may differ from the photo, so it is
    shown only until the photo itself was decoded.
    """
    if not thumbnail.startswith(b"\xff\xd8\xff") or len(thumbnail) > _MAX_PREVIEW_BYTES:
        return None
    try:
        small = decode.decode(thumbnail, formats.JPEG, side=PREVIEW_SIDE)
    except UnreadablePhoto:
        return None
    if small.width > 4096 or small.height > 4096:
        return None
    upright = decode.turn(small.image, orientation)
    return thumbnails.to_jpeg(_without_bars(upright, width / height))


def _without_bars(picture: Image.Image, shape: float) -> Image.Image:
    wide, high = picture.size
    if abs(wide / high / shape - 1) < _SHAPE_DIFFERS:
        return picture
    if wide / high > shape:
        cut = (wide - round(high * shape)) / 2
        box = (cut, 0.0, wide - cut, float(high))
    else:
        cut = (high - round(wide / shape)) / 2
        box = (0.0, cut, float(wide), high - cut)
    left, top, right, bottom = (round(edge) for edge in box)
    return picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
