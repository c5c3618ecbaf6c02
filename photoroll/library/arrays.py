"""All live photos as columns, in one pass."""

from __future__ import annotations

from array import array
from math import nan
from typing import Any

from photoroll.core.columns import PhotoColumns
from photoroll.library.connection import Database
from photoroll.library.query import LIVE, prefixes

# field of PhotoColumns, SQL, and how the values are kept: d float64 (NULL is NaN), q int64, b int8, s text
_FIELDS: tuple[tuple[str, str, str], ...] = (
    ("id", "id", "q"),
    ("wall_s", "wall_ms / 1000.0", "d"),
    ("precision", "precision", "s"),
    ("date_source", "ifnull(date_source, '')", "s"),
    ("utc_offset_min", "offset_min", "d"),
    ("lat", "lat", "d"),
    ("lon", "lon", "d"),
    ("position_source", "ifnull(position_source, '')", "s"),
    ("position_error_m", "position_error_m", "d"),
    ("camera", "ifnull(camera_id, 0)", "q"),
    ("width", "width", "q"),
    ("height", "height", "q"),
    ("media", "media", "s"),
    ("format", "format", "s"),
    ("software", "software", "s"),
    ("lens", "lens", "s"),
    ("phash", "ifnull(phash, 0)", "q"),
    ("dhash", "ifnull(dhash, 0)", "q"),
    ("has_pixels", "phash IS NOT NULL", "b"),
    ("flat", "ifnull(flat, 0)", "b"),
    ("faces", "ifnull(faces, -1)", "q"),
    ("face_area", "face_area", "d"),
    ("iso", "iso", "d"),
    ("exposure_s", "exposure_s", "d"),
    ("f_number", "f_number", "d"),
    ("focal_mm", "focal_mm", "d"),
    ("focal_35mm", "focal_35mm", "d"),
    ("subject_distance_m", "distance_m", "d"),
    ("flash", "ifnull(flash, -1)", "b"),
    ("sharpness", "sharpness", "d"),
    ("exposure", "exposure", "d"),
    ("contrast", "contrast", "d"),
    ("colourfulness", "colourfulness", "d"),
    ("favourite", "favourite", "b"),
    ("rating", "ifnull(rating, ifnull(file_rating, -1))", "b"),
    ("hidden", "hidden", "b"),
)
_SELECT = f"SELECT {', '.join(sql for _, sql, _ in _FIELDS)} FROM photos WHERE {LIVE}"  # noqa: S608 - our own
# a day begins at 04:00 and so grows with the time: the index on both gives the order without sorting
_DATED = f"{_SELECT} AND wall_ms IS NOT NULL ORDER BY day, wall_ms, id"
_UNDATED = f"{_SELECT} AND wall_ms IS NULL ORDER BY id"
_CHUNK = 2_000
"""Rows turned into columns at once: few enough to stay in the processor's cache."""


def columns(db: Database) -> PhotoColumns:
    """Read all live photos."""
    kept: list[Any] = [[] if kind == "s" else array(kind) for _, _, kind in _FIELDS]
    for sql in (_DATED, _UNDATED):
        for rows in db.chunks(sql, _CHUNK):
            for (_, _, kind), column, values in zip(_FIELDS, kept, zip(*rows, strict=True), strict=True):
                column.extend(map(_known, values) if kind == "d" else values)
    fields: dict[str, Any] = {
        name: tuple(column) if kind == "s" else column
        for (name, _, kind), column in zip(_FIELDS, kept, strict=True)
    }
    paths = first_paths(db)
    return PhotoColumns(**fields, path=tuple(paths.get(photo, b"") for photo in fields["id"]))


def _known(value: float | None) -> float:
    return nan if value is None else value


def first_paths(db: Database) -> dict[int, bytes]:
    """The absolute path of each photo's first present file, preferring one with the current version."""
    rows = db.rows(
        "SELECT coalesce(was_photo_id, photo_id), root_id, path FROM files "
        "WHERE state = 'ok' AND coalesce(was_photo_id, photo_id) IS NOT NULL ORDER BY id DESC"
    )
    roots = prefixes(db)
    found = {photo: roots[root] + path for photo, root, path in rows}
    several = db.rows(
        "SELECT photo_id, root_id, files.path FROM files JOIN photos ON photos.id = files.photo_id "
        "WHERE files.state = 'ok' AND files.version_id = photos.version_id AND photo_id IN "
        "(SELECT photo_id FROM versions WHERE number > 1) ORDER BY files.id DESC"
    )
    found.update((photo, roots[root] + path) for photo, root, path in several)
    return found
