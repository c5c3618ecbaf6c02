"""The values that go into and come out of the library."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag
from pathlib import Path
from typing import NamedTuple, NewType

from photoroll.core.models import (
    Camera,
    Changes,
    FaceBox,
    GroupId,
    Json,
    MediaKind,
    PhotoId,
    PhotoState,
    PlaceName,
    Position,
    PublicId,
    Quality,
    TakenAt,
)
from photoroll.library.encoding import to_signed

FileId = NewType("FileId", int)
"""A file's row in one library."""
RootId = NewType("RootId", int)
"""A root folder's row in one library."""


class Pass(IntFlag):
    """The reading passes that a file has behind it."""

    METADATA = 1
    PIXELS = 2
    FACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder that the user added."""

    id: RootId
    path: Path
    volume_id: str
    """Of the volume it is on: tells an absent drive from an emptied folder, whatever its mount point."""
    marker: str
    """Fingerprint of the folder, kept as the caller gave it."""
    excludes: tuple[bytes, ...] = ()
    """Folders inside (relative, as bytes) that are roots of their own, on another volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file as the walk saw it."""

    path: bytes
    """Relative to the root, as the system has it."""
    size: int
    mtime_ns: int
    inode: int
    device: int = 0


class KnownFile(NamedTuple):
    """A file as the library knows it; a tuple, because a million of them are made at once."""

    id: FileId
    size: int
    mtime_ns: int
    inode: int
    state: str
    """``ok``, ``missing`` or ``refused``."""
    passes: Pass

    def is_like(self, found: FoundFile) -> bool:
        """Whether the file on disk is still the one that was read."""
        return (self.size, self.mtime_ns, self.inode) == (found.size, found.mtime_ns, to_signed(found.inode))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToRead:
    """A file that waits for a reading pass."""

    id: FileId
    path: bytes
    """Absolute, as the system has it."""
    root: Path
    size: int
    mtime_ns: int
    photo: PhotoId | None = None
    """The photo that it belongs to, once pass A has run."""
    tries: int = 0
    """How often reading failed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """A file that is listed and not read, with the reason."""

    id: FileId
    path: bytes
    """Absolute."""
    code: str
    """``unsupported``, or a code of :class:`~photoroll.errors.UnreadablePhoto`."""
    reason: str
    """A sentence for a person."""
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges:
    """What one comparison with the disk changed."""

    added: tuple[FileId, ...] = ()
    changed: tuple[FileId, ...] = ()
    moved: tuple[FileId, ...] = ()
    """Known by inode, size and mtime at another path; their content is confirmed when idle."""
    returned: tuple[FileId, ...] = ()
    """Were missing, are there again, unchanged."""
    missing: tuple[FileId, ...] = ()
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMark:
    """A theme that a photo carries."""

    theme: str
    """The group's title."""
    key: str
    """``theme:greenery``."""
    group: GroupId
    score: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRecord:
    """All that is known of one photo; what the user set is already applied."""

    id: PhotoId
    public_id: PublicId | None
    """``None`` until pass B has read the bytes."""
    files: tuple[bytes, ...]
    """Absolute path of every file with these bytes, as the system has it; present ones first, of those the
    ones below a folder that is there now."""
    kind: MediaKind
    width: int
    height: int
    orientation: int
    format: str
    taken: TakenAt
    position: Position | None
    place: PlaceName | None
    camera: Camera
    software: str
    title: str
    caption: str
    """The user's, else the file's."""
    keywords: tuple[str, ...]
    tags: tuple[str, ...]
    """The user's own."""
    themes: tuple[ThemeMark, ...]
    faces: int | None
    """``None`` before pass C."""
    favourite: bool
    rating: int | None
    """The user's 0-5, else the file's."""
    hidden: bool
    state: PhotoState
    content_hash: bytes | None
    """blake2b-256 of the current version: the key of its thumbnails."""
    versions: int
    quality: Quality | None
    warnings: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """``files`` as paths."""
        return tuple(Path(os.fsdecode(file)) for file in self.files)

    @property
    def path(self) -> Path | None:
        """The file to show and to open."""
        return Path(os.fsdecode(self.files[0])) if self.files else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFilter:
    """Which photos are asked for; unset fields do not restrict."""

    date_from: datetime | None = None
    """Photos whose span ends at or after this moment."""
    date_to: datetime | None = None
    """Photos whose span starts at or before this moment."""
    place: str = ""
    """Part of the name of a place, region or country, or a country code."""
    theme: str = ""
    """A theme's title or key (``greenery`` or ``theme:greenery``)."""
    group: str = ""
    """A group's id, or the id of a group merged into it."""
    camera: str = ""
    """Part of make and model."""
    favourites: bool = False
    rating: int | None = None
    """At least so many stars."""
    kind: MediaKind | None = None
    hidden: bool = False
    """Also the hidden ones."""
    state: PhotoState | None = PhotoState.OK
    """``None`` for photos of every state. ``UNREADABLE`` also gives, last, the files of which nothing could
    be read and that are therefore no photos: records with only a path, the id negative, no public id and the
    format empty. Filters on anything else leave them out."""
    limit: int | None = None
    ids: tuple[PhotoId, ...] | None = None
    """Only these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceRecord:
    """The faces of one photo."""

    photo: PhotoId
    faces: tuple[FaceBox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the timeline, from 04:00 to 04:00."""

    number: int
    """Days since 1970-01-01; ``UNKNOWN_DAY`` for photos without a date."""
    count: int
    aspects: float
    """Sum of width / height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryInfo:
    """A library in figures."""

    folder: Path
    schema: str
    """Name of the last migration."""
    writable: bool
    """Whether this user may change it: the folder and its file can be written to."""
    roots: tuple[Root, ...]
    photos: int
    missing: int
    hidden: int
    files: int
    unsupported: int
    unreadable: int
    waiting: int
    """Files that a reading pass still has to read."""
    groups: dict[str, int]
    documents: int
    bytes_catalogue: int
    bytes_thumbs: int
    bytes_photos: int
    """Size of all files that are photos."""
    backups: tuple[Path, ...]

    def as_json(self) -> dict[str, Json]:
        """The same as plain values."""
        return {
            "folder": str(self.folder),
            "schema": self.schema,
            "writable": self.writable,
            "roots": [str(root.path) for root in self.roots],
            "photos": self.photos,
            "missing": self.missing,
            "hidden": self.hidden,
            "files": self.files,
            "unsupported": self.unsupported,
            "unreadable": self.unreadable,
            "waiting": self.waiting,
            "groups": dict(self.groups),
            "documents": self.documents,
            "bytes": {
                "catalogue": self.bytes_catalogue,
                "thumbs": self.bytes_thumbs,
                "photos": self.bytes_photos,
            },
            "backups": [str(path) for path in self.backups],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check of the library found."""

    problems: tuple[str, ...]
    """One sentence each, for a person."""
    checked: tuple[str, ...]
    """What was looked at, one phrase each."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.problems
