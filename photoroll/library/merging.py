"""Two rows that turn out to be one photo become one; nothing that the user did is lost."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from photoroll.core.models import Changes, DateSource, PhotoId, Precision
from photoroll.library import overrides, workrows
from photoroll.library.connection import Database, Row, id_list
from photoroll.library.schema import METADATA_COLUMNS

# the sizes are those of the version that is shown, which stays
_COPIED = ", ".join(name for name in METADATA_COLUMNS if name not in ("width", "height", "aspect"))
_TRUST = {source.value: rank for rank, source in enumerate(DateSource)}
_EXACTNESS = {precision.value: rank for rank, precision in enumerate(Precision)}


class Metadata(Enum):
    """Whose dates, positions and camera data a merged photo keeps."""

    TAKE = "take"
    """Those of the row that goes: it was read last."""
    BETTER = "better"
    """Those with the more trustworthy date: files with equal bytes differ in names and times only."""
    LEAVE = "leave"
    """Those of the row that stays."""


def absorb(db: Database, old: PhotoId, into: PhotoId, metadata: Metadata) -> Changes:
    """Make the unhashed photo ``old`` a part of ``into``: files, user's work, groups; then drop its row."""
    both = (old, into)
    overrides.lift(db, both)
    if metadata is Metadata.TAKE or (metadata is Metadata.BETTER and _is_better(db, old, into)):
        _copy_metadata(db, old, into)
    for column in ("photo_id", "was_photo_id"):
        db.sql.execute(f"UPDATE files SET {column} = ? WHERE {column} = ?", (into, old))  # noqa: S608
    workrows.merge(db, old, into)
    groups = _move_memberships(db, old, into)
    for table in ("faces", "features"):
        db.sql.execute(f"DELETE FROM {table} WHERE photo_id = ?", (old,))  # noqa: S608 - our own tables
    db.sql.execute("UPDATE photos SET stands_for = NULL WHERE stands_for = ?", (old,))
    db.sql.execute("UPDATE merged SET new = ? WHERE new = ?", (into, old))
    db.sql.execute("INSERT INTO merged (old, new) VALUES (?, ?)", (old, into))
    db.sql.execute("DELETE FROM photos WHERE id = ?", (old,))
    overrides.apply(db, (into,))
    return Changes(photos=frozenset((old, into)), groups=groups, merged={old: into})


def drop_stand_ins(db: Database, files: Iterable[int]) -> Changes:
    """Give up photos that stood in for a known one until their bytes were known: these cannot be read."""
    rows = db.rows(
        "SELECT DISTINCT photos.id, photos.stands_for FROM files JOIN photos ON photos.id = files.photo_id "
        "WHERE photos.stands_for IS NOT NULL AND files.id IN (SELECT value FROM json_each(?))",
        (id_list(files),),
    )
    changes = Changes()
    for stand_in, known in rows:
        db.sql.execute("UPDATE files SET photo_id = NULL WHERE photo_id = ?", (stand_in,))
        changes = changes | absorb(db, stand_in, known, Metadata.LEAVE)
    return changes


def date_rank(row: Row) -> tuple[object, ...]:
    """How good a date is, best first, of ``date_source, precision, wall_ms, date_raw``; total, so that the
    order of reading never matters.
    """
    source, precision, wall, raw = row
    return (
        _TRUST.get(source, len(_TRUST)),
        _EXACTNESS[precision],
        wall is None,
        wall or 0,
        raw,
    )


def current_date_rank(db: Database, photo: int) -> tuple[object, ...]:
    """The rank of the date that was read for a photo (not the user's)."""
    row = db.row("SELECT date_source, precision, wall_ms, date_raw FROM photos WHERE id = ?", (photo,))
    return date_rank(row) if row else (len(_TRUST),)


def _is_better(db: Database, old: PhotoId, into: PhotoId) -> bool:
    return current_date_rank(db, old) < current_date_rank(db, into)


def _copy_metadata(db: Database, old: PhotoId, into: PhotoId) -> None:
    db.sql.execute(
        f"UPDATE photos SET ({_COPIED}) = (SELECT {_COPIED} FROM photos WHERE id = ?), place_id = NULL "  # noqa: S608
        "WHERE id = ?",
        (old, into),
    )


def _move_memberships(db: Database, old: PhotoId, into: PhotoId) -> bool:
    sql = db.sql
    sql.execute(
        "DELETE FROM members WHERE photo_id = ?1 "
        "AND group_id IN (SELECT group_id FROM members WHERE photo_id = ?2)",
        (old, into),
    )
    touched = sql.execute(
        "UPDATE groups SET digest = x'' WHERE id IN (SELECT group_id FROM members WHERE photo_id IN (?, ?)) "
        "OR cover = ?",
        (old, into, old),
    ).rowcount
    sql.execute("UPDATE members SET photo_id = ? WHERE photo_id = ?", (into, old))
    sql.execute(
        "UPDATE groups SET count = (SELECT count(*) FROM members WHERE group_id = groups.id) WHERE "
        "digest = x''"
    )
    sql.execute("UPDATE groups SET cover = ? WHERE cover = ?", (into, old))
    return touched > 0
