"""Rows of the user's work: each carries a checksum, because SQLite does not notice every damaged byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from photoroll.core.models import PhotoId
from photoroll.library.connection import Database, Row, id_list
from photoroll.library.encoding import checksum, dump, load, now_ms

COLUMNS = "photo_id, favourite, rating, hidden, tags, caption, date, position, changed_ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """What the user did to one photo."""

    favourite: bool = False
    rating: int | None = None
    hidden: bool = False
    tags: tuple[str, ...] = ()
    caption: str = ""
    date: str = ""
    """JSON of a date, empty for none."""
    position: str = ""
    """JSON of [lat, lon], empty for none."""
    changed_ms: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left of it."""
        return replace(self, changed_ms=0) == _NOTHING


_NOTHING = WorkRow()


def read(db: Database, photos: Iterable[int]) -> dict[PhotoId, WorkRow]:
    """The rows of some photos; those without work are not in it."""
    rows = db.rows(
        f"SELECT {COLUMNS} FROM work WHERE photo_id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (id_list(photos),),
    )
    return {row[0]: from_columns(row) for row in rows}


def from_columns(row: Row) -> WorkRow:
    """A row of ``COLUMNS`` as a value."""
    _, favourite, rating, hidden, tags, caption, date, position, changed = row
    return WorkRow(
        favourite=bool(favourite),
        rating=rating,
        hidden=bool(hidden),
        tags=tuple(load(tags) or ()),
        caption=caption,
        date=date,
        position=position,
        changed_ms=changed,
    )


def write(db: Database, rows: Mapping[PhotoId, WorkRow]) -> None:
    """Replace rows; an empty one is removed."""
    empty = [(photo,) for photo, row in rows.items() if row.is_empty]
    full = [_columns(photo, row) for photo, row in rows.items() if not row.is_empty]
    db.sql.executemany("DELETE FROM work WHERE photo_id = ?", empty)
    # what the columns of photos copy from an emptied row goes back to nothing
    db.sql.executemany("UPDATE photos SET favourite = 0, rating = NULL, hidden = 0 WHERE id = ?", empty)
    db.sql.executemany(
        f"INSERT OR REPLACE INTO work ({COLUMNS}, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        [(*values, checksum(values)) for values in full],
    )


def merge(db: Database, old: PhotoId, into: PhotoId) -> None:
    """Join the work on two rows of one photo: what the user did last wins, nothing is dropped."""
    found = read(db, (old, into))
    if old in found:
        write(db, {into: joined(found[old], found.get(into, _NOTHING))})
        db.sql.execute("DELETE FROM work WHERE photo_id = ?", (old,))
    rows = db.rows("SELECT kind, group_kind, group_ref FROM constraints WHERE photo_id = ?", (old,))
    db.sql.executemany(
        "INSERT OR IGNORE INTO constraints (kind, photo_id, group_kind, group_ref, checksum) VALUES "
        "(?, ?, ?, ?, ?)",
        [constraint_columns(kind, into, group_kind, ref) for kind, group_kind, ref in rows],
    )
    db.sql.execute("DELETE FROM constraints WHERE photo_id = ?", (old,))


def constraint_columns(kind: str, photo: int, group_kind: str, ref: str) -> tuple[Any, ...]:
    """A row of the constraints table, with its checksum."""
    values = (kind, photo, group_kind, ref)
    return (*values, checksum(values))


def joined(one: WorkRow, other: WorkRow) -> WorkRow:
    """Both: the newer one's words where it has any, else the older one's; all tags; favourite if either."""
    new, old = (one, other) if one.changed_ms >= other.changed_ms else (other, one)
    return WorkRow(
        favourite=new.favourite or old.favourite,
        rating=new.rating if new.rating is not None else old.rating,
        hidden=new.hidden if not new.is_empty else old.hidden,
        tags=tuple(dict.fromkeys((*old.tags, *new.tags))),
        caption=new.caption or old.caption,
        date=new.date or old.date,
        position=new.position or old.position,
        changed_ms=max(new.changed_ms, old.changed_ms),
    )


def _columns(photo: PhotoId, row: WorkRow) -> tuple[Any, ...]:
    return (
        photo,
        int(row.favourite),
        row.rating,
        int(row.hidden),
        dump(list(row.tags)) if row.tags else "",
        row.caption,
        row.date,
        row.position,
        row.changed_ms or now_ms(),
    )
