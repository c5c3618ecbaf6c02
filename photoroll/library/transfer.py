"""The user's work as an open format, and back: keyed by contents, so that it survives a new library."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from photoroll.core.models import Changes, DateSource, GeoPoint, Json, PhotoId, Precision, TakenAt
from photoroll.errors import PhotoRollError
from photoroll.library import documents, overrides, own, workrows
from photoroll.library.connection import Database, id_list
from photoroll.library.encoding import from_ms, load
from photoroll.library.overrides import date_json, date_of
from photoroll.library.workrows import WorkRow, constraint_columns

_log = logging.getLogger(__name__)

FORMAT = "photoroll-work"
VERSION = 1


def put(db: Database, rows: Mapping[PhotoId, WorkRow]) -> None:
    """Write rows of work and show what they say."""
    if not rows:
        return
    workrows.write(db, rows)
    overrides.lift(db, [photo for photo, row in rows.items() if row.is_empty])
    overrides.apply(db, rows)


def export(db: Database) -> dict[str, Json]:
    """Everything that only the user could say."""
    names = _Names.read(db)
    return {
        "format": FORMAT,
        "version": VERSION,
        "photos": [
            _photo_json(names, row[0], workrows.from_columns(row))
            for row in db.rows(f"SELECT {workrows.COLUMNS} FROM work ORDER BY photo_id")  # noqa: S608
        ],
        "groups": _groups(db, names),
        "constraints": [
            {"kind": kind, "photo": names.hash_of.get(photo), "group_kind": group_kind, "group": ref}
            for kind, photo, group_kind, ref in db.rows(
                "SELECT kind, photo_id, group_kind, group_ref FROM constraints ORDER BY id"
            )
        ],
        "documents": [document.as_json() for document in documents.DocumentStore(db).all()],
        "own": own.OwnStore(db).export(),
    }


def restore(db: Database, exported: Mapping[str, Json]) -> Changes:
    """Put exported work back, inside the caller's transaction."""
    data: Any = exported
    if data.get("format") != FORMAT or not isinstance(data.get("version"), int) or data["version"] > VERSION:
        raise PhotoRollError("This is not a work file that this PhotoRoll can read", "Choose another file.")
    names = _Names.read(db)
    changed = _restore_photos(db, names, data.get("photos", []))
    groups = _restore_groups(db, names, data.get("groups", []))
    rows = [
        constraint_columns(item["kind"], names.photo_of[item["photo"]], item["group_kind"], item["group"])
        for item in data.get("constraints", [])
        if item["photo"] in names.photo_of
    ]
    db.sql.executemany(
        "INSERT OR IGNORE INTO constraints (kind, photo_id, group_kind, group_ref, checksum) VALUES "
        "(?, ?, ?, ?, ?)",
        rows,
    )
    documents.DocumentStore(db).restore(data.get("documents", []))
    own.OwnStore(db).restore(data.get("own", {}))
    return Changes(photos=changed, groups=groups or bool(rows))


@dataclass(frozen=True, slots=True)
class _Names:
    """Photos by the hashes of all their versions; the first version's hash names a photo outside."""

    hash_of: dict[PhotoId, str]
    photo_of: dict[str, PhotoId]

    @classmethod
    def read(cls, db: Database) -> _Names:
        rows = db.rows("SELECT photo_id, hash FROM versions ORDER BY photo_id, number DESC")
        return cls(
            {photo: content_hash.hex() for photo, content_hash in rows},
            {content_hash.hex(): photo for photo, content_hash in rows},
        )


def _photo_json(names: _Names, photo: PhotoId, row: WorkRow) -> dict[str, Json]:
    content_hash = names.hash_of.get(photo, "")
    item: dict[str, Json] = {"id": content_hash[:16], "hash": content_hash, "changed_ms": row.changed_ms}
    if row.favourite:
        item["favourite"] = True
    if row.rating is not None:
        item["rating"] = row.rating
    if row.hidden:
        item["hidden"] = True
    if row.tags:
        item["tags"] = list(row.tags)
    if row.caption:
        item["caption"] = row.caption
    if row.date:
        item["date"] = _date_out(row.date)
    if row.position:
        item["position"] = load(row.position)
    return item


def _date_out(text: str) -> dict[str, Json]:
    taken = date_of(text)
    moments = {"wall": taken.wall, "start": taken.start, "end": taken.end}
    return {
        **{
            name: moment.isoformat(timespec="milliseconds") if moment else None
            for name, moment in moments.items()
        },
        "precision": taken.precision.value,
        "utc_offset_min": taken.utc_offset_min,
        "raw": taken.raw,
    }


def _date_in(data: Mapping[str, Any]) -> str:
    moments = {
        name: datetime.fromisoformat(data[name]) if data.get(name) else None
        for name in ("wall", "start", "end")
    }
    return date_json(
        TakenAt(
            **moments,
            precision=Precision(data["precision"]),
            source=DateSource.USER,
            utc_offset_min=data.get("utc_offset_min"),
            raw=data.get("raw", ""),
        )
    )


def _row_in(item: Mapping[str, Any]) -> WorkRow:
    return WorkRow(
        favourite=bool(item.get("favourite", False)),
        rating=item.get("rating"),
        hidden=bool(item.get("hidden", False)),
        tags=tuple(item.get("tags", ())),
        caption=item.get("caption", ""),
        date=_date_in(item["date"]) if item.get("date") else "",
        position=overrides.position_json(GeoPoint(*item["position"])) if item.get("position") else "",
        changed_ms=item.get("changed_ms", 0),
    )


def _restore_photos(db: Database, names: _Names, items: list[Any]) -> frozenset[PhotoId]:
    wanted = {
        names.photo_of[item["hash"]]: _row_in(item) for item in items if item.get("hash") in names.photo_of
    }
    if len(wanted) < len(items):
        _log.warning("%d photos of the work file are not in this library", len(items) - len(wanted))
    known = workrows.read(db, wanted)
    new = {
        photo: workrows.joined(row, known[photo]) if photo in known else row for photo, row in wanted.items()
    }
    differing = {photo: row for photo, row in new.items() if row != known.get(photo)}
    put(db, differing)
    return frozenset(differing)


def _groups(db: Database, names: _Names) -> list[Json]:
    """Groups that the user named, hid or pinned, with the photos that tell them apart."""
    rows = db.rows(
        "SELECT id, kind, title, title_source, hidden, pinned, key, start_ms FROM groups "
        "WHERE title_source = 'user' OR hidden = 1 OR pinned = 1 ORDER BY kind, position"
    )
    groups: list[Json] = []
    for group, kind, title, source, hidden, pinned, key, start in rows:
        members = db.rows("SELECT photo_id FROM members WHERE group_id = ? ORDER BY position", (group,))
        begins = from_ms(start)
        groups.append(
            {
                "id": group,
                "kind": kind,
                "title": title if source == "user" else None,
                "hidden": bool(hidden),
                "pinned": bool(pinned),
                "key": key,
                "start": begins.isoformat() if begins else None,
                "photos": [names.hash_of[photo] for (photo,) in members if photo in names.hash_of],
            }
        )
    return groups


def _restore_groups(db: Database, names: _Names, items: list[Any]) -> bool:
    """Names and hides go to the group with that id or key, else to the one that shares most photos."""
    touched = False
    for item in items:
        photos = [names.photo_of[name] for name in item["photos"] if name in names.photo_of]
        row = db.row(
            "SELECT id FROM groups WHERE id = ?1 OR (key <> '' AND key = ?2 AND kind = ?3)",
            (item["id"], item["key"], item["kind"]),
        ) or db.row(
            "SELECT group_id FROM members JOIN groups ON groups.id = group_id WHERE kind = ?1 AND "
            "photo_id IN "
            "(SELECT value FROM json_each(?2)) GROUP BY group_id "
            "HAVING 2 * count(*) > json_array_length(?2) ORDER BY count(*) DESC LIMIT 1",
            (item["kind"], id_list(photos)),
        )
        if row is None:
            continue
        db.sql.execute(
            "UPDATE groups SET facts = iif(?1 IS NULL OR title_source = 'user', facts, "
            "json_set(iif(facts = '', '{}', facts), '$.auto_title', title)), "
            "title = coalesce(?1, title), title_source = iif(?1 IS NULL, title_source, 'user'), "
            "hidden = ?2, pinned = ?3, digest = x'' WHERE id = ?4",
            (item["title"], int(item["hidden"]), int(item["pinned"]), row[0]),
        )
        touched = True
    return touched
