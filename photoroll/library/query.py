"""Photos as records: a filter becomes one WHERE, and everything about its photos comes in a few queries."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from photoroll.core.models import (
    Camera,
    GroupKind,
    MediaKind,
    PhotoId,
    PhotoState,
    PlaceName,
    Precision,
    Quality,
    TakenAt,
)
from photoroll.library.connection import Database, Row, id_list
from photoroll.library.encoding import date_from, load, position_from, reasons_from, to_ms
from photoroll.library.records import PhotoFilter, PhotoRecord, ThemeMark

_CHUNK = 2_000
LIVE = "state = 'ok' AND stands_for IS NULL"
"""Photos that are there; the same words as in the index on days, so that it serves."""

_RECORD = """
    SELECT photos.id, public_id, media, photos.width, photos.height, orientation, format,
      wall_ms, start_ms, end_ms, precision, date_source, offset_min, date_raw,
      lat, lon, position_source, position_error_m,
      places.name, region, country, country_code, timezone, place_km, place_relation,
      make, model, lens, iso, exposure_s, f_number, focal_mm, focal_35mm, flash, distance_m,
      software, title, file_caption, work.caption, details, work.tags, faces,
      photos.favourite, coalesce(photos.rating, file_rating), photos.hidden, photos.state,
      hash, coalesce(number, 0), sharpness, exposure, contrast, colourfulness
    FROM photos
    LEFT JOIN places ON places.id = place_id
    LEFT JOIN cameras ON cameras.id = camera_id
    LEFT JOIN work ON work.photo_id = photos.id
    LEFT JOIN versions ON versions.id = photos.version_id
"""
_UNREAD = """
    SELECT files.id, root_id, files.path FROM files JOIN roots ON roots.id = root_id
    WHERE state = 'refused' AND code <> 'unsupported' AND photo_id IS NULL AND was_photo_id IS NULL
    ORDER BY roots.path, files.path LIMIT ?
"""
_ORDER = "ORDER BY wall_ms IS NULL, wall_ms, photos.id"
_RECORDS = f"{_RECORD} WHERE photos.id IN (SELECT value FROM json_each(?)) {_ORDER}"  # noqa: S608 - no text of the user


@dataclass(slots=True)
class _Beside:
    """What hangs on a chunk of photos."""

    files: dict[int, tuple[bytes, ...]]
    themes: dict[int, tuple[ThemeMark, ...]]


def count(db: Database, wanted: PhotoFilter) -> int:
    """How many photos a filter lets through."""
    where, values = _where(wanted)
    found = db.number(f"SELECT count(*) FROM photos WHERE {where}", values)  # noqa: S608 - built below
    if _asks_for_unread(wanted):
        found += db.number(f"SELECT count(*) FROM ({_UNREAD})", (-1,))  # noqa: S608 - our own text
    return found if wanted.limit is None else min(found, wanted.limit)


def stream(db: Database, wanted: PhotoFilter) -> Iterator[PhotoRecord]:
    """The photos that a filter lets through, in the order of time."""
    where, values = _where(wanted)
    values["limit"] = -1 if wanted.limit is None else wanted.limit
    chosen = f"SELECT photos.id FROM photos WHERE {where} {_ORDER} LIMIT :limit"  # noqa: S608 - built below
    ids = [row[0] for row in db.rows(chosen, values)]
    roots = prefixes(db)
    for start in range(0, len(ids), _CHUNK):
        listed = id_list(ids[start : start + _CHUNK])
        beside = _Beside(_files(db, listed, roots), _themes(db, listed))
        for row in db.rows(_RECORDS, (listed,)):
            yield _record(row, beside)
    if _asks_for_unread(wanted):
        left = -1 if wanted.limit is None else wanted.limit - len(ids)
        yield from (_unread(file, roots[root] + path) for file, root, path in db.rows(_UNREAD, (left,)))


def _asks_for_unread(wanted: PhotoFilter) -> bool:
    """Whether files of which nothing is known pass: only where nothing but the state is asked of them."""
    plain = PhotoFilter(hidden=wanted.hidden, state=wanted.state, limit=wanted.limit)
    return wanted.state is PhotoState.UNREADABLE and wanted == plain


def _where(wanted: PhotoFilter) -> tuple[str, dict[str, Any]]:
    """SQL without any of the user's text in it, and the values for it."""
    if wanted.ids is not None:
        parts = ["photos.id IN (SELECT value FROM json_each(:ids))"]
    else:
        parts = ["stands_for IS NULL"]
    values: dict[str, Any] = {
        "ids": id_list(wanted.ids or ()),
        "from": to_ms(wanted.date_from),
        "to": to_ms(wanted.date_to),
        "place": _like(wanted.place),
        "code": wanted.place.upper(),
        "camera": _like(wanted.camera),
        "theme": wanted.theme.casefold(),
        "group": wanted.group,
        "rating": wanted.rating,
        "kind": wanted.kind.value if wanted.kind else None,
        "state": wanted.state.value if wanted.state else None,
    }
    conditions = (
        (wanted.date_from is not None, "coalesce(end_ms, wall_ms) >= :from"),
        (wanted.date_to is not None, "coalesce(start_ms, wall_ms) <= :to"),
        (bool(wanted.place), _PLACE),
        (bool(wanted.camera), _CAMERA),
        (bool(wanted.theme), _THEME),
        (bool(wanted.group), _GROUP),
        (wanted.favourites, "favourite = 1"),
        (wanted.rating is not None, "coalesce(rating, file_rating) >= :rating"),
        (wanted.kind is not None, "media = :kind"),
        (not wanted.hidden, "hidden = 0"),
        (wanted.state is not None, "state = :state"),
    )
    parts += [sql for is_set, sql in conditions if is_set]
    used = {name: value for name, value in values.items() if any(f":{name}" in part for part in parts)}
    return " AND ".join(parts), used


_PLACE = (
    "place_id IN (SELECT id FROM places WHERE name LIKE :place ESCAPE '\\' OR region LIKE :place ESCAPE '\\' "
    "OR country LIKE :place ESCAPE '\\' OR country_code = :code)"
)
_CAMERA = "camera_id IN (SELECT id FROM cameras WHERE make || ' ' || model LIKE :camera ESCAPE '\\')"
_THEME = (
    "photos.id IN (SELECT photo_id FROM members JOIN groups ON groups.id = group_id "
    "WHERE kind = 'theme' AND (lower(title) = :theme OR key = :theme OR key = 'theme:' || :theme))"
)
_GROUP = (
    "photos.id IN (SELECT photo_id FROM members WHERE group_id = :group "
    "OR group_id = (SELECT group_id FROM aliases WHERE alias = :group))"
)


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def prefixes(db: Database) -> dict[int, bytes]:
    """What comes before the relative paths of each root."""
    rows = db.rows("SELECT id, path FROM roots")
    return {root: path if path.endswith(b"/") else path + b"/" for root, path in rows}


def _files(db: Database, listed: str, roots: dict[int, bytes]) -> dict[int, tuple[bytes, ...]]:
    """Every path of each photo: present ones first, of those the ones below a root that is there now, of
    those the ones with the version that is shown.
    """
    rows = db.rows(
        "SELECT photo_id AS photo, root_id, path, files.state <> 'ok', files.version_id IS NOT "
        "photos.version_id, "
        "files.id FROM files JOIN photos ON photos.id = photo_id "
        "WHERE photo_id IN (SELECT value FROM json_each(?1)) "
        "UNION ALL SELECT was_photo_id, root_id, path, state <> 'ok', 2, id FROM files "
        "WHERE was_photo_id IN (SELECT value FROM json_each(?1)) ORDER BY 1, 4, 5, 6",
        (listed,),
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    # the disk is asked once for each root, and only about roots between which there is a choice
    choices = [{row[1] for row in several} for several in found.values() if len(several) > 1]
    asked = {root for choice in choices if len(choice) > 1 for root in choice}
    absent = {root: not _is_there(roots[root]) for root in asked}
    for several in found.values():
        if len(several) > 1:
            several.sort(key=lambda row: (row[3], absent.get(row[1], False)))
    return {
        photo: tuple(dict.fromkeys(roots[row[1]] + row[2] for row in several))
        for photo, several in found.items()
    }


def _is_there(root: bytes) -> bool:
    """Whether a folder is there with something in it: a mount point without its drive is empty."""
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _themes(db: Database, listed: str) -> dict[int, tuple[ThemeMark, ...]]:
    rows = db.rows(
        "SELECT photo_id, title, key, groups.id, score, members.reasons FROM members "
        "JOIN groups ON groups.id = group_id WHERE kind = ? AND groups.hidden = 0 "
        "AND photo_id IN (SELECT value FROM json_each(?)) ORDER BY photo_id, score DESC, title",
        (GroupKind.THEME.value, listed),
    )
    found: dict[int, list[ThemeMark]] = {}
    for photo, title, key, group, score, reasons in rows:
        texts = tuple(reason.text for reason in reasons_from(reasons))
        found.setdefault(photo, []).append(
            ThemeMark(theme=title, key=key, group=group, score=score, reasons=texts)
        )
    return {photo: tuple(marks) for photo, marks in found.items()}


def _record(row: Row, beside: _Beside) -> PhotoRecord:
    photo, public_id, media, width, height, orientation, format_ = row[:7]
    software, title, file_caption, caption, details, tags, faces = row[35:42]
    favourite, rating, hidden, state, content_hash, versions = row[42:48]
    more = load(details) or {}
    return PhotoRecord(
        id=photo,
        public_id=public_id,
        files=beside.files.get(photo, ()),
        kind=_KINDS[media],
        width=width,
        height=height,
        orientation=orientation,
        format=format_,
        taken=date_from(row[7:14]),
        position=position_from(row[14:18]),
        place=_place(row[18:25]),
        camera=_camera(row[25:35]),
        software=software,
        title=title,
        caption=caption or file_caption,
        keywords=tuple(more.get("keywords", ())),
        tags=tuple(load(tags) or ()),
        themes=beside.themes.get(photo, ()),
        faces=faces,
        favourite=bool(favourite),
        rating=rating,
        hidden=bool(hidden),
        state=_STATES[state],
        content_hash=content_hash,
        versions=versions,
        quality=_quality(row[48:52]),
        warnings=tuple(more.get("warnings", ())),
    )


def _unread(file: int, path: bytes) -> PhotoRecord:
    """A file of which nothing could be read, in the shape of a photo."""
    return PhotoRecord(
        id=PhotoId(-file),
        public_id=None,
        files=(path,),
        kind=MediaKind.PHOTO,
        width=0,
        height=0,
        orientation=1,
        format="",
        taken=TakenAt(wall=None, precision=Precision.UNKNOWN, source=None, start=None, end=None),
        position=None,
        place=None,
        camera=Camera(),
        software="",
        title="",
        caption="",
        keywords=(),
        tags=(),
        themes=(),
        faces=None,
        favourite=False,
        rating=None,
        hidden=False,
        state=PhotoState.UNREADABLE,
        content_hash=None,
        versions=0,
        quality=None,
    )


_KINDS = {kind.value: kind for kind in MediaKind}
_STATES = {state.value: state for state in PhotoState}


def _place(row: Row) -> PlaceName | None:
    name, region, country, code, timezone, distance_km, relation = row
    if name is None:
        return None
    return PlaceName(
        name=name,
        region=region,
        country=country,
        country_code=code,
        timezone=timezone,
        distance_km=distance_km or 0.0,
        relation=relation or "in",
    )


def _camera(row: Row) -> Camera:
    make, model, lens, iso, exposure_s, f_number, focal_mm, focal_35mm, flash, distance_m = row
    return Camera(
        make=make or "",
        model=model or "",
        lens=lens,
        iso=iso,
        exposure_s=exposure_s,
        f_number=f_number,
        focal_mm=focal_mm,
        focal_35mm=focal_35mm,
        flash=None if flash is None else bool(flash),
        subject_distance_m=distance_m,
    )


def _quality(row: Row) -> Quality | None:
    sharpness, exposure, contrast, colourfulness = row
    if sharpness is None:
        return None
    return Quality(sharpness=sharpness, exposure=exposure, contrast=contrast, colourfulness=colourfulness)
