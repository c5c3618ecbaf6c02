"""Writes what cameras write into files: dates, positions, exposure, orientation, the small preview."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from photoroll.core.models import GeoPoint
from photoroll.demo.models import CameraTruth, Scene

_ARTIFICIAL = {Scene.INDOOR, Scene.FOOD, Scene.GROUP, Scene.PORTRAIT, Scene.PET, Scene.DOCUMENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Everything that goes into one file's EXIF; ``None`` is left out."""

    taken: datetime | None = None
    """The camera's wall clock."""
    taken_text: str | None = None
    """Written instead of ``taken``, as it is: for dates that no calendar knows."""
    offset_min: int | None = None
    subsec: bool = False
    point: GeoPoint | None = None
    utc: datetime | None = None
    """For the GPS time stamp."""
    camera: CameraTruth | None = None
    orientation: int = 1
    exposure_value: float = 12.0
    software: str = ""
    size: tuple[int, int] | None = None
    """Width and height as stored in the tags, pixels."""


def exposure_value(scene: Scene, sun_altitude: float) -> float:
    """Give the light as EV at ISO 100: 15 in full sun, 12 at sunset, 6 in a lit room, 4 in a lit street."""
    if scene in _ARTIFICIAL and scene is not Scene.PORTRAIT:
        return 8.0 if sun_altitude > 5 else 5.5
    if sun_altitude > 15:
        return 14.5
    if sun_altitude > 0:
        return 12.0 + sun_altitude / 6
    return max(4.0, 11.0 + sun_altitude)


def exposure(value: float, f_number: float) -> tuple[int, int]:
    """Give ISO and the denominator of the exposure time (1/n s) that an automatic camera would choose."""
    iso = 50
    while iso < 3200 and f_number**2 / 2**value * 100 / iso > 1 / 60:
        iso *= 2
    seconds = f_number**2 / 2**value * 100 / iso
    return iso, max(2, round(1 / seconds))


def exif_bytes(tags: Tags, thumbnail: bytes = b"") -> bytes:
    """Give the EXIF block (with its ``Exif`` head), and the preview in IFD1 where there is one."""
    from PIL import ExifTags, Image

    base, ifd = ExifTags.Base, ExifTags.IFD
    exif = Image.Exif()
    exif.endian = "<"
    camera = tags.camera
    if camera is not None:
        exif[base.Make], exif[base.Model] = camera.make, camera.model
    exif[base.Orientation] = tags.orientation
    if tags.software:
        exif[base.Software] = tags.software
    exif.get_ifd(ifd.Exif).update(_shot(tags))
    if tags.point is not None:
        exif.get_ifd(ifd.GPSInfo).update(_position(tags.point, tags.utc))
    data = exif.tobytes()
    return _with_preview(data, thumbnail) if thumbnail else data


def _shot(tags: Tags) -> dict[int, object]:
    from PIL.ExifTags import Base
    from PIL.TiffImagePlugin import IFDRational

    found: dict[int, object] = {Base.ExifVersion: b"0232", Base.ColorSpace: 1}
    if tags.taken is not None or tags.taken_text is not None:
        text = tags.taken_text or f"{tags.taken:%Y:%m:%d %H:%M:%S}"
        found[Base.DateTimeOriginal] = found[Base.DateTimeDigitized] = text
    if tags.offset_min is not None:
        hours, minutes = divmod(abs(tags.offset_min), 60)
        sign = "-" if tags.offset_min < 0 else "+"
        found[Base.OffsetTimeOriginal] = f"{sign}{hours:02d}:{minutes:02d}"
    if tags.subsec and tags.taken is not None:
        found[Base.SubsecTimeOriginal] = f"{tags.taken.microsecond // 1000:03d}"
    if tags.size is not None:
        found[Base.ExifImageWidth], found[Base.ExifImageHeight] = tags.size
    camera = tags.camera
    if camera is not None:
        iso, denominator = exposure(tags.exposure_value, camera.f_number)
        found[Base.ISOSpeedRatings] = iso
        found[Base.ExposureTime] = IFDRational(1, denominator)
        found[Base.FNumber] = IFDRational(round(camera.f_number * 100), 100)
        found[Base.BrightnessValue] = IFDRational(round((tags.exposure_value - log2(1 / 0.3)) * 100), 100)
        found[Base.FocalLength] = IFDRational(round(camera.focal_mm * 100), 100)
        found[Base.FocalLengthIn35mmFilm] = camera.focal_35mm
        found[Base.Flash] = 16
        if camera.lens:
            found[Base.LensModel] = camera.lens
    return found


def _position(point: GeoPoint, utc: datetime | None) -> dict[int, object]:
    from PIL.ExifTags import GPS
    from PIL.TiffImagePlugin import IFDRational

    found: dict[int, object] = {
        GPS.GPSVersionID: b"\2\3\0\0",
        GPS.GPSLatitudeRef: "N" if point.lat >= 0 else "S",
        GPS.GPSLatitude: _degrees(point.lat),
        GPS.GPSLongitudeRef: "E" if point.lon >= 0 else "W",
        GPS.GPSLongitude: _degrees(point.lon),
    }
    if utc is not None:
        parts = (utc.hour, utc.minute, utc.second)
        found[GPS.GPSTimeStamp] = tuple(IFDRational(part, 1) for part in parts)
        found[GPS.GPSDateStamp] = f"{utc:%Y:%m:%d}"
    return found


def _degrees(value: float) -> tuple[object, ...]:
    """Give degrees, minutes and seconds to a ten-thousandth of a second (3 mm)."""
    from PIL.TiffImagePlugin import IFDRational

    ticks = round(abs(value) * 36_000_000)
    degrees, rest = divmod(ticks, 36_000_000)
    minutes, rest = divmod(rest, 600_000)
    return IFDRational(degrees, 1), IFDRational(minutes, 1), IFDRational(rest, 10_000)


def _with_preview(data: bytes, thumbnail: bytes) -> bytes:
    """Append IFD1 with a JPEG preview to an EXIF block, as Exif 2.32, 4.5.4 describes; Pillow cannot."""
    head, tiff = data[:6], bytearray(data[6:])
    order = "<" if tiff[:2] == b"II" else ">"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, first)
    if len(tiff) % 2:
        tiff += b"\0"
    start = len(tiff)
    struct.pack_into(order + "I", tiff, first + 2 + 12 * count, start)
    entries = [(0x0103, 3, 6), (0x0201, 4, start + 2 + 12 * 3 + 4), (0x0202, 4, len(thumbnail))]
    tiff += struct.pack(order + "H", len(entries))
    for tag, kind, value in entries:
        packed = struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value)
        tiff += struct.pack(order + "HHI", tag, kind, 1) + packed
    return head + bytes(tiff) + struct.pack(order + "I", 0) + thumbnail


def utc_of_wall(wall: datetime, offset_min: int) -> datetime:
    """Give the UTC moment of a wall-clock time with its offset."""
    return wall - timedelta(minutes=offset_min)
