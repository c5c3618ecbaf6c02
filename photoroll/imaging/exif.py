"""Reads EXIF: ExifRead first, Pillow as second reader for what it misses; every value is checked.

ExifRead is given only the EXIF block that Pillow found (or a TIFF as it is), never maker notes: with
``details=True`` it hangs on some files.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from photoroll.core.models import Camera, DateSource, GeoPoint, Position, PositionSource
from photoroll.core.readings import DateCandidate
from photoroll.imaging import formats
from photoroll.imaging.formats import FileFormat
from photoroll.imaging.strings import clean

if TYPE_CHECKING:
    from PIL import Image

Tags = dict[tuple[str, int], object]
"""(directory, tag number) to ``str``, ``bytes``, or a tuple of numbers; broken fractions are NaN."""

_DIRECTORIES = {"Image": "image", "EXIF": "exif", "GPS": "gps", "Thumbnail": "thumbnail"}
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_ORIGINAL = ("exif", 0x9003)
_DATES = (
    ("DateTimeOriginal", ("exif", 0x9003), ("exif", 0x9291), ("exif", 0x9011)),
    ("DateTimeDigitized", ("exif", 0x9004), ("exif", 0x9292), ("exif", 0x9012)),
    ("DateTime", ("image", 0x0132), ("exif", 0x9290), ("exif", 0x9010)),
)
"""Name, moment, fraction of a second, time zone (Exif 2.32, CIPA DC-008)."""
_NO_CAPTIONS = {
    "olympus digital camera", "sony dsc", "digital camera", "dcim", "exif_jpeg_picture", "default",
    "konica minolta digital camera", "minolta digital camera", "samsung", "samsung techwin", "untitled",
    "kodak digital still camera", "digicam", "skypro", "dav", "mde", "hdr", "ssuccm", "binary comment",
}  # fmt: skip
"""What cameras write into every photo's description."""
_MAX_THUMBNAIL = 256 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ExifFacts:
    """What the EXIF block tells."""

    candidates: tuple[DateCandidate, ...] = ()
    position: Position | None = None
    camera: Camera = field(default_factory=Camera)
    software: str = ""
    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    thumbnail: bytes = b""
    """The embedded preview as the file has it; empty when there is none."""
    warnings: tuple[str, ...] = ()


def read_exif(picture: Image.Image, file: BinaryIO, kind: FileFormat) -> ExifFacts:
    """Read the EXIF of an opened picture; a broken block gives what could be read, and never an error."""
    raw = picture.info.get("exif")
    block = raw.removeprefix(b"Exif\0\0") if isinstance(raw, bytes) else b""
    tags: Tags = {}
    if block[:2] in (b"II", b"MM"):
        tags = _by_exifread(io.BytesIO(block))
    elif kind is formats.TIFF:
        tags = _by_exifread(file)
    if not _text(tags, _ORIGINAL):
        tags = {**_by_pillow(picture), **{key: value for key, value in tags.items() if value != ""}}
    return facts(tags, block)


def facts(tags: Mapping[tuple[str, int], object], block: bytes = b"") -> ExifFacts:
    """Interpret tags; ``block`` is the EXIF block for the thumbnail that lies in it."""
    position, warning = _position(tags)
    caption = _text(tags, ("image", 0x010E))
    return ExifFacts(
        candidates=_candidates(tags),
        position=position,
        camera=_camera(tags),
        software=_text(tags, ("image", 0x0131)),
        title=_wide_text(tags, 0x9C9B),
        caption="" if caption.lower() in _NO_CAPTIONS else caption or _wide_text(tags, 0x9C9C),
        keywords=tuple(word for part in _wide_text(tags, 0x9C9E).split(";") if (word := part.strip())),
        rating=_rating(tags),
        thumbnail=_thumbnail(tags, block),
        warnings=(warning,) if warning else (),
    )


def _by_exifread(file: BinaryIO) -> Tags:
    import exifread

    logging.getLogger("exifread").disabled = True  # it reports each odd tag of each photo
    try:
        found = exifread.process_file(file, details=False, extract_thumbnail=False)
    except Exception:  # noqa: BLE001 - it raises six kinds of errors on broken files; Pillow reads them next
        return {}
    tags: Tags = {}
    for name, tag in found.items():
        directory = _DIRECTORIES.get(name.split(" ", 1)[0])
        if directory is not None and hasattr(tag, "values"):
            tags[directory, tag.tag] = _plain(tag.values)
    return tags


def _by_pillow(picture: Image.Image) -> Tags:
    try:
        exif = picture.getexif()
        parts = {"image": dict(exif), "exif": exif.get_ifd(_EXIF_IFD), "gps": exif.get_ifd(_GPS_IFD)}
    except Exception:  # noqa: BLE001 - the second reader's view of a broken block: it has none
        return {}
    return {(part, tag): _plain(value) for part, values in parts.items() for tag, value in values.items()}


def _plain(value: object) -> object:
    """Give ``str``, ``bytes`` or a tuple of numbers, whichever library read it."""
    if isinstance(value, (str, bytes)):
        return value
    if isinstance(value, (list, tuple)):
        return tuple(_number(part) for part in value[:512])
    return (_number(value),)


def _number(value: Any) -> float:
    try:
        if hasattr(value, "denominator"):  # fractions of both libraries; floats have none
            return float(value.numerator) / float(value.denominator) if value.denominator else math.nan
        return float(value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        return math.nan


def _text(tags: Mapping[tuple[str, int], object], key: tuple[str, int]) -> str:
    value = tags.get(key, "")
    return clean(value) if isinstance(value, (str, bytes)) else ""


def _numbers(tags: Mapping[tuple[str, int], object], key: tuple[str, int]) -> tuple[float, ...]:
    value = tags.get(key)
    return value if isinstance(value, tuple) else ()


def _one(
    tags: Mapping[tuple[str, int], object], key: tuple[str, int], low: float, high: float
) -> float | None:
    """Give a tag's first number when it lies in the range that means something."""
    values = _numbers(tags, key)
    return values[0] if values and low <= values[0] <= high else None


def _wide_text(tags: Mapping[tuple[str, int], object], tag: int) -> str:
    """Read Windows' own title, comment and keywords: UTF-16 in bytes."""
    value = tags.get(("image", tag), b"")
    if isinstance(value, tuple):
        value = bytes(int(part) & 0xFF for part in value if math.isfinite(part))
    if isinstance(value, str):
        return clean(value)
    return clean(value.decode("utf-16-le", "replace")) if isinstance(value, bytes) else ""


def _candidates(tags: Mapping[tuple[str, int], object]) -> tuple[DateCandidate, ...]:
    found = []
    for name, moment, part, zone in _DATES:
        text = tags.get(moment)
        if isinstance(text, (str, bytes)) and text:
            found.append(
                DateCandidate(
                    source=DateSource.EXIF,
                    field=name,
                    text=clean(text, limit=64),
                    subsec=_text(tags, part)[:9],
                    offset=_text(tags, zone)[:9],
                )
            )
    satellite = _satellite_time(tags)
    return (*found, satellite) if satellite else tuple(found)


def _satellite_time(tags: Mapping[tuple[str, int], object]) -> DateCandidate | None:
    """Join GPS date and time, which are UTC."""
    day, clock = _text(tags, ("gps", 0x1D)), _numbers(tags, ("gps", 0x07))
    if not day or len(clock) != 3 or not all(0 <= part < 61 for part in clock):
        return None
    hour, minute, second = int(clock[0]), int(clock[1]), clock[2]
    return DateCandidate(
        source=DateSource.GPS,
        field="GPSDateStamp",
        text=f"{day[:10].strip()} {hour:02}:{minute:02}:{int(second):02}",
        subsec=f"{int(second % 1 * 1000):03}",
        offset="Z",
    )


def _position(tags: Mapping[tuple[str, int], object]) -> tuple[Position | None, str]:
    """Give the position, or a sentence on why the one in the file is none."""
    if ("gps", 2) not in tags and ("gps", 4) not in tags:
        return None, ""
    lat = _degrees(_numbers(tags, ("gps", 2)), _text(tags, ("gps", 1)), "NS", 90)
    lon = _degrees(_numbers(tags, ("gps", 4)), _text(tags, ("gps", 3)), "EW", 180)
    if lat is None or lon is None:
        return None, "The position in the file is incomplete or off the map and was ignored."
    if abs(lat) + abs(lon) < 0.01:
        return None, "The position in the file is 0, 0, which stands for none, and was ignored."
    error = _one(tags, ("gps", 0x1F), 0, 1e7)
    return Position(point=GeoPoint(lat, lon), source=PositionSource.CAMERA, error_m=error), ""


def _degrees(parts: tuple[float, ...], side: str, sides: str, limit: int) -> float | None:
    """Join degrees, minutes and seconds; the side (N, S, E, W) must be there."""
    letter = side[:1].upper()
    if len(parts) != 3 or not letter or letter not in sides:
        return None
    degrees, minutes, seconds = parts
    if not (0 <= degrees <= limit and 0 <= minutes <= 60 and 0 <= seconds <= 60):  # NaN fails too
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if value > limit:
        return None
    return -value if letter == sides[1] else value


def _camera(tags: Mapping[tuple[str, int], object]) -> Camera:
    flash = _one(tags, ("exif", 0x9209), 0, 0xFFFF)
    iso = _one(tags, ("exif", 0x8827), 1, 65534) or _one(tags, ("exif", 0x8833), 1, 1e7)
    distance = _one(tags, ("exif", 0x9206), 1e-3, 1e5)
    return Camera(
        make=_text(tags, ("image", 0x010F)),
        model=_text(tags, ("image", 0x0110)),
        lens=_text(tags, ("exif", 0xA434)),
        iso=None if iso is None else int(iso),
        exposure_s=_exposure(tags),
        f_number=_aperture(tags),
        focal_mm=_one(tags, ("exif", 0x920A), 0.1, 1e4),
        focal_35mm=_one(tags, ("exif", 0xA405), 1, 1e4),
        flash=None if flash is None else bool(int(flash) & 1),
        subject_distance_m=distance,
    )


def _exposure(tags: Mapping[tuple[str, int], object]) -> float | None:
    """Seconds; from the APEX value (2 to the power of minus it) where the camera gives no other."""
    seconds = _one(tags, ("exif", 0x829A), 1e-7, 1e5)
    apex = _one(tags, ("exif", 0x9201), -15, 22)
    return 2.0**-apex if seconds is None and apex is not None else seconds


def _aperture(tags: Mapping[tuple[str, int], object]) -> float | None:
    number = _one(tags, ("exif", 0x829D), 0.3, 256)
    apex = _one(tags, ("exif", 0x9202), 0.01, 16)
    return round(2.0 ** (apex / 2), 2) if number is None and apex is not None else number


def _rating(tags: Mapping[tuple[str, int], object]) -> int | None:
    stars = _one(tags, ("image", 0x4746), 1, 5)
    return None if stars is None else int(stars)


def _thumbnail(tags: Mapping[tuple[str, int], object], block: bytes) -> bytes:
    """Cut the JPEG preview out of the EXIF block; offsets are from its start."""
    start = _one(tags, ("thumbnail", 0x0201), 8, len(block))
    length = _one(tags, ("thumbnail", 0x0202), 64, _MAX_THUMBNAIL)
    if start is None or length is None:
        return b""
    return block[int(start) : int(start) + int(length)]
