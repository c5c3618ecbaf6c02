"""The first migration, not to be edited once released: STRICT tables, paths as BLOB, times in whole ms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

Columns = Mapping[str, type]

_FILES: Columns = {
    "id": int,
    "root_id": int,
    "path": bytes,
    "size": int,
    "mtime_ns": int,
    "inode": int,
    "device": int,
    "state": str,
    "passes": int,
    "confirm": int,
    "photo_id": int,
    "version_id": int,
    "was_photo_id": int,
    "code": str,
    "reason": str,
    "tries": int,
    "missing_ms": int,
    "gone": int,
}

_PHOTOS: Columns = {
    "id": int,
    "public_id": str,
    "version_id": int,
    "state": str,
    "stands_for": int,
    "favourite": int,
    "rating": int,
    "hidden": int,
    "media": str,
    "format": str,
    "width": int,
    "height": int,
    "orientation": int,
    "aspect": int,
    "wall_ms": int,
    "start_ms": int,
    "end_ms": int,
    "precision": str,
    "date_source": str,
    "offset_min": int,
    "date_raw": str,
    "day": int,
    "lat": float,
    "lon": float,
    "position_source": str,
    "position_error_m": float,
    "camera_id": int,
    "lens": str,
    "iso": int,
    "exposure_s": float,
    "f_number": float,
    "focal_mm": float,
    "focal_35mm": float,
    "flash": int,
    "distance_m": float,
    "software": str,
    "title": str,
    "file_caption": str,
    "file_rating": int,
    "details": str,
    "read_date": str,
    "read_position": str,
    "place_id": int,
    "place_km": float,
    "place_relation": str,
    "phash": int,
    "dhash": int,
    "flat": int,
    "sharpness": float,
    "exposure": float,
    "contrast": float,
    "colourfulness": float,
    "faces": int,
    "face_area": float,
    "detector": str,
    "added_ms": int,
}


def m001_library(db: Database) -> None:
    """Everything that the first release keeps."""
    _cameras_and_places(db)
    _photos(db)
    _what_hangs_on_photos(db)
    _roots(db)
    _files(db)
    _groups(db)
    _members(db)
    _user_work(db)
    _own(db)
    _day_geometry(db)


def _make(
    db: Database,
    name: str,
    columns: Columns,
    *,
    pk: str | tuple[str, ...] = "id",
    optional: Sequence[str] = (),
    foreign_keys: Sequence[tuple[str, str, str]] = (),
    defaults: Mapping[str, object] | None = None,
) -> None:
    keys = {pk} if isinstance(pk, str) else set(pk)
    db.table(name).create(
        dict(columns),
        pk=pk,
        not_null=set(columns) - set(optional) - (keys if columns[next(iter(keys))] is int else set()),
        foreign_keys=list(foreign_keys),
        defaults=dict(defaults or {}),
        strict=True,
    )


def _roots(db: Database) -> None:
    _make(
        db,
        "roots",
        {"id": int, "path": bytes, "volume_id": str, "marker": str, "added_ms": int},
    )
    db.table("roots").create_index(["path"], unique=True)


def _files(db: Database) -> None:
    _make(
        db,
        "files",
        _FILES,
        optional=("photo_id", "version_id", "was_photo_id", "missing_ms"),
        foreign_keys=[
            ("root_id", "roots", "id"),
            ("photo_id", "photos", "id"),
            ("was_photo_id", "photos", "id"),
            ("version_id", "versions", "id"),
        ],
        defaults={"state": "ok", "passes": 0, "confirm": 0, "code": "", "reason": "", "tries": 0, "gone": 0},
    )
    # "gone" is 0 for the file at a path, the row's own id for what was once there: history without clashes
    db.table("files").create_index(["root_id", "path", "gone"], unique=True)
    db.table("files").create_index(["photo_id"])
    db.table("files").create_index(["inode"])
    for bit, needs in ((1, 0), (2, 1), (4, 2)):
        db.execute(
            f"CREATE INDEX files_waiting_{bit} ON files (mtime_ns) "
            f"WHERE state = 'ok' AND passes & {bit} = 0 AND passes & {needs} = {needs}"
        )
    db.execute("CREATE INDEX files_confirm ON files (id) WHERE confirm = 1 AND state = 'ok'")
    db.execute("CREATE INDEX files_was ON files (was_photo_id) WHERE was_photo_id IS NOT NULL")
    db.execute("CREATE INDEX files_refused ON files (id) WHERE state = 'refused'")


def _cameras_and_places(db: Database) -> None:
    _make(db, "cameras", {"id": int, "make": str, "model": str})
    db.table("cameras").create_index(["make", "model"], unique=True)
    _make(
        db,
        "places",
        {"id": int, "name": str, "region": str, "country": str, "country_code": str, "timezone": str},
    )
    db.table("places").create_index(["name", "region", "country", "country_code", "timezone"], unique=True)


def _photos(db: Database) -> None:
    needed = {
        "id",
        "state",
        "media",
        "format",
        "width",
        "height",
        "orientation",
        "aspect",
        "precision",
        "day",
    }
    zero = {"favourite": 0, "hidden": 0}
    empty = dict.fromkeys(
        ("lens", "software", "title", "file_caption", "details", "date_raw", "detector"), ""
    )
    _make(
        db,
        "photos",
        _PHOTOS,
        optional=tuple(set(_PHOTOS) - needed - set(zero) - set(empty)),
        foreign_keys=[
            ("camera_id", "cameras", "id"),
            ("place_id", "places", "id"),
            ("stands_for", "photos", "id"),
        ],
        defaults={**zero, **empty},
    )
    # version_id has no foreign key (the two tables would need each other): the library's check looks at it.
    db.table("photos").create_index(["public_id"], unique=True)
    db.execute(
        "CREATE INDEX photos_day ON photos (day, wall_ms, id) WHERE state = 'ok' AND stands_for IS NULL"
    )
    db.execute("CREATE INDEX photos_stands ON photos (stands_for) WHERE stands_for IS NOT NULL")


def _what_hangs_on_photos(db: Database) -> None:
    _make(
        db,
        "versions",
        {"id": int, "photo_id": int, "number": int, "hash": bytes, "size": int, "added_ms": int},
        foreign_keys=[("photo_id", "photos", "id")],
    )
    db.table("versions").create_index(["hash"], unique=True)
    db.table("versions").create_index(["photo_id", "number"], unique=True)
    _make(db, "merged", {"old": int, "new": int}, pk="old", foreign_keys=[("new", "photos", "id")])
    db.table("merged").create_index(["new"])
    _make(
        db,
        "features",
        {"photo_id": int, "descriptor": bytes, "statistics": bytes},
        pk="photo_id",
        foreign_keys=[("photo_id", "photos", "id")],
    )
    _make(
        db,
        "faces",
        {"photo_id": int, "number": int, "x": float, "y": float, "w": float, "h": float, "score": float},
        pk=("photo_id", "number"),
        foreign_keys=[("photo_id", "photos", "id")],
    )


def _groups(db: Database) -> None:
    _make(
        db,
        "groups",
        {
            "id": str,
            "kind": str,
            "title": str,
            "title_source": str,
            "hidden": int,
            "pinned": int,
            "key": str,
            "position": int,
            "count": int,
            "start_ms": int,
            "end_ms": int,
            "cover": int,
            "parent": str,
            "facts": str,
            "reasons": str,
            "params": str,
            "digest": bytes,
        },
        optional=("start_ms", "end_ms", "cover", "parent"),
        foreign_keys=[("cover", "photos", "id")],
    )
    db.table("groups").create_index(["kind", "position"])
    db.execute("CREATE INDEX groups_cover ON groups (cover) WHERE cover IS NOT NULL")


def _members(db: Database) -> None:
    _make(
        db,
        "aliases",
        {"alias": str, "group_id": str},
        pk="alias",
        foreign_keys=[("group_id", "groups", "id")],
    )
    db.table("aliases").create_index(["group_id"])
    _make(
        db,
        "members",
        {
            "group_id": str,
            "position": int,
            "photo_id": int,
            "score": float,
            "certainty": str,
            "reasons": str,
        },
        pk=("group_id", "position"),
        optional=("score", "certainty"),
        foreign_keys=[("group_id", "groups", "id"), ("photo_id", "photos", "id")],
    )
    db.table("members").create_index(["photo_id"])


def _user_work(db: Database) -> None:
    _make(
        db,
        "work",
        {
            "photo_id": int,
            "favourite": int,
            "rating": int,
            "hidden": int,
            "tags": str,
            "caption": str,
            "date": str,
            "position": str,
            "changed_ms": int,
            "checksum": bytes,
        },
        pk="photo_id",
        optional=("rating",),
        foreign_keys=[("photo_id", "photos", "id")],
    )
    _make(
        db,
        "constraints",
        {"id": int, "kind": str, "photo_id": int, "group_kind": str, "group_ref": str, "checksum": bytes},
        foreign_keys=[("photo_id", "photos", "id")],
    )
    db.table("constraints").create_index(["photo_id", "kind", "group_kind", "group_ref"], unique=True)


def _own(db: Database) -> None:
    _make(
        db,
        "documents",
        {"id": str, "kind": str, "json": str, "made_ms": int, "changed_ms": int, "checksum": bytes},
    )
    db.table("documents").create_index(["kind", "made_ms"])
    _make(db, "settings", {"key": str, "json": str, "checksum": bytes}, pk="key")
    _make(
        db,
        "occasions",
        {"id": str, "kind": str, "name": str, "month": int, "day": int, "year": int, "checksum": bytes},
        optional=("year",),
    )
    _make(
        db,
        "quiet_dates",
        {"id": str, "start_ms": int, "end_ms": int, "reason": str, "checksum": bytes},
    )


_SHOWN = "({row}.state = 'ok' AND {row}.hidden = 0 AND {row}.stands_for IS NULL)"
_ADD = """
    INSERT INTO days (day, count, aspects) VALUES (NEW.day, 1, NEW.aspect)
    ON CONFLICT (day) DO UPDATE SET count = count + 1, aspects = aspects + excluded.aspects;
"""
_TAKE = """
    UPDATE days SET count = count - 1, aspects = aspects - OLD.aspect WHERE day = OLD.day;
    DELETE FROM days WHERE day = OLD.day AND count = 0;
"""


def _day_geometry(db: Database) -> None:
    """Days follow every write by triggers: no code path can forget them, no crash can come between."""
    _make(db, "days", {"day": int, "count": int, "aspects": int}, pk="day")
    old, new = _SHOWN.format(row="OLD"), _SHOWN.format(row="NEW")
    differs = f"({old} <> {new} OR OLD.day <> NEW.day OR OLD.aspect <> NEW.aspect)"
    watched = "UPDATE OF state, hidden, stands_for, day, aspect ON photos"
    db.execute(f"CREATE TRIGGER days_insert AFTER INSERT ON photos WHEN {new} BEGIN {_ADD} END")
    db.execute(f"CREATE TRIGGER days_delete AFTER DELETE ON photos WHEN {old} BEGIN {_TAKE} END")
    db.execute(f"CREATE TRIGGER days_take AFTER {watched} WHEN {old} AND {differs} BEGIN {_TAKE} END")
    db.execute(f"CREATE TRIGGER days_add AFTER {watched} WHEN {new} AND {differs} BEGIN {_ADD} END")
