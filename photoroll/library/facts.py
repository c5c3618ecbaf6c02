"""Faces, inherited positions and place names: facts about photos that later passes and grouping add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from photoroll.core.models import FaceBox, GeoPoint, PhotoId, PlaceName, PositionSource
from photoroll.core.readings import FacesReading
from photoroll.library.connection import Database, id_list
from photoroll.library.encoding import storable
from photoroll.library.records import FaceRecord


def store_faces(db: Database, rows: Mapping[PhotoId, FacesReading]) -> frozenset[PhotoId]:
    """Replace the faces of photos, and mark their files as done."""
    sql = db.sql
    photos = [(photo,) for photo in rows]
    sql.executemany("DELETE FROM faces WHERE photo_id = ?", photos)
    sql.executemany(
        "INSERT INTO faces (photo_id, number, x, y, w, h, score) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (photo, number, face.x, face.y, face.w, face.h, face.score)
            for photo, reading in rows.items()
            for number, face in enumerate(sorted(reading.faces, key=lambda box: -box.w * box.h))
        ],
    )
    sql.executemany(
        "UPDATE photos SET faces = ?, face_area = ?, detector = ? WHERE id = ?",
        [
            (
                len(reading.faces),
                max((face.w * face.h for face in reading.faces), default=0.0),
                reading.detector,
                photo,
            )
            for photo, reading in rows.items()
        ],
    )
    sql.executemany("UPDATE files SET passes = passes | 4 WHERE photo_id = ? AND passes & 2 = 2", photos)
    return frozenset(rows)


def faces(db: Database, ids: Iterable[PhotoId] | None) -> list[FaceRecord]:
    """The faces of some photos, or of all; photos without faces are left out."""
    where, values = (
        ("", ()) if ids is None else ("WHERE photo_id IN (SELECT value FROM json_each(?))", (id_list(ids),))
    )
    found: dict[PhotoId, list[FaceBox]] = {}
    rows = db.rows(f"SELECT photo_id, x, y, w, h, score FROM faces {where} ORDER BY photo_id, number", values)  # noqa: S608
    for photo, x, y, w, h, score in rows:
        found.setdefault(photo, []).append(FaceBox(x=x, y=y, w=w, h=h, score=score))
    return [FaceRecord(photo=photo, faces=tuple(boxes)) for photo, boxes in found.items()]


def set_inherited(
    db: Database, batch: Iterable[tuple[PhotoId, GeoPoint | None, float | None]]
) -> frozenset[PhotoId]:
    """Set or take away guessed positions where nothing better is known; gives the photos that changed."""
    changed = set()
    for photo, point, error in batch:
        lat, lon = (point.lat, point.lon) if point else (None, None)
        source = PositionSource.INHERITED.value if point else None
        # a place name goes with the position that it was made from
        cursor = db.sql.execute(
            "UPDATE photos SET lat = ?1, lon = ?2, position_source = ?3, position_error_m = ?4, "
            "place_id = NULL "
            "WHERE id = ?5 AND (position_source IS NULL OR position_source = 'inherited') "
            "AND (lat IS NOT ?1 OR lon IS NOT ?2 OR position_error_m IS NOT ?4)",
            (lat, lon, source, error, photo),
        )
        if cursor.rowcount:
            changed.add(photo)
    return frozenset(changed)


def set_places(db: Database, batch: Iterable[tuple[PhotoId, PlaceName | None]]) -> frozenset[PhotoId]:
    """Name the places of photos; gives the photos whose name changed."""
    known: dict[tuple[str, ...], int] = {}
    rows = [
        (_place_id(db, place, known), round(place.distance_km, 3), place.relation, photo)
        if place
        else (None, None, None, photo)
        for photo, place in batch
    ]
    changed = set()
    for row in rows:
        cursor = db.sql.execute(
            "UPDATE photos SET place_id = ?1, place_km = ?2, place_relation = ?3 WHERE id = ?4 "
            "AND (place_id IS NOT ?1 OR place_km IS NOT ?2 OR place_relation IS NOT ?3)",
            row,
        )
        if cursor.rowcount:
            changed.add(row[3])
    return frozenset(changed)


def _place_id(db: Database, place: PlaceName, known: dict[tuple[str, ...], int]) -> int:
    key = tuple(
        storable(text)
        for text in (place.name, place.region, place.country, place.country_code, place.timezone)
    )
    if key not in known:
        db.sql.execute(
            "INSERT OR IGNORE INTO places (name, region, country, country_code, timezone) VALUES (?, "
            "?, ?, ?, ?)",
            key,
        )
        known[key] = db.number(
            "SELECT id FROM places WHERE (name, region, country, country_code, timezone) = (?, ?, ?, ?, ?)",
            key,
        )
    return known[key]
