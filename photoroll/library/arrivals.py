"""Pass B into rows: a file's bytes become known, and with them which photo it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from photoroll.core.models import Changes, DateSource, MediaKind, PhotoId, Precision
from photoroll.core.readings import PixelReading
from photoroll.library import merging, states
from photoroll.library.connection import Database, id_list
from photoroll.library.encoding import UNKNOWN_DAY, aspect_of, hamming, load, now_ms, to_signed
from photoroll.library.records import FileId, Pass
from photoroll.library.schema import PIXEL_COLUMNS

Batch = Sequence[tuple[FileId, PixelReading]]

SAME_PICTURE_BITS = 6
"""At most so many differing bits of the perceptual hash make a changed file a version of its photo."""

_PIXELS = f"UPDATE photos SET {', '.join(f'{name} = ?' for name in PIXEL_COLUMNS)} WHERE id = ?"  # noqa: S608
_FEATURES = "INSERT OR REPLACE INTO features (photo_id, descriptor, statistics) VALUES (?, ?, ?)"


@dataclass(slots=True)
class _File:
    id: FileId
    photo: PhotoId | None
    was: PhotoId | None
    passes: int
    state: str


class Arrivals:
    """One batch, inside the caller's transaction; thumbnails are on disk before."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._next_version = db.next_id("versions")
        self._versions: dict[bytes, tuple[int, PhotoId]] = {}
        self._current: dict[PhotoId, int] = {}
        self._merged: dict[PhotoId, PhotoId] = {}
        self._new_versions: list[tuple[Any, ...]] = []
        self._named: list[tuple[str, PhotoId]] = []
        self._pixels: dict[PhotoId, PixelReading] = {}
        self._done: list[tuple[Any, ...]] = []
        self._touched: set[PhotoId] = set()
        self._changes = Changes()
        self._moment = now_ms()

    def run(self, batch: Batch) -> Changes:
        """Store the batch and say which photos changed and which rows merged."""
        self._db.sql.execute("PRAGMA defer_foreign_keys = ON")
        files = self._files([file_id for file_id, _ in batch])
        self._load_versions({reading.content_hash for _, reading in batch})
        for file_id, reading in batch:
            file = files.get(file_id)
            if file is None:  # it left the list while it was read
                continue
            file.photo = self._resolved(file.photo)
            file.was = self._resolved(file.was)
            known = self._versions.get(reading.content_hash)
            if known is not None:
                self._known_bytes(file, reading, known[0], known[1])
            else:
                self._new_bytes(file, reading)
        self._flush()
        states.accept(self._db, [file.id for file in files.values() if file.state != "ok"])
        self._touched |= states.refresh(self._db, self._touched)
        return self._changes | Changes(photos=frozenset(self._touched))

    # which photo it is

    def _known_bytes(self, file: _File, reading: PixelReading, version: int, photo: PhotoId) -> None:
        if file.photo is not None and file.photo != photo:
            if self._is_hashed(file.photo):
                self._leave_behind(file, file.photo)
            else:
                rule = merging.Metadata.TAKE if self._is_alone(file, photo) else merging.Metadata.BETTER
                self._absorb(file.photo, photo, rule)
        if file.was is not None and file.was != photo:
            self._leave_behind(file, file.was)
        current = self._current_version(photo)
        if version == current or not self._has_file(photo, current, besides=file.id):
            self._current[photo] = version
            self._pixels[photo] = reading
        self._settle(file, photo, version, passes=file.passes | Pass.PIXELS)

    def _new_bytes(self, file: _File, reading: PixelReading) -> None:
        known, stand_in = file.was, file.photo
        passes = file.passes | Pass.PIXELS
        if known is None and stand_in is not None and self._is_hashed(stand_in):
            # other bytes than before under the same size and time: nothing read earlier holds
            known, stand_in = stand_in, None
            passes &= ~Pass.METADATA
        elif known is not None and not file.passes & Pass.METADATA:
            return  # whether it is the same shot shows in pass A; the file stays in the queue
        passes &= ~Pass.FACES
        if known is not None and (self._is_same_shot(known, stand_in) or self._looks_same(known, reading)):
            if stand_in is not None:
                self._absorb(stand_in, known, merging.Metadata.TAKE)
            photo = known
        else:
            photo = stand_in if stand_in is not None else _placeholder(self._db, reading, self._moment)
            self._db.sql.execute(
                "UPDATE photos SET stands_for = NULL WHERE id = ? AND stands_for NOT NULL", (photo,)
            )
            if known is not None:
                self._leave_behind(file, known)
        version = self._add_version(photo, reading)
        self._pixels[photo] = reading
        self._settle(file, photo, version, passes=passes)

    def _is_same_shot(self, known: PhotoId, stand_in: PhotoId | None) -> bool:
        if stand_in is None:
            return False
        shot = _shot(self._db, known)
        return shot is not None and shot == _shot(self._db, stand_in)

    def _looks_same(self, photo: PhotoId, reading: PixelReading) -> bool:
        before = self._pixels.get(photo)
        if before is not None:
            phash, flat = before.phash, before.flat
        else:
            row = self._db.row("SELECT phash, flat FROM photos WHERE id = ?", (photo,))
            if row is None or row[0] is None:
                return False
            phash, flat = row
        return not flat and not reading.flat and hamming(phash, reading.phash) <= SAME_PICTURE_BITS

    def _absorb(self, old: PhotoId, into: PhotoId, rule: merging.Metadata) -> None:
        self._changes = self._changes | merging.absorb(self._db, old, into, rule)
        self._merged[old] = into
        self._touched.discard(old)

    def _resolved(self, photo: PhotoId | None) -> PhotoId | None:
        while photo in self._merged:
            photo = self._merged[photo]
        return photo

    def _leave_behind(self, file: _File, photo: PhotoId) -> None:
        """Keep, as history, that this path once held ``photo``; its state says whether it is elsewhere."""
        new = self._db.next_id("files")
        self._db.sql.execute(
            "INSERT INTO files (id, root_id, path, size, mtime_ns, inode, device, state, passes, photo_id, "
            "version_id, missing_ms, gone) SELECT ?1, root_id, path, 0, 0, 0, 0, 'missing', 7, ?2, "
            "(SELECT version_id FROM photos WHERE id = ?2), ?3, ?1 FROM files WHERE id = ?4",
            (new, photo, self._moment, file.id),
        )
        self._touched.add(photo)

    # rows

    def _files(self, ids: Sequence[FileId]) -> dict[FileId, _File]:
        rows = self._db.rows(
            "SELECT id, photo_id, was_photo_id, passes, state FROM files WHERE id IN (SELECT value FROM "
            "json_each(?))",
            (id_list(ids),),
        )
        return {row[0]: _File(*row) for row in rows}

    def _load_versions(self, hashes: set[bytes]) -> None:
        for content_hash in hashes:
            row = self._db.row("SELECT id, photo_id FROM versions WHERE hash = ?", (content_hash,))
            if row is not None:
                self._versions[content_hash] = (row[0], row[1])

    def _is_hashed(self, photo: PhotoId) -> bool:
        return self._current_version(photo) != 0

    def _current_version(self, photo: PhotoId) -> int:
        if photo not in self._current:
            self._current[photo] = self._db.number("SELECT version_id FROM photos WHERE id = ?", (photo,))
        return self._current[photo]

    def _is_alone(self, file: _File, photo: PhotoId) -> bool:
        """Whether the file was the photo's only one: then what was just read replaces what was known."""
        return file.was == photo and not self._db.number(
            "SELECT count(*) FROM files WHERE photo_id = ? AND id <> ? AND gone = 0", (photo, file.id)
        )

    def _has_file(self, photo: PhotoId, version: int, *, besides: FileId) -> bool:
        if any(done[0] == photo and done[1] == version for done in self._done):
            return True
        return bool(
            self._db.number(
                "SELECT count(*) FROM files WHERE photo_id = ? AND version_id = ? AND id <> ? AND "
                "state = 'ok'",
                (photo, version, besides),
            )
        )

    def _add_version(self, photo: PhotoId, reading: PixelReading) -> int:
        version = self._next_version
        self._next_version += 1
        number = 1
        if self._is_hashed(photo):
            number = 1 + max(
                self._db.number("SELECT max(number) FROM versions WHERE photo_id = ?", (photo,)),
                *(row[2] for row in self._new_versions if row[1] == photo),
                0,
            )
        else:
            self._named.append((self._public_id(reading.content_hash), photo))
        self._new_versions.append((version, photo, number, reading.content_hash, reading.size, self._moment))
        self._versions[reading.content_hash] = (version, photo)
        self._current[photo] = version
        return version

    def _public_id(self, content_hash: bytes) -> str:
        """The first 16 hex digits; a later 16 in the case, never yet seen, that another photo has these."""
        text = content_hash.hex()
        taken = {name for name, _ in self._named}
        for start in range(0, len(text) - 15, 16):
            name = text[start : start + 16]
            if (
                name not in taken
                and self._db.row("SELECT 1 FROM photos WHERE public_id = ?", (name,)) is None
            ):
                return name
        return text

    def _settle(self, file: _File, photo: PhotoId, version: int, *, passes: int) -> None:
        self._done.append((photo, version, passes, file.id))
        self._touched.add(photo)

    def _flush(self) -> None:
        sql = self._db.sql
        sql.executemany(
            "INSERT INTO versions (id, photo_id, number, hash, size, added_ms) VALUES (?, ?, ?, ?, ?, ?)",
            [(version, self._resolved(photo), *rest) for version, photo, *rest in self._new_versions],
        )
        sql.executemany("UPDATE photos SET public_id = ? WHERE id = ?", self._named)
        rows = [
            (*_pixel_columns(self._current[photo], reading), photo) for photo, reading in self._pixels.items()
        ]
        sql.executemany(_PIXELS, rows)
        sql.executemany(
            _FEATURES,
            [(photo, reading.descriptor, reading.statistics) for photo, reading in self._pixels.items()],
        )
        # a copy of a photo whose faces are counted needs no counting
        sql.executemany(
            "UPDATE files SET photo_id = ?1, version_id = ?2, was_photo_id = NULL, confirm = 0, tries = 0, "
            "passes = ?3 | iif((SELECT faces FROM photos WHERE id = ?1) NOT NULL AND EXISTS "
            "(SELECT 1 FROM files AS other WHERE other.photo_id = ?1 AND other.version_id = ?2 "
            "AND other.passes & 4), 4, 0) WHERE id = ?4",
            self._done,
        )


def _shot(db: Database, photo: PhotoId) -> tuple[int, int | None] | None:
    """EXIF time and camera as they were read, or ``None`` where there is no exact EXIF time."""
    row = db.row(
        "SELECT wall_ms, precision, date_source, camera_id, read_date FROM photos WHERE id = ?", (photo,)
    )
    if row is None:
        return None
    wall, precision, source, camera, read = row
    if read is not None:
        wall, _, _, precision, source = load(read)[:5]
    exact = source == DateSource.EXIF.value and precision == Precision.SECOND.value
    return (wall, camera) if exact else None


def _placeholder(db: Database, reading: PixelReading, moment: int) -> PhotoId:
    photo = PhotoId(db.next_id("photos"))
    db.sql.execute(
        "INSERT INTO photos (id, state, media, format, width, height, orientation, aspect, "
        "precision, day, "
        "added_ms) VALUES (?, 'ok', ?, '', ?, ?, 1, ?, ?, ?, ?)",
        (
            photo,
            MediaKind.PHOTO.value,
            reading.width,
            reading.height,
            aspect_of(reading.width, reading.height),
            Precision.UNKNOWN.value,
            UNKNOWN_DAY,
            moment,
        ),
    )
    return photo


def _pixel_columns(version: int, reading: PixelReading) -> tuple[Any, ...]:
    quality = reading.quality
    return (
        version,
        reading.width,
        reading.height,
        aspect_of(reading.width, reading.height),
        to_signed(reading.phash),
        to_signed(reading.dhash),
        int(reading.flat),
        quality.sharpness,
        quality.exposure,
        quality.contrast,
        quality.colourfulness,
    )
