"""Builders with sane defaults: readings as the workers give them, files as the walk finds them."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from photoroll.core.models import (
    Camera,
    DateSource,
    GeoPoint,
    MediaKind,
    Position,
    Precision,
    Quality,
    TakenAt,
)
from photoroll.core.readings import DESCRIPTOR_SIZE, STATISTICS_SIZE, MetadataReading, PixelReading
from photoroll.library import FoundFile, Library

NOON = datetime(2024, 6, 14, 12, 0, 0, 250_000)


def taken_at(moment: datetime | None, source: DateSource = DateSource.EXIF) -> TakenAt:
    if moment is None:
        return TakenAt(wall=None, precision=Precision.UNKNOWN, source=None, start=None, end=None)
    return TakenAt(
        wall=moment, precision=Precision.SECOND, source=source, start=moment, end=moment, raw="raw"
    )


class Build:
    """Everything a test needs to fill a library without a photo on disk."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self.root = library.roots.add(folder, volume_id="disk", marker="m")
        self.inodes = itertools.count(1000)
        self.found: dict[bytes, FoundFile] = {}

    def file(self, path: str | bytes, **changed: int) -> FoundFile:
        name = path if isinstance(path, bytes) else path.encode()
        usual = {"size": 1000, "mtime_ns": 10**18, "inode": next(self.inodes), "device": 7}
        found = FoundFile(path=name, **{**usual, **changed})
        self.found[name] = found
        return found

    def sync(self, *files: FoundFile, gone=()):
        return self.library.files.sync(self.root.id, files, gone=gone)

    def id_of(self, path: str | bytes) -> int:
        name = path if isinstance(path, bytes) else path.encode()
        return self.library.files.known(self.root.id)[name].id

    def read(self, path: str | bytes, content: bytes, *, minutes: float = 0, **changed):
        """Both passes of one file, as the indexing does them."""
        one = self.metadata(path, minutes=minutes, **changed)
        return one | self.pixels(path, content)

    def metadata(self, path: str | bytes, *, minutes: float = 0, **changed):
        reading = metadata(minutes=minutes, **changed)
        return self.library.photos.store_metadata([(self.id_of(path), reading)])

    def pixels(self, path: str | bytes, content: bytes, **changed):
        return self.library.photos.store_pixels([(self.id_of(path), pixels(content, **changed))])

    def add(self, path: str | bytes, content: bytes, *, minutes: float = 0, **changed):
        self.sync(self.file(path))
        self.read(path, content, minutes=minutes, **changed)
        return self.photo(path)

    def photo(self, path: str | bytes):
        name = path if isinstance(path, bytes) else path.encode()
        return self.library.photos.by_path(
            Path((bytes(self.folder) + b"/" + name).decode(errors="surrogateescape"))
        )


def metadata(*, minutes: float = 0, **changed) -> MetadataReading:
    usual = {
        "format": "JPEG",
        "kind": MediaKind.PHOTO,
        "width": 4032,
        "height": 3024,
        "orientation": 1,
        "taken": taken_at(NOON + timedelta(minutes=minutes)),
        "position": Position(point=GeoPoint(47.37, 8.54)),
        "camera": Camera(make="Acme", model="One", iso=100, f_number=1.8),
    }
    return MetadataReading(**{**usual, **changed})


def pixels(content: bytes, **changed) -> PixelReading:
    digest = hashlib.blake2b(content, digest_size=32).digest()
    usual = {
        "content_hash": digest,
        "size": len(content),
        "width": 4032,
        "height": 3024,
        "thumb256": b"small " + content,
        "thumb512": b"large " + content,
        # far apart for different contents
        "phash": int.from_bytes(digest[:8], "big"),
        "dhash": int.from_bytes(digest[8:16], "big"),
        "flat": False,
        "descriptor": (digest * 27)[: 2 * DESCRIPTOR_SIZE],
        "statistics": digest[:1] * 2 * STATISTICS_SIZE,
        "quality": Quality(sharpness=10.0, exposure=1.0, contrast=0.2, colourfulness=0.3),
    }
    return PixelReading(**{**usual, **changed})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def photos_folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture(scope="session")
def empty_library(tmp_path_factory) -> Path:
    """A new library, made once and copied."""
    place = tmp_path_factory.mktemp("empty") / "library"
    Library.open(place).close()
    return place


@pytest.fixture
def library(empty_library: Path, folder: Path):
    shutil.copytree(empty_library, folder)
    with Library.open(folder) as opened:
        yield opened
        report = opened.check()
        assert report.clean, report.problems


@pytest.fixture
def build(library: Library, photos_folder: Path) -> Build:
    return Build(library, photos_folder)


@pytest.fixture
def builder():
    """For tests that open the library themselves."""
    return Build


@pytest.fixture
def a_reading():
    return metadata


@pytest.fixture
def a_pixel_reading():
    return pixels


@pytest.fixture
def a_date():
    return taken_at


@pytest.fixture
def filled(folder, photos_folder) -> Path:
    """A closed library with three photos and some work."""
    with Library.open(folder) as library:
        build = Build(library, photos_folder)
        for n in range(3):
            build.add(f"{n}.jpg", b"%d" % n, minutes=n)
        library.work.caption([build.photo("0.jpg").id], "Ours")
        library.work.rate([build.photo("1.jpg").id], 4)
        library.documents.save("collage", {"seed": 1})
    return folder
