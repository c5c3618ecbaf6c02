"""What sealed workers are asked to do with one photo: a request in, a reading out, both plain values.

Nothing heavy is imported until the first call; :func:`warm_up` does it ahead of time in a fresh worker. Every
function raises :exc:`UnreadablePhoto` or :exc:`UnsupportedFile`, with the path, when a file cannot be read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from photoroll.core import dates
from photoroll.core.models import MediaKind
from photoroll.core.readings import DateCandidate, FacesReading, MetadataReading, PixelReading
from photoroll.errors import UnreadablePhoto, UnsupportedFile
from photoroll.imaging import formats, originals, sniff
from photoroll.imaging.formats import FileFormat

if TYPE_CHECKING:
    from photoroll.imaging.decode import Decoded

_HASH_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """Which photo to read, and what its names and times tell about its date."""

    path: bytes
    """Absolute, as the operating system has it."""
    relative: bytes = b""
    """The path below the folder that the user added: its folders and name may hold a date."""
    mtime_ns: int | None = None
    now: datetime | None = None
    """Local wall-clock time; dates more than a day later are refused. ``None`` takes the computer's clock."""


def read_metadata(request: ReadRequest) -> MetadataReading:
    """Pass A: format, size, date, place, camera and the embedded preview, without decoding the photo.

    :raises UnreadablePhoto: the file cannot be opened, or its header is damaged.
    :raises UnsupportedFile: it is no photo that PhotoRoll reads.
    """
    from photoroll.imaging import head

    with _about(request.path), originals.open_original(request.path) as file:
        kind = _known(file, request.path)
        found = head.read_head(file, kind)
    hints = dates_from_names(request)
    now = request.now if request.now is not None else datetime.now()
    taken, refused = dates.judge((*found.candidates, *hints), now=now)
    return MetadataReading(
        format=kind.name,
        kind=MediaKind.PHOTO,
        width=found.width,
        height=found.height,
        orientation=found.orientation,
        taken=taken,
        candidates=(*found.candidates, *hints),
        position=found.position,
        camera=found.camera,
        software=found.software,
        title=found.title,
        caption=found.caption,
        keywords=found.keywords,
        rating=found.rating,
        preview=found.preview,
        warnings=(*found.warnings, *refused),
    )


def read_pixels(request: ReadRequest) -> PixelReading:
    """Pass B: the hash of the bytes, and from one reduced decode all that pixels tell.

    :raises UnreadablePhoto: the file cannot be opened or decoded whole.
    :raises UnsupportedFile: it is no photo that PhotoRoll reads.
    """
    from photoroll.imaging import decode, thumbnails

    with _about(request.path), originals.open_original(request.path) as file:
        kind = _known(file, request.path)
        size = os.fstat(file.fileno()).st_size
        if size <= originals.MAX_READ_BYTES:
            data = file.read(originals.MAX_READ_BYTES + 1)
            digest, size = hashlib.blake2b(data, digest_size=32).digest(), len(data)
            decoded = decode.decode(data, kind, side=thumbnails.LARGE)
        else:
            digest, size = _hash_stream(file)
            decoded = decode.decode(file, kind, side=thumbnails.LARGE)
    with _about(request.path), decode.explained():
        return _pixel_reading(decoded, digest, size)


def read_faces(jpeg: bytes) -> FacesReading:
    """Pass C: find faces in the 512-pixel thumbnail of pass B.

    :raises UnreadablePhoto: ``damaged``, when the bytes are no JPEG.
    """
    from photoroll.imaging import faces

    return faces.find_faces(jpeg)


def read_whole(request: ReadRequest) -> tuple[MetadataReading, PixelReading, FacesReading]:
    """Run all three passes on one photo, for files named one by one.

    :raises UnreadablePhoto: as the passes do.
    :raises UnsupportedFile: as the passes do.
    """
    pixels = read_pixels(request)
    return read_metadata(request), pixels, read_faces(pixels.thumb512)


def warm_up(*, pixels: bool = True) -> None:
    """Import in a fresh worker what the first photo would otherwise wait for."""
    from photoroll.imaging import decode, head

    decode.set_up("JPEG", "PNG")
    head.warm_up()
    if pixels:
        import numpy as np

        from photoroll.imaging import descriptor, hashing, quality, thumbnails  # noqa: F401

        descriptor.describe(np.zeros((8, 8, 3), np.uint8))


def dates_from_names(request: ReadRequest) -> tuple[DateCandidate, ...]:
    """Give the dates that the file's name, its folders and its time of change tell."""
    *folders, name = os.fsdecode(request.relative or request.path).split("/")
    if not request.relative:
        folders = []  # folders above the user's own are not about the photos
    found = (
        dates.from_filename(name),
        dates.from_folders(tuple(folders)),
        dates.from_mtime(request.mtime_ns, _zone_offset(request.mtime_ns)),
    )
    return tuple(candidate for candidate in found if candidate is not None)


def _zone_offset(mtime_ns: int | None) -> int | None:
    """Minutes east of UTC, on this computer, at a moment."""
    if mtime_ns is None:
        return None
    try:
        offset = datetime.fromtimestamp(mtime_ns / 1e9).astimezone().utcoffset()
    except (ValueError, OverflowError, OSError):
        return None
    return None if offset is None else int(offset.total_seconds() // 60)


def _known(file: BinaryIO, path: bytes) -> FileFormat:
    """Give the file's format, or raise what it is instead of a photo."""
    kind = sniff.identify(file)
    if kind.readable:
        return kind
    suffix = originals.as_path(path).suffix.lower().lstrip(".")
    if kind is formats.UNKNOWN and suffix in formats.PHOTO_SUFFIXES:
        raise UnreadablePhoto(
            "The file is named like a photo but holds none: it is damaged or incomplete",
            "Copy it again from where it came from.",
        )
    raise UnsupportedFile(f"This is {kind.what}", f"PhotoRoll reads {formats.READABLE_NAMES}.")


def _hash_stream(file: BinaryIO) -> tuple[bytes, int]:
    digest, size = hashlib.blake2b(digest_size=32), 0
    file.seek(0)
    while chunk := file.read(_HASH_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.digest(), size


def _pixel_reading(decoded: Decoded, digest: bytes, size: int) -> PixelReading:
    import numpy as np

    from photoroll.imaging import descriptor, hashing, quality, thumbnails

    large = decoded.image
    small = thumbnails.halved(large)
    rgb = np.asarray(small)
    grey = np.asarray(small.convert("L"))
    looks = descriptor.describe(rgb)
    found = hashing.hashes(grey)
    vivid = float(looks.statistics[descriptor.STATISTICS.index("colourfulness")])
    return PixelReading(
        content_hash=digest,
        size=size,
        width=decoded.width,
        height=decoded.height,
        thumb256=thumbnails.to_jpeg(small),
        thumb512=thumbnails.to_jpeg(large),
        phash=found.phash,
        dhash=found.dhash,
        flat=found.flat,
        descriptor=looks.descriptor.astype("<f2").tobytes(),
        statistics=looks.statistics.astype("<f2").tobytes(),
        quality=quality.quality(np.asarray(large.convert("L")), grey, colourfulness=vivid),
    )


@contextmanager
def _about(path: bytes) -> Iterator[None]:
    """Name the file in whatever is raised; what the system refuses while reading becomes a sentence."""
    try:
        yield
    except (UnreadablePhoto, UnsupportedFile) as error:
        if error.path is None:
            error.path = originals.as_path(path)
        raise
    except OSError as error:
        raise originals.explain(error, path) from None
