"""Pass A into rows: what a file's head tells becomes columns of its photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from photoroll.core.models import PhotoId
from photoroll.core.readings import MetadataReading
from photoroll.library import merging, overrides, states
from photoroll.library.connection import Database, Row, id_list
from photoroll.library.encoding import aspect_of, date_columns, dump, now_ms, position_columns, storable
from photoroll.library.records import FileId
from photoroll.library.schema import METADATA_COLUMNS

Batch = Sequence[tuple[FileId, MetadataReading]]

_INSERT = (
    f"INSERT INTO photos (id, state, stands_for, added_ms, {', '.join(METADATA_COLUMNS)}) "  # noqa: S608
    f"VALUES (?, 'ok', ?, ?, {', '.join('?' * len(METADATA_COLUMNS))})"
)
# once the pixels were measured, their size counts
_MEASURED = ("width", "height", "aspect")
_SET = ", ".join(
    f"{name} = iif(version_id IS NULL, ?, {name})" if name in _MEASURED else f"{name} = ?"
    for name in METADATA_COLUMNS
)
_UPDATE = f"UPDATE photos SET {_SET}, place_id = NULL WHERE id = ?"  # noqa: S608


class Cameras:
    """Numbers for makes and models, remembered between batches."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """After a batch that was rolled back, numbers given in it mean nothing."""
        self._known.clear()

    def code(self, make: str, model: str) -> int | None:
        """The number of a camera, ``None`` for one without a name."""
        if not make and not model:
            return None
        key = (storable(make), storable(model))
        found = self._known.get(key)
        if found is None:
            self._db.sql.execute("INSERT OR IGNORE INTO cameras (make, model) VALUES (?, ?)", key)
            found = self._db.number("SELECT id FROM cameras WHERE make = ? AND model = ?", key)
            self._known[key] = found
        return found


def store(db: Database, cameras: Cameras, batch: Batch) -> frozenset[PhotoId]:
    """Write one batch inside the caller's transaction; gives the photos that it touched."""
    files = _files(db, [file_id for file_id, _ in batch])
    next_photo = db.next_id("photos")
    inserts: list[tuple[Any, ...]] = []
    updates: list[tuple[PhotoId, tuple[Any, ...]]] = []
    done: dict[FileId, PhotoId] = {}
    moment = now_ms()
    for file_id, reading in batch:
        row = files.get(file_id)
        if row is None:  # the file left the list while it was read
            continue
        values = columns_of(reading, cameras)
        photo, was, is_current, _ = row
        if photo is None and file_id not in done:
            photo = PhotoId(next_photo)
            next_photo += 1
            inserts.append((photo, was, moment, *values))
        elif is_current:
            photo = photo if photo is not None else done[file_id]
            updates.append((photo, values))
        done[file_id] = photo
    db.sql.executemany(_INSERT, inserts)
    _update(db, updates)
    db.sql.executemany(
        "UPDATE files SET passes = passes | 1, photo_id = ?, tries = 0 WHERE id = ?",
        [(photo, file_id) for file_id, photo in done.items()],
    )
    states.accept(db, [file_id for file_id in done if files[file_id][3] != "ok"])
    return frozenset(done.values())


def columns_of(reading: MetadataReading, cameras: Cameras) -> tuple[Any, ...]:
    """The values of ``METADATA_COLUMNS`` for one reading."""
    camera = reading.camera
    return (
        *date_columns(reading.taken),
        *position_columns(reading.position),
        reading.kind.value,
        reading.format,
        reading.width,
        reading.height,
        reading.orientation,
        aspect_of(reading.width, reading.height),
        cameras.code(camera.make, camera.model),
        storable(camera.lens),
        camera.iso,
        camera.exposure_s,
        camera.f_number,
        camera.focal_mm,
        camera.focal_35mm,
        camera.flash,
        camera.subject_distance_m,
        storable(reading.software),
        storable(reading.title),
        storable(reading.caption),
        reading.rating,
        _details(reading),
    )


def _details(reading: MetadataReading) -> str:
    """What is shown in the inspector only: every date that was found, keywords, warnings."""
    details: dict[str, object] = {}
    if reading.candidates:
        details["candidates"] = [(c.source, c.field, c.text, c.subsec, c.offset) for c in reading.candidates]
    if reading.keywords:
        details["keywords"] = reading.keywords
    if reading.warnings:
        details["warnings"] = reading.warnings
    return dump(details) if details else ""


def _files(db: Database, ids: Sequence[FileId]) -> dict[FileId, Row]:
    rows = db.rows(
        "SELECT files.id, files.photo_id, files.was_photo_id, "
        "files.version_id IS photos.version_id OR photos.version_id IS NULL, files.state "
        "FROM files LEFT JOIN photos ON photos.id = files.photo_id "
        "WHERE files.id IN (SELECT value FROM json_each(?))",
        (id_list(ids),),
    )
    return {row[0]: row[1:] for row in rows}


def _update(db: Database, updates: Sequence[tuple[PhotoId, tuple[Any, ...]]]) -> None:
    """Replace what was read before; of several files with equal bytes the better date stays."""
    if not updates:
        return
    photos = [photo for photo, _ in updates]
    overrides.lift(db, photos)
    shared = {
        row[0]
        for row in db.rows(
            "SELECT photo_id FROM files WHERE gone = 0 AND photo_id IN (SELECT value FROM json_each(?)) "
            "GROUP BY photo_id HAVING count(*) > 1",
            (id_list(photos),),
        )
    }
    for photo, values in updates:
        wall, _, _, precision, source, _, raw = values[:7]
        if photo in shared and merging.current_date_rank(db, photo) < merging.date_rank(
            (source, precision, wall, raw)
        ):
            continue
        db.sql.execute(_UPDATE, (*values, photo))
    overrides.apply(db, photos)
