"""What the sealed workers read from one file, pass by pass; plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass, field

from photoroll.core.models import Camera, DateSource, FaceBox, MediaKind, Position, Quality, TakenAt

DESCRIPTOR_SIZE = 431
STATISTICS_SIZE = 29


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate:
    """One date that a file, its sidecar or its name tells, as text, before judgement."""

    source: DateSource
    field: str
    """Which tag or pattern: ``DateTimeOriginal``, ``GPSDateStamp``, ``IMG_YYYYMMDD_HHMMSS`` ..."""
    text: str
    subsec: str = ""
    offset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataReading:
    """Pass A: what a file's head tells, without decoding its pixels."""

    format: str
    """``JPEG``, ``PNG``, ``WEBP``, ``GIF``, ``TIFF``, ``AVIF``, ``HEIC`` ..."""
    kind: MediaKind
    width: int
    """Upright, pixels."""
    height: int
    orientation: int
    """EXIF orientation still to apply after decoding: 1 when the container's decoder turns the pixels."""
    taken: TakenAt
    candidates: tuple[DateCandidate, ...] = ()
    position: Position | None = None
    camera: Camera = field(default_factory=Camera)
    software: str = ""
    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    preview: bytes | None = None
    """The camera's embedded JPEG preview, turned upright; small, shown until pass B."""
    warnings: tuple[str, ...] = ()
    """Sentences on what was ignored: an impossible date, a position off the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelReading:
    """Pass B: what one reduced decode of the whole file gives."""

    content_hash: bytes
    """blake2b-256 of the file's bytes."""
    size: int
    """Bytes hashed."""
    width: int
    """Upright, pixels."""
    height: int
    thumb256: bytes
    """JPEG in sRGB, upright, long side at most 256 px."""
    thumb512: bytes
    phash: int
    """64-bit DCT hash, unsigned."""
    dhash: int
    """64-bit difference hash, unsigned."""
    flat: bool
    """Whether the picture is too even for its hashes to mean anything (sd of grey below 8)."""
    descriptor: bytes
    """431 little-endian float16: HOG, Lab layout, HSV, LBP and statistics blocks, projected."""
    statistics: bytes
    """29 little-endian float16: the interpretable statistics as measured."""
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class FacesReading:
    """Pass C: faces counted and boxed, nobody recognised."""

    faces: tuple[FaceBox, ...]
    detector: str
    """Name and version of the detector."""
